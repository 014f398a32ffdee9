"""Better patterns from a known one: publish a neighbourhood, complete anew, keep the cheaper."""

from __future__ import annotations

import numpy as np

from disclosure.cleanup import clean_up
from disclosure.evidence import Evidence
from disclosure.greedy import Greedy, by_level
from disclosure.solver import Deadline, OutOfTime
from disclosure.table import Flags

# The search is over when so many neighbourhoods in a row, per secondary cell, brought nothing.
PATIENCE = 3.0


class Improvement:
    """Large neighbourhoods, drawn from a fixed seed: the same table gives the same pattern."""

    def __init__(self, best: Evidence, greedy: Greedy) -> None:
        self.best = best
        self._greedy = greedy
        self._random = np.random.default_rng(1)
        self._idle = 0

    def is_over(self) -> bool:
        """Whether the search has lost its patience."""
        return self._idle >= 10 + PATIENCE * float(self.best.secondary().sum())

    def run(self, deadline: Deadline) -> None:
        """Improve ``best`` until patience or time is over."""
        try:
            while not self.is_over():
                self._step(deadline)
        except OutOfTime:
            return

    def _step(self, deadline: Deadline) -> None:
        secondary = np.flatnonzero(self.best.secondary())
        if not len(secondary):
            self._idle = 10**9
            return
        tried = self.best.copy()
        gone = self._neighbourhood(secondary)
        tried.withdraw(set(gone.tolist()))
        cost = tried.problem.cost * self._random.uniform(0.6, 1.4, tried.problem.n)
        # What was hidden is dearer now, so that something else is tried.
        cost[gone] *= self._random.uniform(1.0, 2.5)
        order = by_level(tried)
        if self._random.random() < 0.5:
            self._random.shuffle(order)
        self._greedy.complete(tried, order, cost, deadline)
        clean_up(tried, deadline, self._around(tried.hidden != self.best.hidden))
        self._idle += 1
        if tried.cost() <= self.best.cost() * (1 + 1e-12):
            if tried.cost() < self.best.cost() * (1 - 1e-9):
                self._idle = 0
            self.best = tried

    def _neighbourhood(self, secondary: np.ndarray) -> np.ndarray:
        """A secondary column, dear ones sooner, and some that share sums with it or its like."""
        cost = self.best.problem.cost[secondary]
        first = int(self._random.choice(secondary, p=cost / cost.sum()))
        wanted = int(self._random.integers(1, max(3, min(40, len(secondary) // 4)) + 1))
        seen, frontier = {first}, [first]
        chosen: list[int] = []
        while frontier and len(chosen) < wanted:
            column = frontier.pop(0)
            if not self.best.problem.is_sensitive[column]:
                chosen.append(column)
            fresh = [one for one in self._near(column) if one not in seen]
            self._random.shuffle(fresh)
            frontier += fresh[:4]
            seen |= set(fresh[:4])
        return np.array(sorted(chosen))

    def _around(self, changed: Flags) -> Flags:
        """The columns that share a sum with one that has changed: what is far from these is needed
        still."""
        matrix = abs(self.best.problem.matrix).sign()
        return np.asarray(matrix.T @ (matrix @ changed.astype(float)) > 0)

    def _near(self, column: int) -> list[int]:
        """The hidden columns that share a sum with a column."""
        matrix, by_column = self.best.problem.matrix, self.best.problem.by_column
        found: set[int] = set()
        for row in by_column.indices[by_column.indptr[column] : by_column.indptr[column + 1]]:
            columns = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
            found |= set(columns[self.best.hidden[columns]].tolist())
        return sorted(found - {column})
