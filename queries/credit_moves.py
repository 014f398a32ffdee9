"""Where firms of the plane of credit strength and growth stood some years later."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Integer, Select, case, cast, func, select

from queries.credit_map_sample import (
    bin_of,
    column_of,
    in_map,
    later_bin,
    of_users,
    quadrant_of,
    row_of,
)
from queries.parameters import QUADRANTS, CreditMapParameters
from store.credit_grid import N_BIN, N_CELL
from store.credit_tables import credit_score
from store.cursor import Cursor

# Bins of strength and of growth that one arrow stands for.
ARROW_COLUMNS, ARROW_ROWS = 8, 4
_ARROWS_IN_ROW = N_BIN // ARROW_COLUMNS


def move_sums(cursor: Cursor, parameters: CreditMapParameters) -> tuple[pd.DataFrame, ...]:
    """Of users, and of all others: one row per starting place (``cell``, blocks of ARROW_COLUMNS ×
    ARROW_ROWS bins, row by row) with ``n`` and the sums of the changes and of their squares, as of
    stats.methods.movement.movement_sums. Only those that stood in a cell later as well.
    """
    everyone = cursor.fetch(_moved(parameters).select_from(credit_score))
    users = cursor.fetch(of_users(_moved(parameters), parameters))
    return users, _without(everyone, users)


def _moved(parameters: CreditMapParameters) -> Select[Any]:
    start, end = bin_of(parameters), later_bin(parameters)
    block_row = cast(func.floor(row_of(start) / float(ARROW_ROWS)), Integer)
    block_column = cast(func.floor(column_of(start) / float(ARROW_COLUMNS)), Integer)
    cell = block_row * _ARROWS_IN_ROW + block_column
    changes = {"dx": column_of(end) - column_of(start), "dy": row_of(end) - row_of(start)}
    return (
        select(
            cell.label("cell"),
            _count(),
            *(_sum(change).label(name) for name, change in changes.items()),
            *(_sum(change * change).label(f"{name}_square") for name, change in changes.items()),
        )
        .where(*in_map(parameters), *in_quadrant(parameters), end < N_CELL)
        .group_by(cell)
        .order_by(cell)
    )


def in_quadrant(parameters: CreditMapParameters) -> list[ColumnElement[bool]]:
    """The cells of the chosen quadrant."""
    if not parameters.quadrant:
        return []
    return [quadrant_of(bin_of(parameters)) == QUADRANTS.index(parameters.quadrant)]


def end_counts(cursor: Cursor, parameters: CreditMapParameters) -> tuple[pd.DataFrame, ...]:
    """Of users, and of all others: one row per quadrant of the start (``start``, its place in
    QUADRANTS) and end (``end``: a quadrant's place, or the number of an exit) with ``n``. Those
    whose end is not known yet are left out."""
    everyone = cursor.fetch(_ended(parameters).select_from(credit_score))
    users = cursor.fetch(of_users(_ended(parameters), parameters))
    keys = ["start", "end"]
    return users, _without(everyone, users, keys)


def _ended(parameters: CreditMapParameters) -> Select[Any]:
    later = later_bin(parameters)
    start = quadrant_of(bin_of(parameters))
    end = case((later < N_CELL, quadrant_of(later)), else_=cast(later, Integer))
    return (
        select(start.label("start"), end.label("end"), _count())
        .where(*in_map(parameters), *in_quadrant(parameters), later.is_not(None))
        .group_by(start, end)
        .order_by(start, end)
    )


def _without(
    everyone: pd.DataFrame, users: pd.DataFrame, keys: list[str] | None = None
) -> pd.DataFrame:
    """The sums of all less those of the users, who are among them."""
    by = keys or ["cell"]
    rest = everyone.set_index(by).sub(users.set_index(by), fill_value=0)
    return rest[rest["n"] > 0].reset_index()


def _count() -> ColumnElement[int]:
    return cast(func.count(), BigInteger).label("n")


def _sum(value: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.sum(value), BigInteger)
