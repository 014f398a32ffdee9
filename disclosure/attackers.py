"""Who attacks: everybody, who knows what is published, and every owner, who knows its own parts
too.

Attacker 0 knows what is published alone. An owner of a whole cell knows the cell; an owner of a
part knows that the cell is not below its part, where nothing in the table is negative. Nobody is
protected against itself: a cell is no goal in the eyes of its sole owner, and the owner of a part
may learn at most that nothing else is left.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from disclosure.movement import Goal, Knowledge
from disclosure.presolve import Problem
from disclosure.table import Floats, Owners, Table

OUTSIDER = 0
# A part counts as the whole where it falls short by less than this share of the cell.
WHOLE = 1e-9


@dataclass(frozen=True)
class Attackers:
    """``names`` by attacker (the first is empty), what each knows, and who knows of each column.

    ``exposed`` are pairs of cell and owner: sensitive cells that move with one that is the owner's
    alone whatever is hidden, although they are not its own.
    """

    names: tuple[str, ...]
    knows: tuple[Knowledge, ...]
    knowers: dict[int, tuple[int, ...]]
    exposed: tuple[tuple[str, str], ...] = ()

    @property
    def n(self) -> int:
        """The number of attackers."""
        return len(self.names)

    def goal_for(self, goal: Goal, attacker: int) -> Goal | None:
        """What ``attacker`` must find possible; None where it owns the whole cell."""
        limits = self.knows[attacker].get(goal.column)
        if limits is None or (goal.sign > 0 and limits != (0.0, 0.0)):
            return goal
        level = min(goal.level, limits[0])
        return Goal(goal.column, goal.sign, level) if level > 0 else None

    def stopped_by(self, moves: dict[int, float], level: float) -> frozenset[int]:
        """The attackers in whose eyes a movement is impossible, by what they know."""
        stopped = set()
        slack = 1e-9 * level
        for column, move in moves.items():
            for attacker in self.knowers.get(column, ()):
                down, up = self.knows[attacker][column]
                if move > up + slack or -move > down + slack:
                    stopped.add(attacker)
        return frozenset(stopped)


def outsider_alone() -> Attackers:
    """Nobody but the one who knows what is published."""
    return Attackers(("",), ({},), {})


def with_owners(table: Table, problem: Problem, owners: Owners) -> Attackers:
    """The outsider and every owner of a part of a cell that may be hidden."""
    known: dict[str, dict[int, tuple[float, float]]] = defaultdict(dict)
    parts = zip(owners.place.tolist(), owners.owner, owners.part.tolist(), strict=True)
    for cell, owner, part in parts:
        column = int(problem.column_of[cell])
        if column >= 0:
            limits = _limits(table.value, table.lower, cell, part, problem)
            before = known[owner].get(column, limits)
            known[owner][column] = (min(before[0], limits[0]), min(before[1], limits[1]))
    exposed = _exposed(table, problem, owners)
    # By what they know, not by what they are called: names change from one release to the next.
    names = sorted(known, key=lambda name: (sorted(known[name].items()), name))
    knowers: dict[int, list[int]] = defaultdict(list)
    for attacker, name in enumerate(names, start=1):
        for column in known[name]:
            knowers[column].append(attacker)
    return Attackers(
        ("", *names),
        ({}, *(known[name] for name in names)),
        {column: tuple(who) for column, who in knowers.items()},
        tuple(sorted(exposed)),
    )


def _exposed(table: Table, problem: Problem, owners: Owners) -> set[tuple[str, str]]:
    """Cells that nothing but published ones tells apart from a cell of one owner's alone."""
    has_level = table.is_sensitive & ((table.level_up > 0) | (table.level_down > 0))
    places_of: dict[int, list[int]] = defaultdict(list)
    for place in np.flatnonzero(has_level & (problem.column_of >= 0)).tolist():
        places_of[int(problem.column_of[place])].append(place)
    found = set()
    parts = zip(owners.place.tolist(), owners.owner, owners.part.tolist(), strict=True)
    for cell, owner, part in parts:
        if not _is_whole(float(table.value[cell]), part):
            continue
        for place in places_of.get(int(problem.column_of[cell]), ()):
            if not _is_whole(float(table.value[place]), part):
                found.add((table.cells[place], owner))
    return found


def _is_whole(value: float, part: float) -> bool:
    return abs(value - part) <= WHOLE * max(abs(value), 1e-300)


def _limits(
    value: Floats, lower: Floats, cell: int, part: float, problem: Problem
) -> tuple[float, float]:
    whole = float(value[cell])
    if _is_whole(whole, part):
        return 0.0, 0.0
    column = int(problem.column_of[cell])
    down, up = float(problem.down[column]), float(problem.up[column])
    # Where others may have negative parts, one's own part bounds nothing.
    return (min(down, whole - part) if lower[cell] >= 0 else down), up
