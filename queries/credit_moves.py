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

Statement = Select[*tuple[Any, ...]]

# Bins of strength and of growth that one arrow stands for.
ARROW_COLUMNS, ARROW_ROWS = 8, 4
_ARROWS_IN_ROW = N_BIN // ARROW_COLUMNS


def move_sums(cursor: Cursor, parameters: CreditMapParameters) -> tuple[pd.DataFrame, ...]:
    """Of users, and of all others: one row per starting place (``cell``, blocks of ARROW_COLUMNS ×
    ARROW_ROWS bins, row by row) with ``n`` and the sums of the changes and of their squares, as of
    stats.methods.movement.movement_sums. Only those that stood in a cell later as well.
    """
    everyone = cursor.fetch(_moved(_steps(parameters).select_from(credit_score)))
    users = cursor.fetch(_moved(of_users(_steps(parameters), parameters)))
    return users, _without(everyone, users, ["cell"])


def end_counts(cursor: Cursor, parameters: CreditMapParameters) -> tuple[pd.DataFrame, ...]:
    """Of users, and of all others: one row per quadrant of the start (``start``, its place in
    QUADRANTS) and end (``end``: a quadrant's place, or the number of an exit) with ``n``. Those
    whose end is not known yet are left out."""
    everyone = cursor.fetch(_ended(_ends(parameters).select_from(credit_score)))
    users = cursor.fetch(_ended(of_users(_ends(parameters), parameters)))
    return users, _without(everyone, users, ["start", "end"])


def _steps(parameters: CreditMapParameters) -> Statement:
    """The starting place of each statement, and its changes in bins."""
    start, end = bin_of(parameters), later_bin(parameters)
    block_row = cast(func.floor(row_of(start) / float(ARROW_ROWS)), Integer)
    block_column = cast(func.floor(column_of(start) / float(ARROW_COLUMNS)), Integer)
    return select(
        (block_row * _ARROWS_IN_ROW + block_column).label("cell"),
        (column_of(end) - column_of(start)).label("dx"),
        (row_of(end) - row_of(start)).label("dy"),
    ).where(*in_map(parameters), *_in_quadrant(parameters), end < N_CELL)


def _moved(steps: Statement) -> Statement:
    step = steps.subquery("step").c
    return (
        select(
            step.cell,
            _count(),
            _sum(step.dx).label("dx"),
            _sum(step.dy).label("dy"),
            _sum(step.dx * step.dx).label("dx_square"),
            _sum(step.dy * step.dy).label("dy_square"),
        )
        .group_by(step.cell)
        .order_by(step.cell)
    )


def _ends(parameters: CreditMapParameters) -> Statement:
    """The quadrant of each statement, and its end."""
    later = later_bin(parameters)
    end = case((later < N_CELL, quadrant_of(later)), else_=cast(later, Integer))
    return select(quadrant_of(bin_of(parameters)).label("start"), end.label("end")).where(
        *in_map(parameters), *_in_quadrant(parameters), later.is_not(None)
    )


def _ended(ends: Statement) -> Statement:
    end = ends.subquery("ended").c
    return (
        select(end.start, end.end, _count())
        .group_by(end.start, end.end)
        .order_by(end.start, end.end)
    )


def _in_quadrant(parameters: CreditMapParameters) -> list[ColumnElement[bool]]:
    """The cells of the chosen quadrant."""
    if not parameters.quadrant:
        return []
    return [quadrant_of(bin_of(parameters)) == QUADRANTS.index(parameters.quadrant)]


def _without(everyone: pd.DataFrame, users: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The sums of all less those of the users, who are among them."""
    rest = everyone.set_index(by).sub(users.set_index(by), fill_value=0)
    return rest[rest["n"] > 0].reset_index()


def _count() -> ColumnElement[int]:
    return cast(func.count(), BigInteger).label("n")


def _sum(value: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.sum(value), BigInteger)
