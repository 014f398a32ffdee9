"""Projects of research support followed: how they were decided, reported and what firms sold."""

from __future__ import annotations

import duckdb

from etl.application_counts import SUBJECTS

_SUBJECTS = ", ".join(f"subject.{name}" for name in SUBJECTS)
# From this stage on a project is commercialised.
COMMERCIALISED = 3
# Years around that of the application in which firms are followed.
FIRST_EVENT_YEAR, LAST_EVENT_YEAR = -3, 12


def assemble_research(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``research_project``, ``research_report`` and ``research_path`` of what consent has
    left of the tables, with what ``assemble_outcomes`` leaves for them."""
    _rank(work)
    _assemble_projects(work)
    _assemble_reports(work)
    _assemble_paths(work)


def _rank(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``research_applied``: the applications that came with the data sets of サポイン (other
    applications know neither points nor reports), with their quarter among those adopted."""
    work.execute(
        """
        CREATE TABLE research_applied AS
        WITH applied AS (
            SELECT application_id, text AS application_key, programme_code, fiscal_year, decision,
                   points
            FROM application
            JOIN application_pseudonym ON id::UUID = application_id
            LEFT JOIN applicant_points USING (application_id)
            WHERE starts_with(text, 's:')
        ),
        ranked AS (
            SELECT application_id, ntile(4) OVER (
                PARTITION BY programme_code, fiscal_year ORDER BY points, application_key
            )::SMALLINT AS points_quarter
            FROM applied WHERE decision = 'adopted' AND points IS NOT NULL
        )
        SELECT application_id, application_key, points, points_quarter
        FROM applied LEFT JOIN ranked USING (application_id)
        """
    )


def _assemble_projects(work: duckdb.DuckDBPyConnection) -> None:
    work.execute(
        f"""
        CREATE TABLE research_project AS
        WITH reported AS (
            SELECT application_id, bool_or(n_patent_applied > 0) AS has_patent,
                   bool_or(stage >= {COMMERCIALISED}) AS is_commercialised,
                   bool_or(sales_yen > 0) AS has_sales
            FROM commercialisation_report GROUP BY application_id
        )
        SELECT research_applied.application_id, applied.firm_id, {_SUBJECTS}, applied.decision,
               points, points_quarter,
               CASE WHEN applied.decision = 'adopted' THEN completed.last_year END
                   AS completed_year,
               reported.application_id IS NOT NULL AS has_report,
               coalesce(has_patent, FALSE) AS has_patent,
               coalesce(is_commercialised, FALSE) AS is_commercialised,
               coalesce(has_sales, FALSE) AS has_sales
        FROM research_applied
        JOIN application AS applied USING (application_id)
        JOIN application_subject AS subject USING (application_id)
        LEFT JOIN completed USING (application_key)
        LEFT JOIN reported
          ON reported.application_id = applied.application_id AND applied.decision = 'adopted'
        """  # noqa: S608
    )


def _assemble_reports(work: duckdb.DuckDBPyConnection) -> None:
    # Where nobody states a stage, whether the project is commercialised is not known.
    work.execute(
        f"""
        CREATE TABLE research_report AS
        SELECT application_id, any_value(applied.firm_id) AS firm_id, {_SUBJECTS},
               points_quarter, years_since_completion,
               max(stage) >= {COMMERCIALISED} AS is_commercialised,
               sum(sales_yen)::BIGINT AS sales_yen
        FROM commercialisation_report
        JOIN research_applied USING (application_id)
        JOIN application AS applied USING (application_id)
        JOIN application_subject AS subject USING (application_id)
        WHERE applied.decision = 'adopted' AND years_since_completion >= 1
        GROUP BY application_id, {_SUBJECTS}, points_quarter, years_since_completion
        HAVING max(stage) IS NOT NULL
        """  # noqa: S608
    )


def _assemble_paths(work: duckdb.DuckDBPyConnection) -> None:
    work.execute(
        f"""
        CREATE TABLE research_path AS
        SELECT research_applied.application_id, applied.firm_id, {_SUBJECTS}, applied.decision,
               later.application_id IS NOT NULL AS is_adopted_later,
               (stated.fiscal_year - applied.fiscal_year)::SMALLINT AS event_year,
               stated.sales_kyen,
               stated.sales_kyen - stated.cost_of_sales_kyen AS gross_profit_kyen,
               stated.n_employee
        FROM research_applied
        JOIN application AS applied USING (application_id)
        JOIN application_subject AS subject USING (application_id)
        JOIN applicant_statement AS stated
          ON stated.firm_id = applied.firm_id
         AND stated.fiscal_year - applied.fiscal_year
             BETWEEN {FIRST_EVENT_YEAR} AND {LAST_EVENT_YEAR}
        LEFT JOIN adopted_later AS later ON later.application_id = applied.application_id
        WHERE applied.decision IN ('adopted', 'rejected')
        """  # noqa: S608
    )
