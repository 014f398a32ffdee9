"""Which lines of a block must be looked at one by one; all others are plain records.

A line is suspect when it cannot be decoded, holds a character that may not stand in a record, or
has a quote that neither opens nor closes a cell as a whole. Whole blocks are searched at once.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from etl.content import Encoding, Places

# C0 and C1 controls, marks and overrides of text direction, the separators that only look like
# line ends, and a byte order mark inside the text.
FORBIDDEN = "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
# The same in UTF-8, each beginning with a byte that is rare in most files; C0 is found apart.
_FORBIDDEN_BYTES = (
    b"\x7f",
    b"\xc2[\x80-\x9f]",
    b"\xd8\x9c",
    b"\xe2\x80[\x8e\x8f\xa8-\xae]",
    b"\xe2\x81[\xa6-\xa9]",
    b"\xef\xbb\xbf",
)
# A byte that cannot be decoded stands as a lone surrogate, which no text has. Python's cp932 lets
# five bytes pass that Shift_JIS does not define.
_UNDECODABLE: dict[Encoding, tuple[bytes, ...]] = {
    "utf-8": (b"\xed[\xb2\xb3]",),
    "cp932": (b"\xed[\xb2\xb3]", b"\xc2\x80", b"\xef\xa3[\xb0-\xb3]"),
}
_NEWLINE, _RETURN, _QUOTE, _SPACE = 10, 13, 34, 32
_WIDE_SPACE = "\u3000".encode()
_NOWHERE = np.empty(0, np.int64)
_NO_BYTE = np.array([_NEWLINE], np.uint8)
_BEFORE_CELL, _BEHIND_CELL = (np.frombuffer(b, np.uint8) for b in (b'\n,"', b'\r\n,"'))


def to_utf8(data: bytes, encoding: Encoding) -> bytes:
    """``data`` as UTF-8, line by line the same; undecodable bytes become lone surrogates."""
    if encoding == "utf-8" and is_utf8(data):
        return data
    return data.decode(encoding, "surrogateescape").encode("utf-8", "surrogatepass")


def is_utf8(data: bytes) -> bool:
    """Whether all of ``data`` is UTF-8 in the strict sense."""
    if data.isascii():
        return True
    ends = pa.py_buffer(np.array([0, len(data)], np.int64))
    text = pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(data))
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def undecodable_lines(text: bytes, bounds: Places, encoding: Encoding) -> Places:
    """The lines of ``text``, made by to_utf8, with bytes that ``encoding`` does not know."""
    return _lines_of(_find(text, _UNDECODABLE[encoding]), bounds)


def suspect_lines(text: bytes, bounds: Places, encoding: Encoding) -> Places:
    """The lines of ``text``, made by to_utf8 and cut at ``bounds``, that are not plain."""
    patterns = (*_UNDECODABLE[encoding], *_FORBIDDEN_BYTES)
    data = np.frombuffer(text, np.uint8)
    found = [_find(text, patterns), _find_controls(data)]
    lines = [_lines_of(np.concatenate(found), bounds)]
    if b'"' in text:
        lines += _loosely_quoted(data, bounds)
    return np.unique(np.concatenate(lines))


def has_padding(text: bytes) -> bool:
    """Whether a space, narrow or wide, stands at the beginning or the end of a cell."""
    data = np.frombuffer(text, np.uint8)
    narrow = np.flatnonzero(data == _SPACE) if b" " in text else _NOWHERE
    wide = np.flatnonzero(data == _WIDE_SPACE[0]) if _WIDE_SPACE[:1] in text else _NOWHERE
    for i in (1, 2):
        wide = wide[_bytes_at(data, wide + i) == _WIDE_SPACE[i]]
    before = _bytes_at(data, np.concatenate([narrow, wide]) - 1)
    behind = _bytes_at(data, np.concatenate([narrow + 1, wide + len(_WIDE_SPACE)]))
    return bool(np.isin(before, _BEFORE_CELL).any() or np.isin(behind, _BEHIND_CELL).any())


def _find(text: bytes, patterns: tuple[bytes, ...]) -> Places:
    return np.array(
        [m.start() for p in patterns if p[:1] in text for m in re.finditer(p, text)], np.int64
    )


def _find_controls(data: npt.NDArray[np.uint8]) -> Places:
    """Where C0 controls stand, other than newlines and the return before one."""
    low = data < _SPACE
    if np.count_nonzero(low) == np.count_nonzero(data == _NEWLINE):
        return _NOWHERE
    places = np.flatnonzero(low & (data != _NEWLINE))
    ends_line = (data[places] == _RETURN) & (_bytes_at(data, places + 1) == _NEWLINE)
    controls: Places = places[~ends_line]
    return controls


def _loosely_quoted(data: npt.NDArray[np.uint8], bounds: Places) -> list[Places]:
    """The lines in which quotes are not paired, and those where one stands inside a cell."""
    quotes = np.flatnonzero(data == _QUOTE)
    n_in_line = np.diff(np.searchsorted(quotes, bounds))
    is_paired = n_in_line % 2 == 0
    quotes = quotes[np.repeat(is_paired, n_in_line)]
    opening, closing = quotes[0::2], quotes[1::2]
    # A quote beside a quote is one that stands for itself inside a quoted cell.
    loose = [
        opening[~np.isin(_bytes_at(data, opening - 1), _BEFORE_CELL)],
        closing[~np.isin(_bytes_at(data, closing + 1), _BEHIND_CELL)],
    ]
    return [np.flatnonzero(~is_paired), *(_lines_of(places, bounds) for places in loose)]


def _bytes_at(data: npt.NDArray[np.uint8], places: Places) -> npt.NDArray[np.uint8]:
    """The bytes at ``places``; before the first and behind the last one stands a newline."""
    is_inside = (places >= 0) & (places < len(data))
    if is_inside.all():
        return data[places]
    return np.where(is_inside, data[np.where(is_inside, places, 0)], _NO_BYTE)


def _lines_of(places: Places, bounds: Places) -> Places:
    return np.unique(np.searchsorted(bounds, places, side="right") - 1)
