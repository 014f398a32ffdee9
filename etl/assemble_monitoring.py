"""Users of measures followed by years since their first use, and the industries they belong to.

Statements are read from the file they have been written to. What all firms did is kept in two
small cubes; only users' own rows are copied (docs/decisions/0020).
"""

from __future__ import annotations

import duckdb

from etl.cube import UNKNOWN
from store.monitoring_tables import EXIT_STATES, FIRST_EVENT_YEAR, LAST_EVENT_YEAR, OUTCOMES

# Fewer firms than these make no reference.
FEWEST = 10
_USE = (
    "firm_id, measure_code, kind, first_year, is_repeater, bureau_code, prefecture_code, "
    "division_code, major_code, size_code"
)


def assemble_monitoring(work: duckdb.DuckDBPyConnection, statements: str) -> None:
    """Make ``monitoring_path`` of ``measure_use`` and ``user_statement``, and ``industry_outcome``
    and ``industry_exit`` of all ``statements`` that consent has left and of ``firm_exit``
    (etl.firm_exit)."""
    _assemble_paths(work)
    _measure_industries(work, statements)
    _count_exits(work, statements)


def _assemble_paths(work: duckdb.DuckDBPyConnection) -> None:
    work.execute(
        f"""
        CREATE TABLE monitoring_path AS
        WITH followed AS (
            SELECT {_USE}, unnest(range({FIRST_EVENT_YEAR}, {LAST_EVENT_YEAR + 1}))::SMALLINT
                       AS event_year
            FROM measure_use
        ),
        dated AS (
            SELECT followed.*, (followed.first_year + event_year)::SMALLINT AS fiscal_year
            FROM followed, statement_span AS span
            WHERE followed.first_year + event_year BETWEEN span.first_year AND span.last_year
        )
        SELECT dated.*, stated.sales_kyen, stated.net_profit_kyen, stated.n_employee,
               base.sales_kyen AS base_sales_kyen,
               base.firm_id IS NOT NULL AND coalesce(exit_year >= dated.first_year, TRUE)
                   AS is_at_risk,
               CASE WHEN exit_year <= dated.fiscal_year THEN exit_state END AS exit_state
        FROM dated
        LEFT JOIN user_statement AS stated
          ON stated.firm_id = dated.firm_id AND stated.fiscal_year = dated.fiscal_year
        LEFT JOIN user_statement AS base
          ON base.firm_id = dated.firm_id AND base.fiscal_year = dated.first_year - 1
        LEFT JOIN firm_exit ON firm_exit.firm_id = dated.firm_id
        """  # noqa: S608
    )


def _measure_industries(work: duckdb.DuckDBPyConnection, statements: str) -> None:
    """Make ``industry_outcome``; one outcome at a time, because medians hold all their values."""
    work.execute(
        """
        CREATE TABLE industry_outcome (
            division_code VARCHAR, fiscal_year SMALLINT, outcome VARCHAR, n BIGINT, mean DOUBLE,
            median DOUBLE, winsorised_mean DOUBLE)
        """
    )
    for outcome, column in OUTCOMES.items():
        # Whole numbers are added up before they are divided, so that their order cannot show.
        work.execute(
            f"""
            INSERT INTO industry_outcome
            WITH stated AS (
                SELECT coalesce(division_code, '{UNKNOWN}') AS division_code, fiscal_year,
                       {column}::BIGINT AS amount
                FROM {statements} WHERE {column} IS NOT NULL
            ),
            limits AS (
                SELECT division_code, fiscal_year, count(*) AS n,
                       sum(amount)::DOUBLE / count(*) AS mean,
                       quantile_cont(amount, [0.01, 0.5, 0.99]) AS cut
                FROM stated GROUP BY ALL HAVING count(*) >= {FEWEST}
            )
            SELECT division_code, fiscal_year, '{outcome}', any_value(n), any_value(mean),
                   any_value(cut[2]),
                   -- in thousandths, so that these too are whole
                   sum(round(1000 * greatest(cut[1], least(cut[3], amount)))::HUGEINT)::DOUBLE
                       / 1000 / count(*)
            FROM stated JOIN limits USING (division_code, fiscal_year) GROUP BY ALL
            """  # noqa: S608
        )


def _count_exits(work: duckdb.DuckDBPyConnection, statements: str) -> None:
    """Make ``industry_exit``: firms by industry, starting year and how they left are counted
    first, and only these counts are laid out over the years since."""
    counts = ", ".join(
        f"sum(n) FILTER (exit_state = '{state}' AND exit_year <= first_year + event_year)::BIGINT "
        f"AS n_{state}"
        for state in EXIT_STATES
    )
    filled = ", ".join(f"coalesce(n_{state}, 0) AS n_{state}" for state in EXIT_STATES)
    work.execute(
        f"""
        CREATE TABLE industry_exit AS
        WITH started AS (
            SELECT coalesce(division_code, '{UNKNOWN}') AS division_code,
                   (fiscal_year + 1)::SMALLINT AS first_year, exit_state, exit_year, count(*) AS n
            FROM {statements} AS stated LEFT JOIN firm_exit USING (firm_id)
            WHERE exit_year IS NULL OR exit_year > fiscal_year
            GROUP BY ALL
        ),
        laid_out AS (
            SELECT started.*, unnest(range(0, {LAST_EVENT_YEAR + 1}))::SMALLINT AS event_year
            FROM started
        ),
        counted AS (
            SELECT division_code, first_year, event_year, sum(n)::BIGINT AS n, {counts}
            FROM laid_out
            WHERE first_year + event_year <= (SELECT last_year FROM statement_span)
            GROUP BY ALL HAVING sum(n) >= {FEWEST}
        )
        SELECT division_code, first_year, event_year, n, {filled} FROM counted
        """  # noqa: S608
    )
