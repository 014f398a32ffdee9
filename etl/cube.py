"""The award cube: every combination of region, year, programme and industry, each with totals.

Distinct recipients do not add up over programmes or years, so each combination is counted from
the awards themselves, once per snapshot; a page then looks its numbers up.
"""

from __future__ import annotations

import duckdb

UNKNOWN = "?"


def build_award_cube(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``award_cube`` from ``award``: one row per region (nation, bureau, prefecture,
    municipality) × fiscal year or all (0) × programme or all × industry or all."""
    work.execute(
        f"""
        CREATE TABLE award_cube AS
        WITH fact AS (
            SELECT firm_id, project_id, fiscal_year, programme_code,
                   coalesce(division_code, '{UNKNOWN}') AS division_code,
                   prefecture_code, municipality_code, bureau_code,
                   n_payment, n_return, n_withdrawal, amount_yen, returned_yen
            FROM award LEFT JOIN reference_prefecture USING (prefecture_code)
        ),
        placed AS (
            SELECT *, level.region_level,
                   CASE level.region_level WHEN 'nation' THEN '' WHEN 'bureau' THEN bureau_code
                        WHEN 'prefecture' THEN prefecture_code ELSE municipality_code END
                       AS region_code
            FROM fact, (VALUES ('nation'), ('bureau'), ('prefecture'), ('municipality'))
                AS level(region_level)
        )
        SELECT region_level, region_code,
               coalesce(fiscal_year, 0)::SMALLINT AS fiscal_year,
               coalesce(programme_code, '') AS programme_code,
               coalesce(division_code, '') AS division_code,
               count(*) AS n_award,
               count(DISTINCT project_id) AS n_project,
               count(DISTINCT firm_id) AS n_firm,
               sum(n_payment)::BIGINT AS n_payment,
               sum(n_return)::BIGINT AS n_return,
               sum(n_withdrawal)::BIGINT AS n_withdrawal,
               sum(amount_yen)::BIGINT AS amount_yen,
               sum(returned_yen)::BIGINT AS returned_yen
        FROM placed WHERE region_code IS NOT NULL
        GROUP BY region_level, region_code, CUBE (fiscal_year, programme_code, division_code)
        """  # noqa: S608
    )
