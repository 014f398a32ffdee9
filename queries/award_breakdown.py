"""What was awarded under each programme and in each industry of the chosen region and year."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import ColumnElement, and_, select

from queries.dimensions import (
    INDUSTRY_CODE,
    INDUSTRY_NAME,
    PROGRAMME_CODE,
    PROGRAMME_NAME,
    award_columns,
    in_region,
    in_year,
)
from queries.measures import AWARD_MEASURES
from queries.parameters import AwardParameters
from queries.question import Question
from store.cursor import Cursor
from store.quantity import Quantity
from store.tables import award_cube, dimension_member


def award_by_programme(cursor: Cursor, parameters: AwardParameters) -> pd.DataFrame:
    """One row per programme with awards, largest amount first; the programme chosen plays no
    part. Amounts in yen, net of returns."""
    same_industry = award_cube.c.division_code == parameters.industry
    return _breakdown(
        cursor, parameters, "programme", (PROGRAMME_CODE, PROGRAMME_NAME), same_industry
    )


def award_by_industry(cursor: Cursor, parameters: AwardParameters) -> pd.DataFrame:
    """One row per industry with awards, largest amount first; the industry chosen plays no part.

    Recipients whose industry is not known form a row of their own (``?``). Amounts in yen.
    """
    same_programme = award_cube.c.programme_code == parameters.programme
    return _breakdown(
        cursor, parameters, "industry", (INDUSTRY_CODE, INDUSTRY_NAME), same_programme
    )


def _breakdown(
    cursor: Cursor,
    parameters: AwardParameters,
    domain: str,
    breakdown: tuple[Quantity, Quantity],
    rest_of_filter: ColumnElement[bool],
) -> pd.DataFrame:
    code, name = breakdown
    value, member = award_cube.c[code.name], dimension_member.c
    return cursor.fetch(
        select(value, member.name.label(name.name), *award_columns())
        .select_from(
            award_cube.join(dimension_member, and_(member.domain == domain, member.code == value))
        )
        .where(in_region(parameters.region), in_year(parameters.year), value != "", rest_of_filter)
        .order_by(award_cube.c.amount_yen.desc(), value)
    )


BY_PROGRAMME = Question(
    name="award_by_programme",
    function=award_by_programme,
    parameters=AwardParameters,
    columns=(PROGRAMME_CODE, PROGRAMME_NAME, *AWARD_MEASURES),
    sources=("gbiz_subsidy",),
)
BY_INDUSTRY = Question(
    name="award_by_industry",
    function=award_by_industry,
    parameters=AwardParameters,
    columns=(INDUSTRY_CODE, INDUSTRY_NAME, *AWARD_MEASURES),
    sources=("gbiz_subsidy", "industry_profile"),
)
