"""What projects reported of their way to market, in a year since completion."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import ColumnElement, Double, cast, func

from queries.application_series import Series, united
from store.cursor import Cursor
from store.tables import research_project, research_report


def research_reports(
    cursor: Cursor, series: Sequence[Series], *conditions: ColumnElement[bool]
) -> pd.DataFrame:
    """One row per series and value of its column: ``n_reported`` and ``n_commercialised``, the
    firms (``n_firm``) and projects (``n_project_sales``) with known sales of the project in that
    year, their mean and deviation (``mean``, ``deviation``, yen)."""
    row = research_report.c
    sales = cast(row.sales_yen, Double)
    columns = [
        func.count().label("n_reported"),
        func.count().filter(row.is_commercialised).label("n_commercialised"),
        func.count(row.sales_yen).label("n_project_sales"),
        func.count(row.firm_id.distinct()).filter(row.sales_yen.is_not(None)).label("n_firm"),
        func.avg(sales).label("mean"),
        func.stddev_samp(sales).label("deviation"),
    ]
    return cursor.fetch(
        united([one.rows_of(research_report, columns, *conditions) for one in series])
    )


def research_projects(cursor: Cursor, series: Sequence[Series]) -> pd.DataFrame:
    """One row per series and value of its column: ``n_adopted`` projects."""
    is_adopted = research_project.c.decision == "adopted"
    columns = [func.count().label("n_adopted")]
    return cursor.fetch(
        united([one.rows_of(research_project, columns, is_adopted) for one in series])
    )


def in_report_year(after: int) -> ColumnElement[bool]:
    """The reports of one year since completion."""
    return research_report.c.years_since_completion == after
