"""The cheapest pattern of all, with a proof: cuts, a master in whole numbers, and repair.

The relaxation of the master gives a lower bound. Its solution says which cells are cheap to hide,
so it guides the heuristics; what no better pattern can hide is closed for good; then the master is
solved in whole numbers, attacked, and given the cuts of the goals that are not reached, until its
bound meets the best pattern known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from disclosure.attackers import OUTSIDER
from disclosure.cleanup import clean_up
from disclosure.cuts import Cut, Separation, line_bridges, line_cuts
from disclosure.evidence import Evidence
from disclosure.greedy import Greedy, by_level
from disclosure.lines import relaxed_with_bridges
from disclosure.master import Master
from disclosure.movement import FURTHEST
from disclosure.solver import Deadline, OutOfTime
from disclosure.table import Flags, Floats

# A gap below this share of the cost counts as none.
PROVED = 1e-6
# What every column may move by in the eyes of the separation, beyond x: it prefers cuts of few
# cells.
CORE = 1e-3
# How much cheaper a column becomes that the relaxation hides in full.
GUIDED = 0.99
# The relaxation is given up when so many rounds in a row close less than 1 % of the gap.
STALLED = 8
# So many new cuts send the relaxation to a new solution before the other goals are looked at.
ENOUGH = 25
# Fewer columns than this share make a new, smaller separation worth while.
WORTH_REBUILDING = 0.7
# The first solution in whole numbers gets this many seconds; each that is cut short gets twice
# more.
FIRST_SECONDS = 5.0


@dataclass
class Optimum:
    """The best pattern found so far and a lower bound on every safe one, in the problem's cost."""

    best: Evidence
    bound: float = 0.0

    def gap(self) -> float:
        """The share of the best cost that might still be saved at most."""
        cost = self.best.cost()
        return max(0.0, (cost - self.bound) / cost) if cost > 0 else 0.0

    def is_proved(self) -> bool:
        """Whether nothing cheaper exists."""
        return self.gap() <= PROVED


class Search:
    """One search for the optimum; what it has when time runs out stays in ``state``."""

    def __init__(self, best: Evidence, bound: float, greedy: Greedy, deadline: Deadline) -> None:
        """``bound`` is a lower bound known beforehand."""
        self.state = Optimum(best, bound)
        self._greedy = greedy
        self._deadline = deadline
        self._problem = best.problem
        self._pairs = _pairs(best)
        self._next = 0
        self._seconds = FIRST_SECONDS
        self._separation = Separation(best.problem, np.arange(best.problem.n))
        self._master = Master(best.problem, best.cost()) if best.cost() > 0 else None

    def run(self) -> Optimum:
        """Search until the optimum is proved or time runs out."""
        if self._master is None:
            return self.state
        try:
            self._master.add(line_cuts(self._problem, self.state.best.goals))
            while not self.state.is_proved():
                self._relax(self._master)
                while not self.state.is_proved() and self._whole(self._master):
                    pass
        except OutOfTime:
            pass
        return self.state

    def go_on(self, best: Evidence, deadline: Deadline) -> Optimum:
        """Search on from a better pattern, with the cuts found so far, until ``deadline``."""
        self.state.best, self._deadline = best, deadline
        return self.run()

    def _relax(self, master: Master) -> None:
        """Raise the bound by cuts until no more are found or they bring nothing."""
        stalled, before = 0, 0.0
        while stalled < STALLED:
            x, bound = self._relaxed(master)
            gained, before = bound - before, bound
            self.state.bound = max(self.state.bound, bound)
            if self.state.is_proved():
                return
            left = self.state.best.cost() - self.state.bound
            stalled = stalled + 1 if gained < 0.01 * left else 0
            if not master.add(self._cuts(x)):
                break
        self._round_up(x)

    def _relaxed(self, master: Master) -> tuple[Floats, float]:
        """The relaxation with all cuts of single sums, after which what is too dear is closed, for
        the separation as well."""
        x, bound = relaxed_with_bridges(master, self._problem, self._deadline)
        if not np.isfinite(bound):
            return x, self.state.best.cost()
        master.close_dear(self.state.best.cost())
        columns = master.open_columns()
        if len(columns) < WORTH_REBUILDING * self._separation.n:
            self._separation = Separation(self._problem, columns)
        return x, bound

    def _cuts(self, x: Floats) -> list[Cut]:
        """Cuts of goals that ``x`` violates, until there are enough."""
        cuts: list[Cut] = []
        core = np.minimum(1.0, x + CORE)
        for _ in range(len(self._pairs)):
            # Whoever had no turn in this round is first in the next.
            self._next = (self._next + 1) % len(self._pairs)
            cut = self._cut(*self._pairs[self._next], core, 1.0)
            if cut is not None and cut.shortfall(x) > 1e-4:
                cuts.append(cut)
                if len(cuts) >= ENOUGH:
                    break
        return cuts

    def _cut(self, goal: int, attacker: int, x: Floats, furthest: float) -> Cut | None:
        attackers = self.state.best.attackers
        aim = attackers.goal_for(self.state.best.goals[goal], attacker)
        if aim is None:
            return None
        return self._separation.goal_cut(
            aim, x, self._deadline, attackers.knows[attacker], furthest
        )

    def _round_up(self, x: Floats) -> None:
        """A pattern of the columns that the relaxation likes, kept where it is the best."""
        tried = Evidence.none(self._problem, self.state.best.attackers)
        tried.hopeless, tried.sought = self.state.best.hopeless, self.state.best.sought
        cost = self._problem.cost * (1.0 - GUIDED * x)
        self._greedy.complete(tried, by_level(tried), cost, self._deadline)
        self._keep(tried)

    def _keep(self, tried: Evidence) -> None:
        clean_up(tried, self._deadline)
        if tried.cost() < self.state.best.cost() * (1 - 1e-9):
            self.state.best = tried

    def _whole(self, master: Master) -> bool:
        """Solve the master in whole numbers, attack and repair what it finds; whether to go on."""
        _, bound = self._relaxed(master)
        self.state.bound = max(self.state.bound, bound)
        gap = 0.2 * self.state.gap()
        slice_ = Deadline(min(self._seconds, self._deadline.remaining()))
        found, bound = master.best_whole(gap if gap > 1e-4 else 0.0, slice_)
        self.state.bound = max(self.state.bound, min(bound, self.state.best.cost()))
        if self.state.is_proved():
            return False
        if found is None:
            self._seconds *= 2
            return self._deadline.remaining() > 0
        before = self.state.best.cost()
        tried = self._attacked(found)
        unmet = tried.complete(self._deadline)
        added = master.add(self._cuts_at(tried.hidden, unmet)) if unmet else 0
        self._greedy.complete(tried, by_level(tried), self._problem.cost, self._deadline)
        self._keep(tried)
        if not added and self.state.best.cost() >= before:
            # The same program again would say the same, unless it has more time.
            self._seconds *= 2
            return slice_.elapsed() >= 0.9 * slice_.seconds or gap > 1e-4
        return True

    def _attacked(self, hidden: Flags) -> Evidence:
        """The pattern with those witnesses of the best one that move nothing else."""
        tried = self.state.best.copy()
        tried.withdraw(set(np.flatnonzero(tried.hidden & ~hidden).tolist()))
        tried.hidden = hidden | self._problem.is_sensitive
        return tried

    def _cuts_at(self, hidden: Flags, unmet: list[tuple[int, int]]) -> list[Cut]:
        """The cuts that a pattern violates, of every goal that it does not reach."""
        x = hidden.astype(float)
        cuts = line_bridges(self._problem, x)
        for pair in unmet:
            if pair[1] != OUTSIDER and pair not in self._pairs:
                self._pairs.append(pair)
            for core, furthest in ((np.minimum(1.0, x + CORE), 1.0), (x, FURTHEST)):
                cut = self._cut(*pair, core, furthest)
                if cut is not None and cut.shortfall(x) > 1e-6:
                    cuts.append(cut)
                    break
        return cuts


def _pairs(best: Evidence) -> list[tuple[int, int]]:
    """Goals and attackers to find cuts for: the outsider, and owners who once needed a witness of
    their own. Others are no worse than the outsider, or come in when a pattern fails them."""
    pairs = [(goal, OUTSIDER) for goal in range(len(best.goals))]
    return [pair for pair in [*pairs, *sorted(best.sought)] if pair not in best.hopeless]
