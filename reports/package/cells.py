"""The released cells of an area, looked up by place: a value, hidden, none, or not so fine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from gate.answer import Answer, rows_of
from queries.dimensions import region_level
from reports.package.scope import Ask, Place, Places
from reports.package.values import HIDDEN, NOT_RELEASED, NOTHING, Value, X

LEVELS = ("nation", "bureau", "prefecture")
# Which level of a region, whether by industry, whether by category.
Shape = tuple[str, bool, bool]
Key = tuple[int, str, str, str, str]


@dataclass(frozen=True)
class Cells:
    """The cells of one cube that an ``answer`` holds, and how finely each year is released."""

    cube: str
    answer: Answer
    values: dict[Key, Value]
    shapes: dict[int, frozenset[Shape]]

    @property
    def years(self) -> tuple[int, ...]:
        """The fiscal years of which anything is released (0 for all of them as one)."""
        return tuple(sorted(year for year, shapes in self.shapes.items() if shapes))

    def is_released(self, year: int, place: Place, by_category: bool = False) -> bool:
        """Whether the year is released as finely as ``place`` (and the cube's categories)."""
        shape = (region_level(place.region), bool(place.industry), by_category)
        return shape in self.shapes.get(year, frozenset())

    def value(self, year: int, place: Place, measure: str, category: str = "") -> Value:
        """The value of a measure; ``-`` where nothing was counted at this place."""
        if not self.is_released(year, place, bool(category)):
            return NOT_RELEASED
        return self.values.get((year, place.region, place.industry, category, measure), NOTHING)

    def categories(self, year: int, region: str) -> tuple[str, ...]:
        """The codes of the categories that have a cell in a region, unknown last."""
        found = {key[3] for key in self.values if key[:3] == (year, region, "") and key[3]}
        return tuple(sorted(found, key=lambda code: (code == "?", code)))

    def industries(self, year: int, region: str) -> tuple[str, ...]:
        """The codes of the industries that have a cell in a region."""
        return tuple(
            sorted({key[2] for key in self.values if key[:2] == (year, region) and key[2]})
        )


def cells_of(ask: Ask, cube: str, region: str, cubes: Answer) -> Cells:
    """The cells of ``cube`` in ``region`` and above it; ``cubes`` is the answer of what is
    released how finely."""
    answer = ask("released_area", {"cube": cube, "region": region})
    shapes = {
        int(row["fiscal_year"]): layout_shapes(row["layout"])
        for row in rows_of(cubes)
        if row["cube"] == cube
    }
    values: dict[Key, Value] = {}
    for row in rows_of(answer):
        key = (
            int(row["fiscal_year"]),
            str(row["region_code"]),
            str(row["division_code"]),
            str(row["category_code"]),
            str(row["measure"]),
        )
        if row["status"] == HIDDEN:
            values[key] = X
        elif row["status"]:
            values[key] = NOTHING
        else:
            values[key] = Value(Decimal(int(row["value"])))
    return Cells(cube, answer, values, shapes)


def layout_shapes(layout: str) -> frozenset[Shape]:
    """The cells that a layout as ``released_cube`` writes it releases, coarser ones included."""
    found: set[Shape] = set()
    for margin in layout.split():
        region, *rest = margin.split("*")
        for level in LEVELS[: LEVELS.index(region) + 1]:
            for industry in {False, "industry" in rest}:
                found |= {(level, industry, category) for category in {False, "category" in rest}}
    return frozenset(found)


def lines_of(
    cells: Cells, own: Place, places: Places, measure: str, years: Sequence[int]
) -> tuple[Place, ...]:
    """The places that stand in one chart, at most three: the subject first.

    The subject is the finest of the own area, its bureau and the nation in the own industry that
    has numbers in at least three of ``years`` (or all, where they are fewer), and else the same
    over all industries. The others are those above it. Where the own area is too fine for its
    industry, its total over all industries comes last instead.
    """
    areas = places.area_chain(own.region)
    chain = [Place(region, own.industry) for region in areas]
    if own.industry:
        chain += [Place(region, "") for region in areas]
    needed = min(3, len(years))

    def n_shown(place: Place) -> int:
        return sum(cells.value(year, place, measure).is_shown for year in years)

    subject = next((place for place in chain if n_shown(place) >= needed), chain[-1])
    above = [
        place
        for place in chain[chain.index(subject) + 1 :]
        if place.industry == subject.industry and n_shown(place)
    ]
    whole = Place(own.region if n_shown(Place(own.region, "")) >= needed else "", "")
    if subject.industry and subject != own and whole not in above:
        above = [*above[-1:], whole]
    elif subject.industry and not above:
        above = [Place("", "")]
    return (subject, *above[:2])
