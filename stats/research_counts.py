"""How many applied for research support and were adopted, and what was budgeted, by year."""

from __future__ import annotations

import pandas as pd

from queries.measures import (
    ADOPTION_HIGH,
    ADOPTION_LOW,
    ADOPTION_RATE,
    N_ADOPTED,
    N_APPLICATION,
)
from queries.parameters import ResearchParameters
from queries.question import Question
from queries.research_counts import research_applications, research_budget
from queries.research_measures import DECIDED_YEN, RESEARCH_YEAR
from stats.methods.binomial import wilson_interval
from store.cursor import Cursor


def research_counts(cursor: Cursor, parameters: ResearchParameters) -> pd.DataFrame:
    """One row per fiscal year in which anyone applied or anything was budgeted, in order, then one
    for all years (``fiscal_year`` 0): applications, adoptions, their share in percent with its
    Wilson interval of 95 %, and the budget decided in yen.

    The year chosen plays no part. The budget is that of the fiscal year, also for projects adopted
    before, and missing where an industry, a technology, a size, a programme or a municipality is
    chosen. A year without applications has no rate.
    """
    found = research_applications(cursor, parameters)
    found["fiscal_year"] = found["code"].replace("", "0").astype("int64")
    frame = found.merge(research_budget(cursor, parameters), "outer", on="fiscal_year")
    counts = ["n_application", "n_adopted"]
    frame[counts] = frame[counts].fillna(0).astype("int64")
    k, n = frame["n_adopted"], frame["n_application"]
    low, high = wilson_interval(k, n)
    frame["adoption_rate"] = 100 * k / n.where(n > 0)
    frame["adoption_low"], frame["adoption_high"] = 100 * low, 100 * high
    frame["is_total"] = frame["fiscal_year"] == 0
    return frame.sort_values(["is_total", "fiscal_year"], ignore_index=True)


QUESTION = Question(
    name="research_counts",
    function=research_counts,
    parameters=ResearchParameters,
    columns=(
        RESEARCH_YEAR,
        N_APPLICATION,
        N_ADOPTED,
        ADOPTION_RATE,
        ADOPTION_LOW,
        ADOPTION_HIGH,
        DECIDED_YEN,
    ),
    sources=("subsidy_application", "sapoin_application", "sapoin_execution"),
)
