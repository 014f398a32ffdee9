"""How applicants for research support developed around the year of their application."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
from sqlalchemy import CTE, BigInteger, ColumnElement, Double, cast, func, select

from queries.dimensions import in_subject
from queries.growth_measures import HIGHEST_SHARE, LOWEST_SHARE
from queries.parameters import ResearchParameters
from queries.research_measures import BASE_YEAR, FIRST_EVENT_YEAR, LAST_EVENT_YEAR, in_cohort
from store.cursor import Cursor
from store.tables import research_path

_KYEN_COLUMN = {"sales": "sales_kyen", "gross_profit": "gross_profit_kyen"}


def unit_of(measure: str) -> str:
    """The unit (store.quantity.Unit) of a measure of ResearchParameters."""
    return "yen" if measure in _KYEN_COLUMN else "person"


def path_moments(cursor: Cursor, parameters: ResearchParameters) -> pd.DataFrame:
    """One row per ``series`` (the decision) and ``event_year`` with statements: applications
    (``n``), firms, rejected ones adopted later, and of the measure in yen or persons its mean,
    deviation, median and the mean within the 1st and 99th percentile of both series that year.

    The fiscal years are those of the cohort; the year chosen plays no part.
    """
    value = _values(parameters)
    limit = (
        select(
            value.c.event_year,
            func.quantile_cont(value.c.amount, LOWEST_SHARE).label("low"),
            func.quantile_cont(value.c.amount, HIGHEST_SHARE).label("high"),
        )
        .group_by(value.c.event_year)
        .cte("path_limit")
    )
    amount = value.c.amount
    bounded = func.least(func.greatest(amount, limit.c.low), limit.c.high)
    return cursor.fetch(
        select(
            *_counted(value),
            func.avg(amount).label("mean"),
            func.stddev_samp(amount).label("deviation"),
            func.median(amount).label("median"),
            func.avg(bounded).label("winsorised_mean"),
        )
        .select_from(value.join(limit, limit.c.event_year == value.c.event_year))
        .group_by(value.c.series, value.c.event_year)
        .order_by(value.c.series, value.c.event_year)
    )


def change_moments(cursor: Cursor, parameters: ResearchParameters) -> pd.DataFrame:
    """One row per ``series`` and ``event_year``: over the applications with a statement in that
    year and in the year before the application, their number, firms, rejected ones adopted later,
    and mean and variance of the change between the two, in yen or persons."""
    value = _values(parameters)
    base = (
        select(value.c.application_id, value.c.amount)
        .where(value.c.event_year == BASE_YEAR)
        .subquery("base")
    )
    change = value.c.amount - base.c.amount
    return cursor.fetch(
        select(
            *_counted(value),
            func.avg(change).label("mean"),
            func.var_samp(change).label("variance"),
        )
        .select_from(value.join(base, base.c.application_id == value.c.application_id))
        .group_by(value.c.series, value.c.event_year)
        .order_by(value.c.series, value.c.event_year)
    )


def _counted(value: CTE) -> list[ColumnElement[Any]]:
    """What tells the rows apart, and how many applications and firms stand behind each."""
    return [
        value.c.series,
        value.c.event_year,
        cast(func.count(), BigInteger).label("n"),
        func.count(value.c.firm_id.distinct()).label("n_firm"),
        func.count().filter(value.c.is_adopted_later).label("n_adopted_later"),
    ]


def _values(parameters: ResearchParameters) -> CTE:
    """One row per application and event year with the measure, in yen or persons."""
    row = research_path.c
    if parameters.measure in _KYEN_COLUMN:
        amount = cast(row[_KYEN_COLUMN[parameters.measure]], Double) * 1000.0
    else:
        amount = cast(row.n_employee, Double)
    return (
        select(
            row.application_id,
            row.firm_id,
            row.decision.label("series"),
            row.is_adopted_later,
            row.event_year,
            amount.label("amount"),
        )
        .where(
            amount.is_not(None),
            row.event_year.between(FIRST_EVENT_YEAR, LAST_EVENT_YEAR),
            *in_cohort(research_path, parameters.cohort),
            *in_subject(research_path, replace(parameters, year="0")),
        )
        .cte("path_value")
    )
