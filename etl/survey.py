"""One look over a whole file before it is read: its encoding, and how many records to expect."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from etl.content import (
    MAX_UNPACKED,
    MEBI,
    Block,
    Encoding,
    RefusedFileError,
    line_bounds,
    read_blocks,
)
from etl.suspect import is_utf8, to_utf8, undecodable_lines

# Nothing is made of a block here, so a small one, which stays in the cache, is faster.
BLOCK = 4 * MEBI
_ENCODINGS: tuple[Encoding, ...] = ("utf-8", "cp932")
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


@dataclass(frozen=True, slots=True)
class Survey:
    """What one look over a whole file tells: encoding, and how many lines are not blank."""

    encoding: Encoding
    n_line: int


def survey(
    path: Path,
    max_unpacked: int = MAX_UNPACKED,
    advance: Callable[[int], object] = lambda _: None,
) -> Survey:
    """Look over the whole file and decide its encoding.

    UTF-8 if all of it is, else cp932 if all of it is, else the one with fewer bad lines.
    ``advance`` hears the number of bytes read. Raises RefusedFileError: empty_file,
    unreadable_encoding (UTF-16 and UTF-32), and those of read_blocks.
    """
    likely: Encoding | None = None
    n_line = 0
    for block in read_blocks(path, max_unpacked, BLOCK):
        if block.first_line == 1 and block.data and _is_wide(block.line(0)):
            raise RefusedFileError("unreadable_encoding")
        if likely is None and not is_utf8(block.data):
            likely = _with_fewer_bad({e: _count_bad(block, e) for e in _ENCODINGS})
        n_line += _count_filled(block)
        advance(len(block.data))
    if n_line == 0:
        raise RefusedFileError("empty_file")
    return Survey("utf-8" if likely is None else _decide(path, max_unpacked, likely), n_line)


def count_lines(path: Path, max_unpacked: int = MAX_UNPACKED) -> int:
    """How many lines of a file are not blank, as far as it can be read."""
    n_line = 0
    with suppress(RefusedFileError):
        for block in read_blocks(path, max_unpacked, BLOCK):
            n_line += _count_filled(block)
    return n_line


def _count_filled(block: Block) -> int:
    return block.n_line - len(block.blank_lines())


def _decide(path: Path, max_unpacked: int, likely: Encoding) -> Encoding:
    """The encoding with fewer bad lines.

    In the other one than ``likely`` most lines may be bad, which takes long to find out: they are
    counted until there are enough of them.
    """
    n_bad: dict[Encoding, int] = {}
    for encoding in sorted(_ENCODINGS, key=lambda e: e != likely):
        n_bad[encoding] = 0
        for block in read_blocks(path, max_unpacked, BLOCK):
            n_bad[encoding] += _count_bad(block, encoding)
            if n_bad[encoding] > n_bad[likely]:
                break
    return _with_fewer_bad(n_bad)


def _with_fewer_bad(n_bad: dict[Encoding, int]) -> Encoding:
    return "cp932" if n_bad["cp932"] < n_bad["utf-8"] else "utf-8"


def _count_bad(block: Block, encoding: Encoding) -> int:
    """The lines of a block with bytes that ``encoding`` does not know."""
    if block.data.isascii() or (encoding == "utf-8" and is_utf8(block.data)):
        return 0
    text = to_utf8(block.data, encoding)
    return len(undecodable_lines(text, line_bounds(text), encoding))


def _is_wide(line: bytes) -> bool:
    """UTF-16 or UTF-32, by its mark or by a zero in every second byte of the first line."""
    return line.startswith(_WIDE_BOMS) or (
        len(line) >= 4 and (not any(line[:64:2]) or not any(line[1:64:2]))
    )
