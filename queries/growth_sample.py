"""The applications whose growth is looked at: which of them, their growth, their result."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from sqlalchemy import CTE, ColumnElement, Double, cast, func, select

from queries.dimensions import in_subject
from queries.growth_measures import HIGHEST_SHARE, LOWEST_SHARE
from queries.parameters import GrowthParameters
from store.tables import application_outcome

GROWTH_COLUMN = {
    "sales": "sales_growth",
    "profit": "profit_change",
    "employee": "employee_growth",
}
# Deliveries that application_outcome is made of.
SOURCES = (
    "subsidy_application",
    "sapoin_application",
    "sapoin_execution",
    "sapoin_score",
    "financial_statement",
    "firm_key",
)


def growth_of(parameters: GrowthParameters) -> ColumnElement[float]:
    """The chosen growth over the chosen window, in percent."""
    return application_outcome.c[f"{GROWTH_COLUMN[parameters.growth]}_{parameters.window}"]


def growth_sample(parameters: GrowthParameters, more: Sequence[ColumnElement[bool]] = ()) -> CTE:
    """One row per application of the filter with known growth: ``firm_id``, ``is_adopted``,
    ``growth`` (percent), and ``grant`` and ``points`` as they are."""
    row = application_outcome.c
    growth = growth_of(parameters)
    return (
        select(
            row.firm_id,
            (row.decision == "adopted").label("is_adopted"),
            growth.label("growth"),
            row.granted_yen.label("grant"),
            row.points,
        )
        .where(growth.is_not(None), *in_subject(application_outcome, parameters), *more)
        .cte("growth_sample")
    )


def has_result(parameters: GrowthParameters) -> list[ColumnElement[bool]]:
    """The rows of which the chosen result is known."""
    row = application_outcome.c
    if parameters.result == "granted":
        return [row.decision == "adopted", row.granted_yen > 0]
    if parameters.result == "points":
        return [row.points.is_not(None)]
    return []


def result_of(parameters: GrowthParameters) -> ColumnElement[float]:
    """The result as growth is set against it: 1 adopted and 0 rejected, the grant in doublings, or
    the points."""
    row = application_outcome.c
    if parameters.result == "granted":
        return cast(func.ln(cast(row.granted_yen, Double)) / log(2), Double)
    if parameters.result == "points":
        return row.points
    return cast(row.decision == "adopted", Double)


def growth_limit(sample: CTE) -> CTE:
    """One row: the growth below and above which a value counts as that growth."""
    return select(
        func.quantile_cont(sample.c.growth, LOWEST_SHARE).label("low"),
        func.quantile_cont(sample.c.growth, HIGHEST_SHARE).label("high"),
    ).cte("growth_limit")


def bounded(row: CTE, limit: CTE) -> ColumnElement[float]:
    """The growth of a row, no further out than the limits."""
    return func.least(func.greatest(row.c.growth, limit.c.low), limit.c.high)
