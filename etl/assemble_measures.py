"""Who used which measure since when, of adopted applications and of support records.

Made of what consent has left of them and of the users' own statements, which are copied once:
firms without any use of a measure never are (docs/decisions/0020).
"""

from __future__ import annotations

import duckdb

from etl.cube import UNKNOWN

_SUBSIDY, _SUPPORT = "subsidy", "support"
# Programmes and organisation kinds have codes of their own, and ``other`` is one of both.
SUPPORT_PREFIX = "support_"


def assemble_measures(work: duckdb.DuckDBPyConnection, statements: str) -> None:
    """Make ``measure_use``; leaves ``user_statement`` (statements of users, out of the table
    ``statements``) for the paths after the first use."""
    _find_uses(work)
    _read_statements(work, statements)
    _assemble_uses(work)


def publish_measures(work: duckdb.DuckDBPyConnection) -> None:
    """Add the measures that occur to ``dimension_member``; the default is the most used one."""
    work.execute(
        f"""
        INSERT INTO dimension_member
            (domain, code, name, name_en, level, parent_code, position, is_default)
        WITH used AS (
            SELECT programme_code AS measure_code, firm_id FROM application
            WHERE decision = 'adopted'
            UNION SELECT '{SUPPORT_PREFIX}' || organisation_kind, firm_id FROM support_record
        ),
        counted AS (
            SELECT measure_code, count(*) AS n FROM used WHERE firm_id IS NOT NULL GROUP BY ALL
        ),
        named AS (
            SELECT programme_code AS code, short_name AS name, name_en, '{_SUBSIDY}' AS level,
                   position::INTEGER AS position
            FROM reference_programme
            UNION ALL
            SELECT '{SUPPORT_PREFIX}' || organisation_kind, name, name_en, '{_SUPPORT}',
                   100 + position::INTEGER
            FROM reference_support_kind
        )
        SELECT 'measure', code, name, name_en, level, '', position,
               row_number() OVER (ORDER BY n DESC, position) = 1
        FROM named JOIN counted ON measure_code = code
        """  # noqa: S608
    )


def _find_uses(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``use_of_measure``: one row per use of a firm that is known, with its day."""
    # Where the day of the decision is not known, the year of the call stands for it.
    work.execute(
        f"""
        CREATE TABLE use_of_measure AS
        SELECT firm_id, programme_code AS measure_code, '{_SUBSIDY}' AS kind,
               coalesce(
                   year(decided_date) - (month(decided_date) < 4)::INTEGER, fiscal_year
               )::SMALLINT AS use_year,
               fiscal_year AS applied_year, applied_date,
               prefecture_code, division_code, major_code
        FROM application SEMI JOIN firm USING (firm_id) WHERE decision = 'adopted'
        UNION ALL
        SELECT firm_id, '{SUPPORT_PREFIX}' || organisation_kind, '{_SUPPORT}', fiscal_year,
               NULL, NULL, prefecture_code, division_code, NULL
        FROM support_record SEMI JOIN firm USING (firm_id) WHERE fiscal_year IS NOT NULL
        """  # noqa: S608
    )


def _read_statements(work: duckdb.DuckDBPyConnection, statements: str) -> None:
    work.execute(
        f"""
        CREATE TABLE user_statement AS
        SELECT firm_id, fiscal_year, sales_kyen, net_profit_kyen, n_employee
        FROM {statements} SEMI JOIN use_of_measure USING (firm_id)
        """  # noqa: S608
    )


def _assemble_uses(work: duckdb.DuckDBPyConnection) -> None:
    # Of two applications of one year it is not known which came first, unless both have their day.
    work.execute(
        f"""
        CREATE TABLE measure_use AS
        WITH used AS (
            SELECT firm_id, measure_code, kind, min(use_year) AS first_year, count(*) AS n_use,
                   min(applied_year) AS applied_year, min(applied_date) AS applied_date,
                   min(prefecture_code) AS prefecture_code,
                   min((division_code, major_code)) FILTER (division_code IS NOT NULL) AS industry
            FROM use_of_measure GROUP BY ALL
        ),
        refused AS (
            SELECT firm_id, programme_code AS measure_code, min(fiscal_year) AS refused_year,
                   min(applied_date) AS refused_date
            FROM application WHERE decision = 'rejected' AND firm_id IS NOT NULL GROUP BY ALL
        ),
        sized AS (
            SELECT used.firm_id, used.measure_code,
                   arg_max(n_employee, fiscal_year) AS n_employee
            FROM used JOIN user_statement
              ON user_statement.firm_id = used.firm_id AND fiscal_year < first_year
            WHERE n_employee IS NOT NULL GROUP BY ALL
        ),
        size_class AS (
            SELECT size_code, least::INTEGER AS least,
                   coalesce(nullif(most, '')::INTEGER, 2147483647) AS most
            FROM reference_size_class
        ),
        placed AS (
            SELECT used.*,
                   coalesce(firm.prefecture_code, used.prefecture_code) AS place,
                   coalesce(firm.division_code, industry[1], '{UNKNOWN}') AS division,
                   coalesce(CASE WHEN firm.division_code IS NULL THEN industry[2]
                                 ELSE firm.major_code END, '{UNKNOWN}') AS major
            FROM used JOIN firm USING (firm_id)
        )
        SELECT placed.firm_id, placed.measure_code, kind, first_year, n_use > 1 AS is_repeater,
               bureau_code, place AS prefecture_code, division AS division_code,
               major AS major_code, coalesce(size_code, '{UNKNOWN}') AS size_code,
               n_use::INTEGER AS n_use,
               -- those of the same year are counted as well
               (count(*) OVER (
                   PARTITION BY placed.firm_id ORDER BY first_year RANGE UNBOUNDED PRECEDING
               ) - 1)::INTEGER AS n_other_measure,
               coalesce(refused_year < applied_year OR refused_date < applied_date, FALSE)
                   AS is_rejected_before
        FROM placed
        LEFT JOIN reference_prefecture ON reference_prefecture.prefecture_code = place
        LEFT JOIN refused
          ON refused.firm_id = placed.firm_id AND refused.measure_code = placed.measure_code
        LEFT JOIN sized
          ON sized.firm_id = placed.firm_id AND sized.measure_code = placed.measure_code
        LEFT JOIN size_class ON n_employee BETWEEN least AND most
        """  # noqa: S608
    )
