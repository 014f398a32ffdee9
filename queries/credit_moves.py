"""Where firms of the plane of credit strength and growth stood some years later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Double, FromClause, Select, cast, func, select

from queries.credit_map_sample import (
    bin_of,
    column_of,
    in_counts,
    in_map,
    kept_margin,
    later_bin,
    row_of,
    users_in_map,
)
from queries.parameters import QUADRANTS, CreditMapParameters
from store.credit_grid import (
    ARROW_COLUMNS,
    ARROW_ROWS,
    GROWING_FROM,
    N_BIN,
    N_CELL,
    STRONG_FROM,
)
from store.credit_map_tables import credit_move, credit_user
from store.credit_tables import credit_score
from store.cursor import Cursor

Statement = Select[*tuple[Any, ...]]
Chosen = list[ColumnElement[bool]]

_PLACES = N_BIN // ARROW_COLUMNS
_SUMS = ["n", "dx", "dy", "dx_square", "dy_square"]


@dataclass(frozen=True, slots=True)
class Groups:
    """The same table of users, of users of the measure they are compared with (None without one),
    and of everyone but the first."""

    users: pd.DataFrame
    versus: pd.DataFrame | None
    others: pd.DataFrame


def move_sums(cursor: Cursor, parameters: CreditMapParameters) -> Groups:
    """One row per starting place (``cell``, blocks of ARROW_COLUMNS × ARROW_ROWS bins, row by row)
    with ``n`` and the sums of the changes and of their squares, as of
    stats.methods.movement.movement_sums. Only those that stood in a cell later as well.
    """

    def counted(table: FromClause, chosen: Chosen) -> pd.DataFrame:
        return _by_place(cursor.fetch(_moved(table, parameters, chosen)), parameters)

    return _groups(cursor, parameters, counted, _stored_moves, ["cell"])


def end_counts(cursor: Cursor, parameters: CreditMapParameters) -> Groups:
    """One row per quadrant of the start (``start``, its place in QUADRANTS) and end (``end``: a
    quadrant's place, or the number of an exit) with ``n``. Those whose end is not known yet are
    left out."""

    def counted(table: FromClause, chosen: Chosen) -> pd.DataFrame:
        return _by_end(cursor.fetch(_ended(table, parameters, chosen)), parameters)

    return _groups(cursor, parameters, counted, _stored_ends, ["start", "end"])


def _groups(
    cursor: Cursor,
    parameters: CreditMapParameters,
    counted: Callable[[FromClause, Chosen], pd.DataFrame],
    stored: Callable[[Cursor, CreditMapParameters, tuple[str, str]], pd.DataFrame],
    by: list[str],
) -> Groups:
    """One table of each group: of all firms out of what is stored, where that is kept."""
    margin = kept_margin(parameters)
    everyone = (
        counted(credit_score, in_map(credit_score, parameters))
        if margin is None
        else stored(cursor, parameters, margin)
    )

    def of(measure: str) -> pd.DataFrame:
        return counted(credit_user, users_in_map(parameters, measure))

    users = of(parameters.measure)
    versus = of(parameters.versus_measure) if parameters.versus_measure else None
    return Groups(users, versus, _without(everyone, users, by))


def _stored(
    parameters: CreditMapParameters, margin: tuple[str, str], key: ColumnElement[int]
) -> Statement:
    """The stored movements of everyone by ``key`` and place."""
    row = credit_move.c
    later = row.later == int(parameters.later)
    return (
        select(
            row.place,
            key.label("key"),
            *(cast(func.sum(row[name]), BigInteger).label(name) for name in _SUMS),
        )
        .where(*in_counts(credit_move, parameters, margin), later)
        .group_by(row.place, key)
        .order_by(row.place, key)
    )


def _stored_moves(
    cursor: Cursor, parameters: CreditMapParameters, margin: tuple[str, str]
) -> pd.DataFrame:
    row = credit_move.c
    rows = _stored(parameters, margin, row.place).where(row.end_state < len(QUADRANTS))
    found = _of_quadrant(cursor.fetch(rows), parameters)
    return found.rename(columns={"place": "cell"})[["cell", *_SUMS]].astype("int64")


def _stored_ends(
    cursor: Cursor, parameters: CreditMapParameters, margin: tuple[str, str]
) -> pd.DataFrame:
    rows = _stored(parameters, margin, credit_move.c.end_state)
    found = _of_quadrant(cursor.fetch(rows), parameters).astype({"place": "int64"})
    starts = {"start": _quadrant_of_place(found["place"]), "end": found["key"], "n": found["n"]}
    table: pd.DataFrame = (
        pd.DataFrame(starts).astype("int64").groupby(["start", "end"]).sum().reset_index()
    )
    return table


def _of_quadrant(found: pd.DataFrame, parameters: CreditMapParameters) -> pd.DataFrame:
    if not parameters.quadrant:
        return found
    is_chosen = _quadrant_of_place(found["place"]) == QUADRANTS.index(parameters.quadrant)
    chosen: pd.DataFrame = found[is_chosen]
    return chosen


def _quadrant_of_place(place: pd.Series) -> pd.Series:
    """The place in QUADRANTS of each starting place: their edges are edges of quadrants."""
    return quadrant_places(place // _PLACES * ARROW_ROWS * N_BIN + place % _PLACES * ARROW_COLUMNS)


# Both statements group by a single cell number and add up plain numbers, exact as long as they are
# whole: over 43 million rows that is three to six times as fast as counting by pairs or conditions.
# What follows from the sums is worked out on at most 4,101 rows.


def _moved(table: FromClause, parameters: CreditMapParameters, chosen: Chosen) -> Statement:
    """By the cell at the start: how many stood in a cell later, and the sums of its bins."""
    start, end = bin_of(table, parameters), later_bin(table, parameters)
    x, y = cast(column_of(end), Double), cast(row_of(end), Double)
    sums = {"x": x, "y": y, "x_square": x * x, "y_square": y * y}
    return (
        select(
            start.label("start"),
            cast(func.count(), BigInteger).label("n"),
            *(func.sum(value).label(name) for name, value in sums.items()),
        )
        .select_from(table)
        .where(*chosen, end < N_CELL)
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
            "cell": y // ARROW_ROWS * _PLACES + x // ARROW_COLUMNS,
            "n": n,
            "dx": ends["x"] - n * x,
            "dy": ends["y"] - n * y,
            "dx_square": ends["x_square"] - 2 * x * ends["x"] + n * x * x,
            "dy_square": ends["y_square"] - 2 * y * ends["y"] + n * y * y,
        }
    ).astype("int64")
    return moved.groupby("cell")[_SUMS].sum().reset_index()


def _ended(table: FromClause, parameters: CreditMapParameters, chosen: Chosen) -> Statement:
    """By the end: how many, how many of them started strong, growing, and both."""
    start, end = bin_of(table, parameters), later_bin(table, parameters)
    # The first cell of the first row that grows.
    growing, strong = start >= GROWING_FROM * N_BIN, column_of(start) >= STRONG_FROM
    sums = {"strong": strong, "growing": growing, "both": growing & strong}
    return (
        select(
            end.label("end"),
            cast(func.count(), BigInteger).label("n"),
            *(func.sum(cast(value, Double)).label(name) for name, value in sums.items()),
        )
        .select_from(table)
        .where(*chosen, end.is_not(None))
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
