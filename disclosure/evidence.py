"""Which movements show that every goal is out of every attacker's reach: the state of a search.

Per goal a pool of witnesses, movements that reach it. An attacker is answered where one witness of
the pool is possible in its eyes. Most owners know nothing of the few cells that a witness moves, so
one witness answers nearly all of them, and only the others need one of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from disclosure.attackers import OUTSIDER, Attackers
from disclosure.movement import Goal, MovementProgram
from disclosure.presolve import Problem
from disclosure.solver import Deadline
from disclosure.table import Flags, Floats


@dataclass(frozen=True)
class Witness:
    """A movement by column, in the unit of the table, and the attackers who know it is not so."""

    moves: dict[int, float]
    stopped: frozenset[int]


Pool = tuple[Witness, ...]
# A movement serves another goal only where it moves that column by this share of its largest move:
# what is made longer makes the solver's noise longer too.
LEAST_SHARE = 1e-2


@dataclass
class Evidence:
    """Goals, the columns hidden, and a pool of witnesses per goal.

    ``hopeless`` holds pairs of goal and attacker that no pattern answers, even with everything
    hidden that may be. ``sought`` holds pairs of goal and owner that once needed a witness of their
    own.
    """

    problem: Problem
    attackers: Attackers
    goals: tuple[Goal, ...]
    hidden: Flags
    pools: list[Pool]
    hopeless: set[tuple[int, int]] = field(default_factory=set)
    sought: set[tuple[int, int]] = field(default_factory=set)
    goals_by_column: dict[int, tuple[int, ...]] = field(init=False)

    def __post_init__(self) -> None:
        by_column: dict[int, tuple[int, ...]] = {}
        for number, goal in enumerate(self.goals):
            by_column[goal.column] = (*by_column.get(goal.column, ()), number)
        self.goals_by_column = by_column

    @classmethod
    def none(cls, problem: Problem, attackers: Attackers) -> Evidence:
        """The sensitive columns hidden, and no goal shown to be reached."""
        goals = goals_of(problem)
        return cls(problem, attackers, goals, problem.is_sensitive.copy(), [()] * len(goals))

    def copy(self) -> Evidence:
        """The same, to be changed on its own; what is hopeless or was sought is common to both."""
        return Evidence(
            self.problem,
            self.attackers,
            self.goals,
            self.hidden.copy(),
            list(self.pools),
            self.hopeless,
            self.sought,
        )

    def cost(self) -> float:
        """What the columns hidden beyond the sensitive ones cost, relative to the dearest."""
        return float(self.problem.cost[self.secondary()].sum())

    def secondary(self) -> Flags:
        """The columns hidden although they are not sensitive."""
        return self.hidden & ~self.problem.is_sensitive

    def unanswered(self, goal: int, pool: Pool) -> int | None:
        """The first attacker whom no witness of the pool answers; None if all are answered."""
        aim = self.goals[goal]
        left: Iterable[int] = range(self.attackers.n)
        if pool:
            left = sorted(frozenset.intersection(*(witness.stopped for witness in pool)))
        for attacker in left:
            is_goal = attacker == OUTSIDER or self.attackers.goal_for(aim, attacker) is not None
            if is_goal and (goal, attacker) not in self.hopeless:
                return attacker
        return None

    def witness(
        self, goal: int, attacker: int, program: MovementProgram, deadline: Deadline
    ) -> Witness | None:
        """A movement of the program's columns that reaches a goal in an attacker's eyes."""
        aim = self.attackers.goal_for(self.goals[goal], attacker)
        if aim is None:
            raise ValueError("an owner is not protected against itself")
        if attacker != OUTSIDER:
            self.sought.add((goal, attacker))
        moved = program.reach(aim, deadline, self.attackers.knows[attacker])
        if moved is None:
            return None
        return self._witness(goal, aim, program, moved)

    def scaled(self, goal: int, witness: Witness) -> Witness | None:
        """The movement of another goal, made longer or shorter or turned round to reach this one.

        None where it does not move the column, or not within the bounds of all.
        """
        aim = self.goals[goal]
        move = witness.moves.get(aim.column, 0.0)
        if move == 0.0:
            return None
        if abs(move) < LEAST_SHARE * max(map(abs, witness.moves.values())):
            return None
        times = aim.sign * aim.level / move
        moves = {column: times * moved for column, moved in witness.moves.items()}
        moves[aim.column] = aim.sign * aim.level
        down, up = self.problem.down, self.problem.up
        if any(moved > up[column] or -moved > down[column] for column, moved in moves.items()):
            return None
        return Witness(moves, self.attackers.stopped_by(moves, aim.level))

    def spread(self, witness: Witness) -> None:
        """Answer with a new witness whatever other goals it reaches in some size."""
        for column in witness.moves:
            for goal in self.goals_by_column.get(column, ()):
                attacker = self.unanswered(goal, self.pools[goal])
                if attacker is None:
                    continue
                scaled = self.scaled(goal, witness)
                if scaled is not None and attacker not in scaled.stopped:
                    self.pools[goal] = (*self.pools[goal], scaled)

    def _witness(self, goal: int, aim: Goal, program: MovementProgram, moved: Floats) -> Witness:
        places = np.flatnonzero(moved)
        moves = dict(zip(program.columns[places].tolist(), moved[places].tolist(), strict=True))
        stopped = self.attackers.stopped_by(moves, aim.level)
        if aim.level < self.goals[goal].level:
            # It goes as far as its attacker must be kept, not as far as others must.
            stopped |= {
                other
                for other in range(self.attackers.n)
                if (own := self.attackers.goal_for(self.goals[goal], other)) is not None
                and own.level > aim.level
            }
        return Witness(moves, stopped)

    def complete(self, deadline: Deadline) -> list[tuple[int, int]]:
        """Look for the witnesses that are missing among the columns hidden; the pairs of goal and
        attacker that stay without answer, one a goal."""
        unmet = []
        program = MovementProgram(self.problem, np.flatnonzero(self.hidden))
        for goal in range(len(self.goals)):
            while (attacker := self.unanswered(goal, self.pools[goal])) is not None:
                witness = self.witness(goal, attacker, program, deadline)
                if witness is None:
                    unmet.append((goal, attacker))
                    break
                self.pools[goal] = (*self.pools[goal], witness)
                self.spread(witness)
        return unmet

    def withdraw(self, columns: set[int]) -> None:
        """Publish ``columns``, and give up the witnesses that move them."""
        self.hidden[list(columns)] = False
        for goal, pool in enumerate(self.pools):
            kept = tuple(witness for witness in pool if not columns & witness.moves.keys())
            if len(kept) < len(pool):
                self.pools[goal] = kept


def goals_of(problem: Problem) -> tuple[Goal, ...]:
    """Both sides of every sensitive column that has a level."""
    found = []
    for column in np.flatnonzero(problem.is_sensitive).tolist():
        for sign, levels in ((1, problem.level_up), (-1, problem.level_down)):
            if levels[column] > 0:
                found.append(Goal(column, sign, float(levels[column])))
    return tuple(found)
