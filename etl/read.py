"""Records out of physical lines: Python's csv in strict mode, bounded, one bad line at a time.

A record that cannot be read costs its first physical line only; reading goes on with the next
line, so an unclosed quote never swallows the records behind it.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from etl.content import MAX_LINE, MAX_UNPACKED, Block, Encoding, decode, is_blank, read_blocks

# A record may span several lines where its contract allows it, but is no longer than one may be.
MAX_RECORD = MAX_LINE
# How much of a line longer than MAX_LINE goes into the quarantine; the delivery keeps it all.
RAW_HEAD = 4096

# C0 and C1 controls, marks and overrides of text direction, the separators that only look like
# line ends, and a byte order mark inside the text.
_FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)
# Running text that goes over several lines is laid out with tabs, upright ones too.
_FORBIDDEN_IN_TEXT = re.compile(_FORBIDDEN.pattern.replace("\x09\x0b", "\x08\x0c"))
_END_IN_QUOTE = "unexpected end of data"

csv.field_size_limit(MAX_RECORD)


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


@dataclass(slots=True)
class Batch:
    """The records of one block; ``rows[i]`` starts at ``lines[i]`` (from 1) and ``offsets[i]``.

    ``texts[i]`` is the record as delivered. ``is_cut_short`` says that the file ends inside a
    record, and is known on the last batch.
    """

    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    n_byte: int = 0
    is_cut_short: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """What reading must know of a file: its encoding and the shape of its records."""

    encoding: Encoding
    n_column: int
    n_header: int = 0
    max_lines: int = 1
    max_unpacked: int = MAX_UNPACKED


class _Line(NamedTuple):
    number: int
    offset: int
    data: bytes


class _UnreadableError(Exception):
    """The record cannot be read. ``is_incomplete`` says that it lacks its end."""

    def __init__(self, reason: str, is_incomplete: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_incomplete = is_incomplete


def read_records(path: Path, form: Form) -> Iterator[Batch]:
    """The records of a delivery in bounded batches, the refused ones beside them.

    The header rows are the first ``n_header`` lines that are not blank. Raises RefusedFileError
    like read_blocks.
    """
    n_header = form.n_header
    left: list[_Line] = []
    for block in read_blocks(path, form.max_unpacked):
        lines = left + _number(block)
        while n_header and lines:
            n_header -= not is_blank(lines.pop(0).data)
        batch = _read_simple(lines, form)
        left = []
        if batch is None:
            batch, left = _read_line_by_line(lines, form, block)
        batch.n_byte = sum(map(len, block.lines))
        yield batch


def _number(block: Block) -> list[_Line]:
    return [
        _Line(block.first_line + i, offset, data)
        for i, (offset, data) in enumerate(zip(block.offsets, block.lines, strict=True))
    ]


def _read_simple(lines: list[_Line], form: Form) -> Batch | None:
    """All records at once, where each line is a sound record; None where one may not be."""
    if form.max_lines > 1:
        return None
    lines = [line for line in lines if not is_blank(line.data)]
    if any(len(line.data) > MAX_LINE for line in lines):
        return None
    whole = decode(b"\n".join(line.data for line in lines), form.encoding)
    if whole is None:
        return None
    whole = whole.replace("\r\n", "\n").removesuffix("\r")
    if _FORBIDDEN.search(whole):
        return None
    texts = whole.split("\n") if lines else []
    try:
        rows = list(csv.reader(texts, strict=True))
    except csv.Error:
        return None
    if len(rows) != len(lines) or any(len(row) != form.n_column for row in rows):
        return None
    return Batch(rows, [line.number for line in lines], [line.offset for line in lines], texts)


def _read_line_by_line(lines: list[_Line], form: Form, block: Block) -> tuple[Batch, list[_Line]]:
    """The records one by one, and the lines left for the next block, where a record may go on."""
    batch = Batch()
    position = 0
    while position < len(lines):
        if is_blank(lines[position].data):
            position += 1
            continue
        reach = _reach(lines, position, form.max_lines)
        if reach == len(lines) and not block.is_last and form.max_lines > 1:
            return batch, lines[position:]
        first = lines[position]
        try:
            row, n_line = _read_one(lines[position:reach], form)
        except _UnreadableError as error:
            batch.refusals.append(
                Refusal(first.number, first.offset, error.reason, "", raw_text(first.data, form))
            )
            is_at_end = block.is_last and position == len(lines) - 1
            batch.is_cut_short = is_at_end and error.is_incomplete and not block.ends_with_newline
            position += 1
        else:
            record = b"\n".join(line.data for line in lines[position : position + n_line])
            batch.rows.append(row)
            batch.lines.append(first.number)
            batch.offsets.append(first.offset)
            batch.texts.append(raw_text(record, form))
            position += n_line
    return batch, []


def _reach(lines: list[_Line], position: int, max_lines: int) -> int:
    """Where the lines end that the record at ``position`` may take."""
    size, reach = 0, position
    while reach < len(lines) and reach - position < max_lines and size <= MAX_RECORD:
        size += len(lines[reach].data)
        reach += 1
    return reach


def _read_one(lines: list[_Line], form: Form) -> tuple[list[str], int]:
    """The first record of ``lines`` and how many of them it takes."""
    texts: list[str] = []

    def sound_lines() -> Iterator[str]:
        for line in lines:
            texts.append(_sound_text(line.data, form))
            yield texts[-1] if form.max_lines == 1 else f"{texts[-1]}\n"

    try:
        row = next(csv.reader(sound_lines(), strict=True))
    except csv.Error as error:
        is_open = str(error) == _END_IN_QUOTE
        reason = "unclosed_quote" if is_open else "malformed_record"
        raise _UnreadableError(reason, is_incomplete=is_open) from None
    if len(row) != form.n_column:
        raise _UnreadableError("wrong_column_count", is_incomplete=len(row) < form.n_column)
    return row, len(texts)


def _sound_text(data: bytes, form: Form) -> str:
    """The text of a line that may stand in a record; raises _UnreadableError when it may not."""
    if len(data) > MAX_LINE:
        raise _UnreadableError("line_too_long")
    text = decode(data, form.encoding)
    if text is None:
        raise _UnreadableError("undecodable_bytes")
    text = text.removesuffix("\r")
    if (_FORBIDDEN if form.max_lines == 1 else _FORBIDDEN_IN_TEXT).search(text):
        raise _UnreadableError("control_character")
    return text


def raw_text(data: bytes, form: Form) -> str:
    """A record as text for the quarantine, of an overlong line its beginning."""
    decoder = codecs.getincrementaldecoder(form.encoding)(errors="backslashreplace")
    is_whole = len(data) <= MAX_RECORD
    return decoder.decode(data if is_whole else data[:RAW_HEAD], final=is_whole).removesuffix("\r")
