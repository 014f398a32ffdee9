"""All that is released, attacked at once: can any hidden value be worked back?

The attacker is `disclosure.attacker`, which shares nothing with what hid the cells. It knows every
value that is shown, that totals are the sums of their parts, and what can be negative.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from disclosure.attacker import Attack, Contradiction
from disclosure.bounding import NoProof
from disclosure.delivered import Relation, Release
from gate.released_policy import CubeRule
from store.members import Members


class Cell(NamedTuple):
    """A place in a cube; empty codes are totals."""

    year: int
    level: str
    region: str
    division: str
    category: str
    size: str
    event_year: str
    measure: str

    @property
    def name(self) -> str:
        return "|".join(map(str, self))


# A value, or None where it is hidden.
Cells = dict[Cell, float | None]


_PLACE = (
    "fiscal_year",
    "region_level",
    "region_code",
    "division_code",
    "category_code",
    "size_code",
    "event_year",
    "measure",
)


class Derivable(Exception):
    """A hidden value can be worked back, or nobody can prove that it cannot; says which."""


def cells_of(frame: pd.DataFrame) -> Cells:
    """The cells of an answer about one cube; those of which there is nothing are left out."""
    places = zip(*(frame[name].tolist() for name in _PLACE), strict=True)
    cells: Cells = {}
    for place, value, status in zip(
        places, frame["value"].tolist(), frame["status"].tolist(), strict=True
    ):
        is_there = not pd.isna(value)
        if status == "x" and is_there:
            raise Derivable(f"{place}: hidden, and yet with a value")
        if status == "x" or is_there:
            cells[_cell(place)] = float(value) if is_there else None
    return cells


def _cell(place: tuple[Any, ...]) -> Cell:
    year, *codes, event_year, measure = place
    # Columns of whole numbers with gaps come as floats.
    event = "" if pd.isna(event_year) else str(int(event_year))
    level, region, division, category, size = map(str, codes)
    return Cell(int(year), level, region, division, category, size, event, str(measure))


@dataclass(frozen=True, slots=True)
class Delivered:
    """A year and group of numbers of a cube as delivered: what is shown, and the sums that hold."""

    shown: Cells
    sums: list[Relation]
    is_negative: bool

    @property
    def hidden(self) -> set[str]:
        return {cell.name for cell, value in self.shown.items() if value is None}

    @property
    def release(self) -> Release:
        return Release({cell.name: value for cell, value in self.shown.items()})


def delivered(
    cells: Cells,
    rule: CubeRule,
    members: Members,
    beside: Cells | None = None,
    beside_groups: Sequence[tuple[str, ...]] = (),
) -> Iterator[Delivered]:
    """Each year and group of numbers of a cube in which something is hidden.

    ``beside`` are the cells of a cube that shares numbers with it, and ``beside_groups`` those of
    them that are one table: what that one shows is known, and what a shared number is a part of.
    """
    shared = {cell for cell, value in (beside or {}).items() if value is not None}
    by_year: dict[int, Cells] = defaultdict(dict)
    for source in (beside or {}, cells):
        for cell, value in source.items():
            if value is not None or cell not in shared:
                by_year[cell.year][cell] = value
    for year in sorted(by_year):
        for group in rule.groups:
            groups = [group, *(other for other in beside_groups if set(other) & set(group))]
            named = {name for each in groups for name in each}
            shown = {c: v for c, v in by_year[year].items() if c.measure in named}
            if None in shown.values():
                sums = list(_relations(shown, groups, rule, members))
                yield Delivered(shown, sums, bool(rule.negative & named))


def attack(
    cells: Cells,
    rule: CubeRule,
    members: Members,
    beside: Cells | None = None,
    beside_groups: Sequence[tuple[str, ...]] = (),
) -> int:
    """Attack a cube with what is known beside it; the number of hidden values attacked.

    Raises Derivable for the first value that can be worked back.
    """
    n_attacked = 0
    for one in delivered(cells, rule, members, beside, beside_groups):
        hidden = one.hidden
        _attack(one, hidden)
        n_attacked += sum(cell.name in hidden for cell in one.shown if cell in cells)
    return n_attacked


def _attack(one: Delivered, hidden: set[str]) -> None:
    try:
        found = _system(one.release, one.sums, is_negative=one.is_negative)
        for interval in found.intervals(to_the_end=False):
            if interval.cell in hidden and interval.is_exact:
                raise Derivable(interval.cell)
    except (Contradiction, NoProof) as error:
        raise Derivable(str(error)) from error


def _system(release: Release, sums: list[Relation], *, is_negative: bool) -> Attack:
    """What the attacker sees, who takes hidden values for not negative as long as that can be.

    In a year of returns it cannot: the values below zero that are shown say so to everybody.
    """
    try:
        return Attack([release], sums, may_be_negative=is_negative)
    except Contradiction:
        if any(value is not None and value < 0 for value in release.values.values()):
            return Attack([release], sums, may_be_negative=True)
        raise


def _relations(
    shown: Cells, groups: Sequence[tuple[str, ...]], rule: CubeRule, members: Members
) -> Iterator[Relation]:
    """All sums that hold among the cells of a year: over regions, over whatever adds up, and of the
    parts of a whole."""
    parts: dict[tuple[str, Cell], list[Cell]] = defaultdict(list)
    for cell in shown:
        for kind, above in _above(cell, rule, members):
            parts[kind, above].append(cell)
    for (_, total), found in parts.items():
        if total in shown:
            yield _sum(total, found)
    for whole, *rest in groups:
        for cell in shown:
            if rest and cell.measure == whole:
                yield _sum(cell, [cell._replace(measure=name) for name in rest])


def _above(cell: Cell, rule: CubeRule, members: Members) -> Iterator[tuple[str, Cell]]:
    """The totals that a cell is a part of, and over what each sums."""
    if cell.level == "prefecture":
        member = members.get("region", cell.region)
        if member is not None:
            yield "region", cell._replace(level="bureau", region=member.parent_code)
    elif cell.level == "bureau":
        yield "region", cell._replace(level="nation", region="")
    if cell.division:
        yield "division", cell._replace(division="")
    if cell.category and "category" not in rule.apart:
        yield "category", cell._replace(category="")
    if cell.size:
        yield "size", cell._replace(size="")
    if cell.event_year and "event_year" not in rule.apart:
        yield "event_year", cell._replace(event_year="")


def _sum(total: Cell, parts: list[Cell]) -> Relation:
    return tuple(sorted([(total.name, -1.0), *((part.name, 1.0) for part in parts)]))
