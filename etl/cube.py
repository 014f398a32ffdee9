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


def publish_members(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``dimension_member``: the values that the filters of this snapshot may take."""
    work.execute(
        """
        CREATE TABLE dimension_member AS
        WITH region AS (
            SELECT 'region' AS domain, bureau_code AS code, short_name AS name, name_en,
                   'bureau' AS level, '' AS parent_code, position::INTEGER AS position
            FROM reference_bureau
            UNION ALL
            SELECT 'region', prefecture_code, name, name_en, 'prefecture', bureau_code,
                   100 + position::INTEGER
            FROM reference_prefecture
            UNION ALL
            SELECT 'region', municipality_code, name, name, 'municipality', prefecture_code,
                   municipality_code::INTEGER
            FROM reference_municipality
            WHERE municipality_code IN (
                SELECT region_code FROM award_cube WHERE region_level = 'municipality'
            )
        ),
        industry AS (
            SELECT 'industry', code, short_name, name_en, 'division', '', ascii(code)
            FROM reference_industry
            WHERE level = 'division' AND revision = '14'
              AND code IN (SELECT division_code FROM award_cube)
        ),
        unknown_industry AS (
            SELECT 'industry', '?', '業種不明', 'Unknown industry', 'division', '', 999
            FROM award_cube WHERE division_code = '?' LIMIT 1
        ),
        programme AS (
            SELECT 'programme', programme_code, short_name, name_en, 'programme', group_code,
                   position::INTEGER
            FROM reference_programme
            WHERE programme_code IN (SELECT programme_code FROM award_cube)
        ),
        fiscal_year AS (
            SELECT DISTINCT 'year', fiscal_year::VARCHAR, fiscal_year::VARCHAR,
                   fiscal_year::VARCHAR, 'year', '', -fiscal_year::INTEGER
            FROM award_cube
        )
        SELECT *, FALSE AS is_default FROM (
            FROM region UNION ALL FROM industry UNION ALL FROM unknown_industry
            UNION ALL FROM programme UNION ALL FROM fiscal_year
        )
        """
    )
    # A year still running would read as a fall; the default is the last one that has ended.
    work.execute(
        """
        UPDATE dimension_member SET is_default = TRUE
        WHERE domain = 'year' AND code = (
            SELECT coalesce(
                max(fiscal_year) FILTER (make_date(fiscal_year + 1, 3, 31) <= last_day),
                max(fiscal_year)
            )::VARCHAR
            FROM award_cube, (SELECT max(approval_date) AS last_day FROM award_payment)
        )
        """
    )
