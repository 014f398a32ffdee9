"""What became of applicants: their growth since the year before they applied.

Statements are read once, from the file they have just been written to, and only those of
applicants: 43 million of them are never copied (docs/decisions/0012, 0017).
"""

from __future__ import annotations

import duckdb

from etl.application_counts import SUBJECTS
from store.explore_tables import WINDOWS

_SUBJECTS = ", ".join(f"subject.{name}" for name in SUBJECTS)


def assemble_outcomes(work: duckdb.DuckDBPyConnection, statements: str) -> None:
    """Make ``application_outcome`` of what consent has left of the tables and of ``statements``
    (the table they were written to); leaves ``applicant_statement``, ``applicant_points`` and
    ``adopted_later`` for the tables of research support."""
    _read_statements(work, statements)
    _mean_points(work)
    _find_later_adoptions(work)
    _assemble_outcomes(work)


def _read_statements(work: duckdb.DuckDBPyConnection, statements: str) -> None:
    work.execute(
        f"""
        CREATE TABLE applicant_statement AS
        SELECT firm_id, fiscal_year, sales_kyen, cost_of_sales_kyen, operating_profit_kyen,
               n_employee
        FROM {statements} SEMI JOIN (
            SELECT DISTINCT firm_id FROM application WHERE decision IN ('adopted', 'rejected')
        ) AS applicant USING (firm_id)
        """  # noqa: S608
    )


def _mean_points(work: duckdb.DuckDBPyConnection) -> None:
    # Rounded, so that the order of adding up cannot show.
    work.execute(
        """
        CREATE TABLE applicant_points AS
        SELECT application_id,
               round(avg(technical_points + commercial_points + policy_points), 6) AS points
        FROM evaluation_score GROUP BY application_id
        """
    )


def _find_later_adoptions(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``adopted_later``: the rejected applications of firms that were adopted afterwards."""
    # Of two applications of one year it is not known which came first, unless both have their day.
    work.execute(
        """
        CREATE TABLE adopted_later AS
        SELECT application_id
        FROM application JOIN (
            SELECT firm_id, programme_code, max(fiscal_year) AS last_year,
                   max(applied_date) AS last_date
            FROM application WHERE decision = 'adopted' GROUP BY ALL
        ) AS adopted USING (firm_id, programme_code)
        WHERE decision = 'rejected' AND (last_year > fiscal_year OR last_date > applied_date)
        """
    )


def _assemble_outcomes(work: duckdb.DuckDBPyConnection) -> None:
    growth = ", ".join(_growth(window) for window in WINDOWS)
    states = " ".join(
        f"""
        LEFT JOIN applicant_statement AS after_{w}
          ON after_{w}.firm_id = applied.firm_id
         AND after_{w}.fiscal_year = applied.fiscal_year - 1 + {w}"""
        for w in WINDOWS
    )
    work.execute(
        f"""
        CREATE TABLE application_outcome AS
        WITH newest AS (
            SELECT firm_id, arg_max_null(sales_kyen, fiscal_year) AS latest_sales_kyen
            FROM applicant_statement GROUP BY firm_id
        )
        SELECT applied.firm_id, {_SUBJECTS}, applied.decision, applied.granted_yen, points,
               application_number_in_firm = 1 AS is_first,
               later.application_id IS NOT NULL AS is_adopted_later,
               base.sales_kyen AS base_sales_kyen, latest_sales_kyen, {growth}
        FROM application AS applied
        JOIN application_subject AS subject USING (application_id)
        JOIN newest ON newest.firm_id = applied.firm_id
        LEFT JOIN applicant_points USING (application_id)
        LEFT JOIN adopted_later AS later ON later.application_id = applied.application_id
        LEFT JOIN applicant_statement AS base
          ON base.firm_id = applied.firm_id AND base.fiscal_year = applied.fiscal_year - 1
        {states}
        WHERE applied.decision IN ('adopted', 'rejected')
        """  # noqa: S608
    )


def _growth(window: int) -> str:
    """The three measures over ``window`` years from the year before the application."""
    after = f"after_{window}"

    def yearly(column: str) -> str:
        return (
            f"CASE WHEN base.{column} > 0 AND {after}.{column} > 0 THEN "
            f"100 * (({after}.{column}::DOUBLE / base.{column}) ** (1.0 / {window}) - 1) END"
        )

    # Profits change their sign, so their change is set against the sales of the year before.
    change = (
        f"CASE WHEN base.sales_kyen > 0 THEN 100.0 "
        f"* ({after}.operating_profit_kyen - base.operating_profit_kyen) "
        f"/ base.sales_kyen / {window} END"
    )
    return (
        f"{yearly('sales_kyen')} AS sales_growth_{window}, {change} AS profit_change_{window}, "
        f"{yearly('n_employee')} AS employee_growth_{window}"
    )
