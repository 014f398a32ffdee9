"""What was awarded in the chosen region and year, beside the year before and the nation."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import literal, select, union_all

from queries.dimensions import ALL_YEARS, SERIES, award_columns, in_filter, in_region, in_year
from queries.measures import AWARD_MEASURES
from queries.parameters import AwardParameters
from queries.question import Question
from store.cursor import Cursor


def award_key_figures(cursor: Cursor, parameters: AwardParameters) -> pd.DataFrame:
    """One row per series: ``selected``, ``previous_year`` (not for all years) and ``nation``.

    A series without any award has no row. Amounts in yen, net of returns.
    """
    chosen = in_region(parameters.region)
    series = {
        "selected": (chosen, parameters.year),
        "nation": (in_region(""), parameters.year),
    }
    if parameters.year not in ("", ALL_YEARS):
        series["previous_year"] = (chosen, str(int(parameters.year) - 1))
    rows = [
        select(literal(name).label("series"), *award_columns()).where(
            place, in_year(year), in_filter(parameters)
        )
        for name, (place, year) in series.items()
    ]
    return cursor.fetch(union_all(*rows))


QUESTION = Question(
    name="award_key_figures",
    function=award_key_figures,
    parameters=AwardParameters,
    columns=(SERIES, *AWARD_MEASURES),
    sources=("gbiz_subsidy",),
)
