"""Applications and budgets in total: what the office publishes, by region, year and subject.

Distinct firms do not add up over years or programmes, so each combination is counted from the
applications themselves, once per snapshot.
"""

from __future__ import annotations

import duckdb

from etl.cube import UNKNOWN

_PLACED = """
    SELECT fact.*, level.region_level,
           CASE level.region_level WHEN 'nation' THEN '' WHEN 'bureau' THEN bureau_code
                ELSE prefecture_code END AS region_code
    FROM {} AS fact LEFT JOIN reference_prefecture USING (prefecture_code),
         (VALUES ('nation'), ('bureau'), ('prefecture')) AS level(region_level)
"""


def build_application_cubes(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``application_cube`` from ``application`` and ``budget_cube`` from
    ``project_execution``."""
    work.execute(
        f"""
        CREATE TABLE application_cube AS
        WITH placed AS ({_PLACED.format("application")})
        SELECT region_level, region_code,
               coalesce(fiscal_year, 0)::SMALLINT AS fiscal_year,
               coalesce(programme_code, '') AS programme_code,
               coalesce(division, '') AS division_code,
               coalesce(technology, '') AS technology_code,
               count(*) AS n_application,
               count(*) FILTER (decision = 'adopted') AS n_adopted,
               count(*) FILTER (decision = 'rejected') AS n_rejected,
               count(*) FILTER (decision = 'withdrawn') AS n_withdrawn,
               count(DISTINCT firm_id) AS n_firm,
               sum(requested_yen)::BIGINT AS requested_yen,
               sum(granted_yen)::BIGINT AS granted_yen
        FROM (
            SELECT *, coalesce(division_code, '{UNKNOWN}') AS division,
                   coalesce(technology_code, '{UNKNOWN}') AS technology
            FROM placed WHERE region_code IS NOT NULL AND fiscal_year IS NOT NULL
        )
        GROUP BY region_level, region_code,
                 CUBE (fiscal_year, programme_code, division, technology)
        """  # noqa: S608
    )
    work.execute(
        f"""
        CREATE TABLE budget_cube AS
        WITH placed AS ({_PLACED.format("project_execution")})
        SELECT region_level, region_code,
               coalesce(fiscal_year, 0)::SMALLINT AS fiscal_year,
               count(DISTINCT application_id) AS n_project,
               sum(decided_yen)::BIGINT AS decided_yen, sum(settled_yen)::BIGINT AS settled_yen,
               sum(paid_yen)::BIGINT AS paid_yen, sum(returned_yen)::BIGINT AS returned_yen
        FROM placed WHERE region_code IS NOT NULL
        GROUP BY region_level, region_code, CUBE (fiscal_year)
        """  # noqa: S608
    )
