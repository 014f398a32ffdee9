"""How awards developed by fiscal year in the chosen region, beside the nation."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import Select, literal, select, union_all

from queries.dimensions import FISCAL_YEAR, SERIES, award_columns, filled, in_filter, in_region
from queries.measures import AWARD_MEASURES
from queries.parameters import AwardParameters
from queries.question import Question
from store.cursor import Cursor
from store.tables import award_cube


def award_trend(cursor: Cursor, parameters: AwardParameters) -> pd.DataFrame:
    """One row per series (``selected``; ``nation`` when a region is chosen) and fiscal year.

    All years in which anything was awarded anywhere stand in each series; a year without awards
    under the filter has zeros, and no mean. The year chosen plays no part. Amounts in yen.
    """
    series = {"selected": parameters.region} | ({"nation": ""} if parameters.region else {})
    united = union_all(*(_series(name, region, parameters) for name, region in series.items()))
    trend = united.subquery("trend")
    return cursor.fetch(select(trend).order_by(trend.c.series.desc(), trend.c.fiscal_year))


def _series(name: str, region: str, parameters: AwardParameters) -> Select[*tuple[Any, ...]]:
    cube = award_cube.c
    years = (
        select(cube.fiscal_year)
        .where(
            in_region(""), cube.programme_code == "", cube.division_code == "", cube.fiscal_year > 0
        )
        .subquery(f"year_of_{name}")
    )
    measured = (
        select(cube.fiscal_year, *award_columns())
        .where(in_region(region), in_filter(parameters))
        .subquery(f"measured_{name}")
    )
    return select(
        literal(name).label("series"), years.c.fiscal_year, *filled(measured)
    ).select_from(years.outerjoin(measured, measured.c.fiscal_year == years.c.fiscal_year))


QUESTION = Question(
    name="award_trend",
    function=award_trend,
    parameters=AwardParameters,
    columns=(SERIES, FISCAL_YEAR, *AWARD_MEASURES),
    sources=("gbiz_subsidy",),
)
