"""A table to protect: cells, what everybody knows of them, and the sums that tie them together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from disclosure.schema import (
    CELL_COLUMNS,
    OWNER_COLUMNS,
    RELATION_COLUMNS,
    cell_key,
    digest,
    matched_columns,
)

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# What a sensitive cell without a level of its own is protected by: 10 % of its value.
DEFAULT_LEVEL_SHARE = 0.10
_YES = {"1", "1.0", "true", "yes", "y", "t", "x", "u"}
_NO = {"0", "0.0", "false", "no", "n", "f", "s", "", "nan", "none", "-0", "-0.0"}


class TableError(ValueError):
    """The cells and relations do not make a table that can be protected."""


@dataclass(frozen=True)
class Table:
    """Cells in the order given and relations, each a row of ``matrix`` with matrix · value = 0.

    ``lower`` and ``upper`` bound what a cell may be in the eyes of everybody. An attacker must find
    each sensitive cell possible at value + ``level_up`` and at value − ``level_down``. ``cost`` is
    what hiding a cell costs, its absolute value by default. All in the unit of the value.
    """

    cells: tuple[str, ...]
    value: Floats
    lower: Floats
    upper: Floats
    level_down: Floats
    level_up: Floats
    is_sensitive: Flags
    is_fixed: Flags
    cost: Floats
    matrix: sparse.csr_matrix

    @classmethod
    def of(cls, cells: pd.DataFrame, relations: pd.DataFrame) -> Table:
        """The table of two frames with columns as `disclosure.schema` names them.

        Raises TableError where a column is missing, a number is none, a cell stands twice or is
        unknown, a level or bound contradicts the value, or a relation does not add up.
        """
        frame = named(cells, CELL_COLUMNS, ("cell", "value", "is_sensitive"), "cells")
        keys = _keys(frame["cell"], "cells")
        if len(set(keys)) < len(keys):
            repeated = next(key for key in keys if keys.count(key) > 1)
            raise TableError(f"the cell {repeated} stands twice")
        if not keys:
            raise TableError("there are no cells")
        value = _numbers(frame, "value")
        sensitive = _flags(frame["is_sensitive"], "is_sensitive")
        # Nobody hides that there is nothing, unless the caller says so.
        empty = (value == 0) & ~sensitive
        fixed = _flags(frame["is_fixed"], "is_fixed") if "is_fixed" in frame else empty
        lower, upper = _bounds(frame, value)
        down, up = _levels(frame, value, lower, sensitive)
        cost = _numbers(frame, "cost", np.abs(value))
        if (cost < 0).any():
            raise TableError("a cost is below zero")
        matrix = _matrix(relations, keys)
        table = cls(tuple(keys), value, lower, upper, down, up, sensitive, fixed, cost, matrix)
        _check(table)
        return table

    def digest_of_cells(self) -> str:
        """The digest of all that a certificate rests on, apart from the relations."""
        columns = (self.value, self.lower, self.upper, self.level_down, self.level_up)
        numbers = zip(*(column.tolist() for column in columns), strict=True)
        flags = zip(self.is_sensitive.tolist(), self.is_fixed.tolist(), strict=True)
        return digest(
            (cell, *number, *flag)
            for cell, number, flag in zip(self.cells, numbers, flags, strict=True)
        )

    def digest_of_relations(self) -> str:
        """The digest of the relations, whatever they are called and in whatever order."""
        return digest(
            [digest((self.cells[cell], float(number)) for cell, number in relation)]
            for relation in self.relations()
        )

    def relations(self) -> list[list[tuple[int, float]]]:
        """Each relation as pairs of a cell's place and its coefficient."""
        start, place, number = self.matrix.indptr, self.matrix.indices, self.matrix.data
        return [
            list(zip(place[a:b].tolist(), number[a:b].tolist(), strict=True))
            for a, b in pairwise(start)
        ]


@dataclass(frozen=True)
class Owners:
    """Who owns which part of which cell: places of cells in the table, owners, parts."""

    place: npt.NDArray[np.int64]
    owner: tuple[str, ...]
    part: Floats

    @classmethod
    def of(cls, owners: pd.DataFrame, table: Table) -> Owners:
        """The owners of a frame with ``cell``, ``owner`` and ``value``.

        Parts of one owner in one cell are summed. Raises TableError for a cell that the table does
        not have, and for parts of a table without negative values that exceed the cell.
        """
        frame = named(owners, OWNER_COLUMNS, ("cell", "owner", "value"), "owners")
        where = {cell: place for place, cell in enumerate(table.cells)}
        keys = _keys(frame["cell"], "owners")
        for key in keys:
            if key not in where:
                raise TableError(f"the owners name the cell {key}, which the table does not have")
        parts = pd.DataFrame(
            {
                "place": np.array([where[key] for key in keys], dtype=np.int64),
                "owner": frame["owner"].astype(str).str.strip(),
                "part": _numbers(frame, "value"),
            }
        )
        summed = parts.groupby(["place", "owner"], as_index=False).agg(part=("part", "sum"))
        place = summed["place"].to_numpy(np.int64)
        part = summed["part"].to_numpy(float)
        too_much = (table.lower[place] >= 0) & (
            part > table.value[place] + _slack(table.value[place])
        )
        if too_much.any():
            cell = table.cells[int(place[too_much][0])]
            raise TableError(f"an owner's part exceeds the value of cell {cell}")
        return cls(place, tuple(summed["owner"].tolist()), part)


def named(
    frame: pd.DataFrame, known: dict[str, tuple[str, ...]], needed: tuple[str, ...], what: str
) -> pd.DataFrame:
    """The known columns of a frame under their own names; TableError where one is missing."""
    try:
        found = matched_columns([str(column) for column in frame.columns], known)
    except ValueError as error:
        raise TableError(f"{what}: {error}") from error
    for name in needed:
        if name not in found.values():
            raise TableError(f"{what}: the column {name} is missing")
    chosen = frame.rename(columns=str)[list(found)]
    return chosen.rename(columns=found)


def _keys(column: pd.Series, what: str) -> list[str]:
    if column.isna().any():
        raise TableError(f"{what}: a row has no cell")
    return [cell_key(key) for key in column.tolist()]


def _numbers(frame: pd.DataFrame, name: str, default: Floats | None = None) -> Floats:
    if name not in frame:
        if default is None:
            raise TableError(f"the column {name} is missing")
        return default
    numbers = pd.to_numeric(frame[name], errors="coerce").to_numpy(float, na_value=np.nan)
    empty = (frame[name].isna() | (frame[name].astype(str).str.strip() == "")).to_numpy(bool)
    if default is not None:
        numbers = np.where(empty, default, numbers)
    if np.isnan(numbers).any() or (name in {"value", "cost"} and np.isinf(numbers).any()):
        place = int(np.flatnonzero(~np.isfinite(numbers))[0])
        raise TableError(f"{name}: {frame[name].iloc[place]!r} is not a number")
    return numbers + 0.0


def _flags(column: pd.Series, name: str) -> Flags:
    words = column.astype(str).str.strip().str.lower()
    yes = words.isin(_YES)
    unknown = words[~yes & ~words.isin(_NO)]
    if len(unknown):
        raise TableError(f"{name}: {unknown.iloc[0]!r} is neither 0 nor 1")
    return yes.to_numpy(bool)


def _bounds(frame: pd.DataFrame, value: Floats) -> tuple[Floats, Floats]:
    # Where one value is negative, any may be.
    least = -np.inf if (value < 0).any() else 0.0
    lower = _numbers(frame, "lower_bound", np.full(len(value), least))
    upper = _numbers(frame, "upper_bound", np.full(len(value), np.inf))
    return lower, upper


def _levels(
    frame: pd.DataFrame, value: Floats, lower: Floats, sensitive: Flags
) -> tuple[Floats, Floats]:
    default = DEFAULT_LEVEL_SHARE * np.abs(value)
    either = _numbers(frame, "protection_level", default)
    up = _numbers(frame, "upper_protection_level", either)
    down = _numbers(frame, "lower_protection_level", either)
    if (up < 0).any() or (down < 0).any() or not np.isfinite(up + down).all():
        raise TableError("a protection level is below zero or without end")
    # A sensitive cell without a level of its own is not a cell without protection.
    without = (up == 0) & (down == 0)
    up, down = np.where(without, default, up), np.where(without, default, down)
    # A cell that cannot fall below a bound is protected downwards as far as the bound.
    down = np.minimum(down, np.maximum(value - lower, 0.0))
    return np.where(sensitive, down, 0.0), np.where(sensitive, up, 0.0)


def _matrix(relations: pd.DataFrame, keys: list[str]) -> sparse.csr_matrix:
    frame = named(relations, RELATION_COLUMNS, (), "relations")
    if "parent" in frame and "child" in frame:
        frame = _of_parents(frame)
    for name in ("relation", "cell", "coefficient"):
        if name not in frame:
            raise TableError(f"relations: the column {name} is missing")
    where = {key: place for place, key in enumerate(keys)}
    names = _keys(frame["cell"], "relations")
    for name in names:
        if name not in where:
            raise TableError(f"relations: the cell {name} is not among the cells")
    rows = pd.factorize(frame["relation"].map(cell_key))[0]
    columns = np.array([where[name] for name in names], dtype=np.int64)
    shape = (int(rows.max()) + 1 if len(rows) else 0, len(keys))
    numbers = _numbers(frame, "coefficient")
    matrix = sparse.csr_matrix((numbers, (rows, columns)), shape=shape)
    matrix.eliminate_zeros()
    return matrix


def _of_parents(frame: pd.DataFrame) -> pd.DataFrame:
    if "relation" not in frame:
        frame = frame.assign(relation=frame["parent"])
    totals = frame[["relation", "parent"]].drop_duplicates()
    if totals["relation"].duplicated().any():
        raise TableError("relations: a relation has two parents")
    totals = totals.rename(columns={"parent": "cell"}).assign(coefficient=-1.0)
    parts = frame[["relation", "child"]].rename(columns={"child": "cell"}).assign(coefficient=1.0)
    return pd.concat([totals, parts], ignore_index=True)


def _slack(value: Floats) -> Floats:
    slack: Floats = 1e-9 * np.maximum(1.0, np.abs(value))
    return slack


def _check(table: Table) -> None:
    slack = _slack(table.value)
    outside = (table.value < table.lower - slack) | (table.value > table.upper + slack)
    if outside.any():
        raise TableError(f"the value of cell {_named(table, outside)} is outside its bounds")
    both = table.is_sensitive & table.is_fixed
    if both.any():
        raise TableError(f"the cell {_named(table, both)} is sensitive and yet fixed")
    off = np.abs(table.matrix @ table.value)
    # Values written to so many decimals add up to half a unit a cell at best.
    unit = unit_of_last_digit(table.value)
    terms = np.diff(table.matrix.indptr)
    size = abs(table.matrix) @ np.abs(table.value)
    wrong = off > 1e-9 * size + (terms * unit if unit < 1 else 0.0)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        places = table.matrix.indices[table.matrix.indptr[row] : table.matrix.indptr[row + 1]]
        shown = ", ".join(table.cells[int(place)] for place in places[:4])
        raise TableError(
            f"the relation of the cells {shown} … does not add up: off by {off[row]:g}"
        )


def _named(table: Table, flags: Flags) -> str:
    return table.cells[int(np.flatnonzero(flags)[0])]


def unit_of_last_digit(value: Floats) -> float:
    """The unit of the last decimal that the values are written with: 1 for whole numbers."""
    for digits in range(10):
        if np.allclose(np.round(value, digits), value, rtol=1e-12, atol=10.0 ** (-digits - 4)):
            return float(10.0**-digits)
    return 1e-10
