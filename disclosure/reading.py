"""Cells, relations, owners and patterns from files, as text: `table` says what they mean."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd

from disclosure.schema import CELL_COLUMNS, HIDDEN, cell_key
from disclosure.table import Flags, Owners, Table, TableError, named


def read_frame(path: Path) -> pd.DataFrame:
    """The rows of a CSV file as text.

    UTF-8 with or without a mark, or cp932; commas, semicolons or tabs; any ends of lines. Raises
    TableError where the file is none of these, has no header, or a row has too many fields.
    """
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("cp932")
        except UnicodeDecodeError as error:
            raise TableError(f"{path.name}: neither UTF-8 nor cp932") from error
    header, _, _ = text.partition("\n")
    delimiter = max(",;\t", key=header.count)
    # Not strict about quotes inside fields, but about the number of fields.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    rows = [row for row in reader if any(field.strip() for field in row)]
    if not rows:
        raise TableError(f"{path.name}: the file is empty")
    names = [name.strip() for name in rows[0]]
    for number, row in enumerate(rows[1:], start=2):
        if len(row) > len(names) and any(field.strip() for field in row[len(names) :]):
            raise TableError(f"{path.name}: row {number} has more fields than the header")
    width = len(names)
    padded = [[field.strip() for field in row[:width]] + [""] * (width - len(row)) for row in rows]
    return pd.DataFrame(padded[1:], columns=names, dtype=str)


def read_table(cells: Path, relations: Path) -> Table:
    """The table of a file of cells and a file of relations; raises TableError."""
    return Table.of(read_frame(cells), read_frame(relations))


def read_owners(path: Path, table: Table) -> Owners:
    """The owners of parts of the table's cells; raises TableError."""
    return Owners.of(read_frame(path), table)


def read_hidden(path: Path, table: Table) -> Flags:
    """Which cells of the table a pattern of an earlier period hid."""
    frame = named(read_frame(path), CELL_COLUMNS, ("cell", "status"), "pattern")
    hidden = frame["status"].str.lower() == HIDDEN
    names = {cell_key(cell) for cell in frame.loc[hidden, "cell"]}
    return np.array([cell in names for cell in table.cells], dtype=bool)
