"""How users of a measure moved by credit strength and growth, beside all others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from queries.credit_map_measures import (
    CELL,
    END,
    EXITS,
    FEWEST_IN_BLOCK,
    FEWEST_IN_MEAN,
    GROUP,
    GROWTH,
    MOVES,
    N_END,
    N_MOVED,
    N_START,
    SHARE_END,
    SHARE_END_HIGH,
    SHARE_END_LOW,
    START,
    STATUS,
    STRENGTH,
)
from queries.credit_map_sample import USER_SOURCES
from queries.credit_moves import end_counts, move_sums
from queries.parameters import QUADRANTS, CreditMapParameters
from queries.question import Question
from stats.methods.movement import arrows, compare_movement
from stats.methods.transition import transition_table
from store.credit_grid import (
    ARROW_COLUMNS,
    ARROW_ROWS,
    GROWTH_LOW,
    N_BIN,
    STRENGTH_LOW,
)
from store.cursor import Cursor

USERS, OTHERS, VERSUS = "users", "others", "versus"
DIFFERENCE, VERSUS_DIFFERENCE = "difference", "versus_difference"
_VALUES = [q.name for q in MOVES]


def credit_movement(cursor: Cursor, parameters: CreditMapParameters) -> pd.DataFrame:
    """One row for the difference of users and others from the same starting places (series
    ``difference``), with a second measure one more for the difference of both measures' users
    (``versus_difference``); then per series (``users``, ``versus``, ``others``) one per starting
    place with its middle and the mean change some years later: deviation score and percentage
    points, with intervals of 95 %.

    Only statements of firms that stood in a cell later as well; changes are counted in bins of one,
    growth beyond ±31 % as its bound. Places with fewer than FEWEST_IN_BLOCK are left out. Below
    FEWEST_IN_MEAN the changes are missing (status ``few``),
    and the difference where no place has so many of both.
    """
    found = move_sums(cursor, parameters)
    parts = [_difference(DIFFERENCE, found.users, found.others)]
    if found.versus is not None:
        parts.append(_difference(VERSUS_DIFFERENCE, found.users, found.versus))
    for name, sums in ((USERS, found.users), (VERSUS, found.versus), (OTHERS, found.others)):
        if sums is None or sums.empty:
            continue
        known = sums[sums["n"] >= FEWEST_IN_BLOCK]
        parts.append(arrows(known, FEWEST_IN_MEAN).assign(series=name))
    frame = pd.concat(parts, ignore_index=True)
    cell = frame["cell"].astype("float64")
    n_column = N_BIN // ARROW_COLUMNS
    column, row = cell % n_column, cell // n_column
    # The first bin lies below the axis, so the first block begins one bin before it.
    frame["strength"] = STRENGTH_LOW - 1 + (column + 0.5) * ARROW_COLUMNS
    frame["growth"] = GROWTH_LOW - 1 + (row + 0.5) * ARROW_ROWS
    frame[_VALUES] = frame[_VALUES].astype("float64")
    return frame.assign(
        cell=frame["cell"].astype("Int64"),
        n=frame["n"].astype("int64"),
        status=np.where(frame["dx"].isna(), "few", ""),
    )


def _difference(series: str, first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    row: dict[str, object] = {"series": series, "cell": None, "n": 0}
    try:
        found = compare_movement(first, second, FEWEST_IN_MEAN)
    except ValueError:
        return pd.DataFrame([row | dict.fromkeys(_VALUES)])
    for name, change in (("dx", found.dx), ("dy", found.dy)):
        row |= {name: change.mean, f"{name}_low": change.low, f"{name}_high": change.high}
    return pd.DataFrame([row | {"n": found.n_first}])


def credit_transition(cursor: Cursor, parameters: CreditMapParameters) -> pd.DataFrame:
    """One row per quadrant of the start (the chosen one, or all) and end, of the users, all others
    or the users of the second measure (``parameters.who``): a quadrant or how the firm was gone,
    with its share of the start in percent and the interval of 95 % (Wilson).

    Ends, first come first: default, closure or merger (etl.firm_exit), a cell, no statement;
    ``unplaced`` has a statement but no place. A start with fewer than FEWEST_IN_MEAN is missing
    (status ``few``). Statements whose later year has not ended are left out.
    """
    groups = end_counts(cursor, parameters)
    rows = {USERS: groups.users, OTHERS: groups.others, VERSUS: groups.versus}[parameters.who]
    ends = [*range(len(QUADRANTS)), *EXITS]
    counts = np.zeros((len(QUADRANTS), len(ends)), np.int64)
    if rows is not None:
        for start, end, n in rows[["start", "end", "n"]].itertuples(index=False):
            counts[int(start), ends.index(int(end))] = int(n)
    frame = transition_table(counts, QUADRANTS, [*EXITS.values()], minimum=FEWEST_IN_MEAN)
    if parameters.quadrant:
        frame = frame[frame["start"] == parameters.quadrant].reset_index(drop=True)
    for name, of in (("share", "share"), ("share_low", "low"), ("share_high", "high")):
        frame[name] = 100 * frame[of].astype("float64")
    frame["n"] = frame["n"].astype("Int64")
    status = np.where(frame["is_withheld"], "few", "")
    return frame.assign(series=parameters.who, status=status)


MOVEMENT_QUESTION = Question(
    name="credit_movement",
    function=credit_movement,
    parameters=CreditMapParameters,
    columns=(GROUP, CELL, STRENGTH, GROWTH, N_MOVED, *MOVES, STATUS),
    sources=USER_SOURCES,
)
TRANSITION_QUESTION = Question(
    name="credit_transition",
    function=credit_transition,
    parameters=CreditMapParameters,
    columns=(
        GROUP,
        START,
        END,
        N_START,
        N_END,
        SHARE_END,
        SHARE_END_LOW,
        SHARE_END_HIGH,
        STATUS,
    ),
    sources=USER_SOURCES,
)
QUESTIONS = (MOVEMENT_QUESTION, TRANSITION_QUESTION)
