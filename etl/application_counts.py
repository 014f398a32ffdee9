"""Applications and budgets in total: what the office publishes, by place, year and subject.

Both count everyone, also firms that refuse to be analysed (docs/decisions/0013): they hold no firm.
"""

from __future__ import annotations

import duckdb

from etl.cube import UNKNOWN

SUBJECTS = (
    "fiscal_year",
    "bureau_code",
    "prefecture_code",
    "municipality_code",
    "division_code",
    "major_code",
    "technology_code",
    "programme_code",
    "size_code",
)


def build_application_counts(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``application_cell`` and ``budget_cube``, and leave ``application_subject`` (the
    subjects of each application, by its identifier) for the tables with a row per application."""
    _find_subjects(work)
    _count_applications(work)
    _count_budgets(work)


def _find_subjects(work: duckdb.DuckDBPyConnection) -> None:
    # An application without a place stays: it is one of the nation's, and of no prefecture's.
    work.execute(
        f"""
        CREATE TABLE application_subject AS
        WITH size_class AS (
            SELECT size_code, least::INTEGER AS least,
                   coalesce(nullif(most, '')::INTEGER, 2147483647) AS most
            FROM reference_size_class
        )
        SELECT application_id, fiscal_year, bureau_code, prefecture_code, municipality_code,
               coalesce(division_code, '{UNKNOWN}') AS division_code,
               coalesce(major_code, '{UNKNOWN}') AS major_code,
               coalesce(technology_code, '{UNKNOWN}') AS technology_code,
               programme_code, coalesce(size_code, '{UNKNOWN}') AS size_code
        FROM application
        LEFT JOIN reference_prefecture USING (prefecture_code)
        LEFT JOIN size_class ON n_employee BETWEEN least AND most
        """  # noqa: S608
    )


def _count_applications(work: duckdb.DuckDBPyConnection) -> None:
    subjects = ", ".join(f"subject.{name}" for name in SUBJECTS)
    work.execute(
        f"""
        CREATE TABLE application_cell AS
        SELECT {subjects},
               count(*) AS n_application,
               count(*) FILTER (decision = 'adopted') AS n_adopted,
               count(*) FILTER (decision = 'rejected') AS n_rejected,
               count(*) FILTER (decision = 'withdrawn') AS n_withdrawn,
               coalesce(sum(requested_yen), 0)::BIGINT AS requested_yen,
               coalesce(sum(granted_yen), 0)::BIGINT AS granted_yen
        FROM application JOIN application_subject AS subject USING (application_id)
        GROUP BY ALL
        """  # noqa: S608
    )


def _count_budgets(work: duckdb.DuckDBPyConnection) -> None:
    """Distinct projects do not add up over years, so each combination is counted by itself."""
    work.execute(
        """
        CREATE TABLE budget_cube AS
        WITH placed AS (
            SELECT fact.*, level.region_level,
                   CASE level.region_level WHEN 'nation' THEN '' WHEN 'bureau' THEN bureau_code
                        ELSE prefecture_code END AS region_code
            FROM project_execution AS fact LEFT JOIN reference_prefecture USING (prefecture_code),
                 (VALUES ('nation'), ('bureau'), ('prefecture')) AS level(region_level)
        )
        SELECT region_level, region_code,
               coalesce(fiscal_year, 0)::SMALLINT AS fiscal_year,
               count(DISTINCT application_id) AS n_project,
               sum(decided_yen)::BIGINT AS decided_yen, sum(settled_yen)::BIGINT AS settled_yen,
               sum(paid_yen)::BIGINT AS paid_yen, sum(returned_yen)::BIGINT AS returned_yen
        FROM placed WHERE region_code IS NOT NULL
        GROUP BY region_level, region_code, CUBE (fiscal_year)
        """
    )
