"""The master program: the cheapest pattern that satisfies the cuts found so far."""

from __future__ import annotations

from collections.abc import Iterable

import highspy
import numpy as np
from scipy import sparse

from disclosure.cuts import Cut
from disclosure.presolve import Places, Problem
from disclosure.solver import (
    Deadline,
    OutOfTime,
    Status,
    add_rows,
    change_bounds,
    opened,
    pass_model,
    solve,
)
from disclosure.table import Flags, Floats

# The costs are scaled so that the best pattern known costs this much: the solver's tolerances are
# absolute.
BEST = 1e4


class Master:
    """Cuts, their linear relaxation, and the program in whole numbers.

    ``scale`` times the problem's cost is the cost here. All bounds are in the problem's cost.
    """

    def __init__(self, problem: Problem, best: float) -> None:
        self._sensitive = problem.is_sensitive
        self._scale = BEST / best
        self._cost = np.where(problem.is_sensitive, 0.0, problem.cost * self._scale)
        self._cuts: list[Cut] = []
        self._keys: set[tuple[bytes, bytes]] = set()
        self._closed = np.zeros(problem.n, dtype=bool)
        self._relaxation = opened(solver="simplex", presolve="off")
        nothing = sparse.csc_matrix((0, problem.n))
        pass_model(
            self._relaxation, nothing, self._cost, np.ones(problem.n), (np.zeros(0), np.zeros(0))
        )
        self._bound_columns()

    def add(self, cuts: Iterable[Cut]) -> int:
        """Take in cuts that are new; how many these are."""
        fresh = []
        for cut in cuts:
            key = cut.key()
            if key not in self._keys:
                self._keys.add(key)
                fresh.append(cut)
        if fresh:
            rows = _rows(fresh, len(self._cost))
            add_rows(self._relaxation, rows, np.array([cut.least for cut in fresh]))
            self._cuts += fresh
        return len(fresh)

    def relax(self, deadline: Deadline) -> tuple[Floats, float]:
        """The optimum of the linear relaxation and its cost, a lower bound on every safe pattern.

        The bound is infinite where nothing is better than what closed the columns.
        """
        if not solve(self._relaxation, deadline):
            return np.zeros(len(self._cost)), np.inf
        x = np.clip(np.asarray(self._relaxation.getSolution().col_value), 0.0, 1.0)
        return x, self._relaxation.getInfo().objective_function_value / self._scale

    def close_dear(self, best: float) -> None:
        """Publish for good what no pattern better than ``best`` hides.

        Rests on the last solution of the relaxation: on its bound, not on a better one. A column
        whose reduced cost exceeds the gap between both is in no better pattern.
        """
        bound = self._relaxation.getInfo().objective_function_value / self._scale
        dual = np.asarray(self._relaxation.getSolution().col_dual) / self._scale
        self._closed |= ~self._sensitive & (dual > best - bound + 1e-7 * best)
        self._bound_columns()

    def open_columns(self) -> Places:
        """The columns that may still be hidden, sensitive ones included."""
        return np.flatnonzero(~self._closed)

    def best_whole(self, gap: float, deadline: Deadline) -> tuple[Flags | None, float]:
        """The cheapest pattern in whole numbers, and a lower bound on the cost of every pattern.

        The bound holds for patterns better than those that closed columns. ``gap`` is the relative
        gap that suffices. The pattern is None where there is none or time runs out.
        """
        n = len(self._cost)
        solver = opened(mip_rel_gap=gap, mip_abs_gap=1e-6)
        rows = _rows(self._cuts, n)
        least = np.array([cut.least for cut in self._cuts])
        pass_model(
            solver,
            rows.tocsc(),
            np.where(self._closed, 0.0, self._cost),
            np.where(self._closed, 0.0, 1.0),
            (least, np.full(len(least), highspy.kHighsInf)),
        )
        change_bounds(solver, self._sensitive.astype(float), np.where(self._closed, 0.0, 1.0))
        kinds = np.full(n, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
        solver.changeColsIntegrality(n, np.arange(n, dtype=np.int32), kinds)
        try:
            if not solve(solver, deadline):
                # Nothing is better than what closed the columns.
                return None, np.inf
        except OutOfTime:
            if solver.getModelStatus() != Status.kTimeLimit:
                raise
        info = solver.getInfo()
        bound = float(info.mip_dual_bound) / self._scale
        bound = bound if np.isfinite(bound) else 0.0
        if info.primal_solution_status != int(highspy.SolutionStatus.kSolutionStatusFeasible):
            return None, bound
        return np.asarray(solver.getSolution().col_value) > 0.5, bound

    def _bound_columns(self) -> None:
        upper = np.where(self._closed, 0.0, 1.0)
        change_bounds(self._relaxation, self._sensitive.astype(float), upper)


def _rows(cuts: list[Cut], n: int) -> sparse.csr_matrix:
    if not cuts:
        return sparse.csr_matrix((0, n))
    indptr = np.cumsum([0, *(len(cut.columns) for cut in cuts)])
    data = np.concatenate([cut.coefficient for cut in cuts])
    indices = np.concatenate([cut.columns for cut in cuts])
    return sparse.csr_matrix((data, indices, indptr), shape=(len(cuts), n))
