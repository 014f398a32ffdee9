"""What reading gives: records in batches, refusals, and one record out of its physical lines."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from etl.content import MAX_LINE, MAX_UNPACKED, Encoding, Places, decode
from etl.suspect import FORBIDDEN

# A record may span several lines where its contract allows it, but is no longer than one may be.
MAX_RECORD = MAX_LINE
# How much of a line longer than MAX_LINE goes into the quarantine; the delivery keeps it all.
RAW_HEAD = 4096

_FORBIDDEN = re.compile(FORBIDDEN)
# Running text that goes over several lines is laid out with tabs, upright ones too.
_FORBIDDEN_IN_TEXT = re.compile(FORBIDDEN.replace("\x09\x0b", "\x08\x0c"))
_END_IN_QUOTE = "unexpected end of data"

csv.field_size_limit(MAX_RECORD)


@dataclass(frozen=True, slots=True)
class Form:
    """What reading must know of a file: its encoding and the shape of its records.

    ``columns`` are the positions of the cells that are needed, all of them by default.
    """

    encoding: Encoding
    n_column: int
    n_header: int = 0
    max_lines: int = 1
    max_unpacked: int = MAX_UNPACKED
    columns: tuple[int, ...] = ()

    @property
    def needed(self) -> tuple[int, ...]:
        return self.columns or tuple(range(self.n_column))


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused record: where it starts, why, which column, and its text as delivered.

    Bytes that are no text stand as \\xNN in ``raw``.
    """

    line: int
    byte_offset: int
    reason: str
    column: str
    raw: str


@dataclass(frozen=True, slots=True)
class Batch:
    """The records of one block, in the order of the file.

    ``cells`` has one text column per needed position, named by it; an empty cell is NULL. Record
    ``i`` starts at line ``lines[i]`` (from 1) and ``offsets[i]``; ``text_of(i)`` is its text as
    delivered. ``is_padded`` says that there may be spaces around a cell, ``is_cut_short`` that the
    file ends inside a record.
    """

    cells: pa.Table
    lines: Places
    offsets: Places
    text_of: Callable[[int], str]
    refusals: list[Refusal]
    n_byte: int
    is_padded: bool
    is_cut_short: bool


class UnreadableError(Exception):
    """The record cannot be read. ``is_incomplete`` says that it lacks its end."""

    def __init__(self, reason: str, is_incomplete: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_incomplete = is_incomplete


def read_record(lines: Sequence[bytes], form: Form) -> tuple[list[str], int]:
    """The cells of the first record of ``lines``, and how many of them it takes.

    Raises UnreadableError.
    """
    texts: list[str] = []

    def sound_lines() -> Iterator[str]:
        for line in lines:
            texts.append(_sound_text(line, form))
            yield texts[-1] if form.max_lines == 1 else f"{texts[-1]}\n"

    try:
        cells = next(csv.reader(sound_lines(), strict=True))
    except csv.Error as error:
        is_open = str(error) == _END_IN_QUOTE
        reason = "unclosed_quote" if is_open else "malformed_record"
        raise UnreadableError(reason, is_incomplete=is_open) from None
    if len(cells) != form.n_column:
        raise UnreadableError("wrong_column_count", is_incomplete=len(cells) < form.n_column)
    return cells, len(texts)


def _sound_text(data: bytes, form: Form) -> str:
    """The text of a line that may stand in a record; raises UnreadableError when it may not."""
    if len(data) > MAX_LINE:
        raise UnreadableError("line_too_long")
    text = decode(data, form.encoding)
    if text is None:
        raise UnreadableError("undecodable_bytes")
    text = text.removesuffix("\r")
    if (_FORBIDDEN if form.max_lines == 1 else _FORBIDDEN_IN_TEXT).search(text):
        raise UnreadableError("control_character")
    return text


def raw_text(data: bytes, form: Form) -> str:
    """A record as text for the quarantine, of an overlong line its beginning."""
    decoder = codecs.getincrementaldecoder(form.encoding)(errors="backslashreplace")
    is_whole = len(data) <= MAX_RECORD
    return decoder.decode(data if is_whole else data[:RAW_HEAD], final=is_whole).removesuffix("\r")
