"""Adopted and rejected applicants for research support, year by year around their application."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from queries.measures import FEWEST_FIRMS
from queries.parameters import ResearchParameters
from queries.question import Question
from queries.research_measures import (
    ADOPTED,
    BASE_YEAR,
    CHANGE_ADOPTED,
    CHANGE_REJECTED,
    DIFFERENCE,
    DIFFERENCE_HIGH,
    DIFFERENCE_LOW,
    EVENT_YEAR,
    FIRST_EVENT_YEAR,
    LAST_EVENT_YEAR,
    N_ADOPTED_LATER,
    N_CHANGE_ADOPTED,
    N_CHANGE_REJECTED,
    N_PATH,
    N_PATH_FIRM,
    PATH_HIGH,
    PATH_LOW,
    PATH_MEAN,
    PATH_MEDIAN,
    PATH_SERIES,
    PATH_WINSORISED,
    REJECTED,
    STATUS,
    UNIT,
)
from queries.research_paths import change_moments, path_moments, unit_of
from stats.methods.mean_difference import mean_interval, welch_interval
from store.cursor import Cursor

_YEARS = range(FIRST_EVENT_YEAR, LAST_EVENT_YEAR + 1)
_COUNTS = ["n", "n_firm", "n_adopted_later"]
SOURCES = ("sapoin_application", "financial_statement", "firm_key")


def research_path(cursor: Cursor, parameters: ResearchParameters) -> pd.DataFrame:
    """One row per series (``adopted``, then ``rejected``) and year since the application, always
    −3 to 8: applications with a statement in that year, firms, rejected ones adopted later, and the
    measure in yen or persons: mean with its interval of 95 % (normal approximation), median, and
    mean within the 1st and 99th percentile of both series of that year.

    Firms adopted later stay among the rejected. Whoever has no statement in a year is missing in
    it, so the firms differ from year to year. Below FEWEST_FIRMS firms only counts are there.
    """
    frame = _all_years(path_moments(cursor, parameters))
    is_few = frame["n_firm"] < FEWEST_FIRMS
    values = ["mean", "deviation", "median", "winsorised_mean"]
    frame[values] = frame[values].astype("float64")
    frame.loc[is_few, values] = np.nan
    low, high = mean_interval(frame["n"], frame["mean"], frame["deviation"])
    return frame.assign(
        mean_low=low,
        mean_high=high,
        unit=unit_of(parameters.measure),
        status=np.where(is_few, "few", ""),
    )


def research_difference(cursor: Cursor, parameters: ResearchParameters) -> pd.DataFrame:
    """One row per year since the application, −3 to 8: the mean change of the measure since the
    year before the application (e = −1) of adopted and of rejected applicants, and the difference
    of the two with its interval of 95 % (Welch), in yen or persons.

    Only applications with a statement in both years count. The difference at e = −1 is 0. It
    compares as they are: nothing is taken into account but the filter. Firms adopted later stay
    among the rejected. Below FEWEST_FIRMS firms on either side only counts are there.
    """
    found = _all_years(change_moments(cursor, parameters)).set_index("event_year")
    sides = [found[found["series"] == side] for side in (ADOPTED, REJECTED)]
    is_few = np.minimum(sides[0]["n_firm"], sides[1]["n_firm"]) < FEWEST_FIRMS
    means = [side["mean"].astype("float64").where(~is_few) for side in sides]
    variances = [side["variance"].astype("float64") for side in sides]
    difference, low, high = welch_interval(
        (sides[0]["n"], sides[1]["n"]), (means[0], means[1]), (variances[0], variances[1])
    )
    frame = pd.DataFrame(
        {
            "n_adopted": sides[0]["n"],
            "n_rejected": sides[1]["n"],
            "n_adopted_later": sides[1]["n_adopted_later"],
            "change_adopted": means[0],
            "change_rejected": means[1],
            "difference": difference,
            "difference_low": low,
            "difference_high": high,
            "status": np.where(is_few, "few", ""),
        }
    )
    # By definition, not by computation: there the interval would be 0 / 0.
    exact = ["change_adopted", "change_rejected", "difference", "difference_low", "difference_high"]
    if not is_few[BASE_YEAR]:
        frame.loc[BASE_YEAR, exact] = 0.0
    return frame.assign(unit=unit_of(parameters.measure)).reset_index()


def _all_years(moments: pd.DataFrame) -> pd.DataFrame:
    """The moments with a row for each series and year, adopted first; counts are never missing."""
    rows = pd.DataFrame(
        list(product((ADOPTED, REJECTED), _YEARS)), columns=["series", "event_year"]
    )
    frame = rows.merge(moments, "left", on=["series", "event_year"])
    frame[_COUNTS] = frame[_COUNTS].fillna(0).astype("int64")
    return frame


QUESTIONS: tuple[Question[Any], ...] = (
    Question(
        "research_path",
        research_path,
        ResearchParameters,
        (
            PATH_SERIES,
            EVENT_YEAR,
            N_PATH,
            N_PATH_FIRM,
            N_ADOPTED_LATER,
            PATH_MEAN,
            PATH_LOW,
            PATH_HIGH,
            PATH_MEDIAN,
            PATH_WINSORISED,
            UNIT,
            STATUS,
        ),
        SOURCES,
    ),
    Question(
        "research_difference",
        research_difference,
        ResearchParameters,
        (
            EVENT_YEAR,
            N_CHANGE_ADOPTED,
            N_CHANGE_REJECTED,
            N_ADOPTED_LATER,
            CHANGE_ADOPTED,
            CHANGE_REJECTED,
            DIFFERENCE,
            DIFFERENCE_LOW,
            DIFFERENCE_HIGH,
            UNIT,
            STATUS,
        ),
        SOURCES,
    ),
)
