"""A first bound and a first guess, of single sums alone: seconds even where the optimum is far."""

from __future__ import annotations

import numpy as np

from disclosure.cuts import line_bridges, line_cuts
from disclosure.evidence import goals_of
from disclosure.master import Master
from disclosure.presolve import Problem
from disclosure.solver import Deadline
from disclosure.table import Floats

# Rounds bring less and less.
MOST_ROUNDS = 20


def relaxed_by_lines(problem: Problem, deadline: Deadline) -> tuple[Floats, float]:
    """How much each column is hidden, between 0 and 1, where every sum keeps its sensitive cells
    and leaves no hidden cell alone; and what that costs, a lower bound on every safe pattern."""
    x = problem.is_sensitive.astype(float)
    cuts = list(line_cuts(problem, goals_of(problem)))
    if not cuts:
        return x, 0.0
    # The cost of as many columns as there are sensitive ones: about what will be hidden.
    master = Master(problem, float(problem.cost.mean()) * float(x.sum()))
    master.add(cuts)
    return relaxed_with_bridges(master, problem, deadline)


def relaxed_with_bridges(
    master: Master, problem: Problem, deadline: Deadline
) -> tuple[Floats, float]:
    """The relaxation of a master and its cost when no hidden cell is alone in a sum."""
    x, bound = master.relax(deadline)
    for _ in range(MOST_ROUNDS):
        if not np.isfinite(bound) or not master.add(line_bridges(problem, x)):
            break
        x, bound = master.relax(deadline)
    return x, bound
