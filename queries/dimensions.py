"""Every breakdown, defined once, and how a choice of it is looked up in the award cube."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Double, Subquery, case, cast, func

from queries.measures import AMOUNT_PER_FIRM_YEN, AWARD_MEASURES
from queries.parameters import AwardParameters
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

ALL_YEARS = "0"


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
