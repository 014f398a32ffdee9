"""How many projects were brought to market, of those that reported in a year since completion."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import func

from queries.application_series import Series, united
from store.cursor import Cursor
from store.tables import research_report


def application_reports(cursor: Cursor, series: Sequence[Series], after: int) -> pd.DataFrame:
    """One row per series and value of its column: ``n_reported`` and ``n_commercialised``.

    Only reports of that one year since completion count, never pooled over years: whoever
    completed later has not yet reported for the later years.
    """
    row = research_report.c
    columns = [
        func.count().label("n_reported"),
        func.count().filter(row.is_commercialised).label("n_commercialised"),
    ]
    in_year = row.years_since_completion == after
    return cursor.fetch(united([one.rows_of(research_report, columns, in_year) for one in series]))
