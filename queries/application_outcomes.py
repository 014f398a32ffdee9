"""What the statements of adopted firms say: how large they are now, and how they have grown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Double,
    FromClause,
    Text,
    case,
    cast,
    func,
    literal,
    select,
)

from queries.application_series import Rows, Series, united
from queries.dimensions import in_subject
from queries.measures import FEWEST_FIRMS
from queries.parameters import ApplicationParameters
from store.cursor import Cursor
from store.tables import application_outcome


def application_outcomes(cursor: Cursor, series: Sequence[Series]) -> pd.DataFrame:
    """One row per series and value of its column.

    ``n_with_sales`` adopted firms with statements, each counted once, and ``mean_sales_yen`` of
    their latest ones; ``n_with_growth`` firms behind ``median_growth``, the median over adopted
    applications of the annual growth of sales in percent, from the fiscal year before the
    application over three years. Mean and median are missing below FEWEST_FIRMS firms.
    """
    # What series have in common is read once: consent is looked up for each reading.
    adopted: dict[ApplicationParameters, CTE] = {}
    for one in series:
        if one.parameters not in adopted:
            by = {other.by for other in series if other.parameters == one.parameters}
            adopted[one.parameters] = _adopted(one.parameters, by, f"adopted_{one.name}")
    return cursor.fetch(united([_statistics(one, adopted[one.parameters]) for one in series]))


def _adopted(parameters: ApplicationParameters, by: set[str], name: str) -> CTE:
    """The adopted applications of a filter, with the columns they are grouped by."""
    row = application_outcome.c
    columns = [row[column] for column in sorted(by - {""})]
    return (
        select(row.firm_id, row.latest_sales_kyen, row.sales_growth_3, *columns)
        .where(row.decision == "adopted", *in_subject(application_outcome, parameters))
        .cte(name)
    )


def _statistics(series: Series, adopted: CTE) -> Rows:
    firms = _grouped(
        adopted,
        series.by,
        # A firm's latest statement is the same in each of its applications.
        func.max(adopted.c.latest_sales_kyen).label("kyen"),
        func.count(adopted.c.sales_growth_3).label("n_growth"),
        each="firm_id",
    ).subquery(f"firm_{series.name}")
    sales = func.sum(firms.c.kyen)
    firm = _grouped(
        firms,
        "code",
        func.count(firms.c.kyen).label("n_with_sales"),
        # Summed in whole numbers, so that the mean does not depend on the order of the rows.
        func.round(cast(sales, Double) * 1000 / func.count(firms.c.kyen)).label("mean"),
        cast(func.count().filter(firms.c.n_growth > 0), BigInteger).label("n_with_growth"),
    ).subquery(f"firms_{series.name}")
    growth = _grouped(
        adopted, series.by, func.median(adopted.c.sales_growth_3).label("median")
    ).subquery(f"growth_{series.name}")
    return select(
        literal(series.name).label("series"),
        firm.c.code,
        firm.c.n_with_sales,
        case((firm.c.n_with_sales >= FEWEST_FIRMS, firm.c.mean)).label("mean_sales_yen"),
        firm.c.n_with_growth,
        case((firm.c.n_with_growth >= FEWEST_FIRMS, growth.c.median)).label("median_growth"),
    ).select_from(firm.join(growth, growth.c.code == firm.c.code))


def _grouped(table: FromClause, by: str, *columns: ColumnElement[Any], each: str = "") -> Rows:
    """``columns`` for each value of ``by`` (as text under ``code``; empty for all together) and
    of ``each``."""
    code = cast(table.c[by], Text) if by else literal("")
    keys = [table.c[name] for name in (by, each) if name]
    return select(code.label("code"), *columns).select_from(table).group_by(*keys)
