"""The nearest firms of each user where one firm may stand beside so many users only.

Who is matched then depends on who came before, so the order is part of the specification: all
users get a first firm before any gets a second; within a round the user whose nearest firm is
farthest comes first (it has the least choice), of equally far ones the one whose number comes
first. A firm counts as used in whatever year it stands beside a user.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from queries.matching_nearest import nearest_firms
from queries.matching_specification import REUSE, MatchingParameters
from store.cursor import Cursor

Integers = NDArray[np.int64]
# So many firms a user are looked at first; who runs out of them while there are more gets a list
# so many times as long.
_FIRST_LENGTH, _LONGER = 10, 4
# The gate passes so many rows a statement.
_MOST_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class FirmsFound:
    """``near``: one row per user and firm as ``nearest_firms`` gives them; ``n_near``: users with
    any firm near enough, used up or not."""

    near: pd.DataFrame
    n_near: int


def firms_within_cap(
    cursor: Cursor, parameters: MatchingParameters, asked: pd.DataFrame
) -> FirmsFound:
    """The nearest firms of each row of ``asked``, none more often than the specification allows."""
    cap = REUSE[parameters.reuse]
    if cap is None:
        near = nearest_firms(cursor, parameters, asked, int(parameters.nearest))
        return FirmsFound(near, int(near["place"].nunique()))
    length = np.full(len(asked), max(_FIRST_LENGTH, int(parameters.nearest)), np.int64)
    near = _listed(cursor, parameters, asked, length)
    while True:
        taken, runs_out = _take_turns(near, len(asked), int(parameters.nearest), cap)
        n_listed = np.bincount(near["place"].to_numpy(np.int64), minlength=len(asked))
        is_cut = runs_out & (n_listed >= length)
        if not is_cut.any():
            n_near = int(near["place"].nunique())
            return FirmsFound(near.iloc[taken].reset_index(drop=True), n_near)
        # Nobody has taken a firm beyond its list: with longer lists the turns go on as they did.
        length[is_cut] *= _LONGER
        longer = _listed(cursor, parameters, asked, length, is_cut)
        kept = near[~is_cut[near["place"].to_numpy(np.int64)]]
        near = pd.concat([kept, longer], ignore_index=True)
        near = near.sort_values("place", kind="stable", ignore_index=True)


def _listed(
    cursor: Cursor,
    parameters: MatchingParameters,
    asked: pd.DataFrame,
    length: Integers,
    is_asked: NDArray[np.bool_] | None = None,
) -> pd.DataFrame:
    """The nearest firms of the users asked for, nearest first, as many as ``length`` says."""
    places = np.arange(len(asked)) if is_asked is None else np.flatnonzero(is_asked)
    found = []
    for n in np.unique(length[places]):
        of = places[length[places] == n]
        for part in np.array_split(of, -(-of.size * int(n) // _MOST_ROWS)):
            near = nearest_firms(cursor, parameters, asked.iloc[part], int(n))
            found.append(near.assign(place=part[near["place"].to_numpy(np.int64)]))
    if not found:
        return nearest_firms(cursor, parameters, asked, 1)
    near = pd.concat(found, ignore_index=True)
    return near.sort_values("place", kind="stable", ignore_index=True)


def _take_turns(
    near: pd.DataFrame, n_user: int, k: int, cap: int
) -> tuple[Integers, NDArray[np.bool_]]:
    """The rows of ``near`` that are taken, in its order, and which users found the end of their
    list before they had ``k`` firms."""
    place = near["place"].to_numpy(np.int64)
    start = np.searchsorted(place, np.arange(n_user + 1))
    firm, _ = pd.factorize(near["firm_id"].astype(str))
    has_any = start[1:] > start[:-1]
    nearest = np.full(n_user, -np.inf)
    nearest[has_any] = near["distance"].to_numpy(np.float64)[start[:-1][has_any]]
    turn = np.argsort(-nearest, kind="stable").tolist()
    room, number = [cap] * (int(firm.max(initial=-1)) + 1), firm.tolist()
    at, end = start[:-1].tolist(), start[1:].tolist()
    taken: list[int] = []
    runs_out = np.zeros(n_user, np.bool_)
    for _ in range(k):
        for user in turn:
            row = at[user]
            # A firm that has served its users is not free again.
            while row < end[user] and not room[number[row]]:
                row += 1
            if row < end[user]:
                room[number[row]] -= 1
                taken.append(row)
                row += 1
            else:
                runs_out[user] = True
            at[user] = row
    return np.sort(np.array(taken, np.int64)), runs_out
