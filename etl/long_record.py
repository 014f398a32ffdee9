"""Records that may go over several lines, read one by one: few files have them, and small ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from etl.content import Block, is_blank
from etl.record import (
    MAX_RECORD,
    Batch,
    Form,
    Refusal,
    UnreadableError,
    raw_text,
    read_record,
)


class Line(NamedTuple):
    """A physical line, where it stands (from 1) and where it starts in the content."""

    number: int
    offset: int
    data: bytes


def numbered(block: Block, first: int) -> list[Line]:
    """The lines of ``block`` from ``first`` on."""
    places = enumerate(zip(block.offsets.tolist(), block.lines, strict=True))
    return [Line(block.first_line + i, offset, data) for i, (offset, data) in places if i >= first]


def read_one_by_one(lines: Sequence[Line], block: Block, form: Form) -> tuple[Batch, list[Line]]:
    """The records of ``lines``, which end ``block``, and the lines left for the next block, where
    a record may go on."""
    rows: list[list[str]] = []
    starts: list[Line] = []
    texts: list[str] = []
    refusals: list[Refusal] = []
    is_cut_short = False
    position = 0
    while position < len(lines):
        first = lines[position]
        if is_blank(first.data):
            position += 1
            continue
        reach = _reach(lines, position, form.max_lines)
        if reach == len(lines) and not block.is_last:
            break
        try:
            row, n_line = read_record([line.data for line in lines[position:reach]], form)
        except UnreadableError as error:
            raw = raw_text(first.data, form)
            refusals.append(Refusal(first.number, first.offset, error.reason, "", raw))
            is_at_end = block.is_last and position == len(lines) - 1
            is_cut_short = is_at_end and error.is_incomplete and not block.ends_with_newline
            position += 1
        else:
            record = b"\n".join(line.data for line in lines[position : position + n_line])
            rows.append(row)
            starts.append(first)
            texts.append(raw_text(record, form))
            position += n_line
    batch = Batch(
        cells=pa.table(
            {str(i): pa.array([row[i] or None for row in rows], pa.string()) for i in form.needed}
        ),
        lines=np.array([line.number for line in starts], np.int64),
        offsets=np.array([line.offset for line in starts], np.int64),
        text_of=texts.__getitem__,
        refusals=refusals,
        n_byte=len(block.data),
        is_padded=True,
        is_cut_short=is_cut_short,
    )
    return batch, list(lines[position:])


def _reach(lines: Sequence[Line], position: int, max_lines: int) -> int:
    """Where the lines end that the record at ``position`` may take."""
    size, reach = 0, position
    while reach < len(lines) and reach - position < max_lines and size <= MAX_RECORD:
        size += len(lines[reach].data)
        reach += 1
    return reach
