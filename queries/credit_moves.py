"""Where firms of the plane of credit strength and growth stood some years later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Double, Select, cast, func, select

from queries.credit_map_sample import (
    bin_of,
    column_of,
    in_map,
    later_bin,
    of_users,
    row_of,
)
from queries.parameters import QUADRANTS, CreditMapParameters
from store.credit_grid import (
    CLOSED,
    DEFAULTED,
    GROWING_FROM,
    MERGED,
    N_BIN,
    N_CELL,
    SILENT,
    STRONG_FROM,
    UNPLACED,
)
from store.credit_tables import credit_score
from store.cursor import Cursor

Statement = Select[*tuple[Any, ...]]

# Bins of strength and of growth that one arrow stands for.
ARROW_COLUMNS, ARROW_ROWS = 8, 4
EXIT_NUMBERS = (DEFAULTED, CLOSED, MERGED, SILENT, UNPLACED)
_SUMS = ["n", "dx", "dy", "dx_square", "dy_square"]


def move_sums(cursor: Cursor, parameters: CreditMapParameters) -> tuple[pd.DataFrame, ...]:
    """Of users, and of all others: one row per starting place (``cell``, blocks of ARROW_COLUMNS ×
    ARROW_ROWS bins, row by row) with ``n`` and the sums of the changes and of their squares, as of
    stats.methods.movement.movement_sums. Only those that stood in a cell later as well.
    """
    users, everyone = (
        _by_place(_in_quadrant(cursor.fetch(statement), parameters))
        for statement in _of_both(_moved, parameters)
    )
    return users, _without(everyone, users, ["cell"])


def end_counts(cursor: Cursor, parameters: CreditMapParameters) -> tuple[pd.DataFrame, ...]:
    """Of users, and of all others: one row per quadrant of the start (``start``, its place in
    QUADRANTS) and end (``end``: a quadrant's place, or the number of an exit) with ``n``. Those
    whose end is not known yet are left out."""
    users, everyone = (
        _by_end(_in_quadrant(cursor.fetch(statement), parameters))
        for statement in _of_both(_ended, parameters)
    )
    return users, _without(everyone, users, ["start", "end"])


def _of_both(
    columns: Callable[[CreditMapParameters], list[ColumnElement[Any]]],
    parameters: CreditMapParameters,
) -> tuple[Statement, Statement]:
    """The statement of users and that of everyone: ``columns`` by the cell at the start.

    By cell and nothing else, because grouping by a small number costs next to nothing: what
    follows from it is worked out on 4,096 rows instead of 43 million.
    """
    start = bin_of(parameters)
    statement = (
        select(start.label("start"), *columns(parameters))
        .where(*in_map(parameters))
        .group_by(start)
        .order_by(start)
    )
    return of_users(statement, parameters), statement.select_from(credit_score)


def _moved(parameters: CreditMapParameters) -> list[ColumnElement[Any]]:
    """Where those who stood in a cell later stood: sums of bins, exact as whole numbers."""
    end = later_bin(parameters)
    stands = end < N_CELL
    x, y = cast(column_of(end), Double), cast(row_of(end), Double)
    sums = {"x": x, "y": y, "x_square": x * x, "y_square": y * y}
    return [
        cast(func.count().filter(stands), BigInteger).label("n"),
        *(func.sum(value).filter(stands).label(name) for name, value in sums.items()),
    ]


def _by_place(ends: pd.DataFrame) -> pd.DataFrame:
    """The sums of changes by starting place, from those of ends by starting cell."""
    ends = ends[ends["n"] > 0].astype("float64")
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


def _ended(parameters: CreditMapParameters) -> list[ColumnElement[Any]]:
    """Counts of ends from which those by quadrant follow, and of each exit."""
    end = later_bin(parameters)
    stands, strong = end < N_CELL, column_of(end) >= STRONG_FROM
    # The first cell of the first row that grows.
    growing = end >= GROWING_FROM * N_BIN
    counts = {
        "standing": stands,
        "strong": stands & strong,
        "growing": stands & growing,
        "both": stands & growing & strong,
        **{f"exit_{number}": end == number for number in EXIT_NUMBERS},
    }
    return [
        cast(func.count().filter(condition), BigInteger).label(name)
        for name, condition in counts.items()
    ]


def _by_end(counts: pd.DataFrame) -> pd.DataFrame:
    """One row per quadrant of the start and end."""
    quadrants = {
        0: counts["standing"] - counts["strong"] - counts["growing"] + counts["both"],
        1: counts["strong"] - counts["both"],
        2: counts["growing"] - counts["both"],
        3: counts["both"],
    }
    ends = {**quadrants, **{number: counts[f"exit_{number}"] for number in EXIT_NUMBERS}}
    start = quadrant_places(counts["start"])
    parts = [pd.DataFrame({"start": start, "end": end, "n": n}) for end, n in ends.items()]
    found = pd.concat(parts).astype("int64")
    table: pd.DataFrame = found[found["n"] > 0].groupby(["start", "end"]).sum().reset_index()
    return table


def quadrant_places(cell: pd.Series) -> pd.Series:
    """The place in QUADRANTS of each cell."""
    strong = (cell % N_BIN >= STRONG_FROM).astype("int64")
    return strong + 2 * (cell // N_BIN >= GROWING_FROM).astype("int64")


def _in_quadrant(rows: pd.DataFrame, parameters: CreditMapParameters) -> pd.DataFrame:
    """The cells of the chosen quadrant."""
    if not parameters.quadrant:
        return rows
    chosen: pd.DataFrame = rows[
        quadrant_places(rows["start"]) == QUADRANTS.index(parameters.quadrant)
    ]
    return chosen


def _without(everyone: pd.DataFrame, users: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The sums of all less those of the users, who are among them."""
    rest = everyone.set_index(by).sub(users.set_index(by), fill_value=0)
    return rest[rest["n"] > 0].reset_index()
