"""The attacker's program: how far a hidden cell may be off while all that is known still adds up.

A movement is a vector of deviations from the true table, zero on all that is published. Each goal
is scaled by its own level, so the solver always sees a movement of 1, whatever the unit of the
table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import highspy
import numpy as np

from disclosure.presolve import Places, Problem
from disclosure.solver import (
    Deadline,
    change_bounds,
    change_costs,
    opened,
    pass_model,
    solve,
)
from disclosure.table import Floats

# No cell is moved further than this many levels: a limit that only makes the attacker look weaker,
# and a pattern safer. Sums move a cell by one level mostly.
FURTHEST = 1e4
# Movements below this part of a level are noise of the solver.
NOISE = 1e-9

# What one attacker knows beyond everybody: how far a column may still move (down, up) in its eyes.
Knowledge = Mapping[int, tuple[float, float]]
NOTHING: Knowledge = {}


@dataclass(frozen=True)
class Goal:
    """A sensitive column must be possible ``level`` above (sign 1) or below (sign -1) its value."""

    column: int
    sign: int
    level: float


def simplex_solver() -> highspy.Highs:
    """A solver for many small programs that differ in bounds."""
    return opened(
        solver="simplex",
        presolve="off",
        simplex_scale_strategy=0,
        simplex_dual_edge_weight_strategy=1,
    )


class MovementProgram:
    """The cheapest movement that reaches a goal, with costs per level moved: the problem's at
    first.

    Works on ``columns`` alone: all others are published. Each solve starts from standing still,
    where nothing costs anything, so what is found does not depend on what was asked before.
    """

    def __init__(
        self, problem: Problem, columns: Places, solver: highspy.Highs | None = None
    ) -> None:
        """``solver`` is one of `simplex_solver` that nothing else uses any more."""
        cost = problem.cost[columns]
        self.columns = columns
        self._place = {column: place for place, column in enumerate(columns.tolist())}
        self._down = problem.down[columns]
        self._up = problem.up[columns]
        self._closed = np.zeros(len(columns), dtype=bool)
        self._solver = solver or simplex_solver()
        matrix = problem.signed(columns)
        zero = np.zeros(matrix.shape[0])
        upper = np.ones(2 * len(columns))
        pass_model(self._solver, matrix, np.concatenate([cost, cost]), upper, (zero, zero))

    def set_costs(self, up: Floats, down: Floats) -> None:
        """Costs of a unit of movement upwards and downwards, per column of the program."""
        change_costs(self._solver, np.concatenate([up, down]))

    def close(self, column: int, closed: bool = True) -> None:
        """Take a column as published, or as hidden again."""
        self._closed[self._place[column]] = closed

    def room(self, goal: Goal, knows: Knowledge = NOTHING) -> tuple[Floats, Floats]:
        """How many levels each column may move down and up."""
        down, up = self._down / goal.level, self._up / goal.level
        for column, (further_down, further_up) in knows.items():
            place = self._place.get(column)
            if place is not None:
                down[place] = min(down[place], further_down / goal.level)
                up[place] = min(up[place], further_up / goal.level)
        for side in (down, up):
            side[self._closed] = 0.0
            np.minimum(side, FURTHEST, out=side)
            # Twelve digits, so that the unit of the table changes nothing.
            np.round(side, 12, out=side)
        return down, up

    def reach(self, goal: Goal, deadline: Deadline, knows: Knowledge = NOTHING) -> Floats | None:
        """The movement of the program's columns, in the unit of the table; None if there is none.

        Raises SolverFailure where the solver proved neither.
        """
        down, up = self.room(goal, knows)
        target = self._place[goal.column]
        ahead, back = (up, down) if goal.sign > 0 else (down, up)
        if ahead[target] < 1 - NOISE:
            return None
        least = np.zeros(2 * len(self.columns))
        ahead[target], back[target] = 1.0, 0.0
        least[target + (0 if goal.sign > 0 else len(self.columns))] = 1.0
        self._solver.clearSolver()
        change_bounds(self._solver, least, np.concatenate([up, down]))
        if not solve(self._solver, deadline):
            return None
        found = np.asarray(self._solver.getSolution().col_value)
        moved = found[: len(self.columns)] - found[len(self.columns) :]
        moved[np.abs(moved) < NOISE] = 0.0
        np.clip(moved, -down, up, out=moved)
        return np.asarray(moved * goal.level)
