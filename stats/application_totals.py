"""Applications of the chosen filter, beside the year before, the nation and what is compared."""

from __future__ import annotations

import pandas as pd

from queries.application_cells import application_cells
from queries.application_series import Series, compared_series, year_before
from queries.dimensions import SERIES
from queries.measures import APPLICATION_MEASURES
from queries.parameters import ApplicationParameters, ComparedParameters
from queries.question import Question
from stats.application_measures import SOURCES, with_measures
from store.cursor import Cursor
from store.quantity import Quantity

COMPARED_SERIES = Quantity(SERIES.name, definition_of="compared_series")


def application_totals(cursor: Cursor, parameters: ComparedParameters) -> pd.DataFrame:
    """One row per series: ``selected``; ``previous_year`` (not for all years); ``nation``, the
    same filter in every region; ``versus`` and ``versus_industry``, where they are chosen, the
    same filter with the other region or industry. Zeros where nobody applied. Amounts in yen.
    """
    series = compared_series(parameters)
    if before := year_before(parameters):
        series.insert(1, before)
    # What is the same twice (without a region, the selection and the nation) is asked once.
    asked: dict[ApplicationParameters, Series] = {}
    for one in series:
        asked.setdefault(one.parameters, one)
    distinct = list(asked.values())
    counts = application_cells(cursor, distinct)
    frame = with_measures(cursor, counts, distinct, parameters.after).set_index("series")
    frame = frame.loc[[asked[one.parameters].name for one in series]]
    return frame.assign(series=[one.name for one in series]).reset_index(drop=True)


QUESTION = Question(
    name="application_totals",
    function=application_totals,
    parameters=ComparedParameters,
    columns=(COMPARED_SERIES, *APPLICATION_MEASURES),
    sources=SOURCES,
)
