"""Where firms of the plane of credit strength and growth stood some years later."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, Double, Select, cast, func, select

from queries.credit_map_sample import (
    bin_of,
    column_of,
    in_map,
    later_bin,
    of_users,
    row_of,
)
from queries.parameters import QUADRANTS, CreditMapParameters
from store.credit_grid import GROWING_FROM, N_BIN, N_CELL, STRONG_FROM
from store.credit_tables import credit_score
from store.cursor import Cursor

Statement = Select[*tuple[Any, ...]]

# Bins of strength and of growth that one arrow stands for.
ARROW_COLUMNS, ARROW_ROWS = 8, 4
_SUMS = ["n", "dx", "dy", "dx_square", "dy_square"]


def move_sums(cursor: Cursor, parameters: CreditMapParameters) -> tuple[pd.DataFrame, ...]:
    """Of users, and of all others: one row per starting place (``cell``, blocks of ARROW_COLUMNS ×
    ARROW_ROWS bins, row by row) with ``n`` and the sums of the changes and of their squares, as of
    stats.methods.movement.movement_sums. Only those that stood in a cell later as well.
    """
    statement = _moved(parameters)
    users, everyone = (
        _by_place(cursor.fetch(s), parameters)
        for s in (of_users(statement, parameters), statement.select_from(credit_score))
    )
    return users, _without(everyone, users, ["cell"])


def end_counts(cursor: Cursor, parameters: CreditMapParameters) -> tuple[pd.DataFrame, ...]:
    """Of users, and of all others: one row per quadrant of the start (``start``, its place in
    QUADRANTS) and end (``end``: a quadrant's place, or the number of an exit) with ``n``. Those
    whose end is not known yet are left out."""
    statement = _ended(parameters)
    users, everyone = (
        _by_end(cursor.fetch(s), parameters)
        for s in (of_users(statement, parameters), statement.select_from(credit_score))
    )
    return users, _without(everyone, users, ["start", "end"])


# Both statements group by a single cell number and add up plain numbers, exact as long as they are
# whole: over 43 million rows that is three to six times as fast as counting by pairs or conditions.
# What follows from the sums is worked out on at most 4,101 rows.


def _moved(parameters: CreditMapParameters) -> Statement:
    """By the cell at the start: how many stood in a cell later, and the sums of its bins."""
    start, end = bin_of(parameters), later_bin(parameters)
    x, y = cast(column_of(end), Double), cast(row_of(end), Double)
    sums = {"x": x, "y": y, "x_square": x * x, "y_square": y * y}
    return (
        select(
            start.label("start"),
            cast(func.count(), BigInteger).label("n"),
            *(func.sum(value).label(name) for name, value in sums.items()),
        )
        .where(*in_map(parameters), end < N_CELL)
        .group_by(start)
        .order_by(start)
    )


def _by_place(ends: pd.DataFrame, parameters: CreditMapParameters) -> pd.DataFrame:
    """The sums of changes by starting place, from those of ends by starting cell."""
    if parameters.quadrant:
        is_chosen = quadrant_places(ends["start"]) == QUADRANTS.index(parameters.quadrant)
        ends = ends[is_chosen]
    ends = ends.astype("float64")
    x, y, n = ends["start"] % N_BIN, ends["start"] // N_BIN, ends["n"]
    moved = pd.DataFrame(
        {
            "cell": y // ARROW_ROWS * (N_BIN // ARROW_COLUMNS) + x // ARROW_COLUMNS,
            "n": n,
            "dx": ends["x"] - n * x,
            "dy": ends["y"] - n * y,
            "dx_square": ends["x_square"] - 2 * x * ends["x"] + n * x * x,
            "dy_square": ends["y_square"] - 2 * y * ends["y"] + n * y * y,
        }
    ).astype("int64")
    return moved.groupby("cell")[_SUMS].sum().reset_index()


def _ended(parameters: CreditMapParameters) -> Statement:
    """By the end: how many, how many of them started strong, growing, and both."""
    start, end = bin_of(parameters), later_bin(parameters)
    # The first cell of the first row that grows.
    growing, strong = start >= GROWING_FROM * N_BIN, column_of(start) >= STRONG_FROM
    sums = {"strong": strong, "growing": growing, "both": growing & strong}
    return (
        select(
            end.label("end"),
            cast(func.count(), BigInteger).label("n"),
            *(func.sum(cast(value, Double)).label(name) for name, value in sums.items()),
        )
        .where(*in_map(parameters), end.is_not(None))
        .group_by(end)
        .order_by(end)
    )


def _by_end(counts: pd.DataFrame, parameters: CreditMapParameters) -> pd.DataFrame:
    """One row per quadrant of the start and end."""
    counts = counts.astype("int64")
    strong, growing, both = (counts[name] for name in ("strong", "growing", "both"))
    starts = (counts["n"] - strong - growing + both, strong - both, growing - both, both)
    end = counts["end"].where(counts["end"] >= N_CELL, quadrant_places(counts["end"]))
    parts = [
        pd.DataFrame({"start": place, "end": end, "n": n})
        for place, n in enumerate(starts)
        if parameters.quadrant in ("", QUADRANTS[place])
    ]
    found = pd.concat(parts)
    table: pd.DataFrame = found[found["n"] > 0].groupby(["start", "end"]).sum().reset_index()
    return table


def quadrant_places(cell: pd.Series) -> pd.Series:
    """The place in QUADRANTS of each cell."""
    strong = (cell % N_BIN >= STRONG_FROM).astype("int64")
    return strong + 2 * (cell // N_BIN >= GROWING_FROM).astype("int64")


def _without(everyone: pd.DataFrame, users: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The sums of all less those of the users, who are among them."""
    rest = everyone.set_index(by).sub(users.set_index(by), fill_value=0)
    return rest[rest["n"] > 0].reset_index()
