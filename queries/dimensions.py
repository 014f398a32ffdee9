"""Every breakdown, defined once: what a choice of it means for awards and for applications."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy import BigInteger, ColumnElement, Double, FromClause, Subquery, case, cast, func

from queries.measures import AMOUNT_PER_FIRM_YEN, AWARD_MEASURES
from queries.parameters import ApplicationParameters, AwardParameters
from store.quantity import Quantity
from store.tables import award_cube

REGION_CODE = Quantity("region_code")
REGION_NAME = Quantity("region_name")
REGION_LEVEL = Quantity("region_level")
FISCAL_YEAR = Quantity("fiscal_year")
PROGRAMME_CODE = Quantity("programme_code")
PROGRAMME_NAME = Quantity("programme_name")
INDUSTRY_CODE = Quantity("division_code")
INDUSTRY_NAME = Quantity("division_name")
SERIES = Quantity("series")
# A row of a breakdown, whatever it is broken down by.
MEMBER_CODE = Quantity("member_code")
MEMBER_NAME = Quantity("member_name")
APPLICATION_YEAR = Quantity("fiscal_year", definition_of="application_year")

ALL_YEARS = "0"
UNKNOWN = "?"

# Which column of a table of applications holds the code of a member of each level.
COLUMN_OF_LEVEL = {
    "bureau": "bureau_code",
    "prefecture": "prefecture_code",
    "municipality": "municipality_code",
    "division": "division_code",
    "major": "major_code",
    "technology": "technology_code",
    "programme": "programme_code",
    "size": "size_code",
    "year": "fiscal_year",
}


def region_level(code: str) -> str:
    """The level of a region code: nation (empty), bureau (b03), prefecture (04), municipality."""
    if not code:
        return "nation"
    if code.startswith("b"):
        return "bureau"
    return "prefecture" if len(code) == 2 else "municipality"


def in_region(code: str) -> ColumnElement[bool]:
    """The cube's rows of one region."""
    cube = award_cube.c
    return (cube.region_level == region_level(code)) & (cube.region_code == code)


def in_year(year: str) -> ColumnElement[bool]:
    """The cube's rows of one fiscal year; ``0`` or empty for all years together."""
    return award_cube.c.fiscal_year == int(year or ALL_YEARS)


def in_filter(parameters: AwardParameters) -> ColumnElement[bool]:
    """The cube's rows of the chosen programme and industry, or of their totals."""
    cube = award_cube.c
    return (cube.programme_code == parameters.programme) & (
        cube.division_code == parameters.industry
    )


def award_columns() -> list[ColumnElement[int]]:
    """The measures of queries.measures.AWARD_MEASURES over cube rows, in that order."""
    cube = award_cube.c
    per_firm = case(
        (
            cube.n_firm > 0,
            cast(func.round(cast(cube.amount_yen, Double) / cube.n_firm), BigInteger),
        )
    )
    return [
        cube.n_award,
        cube.n_project,
        cube.n_firm,
        cube.amount_yen,
        per_firm.label("amount_per_firm_yen"),
        cube.returned_yen,
        cube.n_payment,
        cube.n_return,
        cube.n_withdrawal,
    ]


def filled(measured: Subquery) -> list[ColumnElement[Any]]:
    """The measures of an outer-joined ``measured``: zero where nothing was awarded, but no mean."""
    return [
        measured.c[q.name]
        if q is AMOUNT_PER_FIRM_YEN
        else func.coalesce(measured.c[q.name], 0).label(q.name)
        for q in AWARD_MEASURES
    ]


def industry_level(code: str) -> str:
    """The level of an industry code: major (09) or division (E, and ? for unknown)."""
    return "major" if code.isdigit() else "division"


def chosen_levels(parameters: ApplicationParameters) -> dict[str, str]:
    """What the filter chooses: the level of each dimension that is narrowed, and its code."""
    chosen = {
        region_level(parameters.region): parameters.region,
        industry_level(parameters.industry): parameters.industry,
        "technology": parameters.technology,
        "programme": parameters.programme,
        "size": parameters.size,
        "year": "" if parameters.year == ALL_YEARS else parameters.year,
    }
    return {level: code for level, code in chosen.items() if code}


def in_subject(table: FromClause, parameters: ApplicationParameters) -> list[ColumnElement[bool]]:
    """The rows that the filter leaves of a table with the subjects of store.explore_tables.

    There an unknown industry, technology or size is a code of its own (``?``).
    """
    return [
        table.c[COLUMN_OF_LEVEL[level]] == (int(code) if level == "year" else code)
        for level, code in chosen_levels(parameters).items()
    ]


class Placed(Protocol):
    """Parameters that choose a region, an industry and a size."""

    @property
    def region(self) -> str: ...

    @property
    def industry(self) -> str: ...

    @property
    def size(self) -> str: ...


def area_of(region: str) -> str:
    """The region that statements know: of a municipality its prefecture."""
    return region[:2] if region_level(region) == "municipality" else region


def in_area(table: FromClause, parameters: Placed) -> list[ColumnElement[bool]]:
    """The rows that region, industry and size leave of a table that rests on statements."""
    region = area_of(parameters.region)
    chosen = {
        region_level(region): region,
        industry_level(parameters.industry): parameters.industry,
        "size": parameters.size,
    }
    return [table.c[COLUMN_OF_LEVEL[level]] == code for level, code in chosen.items() if code]
