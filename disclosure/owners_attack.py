"""What owners of parts of cells find out beyond everybody: of each the sensitive cells that come
nearer to it than they may.

Most of what an owner must find possible is shown by tables seen before. Of the rest many goals are
reached by one table, so that few programs are solved for each owner.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from disclosure.bounding import NoProof
from disclosure.delivered import WHOLE, known_limits
from disclosure.hidden_part import FAR, HiddenPart
from disclosure.interval import TOLERANCE, Interval
from disclosure.seen_tables import Reach

Floats = npt.NDArray[np.float64]
# So many draws in a row may reach no goal.
PATIENCE = 4
# A place and a direction.
Aim = tuple[int, int]


class OwnersAttack:
    """The attack of every owner on one part, after that of the outsider."""

    def __init__(self, part: HiddenPart, group_of: Mapping[str, set[str]]) -> None:
        """``group_of``: the cells that move by the same amount as a cell (`moving_together`)."""
        self._part, self._group_of = part, group_of
        self._lot = random.Random(1)
        self._place_of = {cell: place for place, cell in enumerate(part.cells)}
        # From the table that fits, which is the true one where all of that is known.
        known = [part.truth.get(cell) for cell in part.cells]
        self._sensitive = {
            place: true for place in part.asked
            if (true := known[place]) is not None and true.is_sensitive
        }  # fmt: skip
        self._off = np.array(
            [0.0 if true is None else base - true.value
             for base, true in zip(part.base.tolist(), known, strict=True)]
        )  # fmt: skip
        places = [*self._sensitive]
        up = np.array([true.level_up for true in self._sensitive.values()]) - self._off[places]
        down = np.array([true.level_down for true in self._sensitive.values()]) + self._off[places]
        if part.seen is None:
            raise ValueError("what the outsider saw has not been kept")
        self._reach = Reach(part.seen.matrix(), places, up, down)

    def intervals(self, insiders: Mapping[str, Mapping[str, float]]) -> Iterable[Interval]:
        """The intervals of the sensitive cells under their level, by owner."""
        for owner, own in insiders.items():
            yield from self._of_owner(owner, own)

    def _of_owner(self, owner: str, own: Mapping[str, float]) -> Iterable[Interval]:
        part, off = self._part, self._off
        groups = {id(g): g for cell in own if (g := self._group_of.get(cell)) is not None}
        limits = known_limits(dict(own), part.truth, list(groups.values()))
        here = {
            self._place_of[cell]: limit for cell, limit in limits.items() if cell in self._place_of
        }
        if not here:
            return
        down, up = part.down.copy(), part.up.copy()
        for place, (least_down, least_up) in here.items():
            down[place] = min(down[place], least_down + off[place])
            up[place] = min(up[place], least_up - off[place])
        slack = 1e-9 * np.maximum(1.0, np.abs(part.base))
        gone = self._reach.ruled_out({place: (down[place], up[place]) for place in here}, slack)
        above, below = (side.tolist() for side in self._reach.is_open(gone))
        levels: dict[int, float] = {}
        goals: dict[Aim, float] = {}
        for (target, true), is_above, is_below in zip(
            self._sensitive.items(), above, below, strict=True
        ):
            levels[target] = true.level_down
            is_known = target in here and down[target] + up[target] == 0.0
            if is_known and self._is_own(part.cells[target], own):
                continue
            if target in here and not is_known:
                # Of its own cell, or what moves with it, it may learn that there is nobody else.
                levels[target] = min(true.level_down, float(down[target] - off[target]))
                fall, _ = self._reach.range_of(target, gone)
                is_below = fall < levels[target] + off[target]
            if is_above:
                goals[target, 1] = true.level_up - off[target]
            if is_below:
                goals[target, -1] = levels[target] + off[target]
        for target in sorted({target for target, _ in self._left(goals, down, up)}):
            found = part.interval(target, down, up, owner, levels[target])
            if found.is_under_level:
                yield found

    def _is_own(self, cell: str, own: Mapping[str, float]) -> bool:
        """Whether a cell is the owner's, or equal to one that is its alone."""
        value = self._part.truth[cell].value
        return cell in own or any(
            abs(value - own[other]) <= WHOLE * abs(value)
            for other in self._group_of.get(cell, ())
            if other in own
        )

    def _left(self, goals: dict[Aim, float], down: Floats, up: Floats) -> set[Aim]:
        """The goals that no table shows in which as many as possible are reached at once.

        Goals of one size only: beside a much larger one the solver's tolerance would reach any.
        """
        by_size: dict[int, dict[Aim, float]] = defaultdict(dict)
        for aim, level in goals.items():
            if level > 0:
                by_size[math.floor(math.log10(level))][aim] = level
        left: set[Aim] = set()
        for power, some in by_size.items():
            size, idle = 10.0**power, 0
            while some and idle < PATIENCE:
                cost = np.zeros(len(self._part.cells))
                low, high = -np.minimum(down / size, FAR), np.minimum(up / size, FAR)
                # Cells of one sum cannot all be above: by lot, so that the next round has others.
                sides = {target: self._lot.choice((1, -1)) for target, _ in some}
                for (target, sign), level in some.items():
                    if sign != sides[target]:
                        continue
                    cost[target] = -sign * size / level * self._lot.uniform(0.5, 1.5)
                    if sign > 0:
                        high[target] = min(high[target], level / size)
                    else:
                        low[target] = max(low[target], -level / size)
                try:
                    moved = self._part.program.solve(cost, low, high)
                except NoProof:
                    moved = None
                if moved is None:
                    # One at a time, then.
                    break
                reached = [
                    (target, sign) for (target, sign), level in some.items()
                    if sign * moved[target] * size >= level * (1 - TOLERANCE)
                ]  # fmt: skip
                idle = 0 if reached else idle + 1
                for aim in reached:
                    del some[aim]
            left |= some.keys()
        return left
