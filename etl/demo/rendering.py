"""Arrow columns rendered to lines of CSV, with the damage that real deliveries have."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.dice import Bools, Ints
from etl.demo.numbers import as_text

# How the rejects of real deliveries look; one in about 1,500 records of the demo is such a one.
SPOILED = (
    "check_digit",
    "impossible_date",
    "column_missing",
    "check_digit",
    "control_character",
    "column_added",
    "impossible_date",
    "unclosed_quote",
)
# Where a wrong number is a remark and no reason to refuse.
SPOILED_OTHERWISE = (
    "impossible_date",
    "column_missing",
    "control_character",
    "column_added",
    "unclosed_quote",
)


def quoted(column: Any, always: bool = False) -> Any:
    """Cells that need quotes, or all that are not empty, in quotes."""
    needs = pc.match_substring_regex(column, ".") if always else pc.match_substring(column, ",")
    if not pc.any(needs).as_py():
        return column
    return pc.if_else(needs, pc.binary_join_element_wise('"', column, '"', ""), column)


def joined(columns: Sequence[Any], line_end: str = "\n") -> Any:
    """One line of text per row; NULL cells are empty."""
    n = next(len(column) for column in columns if isinstance(column, pa.Array))
    if not n:
        return pa.array([], pa.string())
    options = {"null_handling": "replace", "null_replacement": ""}
    line = pc.binary_join_element_wise(*columns, ",", **options)
    return pc.binary_join_element_wise(line, "", line_end, **options)


def header(names: Sequence[str], line_end: str = "\n") -> str:
    """The first line of a file."""
    return ",".join(names) + line_end


def csv_lines(rows: Sequence[Sequence[object]], line_end: str = "\n") -> list[str]:
    """Each row as one line of CSV text, for the small files."""
    lines = []
    for row in rows:
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator=line_end).writerow(row)
        lines.append(buffer.getvalue())
    return lines


def text_of(lines: Any) -> bytes:
    """The lines one after the other, in UTF-8."""
    if not len(lines):
        return b""
    lines = lines.combine_chunks() if isinstance(lines, pa.ChunkedArray) else lines
    _, offsets, data = lines.buffers()
    ends = np.frombuffer(offsets, np.int32)[lines.offset : lines.offset + len(lines) + 1]
    return bytes(memoryview(data)[ends[0] : ends[-1]])


def replaced(column: Any, mask: Bools, values: Sequence[str] | Any) -> Any:
    """The column with ``values`` where ``mask`` is TRUE, one value per such row."""
    if not mask.any():
        return column
    values = values if isinstance(values, pa.Array) else pa.array(values, pa.string())
    return pc.replace_with_mask(column, pa.array(mask), values)


def figures(
    rng: np.random.Generator, values: Ints, dirty_share: float = 0.0, is_given: Bools | None = None
) -> Any:
    """Whole numbers as text; a dirty share with separators, in full width, or with 円 behind."""
    texts = as_text(values)
    if dirty_share:
        dirty = np.flatnonzero(rng.random(len(values)) < dirty_share)
        how = rng.integers(0, 3, len(dirty))
        wide = str.maketrans("0123456789-", "０１２３４５６７８９－")
        made = [
            (f"{v:,}", str(v).translate(wide), f"{v:,}円")[h]
            for v, h in zip(values[dirty].tolist(), how, strict=True)
        ]
        mask = np.zeros(len(values), bool)
        mask[dirty] = True
        texts = quoted(replaced(texts, mask, made))
    return texts if is_given is None else pc.if_else(pa.array(is_given), texts, "")


def spoil(
    rng: np.random.Generator, lines: Any, n: int, number: int, day: int, title: int,
    ways: Sequence[str] = SPOILED,
) -> tuple[Any, Ints]:  # fmt: skip
    """``lines`` with ``n`` bad ones among them, and where the good ones stand now.

    ``number``, ``day`` and ``title`` are the positions of the columns to damage.
    """
    size = len(lines)
    if not size or not n:
        return lines, np.arange(size)
    models = lines.take(pa.array(rng.integers(0, size, n))).to_pylist()
    bad = [_damaged(line, ways[i % len(ways)], number, day, title) for i, line in enumerate(models)]
    # Among the later two thirds, so that the head of the file shows what it is.
    before = np.sort(rng.integers(size // 3, size, n))
    order = np.insert(np.arange(size), before, size + np.arange(n))
    mixed = pa.concat_arrays([lines, pa.array(bad, pa.string())]).take(pa.array(order))
    return mixed, np.flatnonzero(order < size)


def _damaged(line: str, how: str, number: int, day: int, title: int) -> str:
    cells = next(csv.reader([line.rstrip("\r\n")]))
    if how == "check_digit":
        cells[number] = f"{int(cells[number][0]) % 9 + 1}{cells[number][1:]}"
    elif how == "impossible_date":
        cells[day] = "2023-02-30"
    elif how == "column_missing":
        del cells[title]
    elif how == "column_added":
        cells.insert(title, "再提出")
    elif how == "control_character":
        cells[title] += "\x00"
    made = ",".join(cells) + "\n"
    if how == "unclosed_quote":
        made = made.replace(f",{cells[title]},", f',"{cells[title]},')
    return made


def repeated(rng: np.random.Generator, n: int, share: float) -> Ints:
    """Positions of ``n`` rows in order, a ``share`` of them twice, the second time further on."""
    twice = np.flatnonzero(rng.random(n) < share)
    later = np.minimum(n, twice + 1 + rng.integers(0, 50, len(twice)))
    return np.insert(np.arange(n), later, twice)
