"""Records out of physical lines, a block at a time: plain lines together, suspect ones apart.

A record that cannot be read costs its first physical line only; reading goes on with the next
line, so an unclosed quote never swallows the records behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from etl.content import BLOCK, MAX_LINE, Block, Places, is_blank, line_bounds, read_blocks
from etl.long_record import Line, numbered, read_one_by_one
from etl.record import Batch, Form, Refusal, UnreadableError, raw_text, read_record
from etl.split import as_csv, split_lines
from etl.suspect import has_padding, suspect_lines, to_utf8


def read_records(path: Path, form: Form, size: int = BLOCK) -> Iterator[Batch]:
    """The records of a delivery in bounded batches, the refused ones beside them.

    The header rows are the first ``n_header`` lines that are not blank. Raises RefusedFileError
    like read_blocks.
    """
    n_header = form.n_header
    left: list[Line] = []
    for block in read_blocks(path, form.max_unpacked, size):
        first = 0
        while n_header and first < block.n_line:
            n_header -= not is_blank(block.line(first))
            first += 1
        if form.max_lines == 1:
            yield _BlockReader(block, first, form).read()
        else:
            batch, left = read_one_by_one([*left, *numbered(block, first)], block, form)
            yield batch


class _BlockReader:
    """Reads a block in which every line from ``first`` on is a record, refused or blank."""

    def __init__(self, block: Block, first: int, form: Form) -> None:
        self._block = block
        self._first = first
        self._form = form
        self._text = to_utf8(block.data, form.encoding)
        self._bounds = block.bounds if self._text is block.data else line_bounds(self._text)
        self._refused: dict[int, str] = {}
        self._is_cut_short = False

    def read(self) -> Batch:
        block, form = self._block, self._form
        suspects = self._suspects()
        mended = {i: cells for i in suspects.tolist() if (cells := self._examine(i)) is not None}
        text = self._without(suspects, mended)
        is_kept = np.arange(block.n_line) >= self._first
        is_kept[suspects] = [i in mended for i in suspects.tolist()]
        kept = np.flatnonzero(is_kept)
        longest = int(np.diff(self._bounds).max(initial=0))
        cells, rejected = split_lines(text, form.n_column, form.needed, longest)
        for i in kept[rejected].tolist():
            self._examine(i)
        kept = np.delete(kept, rejected)
        if len(kept) != cells.num_rows:
            raise AssertionError(f"{len(kept)} lines became {cells.num_rows} records")
        return Batch(
            cells=cells,
            lines=kept + block.first_line,
            offsets=block.offsets[kept],
            text_of=lambda i: raw_text(block.line(int(kept[i])), form),
            refusals=[self._refusal(i) for i in sorted(self._refused)],
            n_byte=len(block.data),
            is_padded=has_padding(text),
            is_cut_short=self._is_cut_short,
        )

    def _suspects(self) -> Places:
        """The lines to examine one by one: not plain, blank, or longer than a line may be."""
        found = [
            suspect_lines(self._text, self._bounds, self._form.encoding),
            self._block.blank_lines(),
            np.flatnonzero(np.diff(self._block.bounds) > MAX_LINE),
        ]
        suspects = np.unique(np.concatenate(found))
        return suspects[suspects >= self._first]

    def _examine(self, i: int) -> list[str] | None:
        """The cells of a line, or None, after entering its refusal if it is not blank."""
        line = self._block.line(i)
        if is_blank(line):
            return None
        try:
            return read_record([line], self._form)[0]
        except UnreadableError as error:
            self._refused[i] = error.reason
            is_at_end = i == self._block.n_line - 1 and not self._block.ends_with_newline
            self._is_cut_short |= is_at_end and error.is_incomplete
            return None

    def _without(self, suspects: Places, mended: dict[int, list[str]]) -> bytes:
        """The text of the records, with each suspect line mended or left out."""
        bounds, text = self._bounds, memoryview(self._text)
        pieces: list[bytes | memoryview] = []
        start = bounds[self._first]
        for i in suspects.tolist():
            pieces.append(text[start : bounds[i]])
            if i in mended:
                pieces.append(as_csv(mended[i]))
            start = bounds[i + 1]
        return b"".join([*pieces, text[start:]]) if start else self._text

    def _refusal(self, i: int) -> Refusal:
        block = self._block
        return Refusal(
            block.first_line + i,
            int(block.offsets[i]),
            self._refused[i],
            "",
            raw_text(block.line(i), self._form),
        )
