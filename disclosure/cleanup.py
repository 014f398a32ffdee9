"""Publish again what need not be hidden, the dearest cell first."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from disclosure.evidence import Evidence, Pool, Witness
from disclosure.movement import MovementProgram
from disclosure.nearby import SIZES, WORTH_WHILE, Nearby
from disclosure.solver import Deadline
from disclosure.table import Flags

# When less than this share of the time is left, large tables are searched near by only.
LATE = 0.3
# So many witnesses of other goals, the latest, are tried before a program is solved.
MOST_BORROWED = 30


def clean_up(evidence: Evidence, deadline: Deadline, among: Flags | None = None) -> None:
    """Publish each secondary cell, in falling order of cost, whose loss every goal survives; of the
    cells ``among`` some where these are given.

    A cell that is needed now is needed of fewer cells as well, so one pass leaves none in vain.
    Where time runs out, `OutOfTime` is raised and ``evidence`` holds what is cleaned up by then.
    """
    problem = evidence.problem
    hidden = np.flatnonzero(evidence.hidden)
    nearby = Nearby(problem, hidden) if len(hidden) > WORTH_WHILE else None
    program = MovementProgram(problem, hidden)
    # Goals that stopped a cell stop the next one often: they are asked first.
    refusals = [0] * len(evidence.goals)
    users: dict[int, set[int]] = defaultdict(set)
    for goal, first in enumerate(evidence.pools):
        _note(users, goal, first)
    tried = evidence.secondary() if among is None else evidence.secondary() & among
    secondary = np.flatnonzero(tried)
    for column in sorted(secondary.tolist(), key=lambda one: (-problem.cost[one], one)):
        _close(program, nearby, column, True)
        found: dict[int, Pool] = {}
        fresh: list[Witness] = []
        for goal in sorted(users[column], key=lambda one: (-refusals[one], one)):
            pool = _renewed(evidence, goal, column, fresh, (program, nearby), deadline)
            if pool is None:
                refusals[goal] += 1
                _close(program, nearby, column, False)
                break
            found[goal] = pool
        else:
            evidence.hidden[column] = False
            for goal, renewed in found.items():
                evidence.pools[goal] = renewed
                _note(users, goal, renewed)


def _note(users: dict[int, set[int]], goal: int, pool: Pool) -> None:
    """Remember which columns a goal's witnesses move, now or once."""
    for witness in pool:
        for column in witness.moves:
            users[column].add(goal)


def _renewed(
    evidence: Evidence,
    goal: int,
    column: int,
    fresh: list[Witness],
    programs: tuple[MovementProgram, Nearby | None],
    deadline: Deadline,
) -> Pool | None:
    """The pool of a goal without ``column``; None where an attacker stays unanswered.

    ``fresh`` are the witnesses found for other goals since ``column`` was closed, and takes in
    those found here.
    """
    pool = tuple(witness for witness in evidence.pools[goal] if column not in witness.moves)
    while (attacker := evidence.unanswered(goal, pool)) is not None:
        witness = _borrowed(evidence, goal, attacker, fresh)
        if witness is None:
            witness = _found(evidence, goal, attacker, programs, deadline)
            if witness is None:
                return None
            fresh.append(witness)
        pool = (*pool, witness)
    return pool


def _found(
    evidence: Evidence,
    goal: int,
    attacker: int,
    programs: tuple[MovementProgram, Nearby | None],
    deadline: Deadline,
) -> Witness | None:
    """A witness, of cells near the goal if possible.

    Late in a large table of none but these, so that all cells get their turn: a cell may then stay
    hidden that a longer search would publish. The dearest have had theirs.
    """
    program, nearby = programs
    if nearby is not None:
        for size in SIZES:
            near = nearby.around(evidence.goals[goal].column, size)
            witness = evidence.witness(goal, attacker, near, deadline)
            if witness is not None:
                return witness
        if deadline.remaining() < LATE * deadline.seconds:
            return None
    return evidence.witness(goal, attacker, program, deadline)


def _close(program: MovementProgram, nearby: Nearby | None, column: int, closed: bool) -> None:
    program.close(column, closed)
    if nearby is not None:
        nearby.close(column, closed)


def _borrowed(evidence: Evidence, goal: int, attacker: int, fresh: list[Witness]) -> Witness | None:
    """A witness of another goal that serves this one too, in some size."""
    for witness in fresh[: -MOST_BORROWED - 1 : -1]:
        scaled = evidence.scaled(goal, witness)
        if scaled is not None and attacker not in scaled.stopped:
            return scaled
    return None
