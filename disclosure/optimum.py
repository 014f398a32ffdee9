"""The cheapest pattern of all, with a proof: cuts, a master in whole numbers, and repair.

The relaxation of the master gives a lower bound. Its solution says which cells are cheap to hide, so
it guides the heuristics; what no better pattern can hide is closed for good; then the master is
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
from disclosure.master import Master
from disclosure.movement import FURTHEST
from disclosure.solver import Deadline, OutOfTime
from disclosure.table import Flags, Floats

# A gap below this share of the cost counts as none.
PROVED = 1e-6
# What every column may move by in the eyes of the separation, beyond x: it prefers cuts of few cells.
CORE = 1e-3
# The relaxation is given up when this many rounds in a row close less than 1 % of the gap.
STALLED = 6


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

    def __init__(self, best: Evidence, greedy: Greedy, deadline: Deadline) -> None:
        self.state = Optimum(best)
        self._greedy = greedy
        self._deadline = deadline
        self._problem = best.problem
        self._pairs = [(goal, OUTSIDER) for goal in range(len(best.goals))]
        self._pairs = [pair for pair in self._pairs if pair not in best.hopeless]
        self._separation = Separation(best.problem)
        self._master = Master(best.problem, best.cost()) if best.cost() > 0 else None

    def run(self) -> Optimum:
        """Search until the optimum is proved or time runs out."""
        if self._master is None:
            return self.state
        try:
            self._master.add(line_cuts(self._problem, self.state.best.goals))
            while not self.state.is_proved():
                x = self._relaxed(self._master)
                if self.state.is_proved():
                    break
                self._master.close_dear(self.state.best.cost())
                if not self._whole(self._master, x):
                    break
        except OutOfTime:
            pass
        return self.state

    def _relaxed(self, master: Master) -> Floats:
        """The solution of the relaxation when no more cuts are found or they bring nothing."""
        stalled = 0
        round_ = 0
        while True:
            x, bound = master.relax(self._deadline)
            closed = bound - self.state.bound
            self.state.bound = max(self.state.bound, bound)
            left = self.state.best.cost() - self.state.bound
            stalled = stalled + 1 if closed < 0.01 * left else 0
            if round_ % 5 == 4 or stalled == STALLED:
                self._round_up(x)
            if self.state.is_proved() or stalled >= STALLED:
                return x
            if not master.add(self._cuts(x)):
                self._round_up(x)
                return x
            round_ += 1

    def _cuts(self, x: Floats) -> list[Cut]:
        cuts = line_bridges(self._problem, x)
        core = np.minimum(1.0, x + CORE)
        for goal, attacker in self._pairs:
            aim = self.state.best.attackers.goal_for(self.state.best.goals[goal], attacker)
            if aim is None:
                continue
            knows = self.state.best.attackers.knows[attacker]
            cut = self._separation.goal_cut(aim, core, self._deadline, knows, 1.0)
            if cut is not None and cut.shortfall(x) > 1e-4:
                cuts.append(cut)
        return cuts

    def _round_up(self, x: Floats) -> None:
        """A pattern of the columns that the relaxation likes, kept where it is the best."""
        tried = Evidence.none(self._problem, self.state.best.attackers)
        tried.hopeless = self.state.best.hopeless
        cost = self._problem.cost * (1.0 - 0.99 * x)
        self._greedy.complete(tried, by_level(tried), cost, self._deadline)
        self._keep(tried)

    def _keep(self, tried: Evidence) -> None:
        clean_up(tried, self._deadline)
        if tried.cost() < self.state.best.cost() * (1 - 1e-9):
            self.state.best = tried

    def _whole(self, master: Master, x: Floats) -> bool:
        """One solution of the master in whole numbers, attacked and repaired; whether to go on."""
        del x
        best = self.state.best
        gap = max(0.2 * self.state.gap(), 0.0)
        found, bound = master.best_whole(gap if gap > 1e-4 else 0.0, self._deadline)
        self.state.bound = max(self.state.bound, min(bound, best.cost()))
        if found is None:
            return bound < best.cost() and not self.state.is_proved() and self._deadline.remaining() > 0
        tried = self._attacked(found)
        unmet = tried.complete(self._deadline)
        if not unmet:
            self._keep(tried)
            return True
        added = master.add(self._cuts_at(tried.hidden, unmet))
        self._greedy.complete(tried, by_level(tried), self._problem.cost, self._deadline)
        self._keep(tried)
        return added > 0

    def _attacked(self, hidden: Flags) -> Evidence:
        """The pattern with those witnesses of the best one that move nothing else."""
        tried = self.state.best.copy()
        tried.withdraw(set(np.flatnonzero(tried.hidden & ~hidden).tolist()))
        tried.hidden = hidden | self._problem.is_sensitive
        return tried

    def _cuts_at(self, hidden: Flags, unmet: list[tuple[int, int]]) -> list[Cut]:
        """The cuts that a pattern in whole numbers violates, of every goal that it does not reach."""
        x = hidden.astype(float)
        attackers = self.state.best.attackers
        cuts = line_bridges(self._problem, x)
        for goal, attacker in unmet:
            if attacker != OUTSIDER and (goal, attacker) not in self._pairs:
                self._pairs.append((goal, attacker))
            aim = attackers.goal_for(self.state.best.goals[goal], attacker)
            if aim is None:
                continue
            knows = attackers.knows[attacker]
            for core, furthest in ((np.minimum(1.0, x + CORE), 1.0), (x, FURTHEST)):
                cut = self._separation.goal_cut(aim, core, self._deadline, knows, furthest)
                if cut is not None and cut.shortfall(x) > 1e-6:
                    cuts.append(cut)
                    break
        return cuts
