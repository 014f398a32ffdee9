"""How awards developed by fiscal year in the chosen region, beside the nation."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import literal, select, union_all

from queries.dimensions import FISCAL_YEAR, SERIES, award_columns, in_filter, in_region
from queries.measures import AWARD_MEASURES
from queries.parameters import AwardParameters
from queries.question import Question
from store.cursor import Cursor
from store.tables import award_cube


def award_trend(cursor: Cursor, parameters: AwardParameters) -> pd.DataFrame:
    """One row per series (``selected``; ``nation`` when a region is chosen) and fiscal year.

    The year chosen plays no part. Years without awards have no row. Amounts in yen.
    """
    series = {"selected": parameters.region} | ({"nation": ""} if parameters.region else {})
    year = award_cube.c.fiscal_year
    rows = [
        select(literal(name).label("series"), year, *award_columns()).where(
            in_region(region), year > 0, in_filter(parameters)
        )
        for name, region in series.items()
    ]
    united = union_all(*rows).subquery("trend")
    return cursor.fetch(select(united).order_by(united.c.series.desc(), united.c.fiscal_year))


QUESTION = Question(
    name="award_trend",
    function=award_trend,
    parameters=AwardParameters,
    columns=(SERIES, FISCAL_YEAR, *AWARD_MEASURES),
    sources=("gbiz_subsidy",),
)
