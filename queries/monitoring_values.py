"""What users of a measure sold, earned and employed, by years since or by year of the first use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import CTE, BigInteger, ColumnElement, Double, Select, cast, func, select

from queries.monitoring_measures import HIGHEST_SHARE, LOWEST_SHARE
from queries.monitoring_sample import of_users
from queries.parameters import MonitoringParameters
from store.cursor import Cursor
from store.monitoring_tables import OUTCOMES
from store.tables import industry_outcome, monitoring_path

_Users = Select[*tuple[Any, ...]]
BY_EVENT, BY_COHORT = "event_year", "first_year"


def unit_of(outcome: str) -> str:
    """The unit (store.quantity.Unit) of an outcome of MonitoringParameters."""
    return "person" if outcome == "employee" else "yen"


def value_moments(cursor: Cursor, parameters: MonitoringParameters, by: str) -> pd.DataFrame:
    """One row per member of ``by``: users whose year lies within the data (``n_user``), those of
    them with the value (``n``), and its mean, deviation and median; mean and deviation of the value
    within its 1st and 99th percentile of that row; in yen or persons.

    ``by``: BY_EVENT for years since the first use, or BY_COHORT for years of first use, all of
    them ``parameters.horizon`` years later.
    """
    value = _values(parameters, by)
    limit = (
        select(
            value.c.place,
            func.quantile_cont(value.c.amount, LOWEST_SHARE).label("low"),
            func.quantile_cont(value.c.amount, HIGHEST_SHARE).label("high"),
        )
        .group_by(value.c.place)
        .cte("value_limit")
    )
    amount = value.c.amount
    bounded = func.least(func.greatest(cast(amount, Double), limit.c.low), limit.c.high)
    # A missing value would otherwise count as the lowest.
    winsorised = func.avg(bounded).filter(amount.is_not(None))
    return _scaled(
        cursor.fetch(
            select(
                value.c.place.label(by),
                cast(func.count(), BigInteger).label("n_user"),
                func.count(amount).label("n"),
                func.avg(amount).label("mean"),
                func.stddev_samp(cast(amount, Double)).label("deviation"),
                func.median(amount).label("median"),
                winsorised.label("winsorised_mean"),
                func.stddev_samp(bounded).filter(amount.is_not(None)).label("winsorised_deviation"),
            )
            .select_from(value.join(limit, limit.c.place == value.c.place))
            .group_by(value.c.place)
            .order_by(value.c.place)
        ),
        parameters,
        ["mean", "deviation", "median", "winsorised_mean", "winsorised_deviation"],
    )


@dataclass(frozen=True, slots=True)
class Ranks:
    """Two ranks among ``n`` values, 1 for the lowest."""

    n: int
    low: int
    high: int


def values_at_ranks(
    cursor: Cursor, parameters: MonitoringParameters, by: str, ranks: Mapping[int, Ranks]
) -> pd.DataFrame:
    """One row per member of ``by`` that ranks are asked for: the values there, ``low`` and
    ``high``, in yen or persons. ``ranks`` counts the values of a member that are not missing."""
    found = _at(cursor, _values(parameters, by), by, ranks)
    return _scaled(found, parameters, ["low", "high"])


def change_moments(cursor: Cursor, parameters: MonitoringParameters, by: str) -> pd.DataFrame:
    """One row per member of ``by``: users with sales then and in the year before the first use
    (``n_change``), and the median change between the two in percent."""
    value = _changes(parameters, by)
    return cursor.fetch(
        select(
            value.c.place.label(by),
            cast(func.count(), BigInteger).label("n_change"),
            func.median(value.c.amount).label("median_change"),
        )
        .group_by(value.c.place)
        .order_by(value.c.place)
    )


def changes_at_ranks(
    cursor: Cursor, parameters: MonitoringParameters, by: str, ranks: Mapping[int, Ranks]
) -> pd.DataFrame:
    """As values_at_ranks, of the changes of sales in percent."""
    return _at(cursor, _changes(parameters, by), by, ranks)


def reference_values(cursor: Cursor, parameters: MonitoringParameters, by: str) -> pd.DataFrame:
    """One row per member of ``by``: what firms of the users' industries had in the same years.

    Mean, median and winsorised mean of each industry and fiscal year, weighted with the users in
    it that have the value (direct standardisation); ``n_reference`` of them are in a cell that is
    published. The median is a weighted mean of medians. In yen or persons.
    """
    value = _values(parameters, by)
    users = cast(func.count(value.c.amount), BigInteger)
    cell = (
        select(value.c.place, value.c.division_code, value.c.fiscal_year, users.label("n"))
        .group_by(value.c.place, value.c.division_code, value.c.fiscal_year)
        .cte("user_cell")
    )
    whole = industry_outcome.c
    is_same = (
        (whole.division_code == cell.c.division_code)
        & (whole.fiscal_year == cell.c.fiscal_year)
        & (whole.outcome == parameters.outcome)
    )
    weight = func.nullif(func.sum(cell.c.n), 0)
    centres = ("mean", "median", "winsorised_mean")
    return _scaled(
        cursor.fetch(
            select(
                cell.c.place.label(by),
                cast(func.sum(cell.c.n), BigInteger).label("n_reference"),
                *(
                    (func.sum(cell.c.n * whole[name]) / weight).label(f"reference_{name}")
                    for name in centres
                ),
            )
            .select_from(cell.join(industry_outcome, is_same))
            .group_by(cell.c.place)
            .order_by(cell.c.place)
        ),
        parameters,
        [f"reference_{name}" for name in centres],
    )


def _values(parameters: MonitoringParameters, by: str) -> CTE:
    """One row per user and member of ``by`` with the outcome as it is kept."""
    row = monitoring_path.c
    return _users(parameters, by, row[OUTCOMES[parameters.outcome]]).cte("user_value")


def _changes(parameters: MonitoringParameters, by: str) -> CTE:
    row = monitoring_path.c
    now, base = cast(row.sales_kyen, Double), cast(row.base_sales_kyen, Double)
    found = _users(parameters, by, 100.0 * (now / base - 1.0))
    return found.where(row.base_sales_kyen > 0, row.sales_kyen.is_not(None)).cte("user_change")


def _users(parameters: MonitoringParameters, by: str, amount: ColumnElement[Any]) -> _Users:
    row = monitoring_path.c
    chosen = of_users(parameters)
    if by == BY_COHORT:
        chosen.append(row.event_year == int(parameters.horizon))
    return select(
        row[by].label("place"),
        row.firm_id,
        row.fiscal_year,
        row.division_code,
        amount.label("amount"),
    ).where(*chosen)


def _at(cursor: Cursor, value: CTE, by: str, ranks: Mapping[int, Ranks]) -> pd.DataFrame:
    # A selection per member and rank: numbering all values would sort them first.
    amounts = [
        func.quantile_disc(value.c.amount, (rank - 0.5) / asked.n)
        .filter(value.c.place == place)
        .label(f"at_{i}_{end}")
        for i, (place, asked) in enumerate(ranks.items())
        for end, rank in (("low", asked.low), ("high", asked.high))
    ]
    found = cursor.fetch(select(*amounts).select_from(value)).iloc[0]
    ends = {end: [found[f"at_{i}_{end}"] for i in range(len(ranks))] for end in ("low", "high")}
    return pd.DataFrame({by: [*ranks], **ends})


def _scaled(
    frame: pd.DataFrame, parameters: MonitoringParameters, names: list[str]
) -> pd.DataFrame:
    """Thousand yen turned into yen."""
    frame[names] = frame[names].astype("float64")
    if unit_of(parameters.outcome) == "yen":
        frame[names] *= 1000.0
    return frame
