"""A first pattern: for each goal in turn the cheapest movement, whose cells are hidden."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from disclosure.attackers import OUTSIDER
from disclosure.evidence import Evidence
from disclosure.movement import MovementProgram
from disclosure.presolve import Problem
from disclosure.solver import Deadline
from disclosure.table import Floats

# What it costs to move a hidden cell: next to nothing, but short movements before long ones.
FREE = 1e-6
# A cell that can move by a small part of the level only is dear, but not without limit.
LEAST_ROOM = 1e-3


class Greedy:
    """Hides what is missing, one goal after the other, on all columns of a problem."""

    def __init__(self, problem: Problem) -> None:
        self._program = MovementProgram(problem, np.arange(problem.n))

    def complete(
        self, evidence: Evidence, order: Iterable[int], cost: Floats, deadline: Deadline
    ) -> None:
        """Answer every attacker of the goals, in ``order``; pairs without answer become hopeless.

        ``cost`` is what hiding a column costs, in whatever unit; it may differ from the problem's.
        """
        for goal in order:
            while (attacker := evidence.unanswered(goal, evidence.pools[goal])) is not None:
                self._answer(evidence, goal, attacker, cost, deadline)

    def _answer(
        self, evidence: Evidence, goal: int, attacker: int, cost: Floats, deadline: Deadline
    ) -> None:
        aim = evidence.goals[goal]
        down, up = self._program.room(aim, evidence.attackers.knows[attacker])
        sides = []
        for room in (up, down):
            per_level = cost / np.clip(room, LEAST_ROOM, 1.0)
            sides.append(np.where(evidence.hidden, FREE, FREE + per_level))
        self._program.set_costs(sides[0], sides[1])
        witness = evidence.witness(goal, attacker, self._program, deadline)
        if witness is None:
            evidence.hopeless.add((goal, attacker))
            return
        evidence.hidden[list(witness.moves)] = True
        evidence.pools[goal] = (*evidence.pools[goal], witness)
        evidence.spread(witness)


def by_level(evidence: Evidence) -> list[int]:
    """The goals in falling order of level: the farthest movements serve many others."""
    goals = evidence.goals
    return sorted(range(len(goals)), key=lambda goal: (-goals[goal].level, goal))


def unprotectable(evidence: Evidence) -> list[int]:
    """The sensitive columns that stay in an outsider's reach whatever is hidden."""
    return sorted({evidence.goals[g].column for g, who in evidence.hopeless if who == OUTSIDER})
