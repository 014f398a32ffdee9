"""The values that filters may take: places, industries, programmes and years of the data."""

from __future__ import annotations

import duckdb

from etl.cube import UNKNOWN

# Years to choose from, and the last day of which anything is known.
_AWARDED = (
    "SELECT fiscal_year FROM seen_award",
    "SELECT max(approval_date) AS last_day FROM award_payment",
)
_DECIDED = (
    "SELECT fiscal_year FROM application_cell WHERE n_adopted + n_rejected > 0",
    """SELECT max(day) AS last_day FROM (
           SELECT approval_date AS day FROM award_payment
           UNION ALL SELECT greatest(applied_date, decided_date) FROM application)""",
)


def publish_members(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``dimension_member`` of the awards and applications of this snapshot, and
    ``released_member`` of the published awards alone: where somebody applied stays inside."""
    work.execute(
        f"""
        CREATE TABLE seen_award AS
        SELECT DISTINCT municipality_code, coalesce(division_code, '{UNKNOWN}') AS division_code,
               NULL::VARCHAR AS major_code, programme_code, fiscal_year
        FROM award;
        CREATE TABLE seen_member AS
        SELECT DISTINCT municipality_code, division_code, major_code, programme_code, fiscal_year
        FROM application_cell UNION FROM seen_award
        """  # noqa: S608
    )
    _make(work, "dimension_member", "seen_member")
    _make(work, "released_member", "seen_award")
    # Chambers ask for their own consultations by name.
    work.execute(
        """
        INSERT INTO released_member
        SELECT DISTINCT 'office', organisation_name, organisation_name, organisation_name, 'office',
               prefecture_code, 0, FALSE
        FROM consultation WHERE organisation_name <> '' AND prefecture_code IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY organisation_name ORDER BY prefecture_code) = 1
        """
    )
    decided = work.execute("SELECT bool_or(n_adopted + n_rejected > 0) FROM application_cell")
    has_decisions = bool((decided.fetchone() or [None])[0])
    _choose_year(work, "dimension_member", _DECIDED if has_decisions else _AWARDED)
    _choose_year(work, "released_member", _AWARDED)


def _make(work: duckdb.DuckDBPyConnection, table: str, seen: str) -> None:
    # Every major group comes after its division.
    work.execute(
        f"""
        CREATE TABLE {table} AS
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
            WHERE municipality_code IN (SELECT municipality_code FROM {seen})
        ),
        industry AS (
            SELECT 'industry', code, coalesce(nullif(short_name, ''), name),
                   coalesce(nullif(name_en, ''), name), level,
                   CASE level WHEN 'major' THEN division_code ELSE '' END,
                   100 * ascii(division_code)
                   + CASE level WHEN 'major' THEN code::INTEGER ELSE 0 END
            FROM reference_industry
            WHERE revision = '14' AND (
                (level = 'division' AND code IN (SELECT division_code FROM {seen}))
                OR (level = 'major' AND code IN (SELECT major_code FROM {seen}))
            )
        ),
        technology AS (
            SELECT 'technology', code, name, name_en, 'technology', '', code::INTEGER
            FROM reference_technology_field
        ),
        programme AS (
            SELECT 'programme', programme_code, short_name, name_en, 'programme', group_code,
                   position::INTEGER
            FROM reference_programme
            WHERE programme_code IN (SELECT programme_code FROM {seen})
        ),
        size AS (
            SELECT 'size', size_code, name, name_en, 'size', '', least::INTEGER
            FROM reference_size_class
        ),
        fiscal_year AS (
            SELECT 'year', fiscal_year::VARCHAR, fiscal_year::VARCHAR, fiscal_year::VARCHAR,
                   'year', '', -fiscal_year::INTEGER
            FROM (SELECT DISTINCT fiscal_year FROM {seen} UNION SELECT 0)
        ),
        unknown AS (
            SELECT 'industry', '{UNKNOWN}', '業種不明', 'Unknown industry', 'division', '', 99999
            WHERE '{UNKNOWN}' IN (SELECT division_code FROM {seen})
            UNION ALL VALUES
            ('technology', '{UNKNOWN}', '対応不能・記載なし', 'Not mappable or not stated',
             'technology', '', 99999),
            ('size', '{UNKNOWN}', '規模不明', 'Unknown size', 'size', '', 99999)
        )
        SELECT *, FALSE AS is_default FROM (
            FROM region UNION ALL FROM industry UNION ALL FROM technology UNION ALL FROM programme
            UNION ALL FROM size UNION ALL FROM fiscal_year UNION ALL FROM unknown
        )
        """  # noqa: S608
    )


def _choose_year(work: duckdb.DuckDBPyConnection, table: str, known: tuple[str, str]) -> None:
    # A year still running would read as a fall; the default is the last one that has ended.
    years, last_day = known
    work.execute(
        f"""
        UPDATE {table} SET is_default = TRUE
        WHERE domain = 'year' AND code = (
            SELECT coalesce(
                max(fiscal_year) FILTER (make_date(fiscal_year + 1, 3, 31) <= last_day),
                max(fiscal_year)
            )::VARCHAR
            FROM ({years}), ({last_day})
        )
        """  # noqa: S608
    )
