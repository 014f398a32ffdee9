"""Many sound lines split into cells at once by Arrow, which is told to guess nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc

from etl.content import MEBI, Places


def split_lines(
    text: bytes, n_column: int, needed: Sequence[int], longest: int
) -> tuple[pa.Table, Places]:
    """The ``needed`` cells of each line of ``text`` as text columns named by position, NULL where
    empty, and the positions of the lines that have not ``n_column`` cells; these are left out.

    ``text`` is UTF-8 without blank lines, and no line is longer than ``longest`` bytes. Each
    quote in it opens, closes or doubles: where that holds, Arrow and Python's csv agree.
    """
    names = [str(i) for i in range(n_column)]
    wanted = [str(i) for i in needed]
    if not text:
        return pa.table({name: pa.nulls(0, pa.string()) for name in wanted}), _places([])
    rejected: list[int] = []

    def reject(row: pc.InvalidRow) -> str:
        rejected.append(row.number - 1)
        return "skip"

    table = pc.read_csv(
        pa.py_buffer(text),
        # Rows are numbered only where one thread reads; callers read beside other work.
        pc.ReadOptions(use_threads=False, column_names=names, block_size=max(MEBI, 4 * longest)),
        pc.ParseOptions(
            quote_char='"' if b'"' in text else False,
            ignore_empty_lines=False,
            invalid_row_handler=reject,
        ),
        pc.ConvertOptions(
            check_utf8=False,
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            include_columns=wanted,
        ),
    )
    return table, _places(rejected)


def as_csv(cells: Sequence[str]) -> bytes:
    """A record as a line in which every cell is quoted."""
    quoted = ('"' + cell.replace('"', '""') + '"' for cell in cells)
    return (",".join(quoted) + "\n").encode()


def _places(positions: list[int]) -> Places:
    return np.array(positions, np.int64)
