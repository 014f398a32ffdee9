"""How many research projects reached the market and what they sold: by year since completion, by
field or region, and by what evaluators thought of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from queries.application_series import Series
from queries.breakdown import breakdown
from queries.dimensions import MEMBER_CODE, MEMBER_NAME
from queries.measures import (
    COMMERCIALISATION_HIGH,
    COMMERCIALISATION_LOW,
    COMMERCIALISATION_RATE,
    FEWEST_FIRMS,
    N_COMMERCIALISED,
    N_REPORTED,
)
from queries.member_names import member_names
from queries.parameters import ResearchParameters
from queries.question import Question
from queries.research_measures import (
    MEAN_PROJECT_SALES_YEN,
    N_ADOPTED_PROJECT,
    N_PROJECT_SALES,
    POINTS_QUARTER,
    PROJECT_SALES_HIGH,
    PROJECT_SALES_LOW,
    QUARTERS,
    REPORT_YEARS,
    STATUS,
    YEARS_SINCE_COMPLETION,
)
from queries.research_reports import in_report_year, research_projects, research_reports
from stats.methods.binomial import wilson_interval
from stats.methods.mean_difference import mean_interval
from store.cursor import Cursor

# What every row on reports carries.
REPORTED = (
    N_REPORTED,
    N_COMMERCIALISED,
    COMMERCIALISATION_RATE,
    COMMERCIALISATION_LOW,
    COMMERCIALISATION_HIGH,
    N_PROJECT_SALES,
    MEAN_PROJECT_SALES_YEN,
    PROJECT_SALES_LOW,
    PROJECT_SALES_HIGH,
    STATUS,
)
_COUNTS = ["n_reported", "n_commercialised", "n_project_sales", "n_firm"]
SOURCES = ("sapoin_application", "sapoin_score", "sapoin_execution", "sapoin_commercialisation")
WHOLE, MEMBER = "whole", "member"


def research_rate(cursor: Cursor, parameters: ResearchParameters) -> pd.DataFrame:
    """One row per year since completion, always 1 to 5: projects that reported in it, those of
    them commercialised, their share in percent with its Wilson interval, and the mean sales of a
    project in that year in yen with its interval, all 95 %.

    Each year has its own projects: whoever completed later has not yet reported for later years.
    """
    series = [Series(MEMBER, parameters, "years_since_completion")]
    found = research_reports(cursor, series)
    frame = _in_rows(found, "years_since_completion", REPORT_YEARS)
    return _with_measures(frame)


def research_score(cursor: Cursor, parameters: ResearchParameters) -> pd.DataFrame:
    """One row per quarter of the evaluators' points, always 1 to 4, the best last: adopted
    projects, those that reported ``after`` years since completion, and of these what research_rate
    carries. Quarters are those of the adopted projects of one fiscal year and programme."""
    series = [Series(MEMBER, parameters, "points_quarter")]
    found = research_reports(cursor, series, in_report_year(int(parameters.after)))
    frame = _in_rows(found, "points_quarter", QUARTERS)
    adopted = _in_rows(research_projects(cursor, series), "points_quarter", QUARTERS)
    return _with_measures(frame.merge(adopted[["points_quarter", "n_adopted"]]))


def research_breakdown(cursor: Cursor, parameters: ResearchParameters) -> pd.DataFrame:
    """One row for the whole (``member_code`` empty), then one per member with adopted projects:
    the highest share commercialised first, then by code, missing ones last; size classes in their
    order. Columns as in research_score; members and their whole are those of queries.breakdown.
    """
    parts = breakdown(cursor, parameters.by, parameters)
    series = [Series(WHOLE, parts.whole), Series(MEMBER, parts.whole, parts.column)]
    names = member_names(cursor, parts)
    whole = pd.DataFrame({"position": [-1], "code": [""], "name": [""]})
    frame = pd.concat([whole, names], ignore_index=True)
    frame["series"] = np.where(frame["code"] == "", WHOLE, MEMBER)
    key = ["series", "code"]
    frame = frame.merge(research_projects(cursor, series), "left", on=key)
    frame = frame[(frame["n_adopted"] > 0) | (frame["series"] == WHOLE)]
    after = in_report_year(int(parameters.after))
    frame = _with_measures(frame.merge(research_reports(cursor, series, after), "left", on=key))
    frame = frame.rename(columns={"code": "member_code", "name": "member_name"})
    order = ["position"] if parameters.by == "size" else ["commercialisation_rate", "member_code"]
    first, rest = frame.iloc[:1], frame.iloc[1:]
    rest = rest.sort_values(order, ascending=[name != "commercialisation_rate" for name in order])
    return pd.concat([first, rest], ignore_index=True)


def _in_rows(found: pd.DataFrame, name: str, values: Sequence[int]) -> pd.DataFrame:
    """``found`` with a row for each of ``values``; its ``code`` as numbers under ``name``."""
    codes = pd.DataFrame({"code": [str(value) for value in values], name: values})
    return codes.merge(found, "left", on="code")


def _with_measures(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with shares (percent) and mean sales (yen), each with its interval of 95 %.

    The sales of fewer than FEWEST_FIRMS firms' projects are not there (status ``few``).
    """
    counts = [*_COUNTS, *(["n_adopted"] if "n_adopted" in frame else [])]
    frame = frame.assign(**{name: frame[name].fillna(0).astype("int64") for name in counts})
    k, n = frame["n_commercialised"], frame["n_reported"]
    low, high = wilson_interval(k, n)
    frame["commercialisation_rate"] = 100 * k / n.where(n > 0)
    frame["commercialisation_low"], frame["commercialisation_high"] = 100 * low, 100 * high
    is_few = frame["n_firm"] < FEWEST_FIRMS
    mean = frame["mean"].astype("float64").where(~is_few)
    low, high = mean_interval(frame["n_project_sales"], mean, frame["deviation"])
    frame["mean_project_sales_yen"] = mean.round()
    frame["project_sales_low_yen"] = np.round(low)
    frame["project_sales_high_yen"] = np.round(high)
    frame["status"] = np.where(is_few, "few", "")
    return frame


QUESTIONS: tuple[Question[Any], ...] = (
    Question(
        "research_rate",
        research_rate,
        ResearchParameters,
        (YEARS_SINCE_COMPLETION, *REPORTED),
        SOURCES,
    ),
    Question(
        "research_breakdown",
        research_breakdown,
        ResearchParameters,
        (MEMBER_CODE, MEMBER_NAME, N_ADOPTED_PROJECT, *REPORTED),
        SOURCES,
    ),
    Question(
        "research_score",
        research_score,
        ResearchParameters,
        (POINTS_QUARTER, N_ADOPTED_PROJECT, *REPORTED),
        SOURCES,
    ),
)
