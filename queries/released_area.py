"""What a package says of an area: the released cells of the area and of those above it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import or_, select

from queries.dimensions import REGION_LEVEL
from queries.parameters import NoParameters, Parameters, chosen_from, one_of
from queries.question import Question
from queries.released_cells import CELL_COLUMNS, CUBES, SOURCES
from store.cursor import Cursor
from store.quantity import Quantity
from store.tables import released_cell, released_dimension_member

DOMAIN = Quantity("domain", definition_of="member_domain")
CODE = Quantity("code", definition_of="member_code")
NAME = Quantity("name", definition_of="member_name")
LEVEL = Quantity("level", definition_of=REGION_LEVEL.name)
PARENT_CODE = Quantity("parent_code", definition_of="member_parent")

# What a package may be about, and the measures that it tells of.
DOMAINS = ("region", "industry", "technology", "measure")


@dataclass(frozen=True, slots=True)
class ReleasedAreaParameters(Parameters):
    """A cube and the area looked at: empty (nation), a bureau or a prefecture. ``industry``: a JSIC
    division, or empty for all of them and their total."""

    cube: str = one_of(*CUBES)
    region: str = chosen_from("region")
    industry: str = chosen_from("industry")


def released_area(cursor: Cursor, parameters: ReleasedAreaParameters) -> pd.DataFrame:
    """One row per cell and measure of a cube in a region, the bureau and the nation it lies in, and
    the totals of all bureaus; ``value`` is missing and ``status`` is ``x`` where it is hidden."""
    cell, member = released_cell.c, released_dimension_member.c
    above = select(member.parent_code).where(
        member.domain == "region", member.code == parameters.region
    )
    statement = select(*(cell[quantity.name] for quantity in CELL_COLUMNS))
    if parameters.industry:
        statement = statement.where(cell.division_code.in_(["", parameters.industry]))
    return cursor.fetch(
        statement.where(
            cell.cube == parameters.cube,
            or_(
                cell.region_code.in_(["", parameters.region]),
                cell.region_code.in_(above),
                # Bureaus stand side by side in tables of areas.
                (cell.region_level == "bureau") & (cell.division_code == ""),
            ),
        ).order_by(
            cell.fiscal_year,
            cell.region_level,
            cell.region_code,
            cell.division_code,
            cell.category_code,
            cell.size_code,
            cell.event_year,
            cell.measure,
        )
    )


def released_member(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
    """One row per bureau, prefecture, industry and technology that a package may be about, and per
    measure that it tells of, in official order."""
    member = released_dimension_member.c
    return cursor.fetch(
        select(member.domain, member.code, member.name, member.level, member.parent_code)
        .where(member.domain.in_(DOMAINS), member.level.not_in(["municipality", "major"]))
        .order_by(member.domain, member.position, member.code)
    )


QUESTIONS = (
    Question(
        name="released_area",
        function=released_area,
        parameters=ReleasedAreaParameters,
        columns=CELL_COLUMNS,
        sources=SOURCES,
        database="released",
    ),
    Question(
        name="released_member",
        function=released_member,
        parameters=NoParameters,
        columns=(DOMAIN, CODE, NAME, LEVEL, PARENT_CODE),
        sources=(),
        database="released",
    ),
)
