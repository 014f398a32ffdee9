"""The released cells of an area, looked up by place: a value, hidden, none, or not so fine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

import pandas as pd

from gate.answer import Answer, rows_of
from queries.dimensions import region_level
from reports.package.scope import Ask, Place, Places
from reports.package.values import HIDDEN, NOT_RELEASED, NOTHING, Value, X

LEVELS = ("nation", "bureau", "prefecture")
# A level of regions, and what its cells are told apart by besides.
Shape = tuple[str, frozenset[str]]
# Fiscal year, region, industry, category, year since the first use (None for all), measure.
Key = tuple[int, str, str, str, int | None, str]
_KEY = ("fiscal_year", "region_code", "division_code", "category_code", "event_year", "measure")


@dataclass(frozen=True)
class Cells:
    """The cells of one cube that an ``answer`` holds, and how finely each year is released; by
    category as well where each is a table by itself (``shapes`` has an empty category elsewhere).
    """

    cube: str
    answer: Answer
    values: dict[Key, Value]
    shapes: dict[tuple[int, str], frozenset[Shape]]

    @property
    def years(self) -> tuple[int, ...]:
        """The fiscal years of which anything is released (0 for all of them as one)."""
        return tuple(sorted({year for (year, _), shapes in self.shapes.items() if shapes}))

    def has_event_total(self, measure: str) -> bool:
        """Whether there are cells of a measure over all years since the first use."""
        return any(key[4] is None and key[5] == measure for key in self.values)

    def is_released(
        self, year: int, place: Place, category: str = "", *, by_event: bool = False
    ) -> bool:
        """Whether the year is released as finely as that; ``category`` is any one, or empty."""
        wanted = {"industry"} if place.industry else set()
        shapes = self.shapes.get((year, category)) if category else None
        if shapes is None:
            shapes = self.shapes.get((year, ""), frozenset())
            wanted |= {"category"} if category else set()
        wanted |= {"event_year"} if by_event else set()
        return (region_level(place.region), frozenset(wanted)) in shapes

    def value(
        self,
        year: int,
        place: Place,
        measure: str,
        category: str = "",
        event: int | None = None,
    ) -> Value:
        """The value of a measure; ``-`` where nothing was counted at this place."""
        by_event = event is not None and self.has_event_total(measure)
        if not self.is_released(year, place, category, by_event=by_event):
            return NOT_RELEASED
        key = (year, place.region, place.industry, category, event, measure)
        return self.values.get(key, NOTHING)

    def categories(self, year: int, region: str) -> tuple[str, ...]:
        """The codes of the categories that have a cell in a region, unknown last."""
        found = {key[3] for key in self.values if key[:3] == (year, region, "") and key[3]}
        return tuple(sorted(found, key=lambda code: (code == "?", code)))

    def industries(self, year: int, region: str) -> tuple[str, ...]:
        """The codes of the industries that have a cell in a region."""
        return tuple(
            sorted({key[2] for key in self.values if key[:2] == (year, region) and key[2]})
        )


def cells_of(ask: Ask, cube: str, own: Place, cubes: Answer) -> Cells:
    """The cells of ``cube`` in the region and above it, of the industry (or all of them) and the
    total; ``cubes`` is the answer of what is released how finely."""
    query = {"cube": cube, "region": own.region, "industry": own.industry}
    answer = ask("released_area", query)
    shapes = {
        (int(row["fiscal_year"]), str(row["category_code"])): layout_shapes(row["layout"])
        for row in rows_of(cubes)
        if row["cube"] == cube
    }
    frame = answer.frame[answer.frame["size_code"] == ""]
    columns = (frame[name].tolist() for name in (*_KEY, "value", "status"))
    values: dict[Key, Value] = {
        (int(year), region, industry, category, _event(event), measure): _value(value, status)
        for year, region, industry, category, event, measure, value, status in zip(
            *columns, strict=True
        )
    }
    return Cells(cube, answer, values, shapes)


def _event(event: Any) -> int | None:
    return None if event is None or pd.isna(event) else int(event)


def _value(value: Any, status: str) -> Value:
    if status == HIDDEN:
        return X
    return NOTHING if status else Value(Decimal(int(value)))


def layout_shapes(layout: str) -> frozenset[Shape]:
    """The cells that a layout as ``released_cube`` writes it releases, coarser ones included."""
    found: set[Shape] = set()
    for margin in layout.split():
        region, *parts = margin.split("*")
        some = [set(c) for n in range(len(parts) + 1) for c in combinations(parts, n)]
        for level in LEVELS[: LEVELS.index(region) + 1]:
            found |= {(level, frozenset(each)) for each in some}
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Lines:
    """The places of one chart: the subject first, then those above it, then an area of the
    package's own that is told over all industries only. ``reference`` is what the subject is
    compared with, the widest of those above it."""

    places: tuple[Place, ...]
    reference: Place | None

    @property
    def subject(self) -> Place:
        return self.places[0]


def lines_of(cells: Cells, own: Place, places: Places, measure: str, years: Sequence[int]) -> Lines:
    """Who stands in a chart of ``measure``, at most three.

    The subject is the finest of the own area, its bureau and the nation in the own industry that
    has numbers in two of ``years`` or more, and else the same over all industries. Above it stand
    the wider areas in the same industry, or the nation over all. Where the own area is told over
    all industries only, that comes last.
    """
    areas = places.area_chain(own.region)
    chain = places.chain(own)
    needed = min(2, len(years))

    def is_told(place: Place) -> bool:
        return sum(cells.value(year, place, measure).is_shown for year in years) >= needed

    subject = next((place for place in chain if is_told(place)), chain[-1])
    above = [
        place
        for place in chain[chain.index(subject) + 1 :]
        if place.industry == subject.industry and is_told(place)
    ]
    if subject.industry and not above and is_told(Place("", "")):
        above = [Place("", "")]
    extra: list[Place] = []
    if subject.industry and subject != own:
        finer = areas[: areas.index(subject.region)]
        extra = [Place(region, "") for region in finer if is_told(Place(region, ""))][:1]
        above = above[-1:]
    return Lines((subject, *above[:2], *extra), above[-1] if above else None)
