"""Where all firms and the users of a measure stand by credit strength and growth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from queries.credit_cells import cell_counts, user_counts
from queries.credit_map_measures import (
    BLOCK,
    CELL,
    DENSITY,
    FEWEST_IN_BLOCK,
    FEWEST_IN_MEAN,
    GROWTH_HIGH,
    GROWTH_LOW,
    HELD,
    MEAN_GROWTH,
    MEAN_STRENGTH,
    N_ALL,
    N_USER,
    QUADRANT,
    QUOTIENT,
    QUOTIENT_HIGH,
    QUOTIENT_LOW,
    SHARE_ALL,
    SHARE_HIGH,
    SHARE_LOW,
    SHARE_USER,
    STATUS,
    STRENGTH_HIGH,
    STRENGTH_LOW,
    USER_SERIES,
)
from queries.credit_map_sample import SOURCES, USER_SOURCES
from queries.credit_moves import quadrant_places
from queries.parameters import QUADRANTS, CreditMapParameters
from queries.question import Question
from stats.methods.density_bins import Axis, Grid, density, smoothed
from stats.methods.quadrants import location_quotients, shares
from store import credit_grid as grid
from store.cursor import Cursor

GRID = Grid(
    Axis(grid.STRENGTH_LOW, grid.STRENGTH_HIGH, grid.N_BIN),
    Axis(grid.GROWTH_LOW, grid.GROWTH_HIGH, grid.N_BIN),
)
WHOLE = "whole"
# Cells each way that one dot of users may stand for, the finest first.
USER_BLOCKS = (2, 4, 8)
MOST_LEFT_OUT = 0.25
_BANDWIDTH = 1.0
_ENDS = {
    "x_low": "strength_low",
    "x_high": "strength_high",
    "y_low": "growth_low",
    "y_high": "growth_high",
}


def credit_density(cursor: Cursor, parameters: CreditMapParameters) -> pd.DataFrame:
    """One row per cell of the plane that has any statement, the densest first (at most 4,096): its
    ends in deviation score and percent a year (missing at the open ends), statements, their share
    of all in percent, and ``held``: the share that stands in cells at least as dense, in percent. A
    chosen quadrant leaves its cells; the shares stay those of all.

    Density is smoothed over neighbouring cells (a normal kernel of one cell), but not beyond the
    ends of the axes."""
    counts = cell_counts(cursor, parameters)
    if counts.empty:
        return pd.DataFrame(columns=[q.name for q in DENSITY_QUESTION.columns])
    n = np.zeros(GRID.n_cells, np.int64)
    n[counts["cell"].to_numpy()] = counts["n"].to_numpy()
    counted = n.reshape(grid.N_BIN, grid.N_BIN)
    frame = density(GRID, counted).rename(columns=_ENDS)
    held = _held(smoothed(GRID, counted, _BANDWIDTH))[frame["cell"].to_numpy()]
    frame[[*_ENDS.values()]] = frame[[*_ENDS.values()]].replace([np.inf, -np.inf], np.nan)
    found = frame.assign(n=frame["n"].astype("int64"), share=100 * frame["share"], held=100 * held)
    return _chosen(found, parameters).sort_values(["held", "cell"], ignore_index=True)


def _held(dense: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """By cell: the share of all in cells at least as dense."""
    values = dense.ravel()
    order = np.argsort(-values, kind="stable")
    ordered = values[order]
    # Cells of the same density are reached together.
    last = np.searchsorted(-ordered, -values, side="right") - 1
    return np.asarray((np.cumsum(ordered) / ordered.sum())[last], np.float64)


def credit_users(cursor: Cursor, parameters: CreditMapParameters) -> pd.DataFrame:
    """Per series (``users``, and ``versus`` with a second measure) one row per block of cells with
    at least FEWEST_IN_BLOCK users, by its place: their number and the mean of where they stand; and
    a last one (``cell`` missing, status ``few``) for the users of all other blocks.

    Users are firms in the last fiscal year before their first use of the measure. Blocks are as
    fine as they can be (USER_BLOCKS cells each way) with MOST_LEFT_OUT of the users left out.
    """
    measures = {"users": parameters.measure, "versus": parameters.versus_measure}
    parts = [
        _dots(_chosen(user_counts(cursor, parameters, measure), parameters)).assign(series=series)
        for series, measure in measures.items()
        if measure or series == "users"
    ]
    return pd.concat(parts, ignore_index=True)


def _dots(counts: pd.DataFrame) -> pd.DataFrame:
    total = int(counts["n"].sum())
    for size in USER_BLOCKS:
        shown = _blocks(counts, size)
        left_out = total - int(shown["n"].sum())
        if left_out <= MOST_LEFT_OUT * total:
            break
    corner = shown.index.to_numpy(np.int64)
    x, y = GRID.x.edges, GRID.y.edges
    left, low = corner % grid.N_BIN, corner // grid.N_BIN
    frame = pd.DataFrame(
        {
            "cell": corner,
            "strength_low": x[left],
            "strength_high": x[left + size],
            "growth_low": y[low],
            "growth_high": y[low + size],
            "n_user": shown["n"].to_numpy(np.int64),
            "strength": shown["strength"].to_numpy(),
            "growth": shown["growth"].to_numpy(),
            "status": "",
        }
    )
    frame[[*_ENDS.values()]] = frame[[*_ENDS.values()]].replace([np.inf, -np.inf], np.nan)
    rest = {"cell": None, "n_user": left_out, "status": "few"}
    frame = pd.concat([frame, pd.DataFrame([rest])], ignore_index=True)
    return frame.astype({"cell": "Int64", "n_user": "int64"})


def _blocks(counts: pd.DataFrame, size: int) -> pd.DataFrame:
    """The users of each block that has enough, and where they stand in the mean, by the number of
    its lowest, weakest cell."""
    row, column = counts["cell"] // grid.N_BIN, counts["cell"] % grid.N_BIN
    corner = row // size * size * grid.N_BIN + column // size * size
    sums = pd.DataFrame(
        {
            "n": counts["n"],
            # The middles of the bins; the open bins at the ends count as one wide.
            "strength": counts["n"] * (column + grid.STRENGTH_LOW - 0.5),
            "growth": counts["n"] * (row + grid.GROWTH_LOW - 0.5),
        }
    )
    found = sums.groupby(corner.to_numpy()).sum()
    found[["strength", "growth"]] = found[["strength", "growth"]].div(found["n"], axis=0)
    shown: pd.DataFrame = found[found["n"] >= FEWEST_IN_BLOCK]
    return shown


def credit_quadrants(cursor: Cursor, parameters: CreditMapParameters) -> pd.DataFrame:
    """One row for the whole, then one per quadrant in the order of QUADRANTS: statements and their
    share, users, their share with its interval of 95 % (Wilson), and how much more often than all
    they stand there (location quotient) with its interval. Percent.

    The lines are the deviation score 50 and growth of 0 %. The choice of a quadrant plays no part.
    Below FEWEST_IN_MEAN users together, shares of users and quotients are missing (status ``few``).
    """
    everyone, users = (
        by_quadrant(counts)
        for counts in (
            cell_counts(cursor, parameters),
            user_counts(cursor, parameters, parameters.measure),
        )
    )
    is_few = int(users.sum()) < FEWEST_IN_MEAN
    if not everyone.sum():
        return pd.DataFrame(columns=[q.name for q in QUADRANT_QUESTION.columns])
    found = location_quotients(users, everyone, FEWEST_IN_MEAN)
    share = shares(users)
    frame = pd.DataFrame(
        {
            "quadrant": QUADRANTS,
            "n": everyone,
            "share_all": 100 * everyone / everyone.sum(),
            "n_user": users,
            "share_user": 100 * share["share"],
            "share_user_low": 100 * share["low"],
            "share_user_high": 100 * share["high"],
            "quotient": found["quotient"],
            "quotient_low": found["low"],
            "quotient_high": found["high"],
        }
    )
    whole: dict[str, object] = dict.fromkeys(frame.columns)
    whole |= {"quadrant": WHOLE, "n": everyone.sum(), "n_user": users.sum()}
    whole |= {"share_all": 100.0, "share_user": 100.0}
    frame = pd.concat([pd.DataFrame([whole]), frame], ignore_index=True)
    values = [name for name in frame.columns if name.startswith(("share_user", "quotient"))]
    frame[values] = frame[values].astype("float64")
    if is_few:
        frame[values] = np.nan
    return frame.assign(status="few" if is_few else "")


def by_quadrant(counts: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The counts of queries.credit_cells by quadrant, in the order of QUADRANTS."""
    places = quadrant_places(counts["cell"])
    return np.bincount(places, counts["n"], len(QUADRANTS)).astype(np.int64)


def _chosen(counts: pd.DataFrame, parameters: CreditMapParameters) -> pd.DataFrame:
    """The cells of the chosen quadrant."""
    if not parameters.quadrant:
        return counts
    chosen: pd.DataFrame = counts[
        quadrant_places(counts["cell"]) == QUADRANTS.index(parameters.quadrant)
    ]
    return chosen


DENSITY_QUESTION = Question(
    name="credit_density",
    function=credit_density,
    parameters=CreditMapParameters,
    columns=(
        CELL,
        STRENGTH_LOW,
        STRENGTH_HIGH,
        GROWTH_LOW,
        GROWTH_HIGH,
        N_ALL,
        DENSITY,
        HELD,
    ),
    sources=SOURCES,
)
USERS_QUESTION = Question(
    name="credit_users",
    function=credit_users,
    parameters=CreditMapParameters,
    columns=(
        USER_SERIES,
        BLOCK,
        STRENGTH_LOW,
        STRENGTH_HIGH,
        GROWTH_LOW,
        GROWTH_HIGH,
        N_USER,
        MEAN_STRENGTH,
        MEAN_GROWTH,
        STATUS,
    ),
    sources=USER_SOURCES,
)
QUADRANT_QUESTION = Question(
    name="credit_quadrants",
    function=credit_quadrants,
    parameters=CreditMapParameters,
    columns=(
        QUADRANT,
        N_ALL,
        SHARE_ALL,
        N_USER,
        SHARE_USER,
        SHARE_LOW,
        SHARE_HIGH,
        QUOTIENT,
        QUOTIENT_LOW,
        QUOTIENT_HIGH,
        STATUS,
    ),
    sources=USER_SOURCES,
)
QUESTIONS = (DENSITY_QUESTION, USERS_QUESTION, QUADRANT_QUESTION)
