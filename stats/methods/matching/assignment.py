"""Matches when a donor serves only so often: greedy in a stated order, or optimal."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Literal

import numpy as np
from scipy.optimize import linear_sum_assignment

from stats.methods.matching.neighbours import Floats, Links, Positions, Space, nearest, strata_of

Order = Literal["hardest", "largest", "smallest", "closest", "id"]

_MOST_CELLS = 60_000_000


def greedy(
    space: Space,
    seekers: Positions,
    donors: Positions,
    k: int,
    cap: int,
    order: Order = "hardest",
    score: Floats | None = None,
) -> Links:
    """Each seeker takes its nearest donor that is still free; a donor serves ``cap`` seekers.

    The seekers come in turn ``k`` times, so that all have a first match before any has a second
    (as in MatchIt). Among equally near donors the one of the smallest position is taken. Turn:

    * "hardest": the seeker whose nearest donor is farthest first; without donors last.
    * "largest", "smallest": by ``score``.
    * "closest": always the nearest free pair of the stratum.
    * "id": in the order of the positions.

    Equal ranks in a turn go by position. Strata do not influence each other. Raises ValueError for
    an unknown order, or one by score without a score.
    """
    rank = _turn(space, seekers, donors, order, score)
    room, crumb = np.full(len(space.points), cap, np.intp), space.crumb
    found: list[tuple[int, int, float]] = []
    for some, others in strata_of(space.strata, seekers, donors):
        if not len(others):
            continue
        pools = _Pools(space, others, room, crumb)
        turn = some if rank is None else some[np.argsort(rank[some], kind="stable")]
        for _ in range(k):
            found.extend(pools.closest(turn) if order == "closest" else pools.in_turn(turn))
    return _links(found)


def optimal(space: Space, seekers: Positions, donors: Positions, k: int, cap: int) -> Links:
    """As many matches as strata and calipers allow, and among those the least sum of distances.

    Solved in each stratum for itself by the linear assignment problem, with ``k`` copies of each
    seeker and ``cap`` of each donor, never the same pair twice for cap 1. Raises ValueError where
    a stratum is too large for it or where both k and cap exceed 1.
    """
    if k > 1 and cap > 1:
        raise ValueError("optimal matching takes several matches or a reuse cap, not both")
    found: list[tuple[int, int, float]] = []
    for some, others in strata_of(space.strata, seekers, donors):
        if not len(others):
            continue
        rows, columns = np.repeat(some, k), np.repeat(others, cap)
        if len(rows) * len(columns) > _MOST_CELLS:
            raise ValueError("a stratum is too large for optimal matching; use greedy")
        cost = np.sqrt(space.squares(rows, columns))
        is_open = np.isfinite(cost)
        # One forbidden pair must cost more than all allowed pairs together.
        forbidden = (float(cost[is_open].max()) + 1) * (min(cost.shape) + 1) if is_open.any() else 1
        row, column = linear_sum_assignment(np.where(is_open, cost, forbidden))
        for i, j in zip(row, column, strict=True):
            if is_open[i, j]:
                found.append((int(rows[i]), int(columns[j]), float(cost[i, j])))
    return _links(found)


class _Pools:
    """The donors of one stratum with the room that is left."""

    def __init__(self, space: Space, donors: Positions, room: Positions, crumb: float) -> None:
        self.space, self.donors, self.room, self.crumb = space, donors, room, crumb
        self.taken: dict[int, list[int]] = {}

    def in_turn(self, turn: Positions) -> Iterator[tuple[int, int, float]]:
        for seeker in turn:
            best = self._best(int(seeker))
            if best is not None:
                yield self._take(int(seeker), *best)

    def closest(self, turn: Positions) -> Iterator[tuple[int, int, float]]:
        queue: list[tuple[float, int, int]] = []
        for seeker in turn:
            best = self._best(int(seeker))
            if best is not None:
                heapq.heappush(queue, (best[1], int(seeker), best[0]))
        while queue:
            distance, seeker, donor = heapq.heappop(queue)
            if self.room[donor] > 0:
                yield self._take(seeker, donor, distance)
                continue
            best = self._best(seeker)
            if best is not None:
                heapq.heappush(queue, (best[1], seeker, best[0]))

    def _take(self, seeker: int, donor: int, distance: float) -> tuple[int, int, float]:
        self.room[donor] -= 1
        self.taken.setdefault(seeker, []).append(donor)
        return seeker, donor, distance

    def _best(self, seeker: int) -> tuple[int, float] | None:
        squares = self.space.squares(np.array([seeker]), self.donors)[0]
        squares[self.room[self.donors] <= 0] = np.inf
        squares[np.isin(self.donors, self.taken.get(seeker, []))] = np.inf
        least = squares.min()
        if not np.isfinite(least):
            return None
        bound = (np.sqrt(least) * (1 + self.space.tolerance) + self.crumb) ** 2
        place = int(np.argmax(squares <= bound))
        return int(self.donors[place]), float(np.sqrt(squares[place]))


def _turn(
    space: Space, seekers: Positions, donors: Positions, order: Order, score: Floats | None
) -> Floats | None:
    """The rank of each unit in the turn, small first; None for the order of the positions."""
    if order in ("id", "closest"):
        return None
    if order == "hardest":
        rank = np.full(len(space.points), np.inf)
        first = nearest(space, seekers, donors, 1, keep_ties=False)
        rank[first.seekers] = -first.distances
        return rank
    if order not in ("largest", "smallest"):
        raise ValueError(f"unknown order {order}")
    if score is None:
        raise ValueError(f"the order {order} needs a score")
    return -score if order == "largest" else score


def _links(found: list[tuple[int, int, float]]) -> Links:
    found = sorted(found)
    return Links(
        np.array([pair[0] for pair in found], np.intp),
        np.array([pair[1] for pair in found], np.intp),
        np.array([pair[2] for pair in found], np.float64),
    )
