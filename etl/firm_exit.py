"""When and how firms left the panel of statements, by one rule for all pages on effects.

The rule is that of stats.methods.exit_outcome: default, closure and merger are final, and the
first of them counts; a missing statement is an exit only where no statement and no other exit
follows it, in the first year of that last gap (docs/decisions/0020).
"""

from __future__ import annotations

import duckdb

# The last year is complete with this share of the statements of the year before.
_COMPLETE = 0.9
# Of a firm as it is registered. 閉鎖等の事由 11 is 合併による解散等.
IS_MERGED = "coalesce(close_cause_code = '11' OR survivor_firm_id IS NOT NULL, FALSE)"
CLOSE_YEAR = (
    "CASE WHEN is_closed THEN year(close_date) - (month(close_date) < 4)::INTEGER END::SMALLINT"
)


def find_exits(work: duckdb.DuckDBPyConnection, statements: str) -> None:
    """Make ``statement_span`` (one row: the first and the last complete fiscal year of
    ``statements``) and ``firm_exit``: one row per firm that left by the last one, with
    ``exit_state`` and ``exit_year``."""
    work.execute(
        f"""
        CREATE TABLE statement_span AS
        WITH yearly AS (SELECT fiscal_year, count(*) AS n FROM {statements} GROUP BY fiscal_year)
        SELECT (SELECT min(fiscal_year) FROM yearly) AS first_year, max(yearly.fiscal_year)
                   AS last_year
        FROM yearly LEFT JOIN yearly AS before ON before.fiscal_year = yearly.fiscal_year - 1
        WHERE before.n IS NULL OR yearly.n >= {_COMPLETE} * before.n
        """  # noqa: S608
    )
    # Of one year, the default counts: it came first or led to the rest.
    work.execute(
        f"""
        CREATE TABLE firm_exit AS
        WITH final AS (
            SELECT firm_id, fiscal_year AS exit_year, 'default' AS exit_state, 1 AS place
            FROM default_event
            UNION ALL
            SELECT firm_id, {CLOSE_YEAR} AS close_year,
                   CASE WHEN {IS_MERGED} THEN 'merger' ELSE 'closure' END, 2
            FROM firm WHERE close_year IS NOT NULL
        ),
        first_final AS (
            SELECT firm_id, min((exit_year, place, exit_state)) AS first
            FROM final, statement_span WHERE exit_year <= last_year GROUP BY firm_id
        ),
        stopped AS (
            SELECT firm_id, max(fiscal_year) + 1 AS exit_year FROM {statements} GROUP BY firm_id
        )
        SELECT firm_id, first[1]::SMALLINT AS exit_year, first[3] AS exit_state FROM first_final
        UNION ALL
        SELECT firm_id, exit_year::SMALLINT, 'missing'
        FROM stopped ANTI JOIN first_final USING (firm_id), statement_span
        WHERE exit_year <= last_year
        """  # noqa: S608
    )
