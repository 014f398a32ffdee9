"""Applications looked at together: what is counted of them, each measure in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Text, cast, literal, select, union_all

from queries.dimensions import ALL_YEARS, in_subject
from queries.parameters import ApplicationParameters, ComparedParameters
from store.cursor import Statement

Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Series:
    """The applications of a filter, as one row or as a row for each value of the column ``by``."""

    name: str
    parameters: ApplicationParameters
    by: str = ""

    def rows_of(
        self, table: FromClause, columns: Sequence[ColumnElement[Any]], *more: ColumnElement[bool]
    ) -> Rows:
        """``columns`` (aggregates) of the table's rows, under ``series`` and ``code``: the value
        of ``by`` as text, or empty. ``more`` are further conditions."""
        code = cast(table.c[self.by], Text) if self.by else literal("")
        rows = (
            select(literal(self.name).label("series"), code.label("code"), *columns)
            .select_from(table)
            .where(*in_subject(table, self.parameters), *more)
        )
        return rows.group_by(table.c[self.by]) if self.by else rows


def compared_series(parameters: ComparedParameters, by: str = "") -> list[Series]:
    """What stands side by side: the filter itself, the nation under the same filter, and where
    they are chosen the second region and the second industry in the place of the first."""
    series = [
        Series("selected", parameters, by),
        Series("nation", replace(parameters, region=""), by),
    ]
    if parameters.versus:
        series.append(Series("versus", replace(parameters, region=parameters.versus), by))
    if parameters.versus_industry:
        other = replace(parameters, industry=parameters.versus_industry)
        series.append(Series("versus_industry", other, by))
    return series


def year_before(parameters: ComparedParameters) -> Series | None:
    """The filter in the fiscal year before; none for all years together."""
    if parameters.year in ("", ALL_YEARS):
        return None
    return Series("previous_year", replace(parameters, year=str(int(parameters.year) - 1)))


def united(rows: Sequence[Rows]) -> Statement:
    """One statement for all of ``rows``."""
    return union_all(*rows) if len(rows) > 1 else rows[0]
