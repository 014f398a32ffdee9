"""How applications developed by fiscal year, beside the nation and what is compared."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from queries.application_cells import COUNTS, application_cells
from queries.application_series import Series, compared_series
from queries.dimensions import ALL_YEARS, APPLICATION_YEAR, COLUMN_OF_LEVEL
from queries.measures import APPLICATION_MEASURES
from queries.parameters import ApplicationParameters, ComparedParameters
from queries.question import Question
from stats.application_measures import KEY, SOURCES, with_measures
from stats.application_totals import COMPARED_SERIES
from store.cursor import Cursor

_EVERYONE = "everyone"


def application_trend(cursor: Cursor, parameters: ComparedParameters) -> pd.DataFrame:
    """One row per series (``selected``; ``nation`` when a region is chosen; ``versus`` and
    ``versus_industry`` when they are) and fiscal year of application.

    All years in which anyone applied stand in each series, with zeros where nobody did under the
    filter, and no shares there. The year chosen plays no part. Amounts in yen.
    """
    by = COLUMN_OF_LEVEL["year"]
    series = compared_series(replace(parameters, year=ALL_YEARS), by)
    if not parameters.region:
        series = [one for one in series if one.name != "nation"]
    everyone = Series(_EVERYONE, ApplicationParameters(year=ALL_YEARS), by)
    found = application_cells(cursor, [everyone, *series])
    years = sorted(found.loc[found["series"] == _EVERYONE, "code"].dropna(), key=int)
    every = pd.MultiIndex.from_product([[one.name for one in series], years], names=KEY)
    counts = found.set_index(KEY)[list(COUNTS)].reindex(every, fill_value=0).reset_index()
    frame = with_measures(cursor, counts, series, parameters.after)
    return frame.assign(fiscal_year=frame["code"].astype("int64"))


QUESTION = Question(
    name="application_trend",
    function=application_trend,
    parameters=ComparedParameters,
    columns=(COMPARED_SERIES, APPLICATION_YEAR, *APPLICATION_MEASURES),
    sources=SOURCES,
)
