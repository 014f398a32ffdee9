"""Publish again what need not be hidden, the dearest cell first."""

from __future__ import annotations

import numpy as np

from disclosure.evidence import Evidence, Pool
from disclosure.movement import MovementProgram
from disclosure.solver import Deadline


def clean_up(evidence: Evidence, deadline: Deadline) -> None:
    """Publish each secondary cell, in falling order of cost, whose loss every goal survives.

    A cell that is needed now is needed of fewer cells as well, so one pass leaves none in vain.
    """
    problem = evidence.problem
    program = MovementProgram(problem, np.flatnonzero(evidence.hidden), problem.cost)
    # Goals that stopped a cell stop the next one often: they are asked first.
    refusals = [0] * len(evidence.goals)
    secondary = np.flatnonzero(evidence.secondary())
    for column in sorted(secondary.tolist(), key=lambda one: (-problem.cost[one], one)):
        program.close(column)
        found: dict[int, Pool] = {}
        for goal in _users(evidence, column, refusals):
            pool = _renewed(evidence, goal, column, program, deadline)
            if pool is None:
                refusals[goal] += 1
                program.close(column, closed=False)
                break
            found[goal] = pool
        else:
            evidence.hidden[column] = False
            for goal, pool in found.items():
                evidence.pools[goal] = pool


def _users(evidence: Evidence, column: int, refusals: list[int]) -> list[int]:
    users = [
        goal
        for goal, pool in enumerate(evidence.pools)
        if any(column in witness.moves for witness in pool)
    ]
    return sorted(users, key=lambda goal: (-refusals[goal], goal))


def _renewed(
    evidence: Evidence, goal: int, column: int, program: MovementProgram, deadline: Deadline
) -> Pool | None:
    """The pool of a goal without ``column``; None where an attacker stays unanswered."""
    pool = tuple(witness for witness in evidence.pools[goal] if column not in witness.moves)
    while (attacker := evidence.unanswered(goal, pool)) is not None:
        witness = evidence.witness(goal, attacker, program, deadline)
        if witness is None:
            return None
        pool = (*pool, witness)
    return pool
