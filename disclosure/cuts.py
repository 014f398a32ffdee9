"""What every safe pattern must satisfy, as inequalities: the dual of the attacker's program.

Hide or publish a column is x = 1 or 0. For a goal scaled to a level of 1, every solution of the
dual (alpha, beta, one weight a relation) gives Σ (alpha·up + beta·down)·x ≥ 1 (Fischetti and
Salazar, Management Science 47, 2001). A coefficient never needs to be more than 1, as x is 0 or 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import highspy
import numpy as np

from disclosure.movement import Goal, Knowledge
from disclosure.presolve import Places, Problem
from disclosure.solver import (
    Deadline,
    SolverFailure,
    change_bounds,
    change_costs,
    opened,
    pass_model,
    solve,
    start,
)
from disclosure.table import Floats

TINY = 1e-9


@dataclass(frozen=True)
class Cut:
    """Σ coefficient · x[columns] ≥ least."""

    columns: Places
    coefficient: Floats
    least: float

    def shortfall(self, x: Floats) -> float:
        """By how much ``x`` falls short of ``least``."""
        return self.least - float(self.coefficient @ x[self.columns])

    def key(self) -> tuple[bytes, bytes]:
        """Equal for equal cuts."""
        return self.columns.tobytes(), np.round(self.coefficient, 9).tobytes()


class Separation:
    """Finds cuts that a fractional pattern violates."""

    def __init__(self, problem: Problem, columns: Places) -> None:
        """``columns`` are those that may be hidden; the cuts hold whatever is."""
        self._problem = problem
        self._columns = columns
        self._place = np.full(problem.n, -1)
        self._place[columns] = np.arange(len(columns))
        self._transposed = problem.matrix[problem.rows_of(columns)].T.tocsr()
        both = problem.signed(columns)
        zero = np.zeros(both.shape[0])
        n = len(columns)
        self._solver = opened(solver="simplex", presolve="off")
        pass_model(self._solver, both, np.zeros(2 * n), np.ones(2 * n), (zero, zero))
        self._pivots: dict[tuple[int, int], int] = {}
        self._bases: dict[tuple[int, int], highspy.HighsBasis] = {}

    @property
    def n(self) -> int:
        """The number of columns that may be hidden."""
        return len(self._columns)

    def goal_cut(
        self, goal: Goal, x: Floats, deadline: Deadline, knows: Knowledge, furthest: float
    ) -> Cut | None:
        """The cut that a goal gives at ``x``; None where ``x`` reaches the goal.

        Columns move by ``furthest`` levels at most, times x. 1 gives the strongest cuts.
        """
        true_down, true_up = _room(self._problem, goal, knows)
        down, up = np.minimum(true_down, furthest) * x, np.minimum(true_up, furthest) * x
        ahead = up if goal.sign > 0 else down
        ahead[goal.column] = 2.0
        (down if goal.sign > 0 else up)[goal.column] = 0.0
        weights = self._weights(goal, down[self._columns], up[self._columns], deadline)
        if weights is None:
            return None
        rise, fall = np.maximum(weights, 0.0), np.maximum(-weights, 0.0)
        needed = np.zeros(self._problem.n)
        for weight, room in ((rise, true_up), (fall, true_down)):
            used = weight > TINY
            needed[used] += weight[used] * room[used]
        needed[goal.column] = 0.0
        return cut_of(self._problem, np.arange(len(needed)), np.minimum(needed, 1.0))

    def _weights(self, goal: Goal, down: Floats, up: Floats, deadline: Deadline) -> Floats | None:
        """The weights of all columns in the dual; None where the goal is reached."""
        n = self.n
        place = self._place[goal.column]
        cost = np.zeros(2 * n)
        cost[place], cost[n + place] = -goal.sign, goal.sign
        change_costs(self._solver, cost)
        change_bounds(self._solver, np.zeros(2 * n), np.concatenate([up, down]))
        aim = (goal.column, goal.sign)
        basis = self._bases.get(aim)
        start(self._solver, basis)
        if not solve(self._solver, deadline):
            raise SolverFailure("standing still must always be possible")
        # The last optimum of the same aim is a start that fits, as only bounds have changed: it is
        # kept where it takes no longer than from standing still.
        pivots = self._solver.getInfo().simplex_iteration_count
        self._pivots.setdefault(aim, pivots)
        if pivots <= self._pivots[aim]:
            self._bases[aim] = self._solver.getBasis()
        else:
            self._bases.pop(aim, None)
        if -self._solver.getInfo().objective_function_value >= 1 - 1e-7:
            return None
        weights = self._transposed @ np.asarray(self._solver.getSolution().row_dual)
        weights[goal.column] += goal.sign
        return np.asarray(weights)


def _room(problem: Problem, goal: Goal, knows: Knowledge) -> tuple[Floats, Floats]:
    down, up = problem.down / goal.level, problem.up / goal.level
    for column, (further_down, further_up) in knows.items():
        down[column] = min(down[column], further_down / goal.level)
        up[column] = min(up[column], further_up / goal.level)
    return down, up


def cut_of(problem: Problem, columns: Places, needed: Floats) -> Cut | None:
    """The cut Σ needed · x[columns] ≥ 1 less what sensitive columns add; None if that is all."""
    sensitive = problem.is_sensitive[columns]
    least = 1.0 - float(needed[sensitive].sum())
    if least <= 1e-7:
        return None
    used = (needed > 0) & ~sensitive
    columns, coefficient = columns[used], np.minimum(needed[used], least)
    # What is too small for the solver's tolerances is taken as given.
    small = coefficient < 1e-6 * least
    least -= float(coefficient[small].sum())
    return Cut(columns[~small], coefficient[~small] / least, 1.0)


def bridge_of(problem: Problem, others: Places, column: int) -> Cut | None:
    """Σ x of ``others`` ≥ x of ``column``; None where a sensitive one satisfies it."""
    if problem.is_sensitive[others].any():
        return None
    columns = np.append(others, column)
    return Cut(columns, np.append(np.ones(len(others)), -1.0), 0.0)


def line_cuts(problem: Problem, goals: tuple[Goal, ...]) -> Iterator[Cut]:
    """The cuts of single relations: a sensitive cell is off by no more than others of its sum."""
    by_column = problem.by_column
    for goal in goals:
        for place in range(by_column.indptr[goal.column], by_column.indptr[goal.column + 1]):
            row = by_column.indices[place]
            line = slice(problem.matrix.indptr[row], problem.matrix.indptr[row + 1])
            columns = problem.matrix.indices[line].astype(np.int64)
            share = -problem.matrix.data[line] / by_column.data[place] * goal.sign
            room = np.where(share > 0, problem.up[columns], problem.down[columns]) / goal.level
            needed = np.where(columns == goal.column, 0.0, np.minimum(np.abs(share) * room, 1.0))
            cut = cut_of(problem, columns, needed)
            if cut is not None:
                yield cut


def line_bridges(problem: Problem, x: Floats) -> list[Cut]:
    """The cuts of single relations that ``x`` violates: no hidden cell is alone in a sum."""
    found = []
    matrix = problem.matrix
    total = abs(matrix).sign() @ x
    for row in range(matrix.shape[0]):
        columns = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        largest = int(columns[np.argmax(x[columns])])
        if total[row] - x[largest] < x[largest] - 1e-4:
            cut = bridge_of(problem, columns[columns != largest].astype(np.int64), largest)
            if cut is not None:
                found.append(cut)
    return found
