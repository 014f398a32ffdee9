"""What chambers may read: a second file that holds safe aggregates and nothing else.

Counts of public award records are published as they are. Amounts are published per fiscal year
at the finest level at which no cell is sensitive, so nothing is hidden and nothing can be worked
back: where one prefecture would give a recipient away, the whole year is shown by bureau, then
for the nation, then not at all.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from disclosure.sensitivity import is_sensitive

LEVELS = ("prefecture", "bureau", "nation")


def release(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``released_award_count``, ``released_award_amount`` and ``released_delivery``."""
    work.execute(
        """
        CREATE TABLE released_award_count AS
        SELECT region_level, region_code, fiscal_year, n_award, n_firm
        FROM award_cube
        WHERE region_level IN ('nation', 'bureau', 'prefecture') AND fiscal_year > 0
          AND programme_code = '' AND division_code = ''
        """
    )
    _release_amounts(work)
    work.execute(
        """
        CREATE TABLE released_delivery AS
        SELECT source, count(*) AS n_file, max(received_at) AS received_at,
               max(period_to) AS period_to
        FROM delivery WHERE status = 'loaded' GROUP BY source
        """
    )


def _release_amounts(work: duckdb.DuckDBPyConnection) -> None:
    work.execute(
        """
        CREATE TABLE contribution AS
        WITH placed AS (
            SELECT award.*, level.region_level,
                   CASE level.region_level WHEN 'nation' THEN '' WHEN 'bureau' THEN bureau_code
                        ELSE prefecture_code END AS region_code
            FROM award LEFT JOIN reference_prefecture USING (prefecture_code),
                 (VALUES ('nation'), ('bureau'), ('prefecture')) AS level(region_level)
        )
        SELECT region_level, region_code, fiscal_year, firm_id, sum(amount_yen)::BIGINT AS amount
        FROM placed WHERE region_code IS NOT NULL GROUP BY ALL
        """
    )
    cells = work.execute(
        """
        SELECT region_level, fiscal_year, count(*), sum(abs(amount))::BIGINT,
               max(abs(amount), 2) AS largest
        FROM contribution GROUP BY region_level, region_code, fiscal_year
        """
    ).fetchall()
    unsafe = {
        (level, year)
        for level, year, n, total, largest in cells
        if is_sensitive(n, total, tuple(largest))
    }
    years = sorted({year for _, year, *_ in cells})

    finest = [next((a for a in LEVELS if (a, year) not in unsafe), None) for year in years]
    safe_level = pa.table(
        {
            "fiscal_year": pa.array(years, pa.int16()),
            "region_level": pa.array(finest, pa.string()),
        }
    )
    work.register("safe_level", safe_level)
    work.execute(
        """
        CREATE TABLE released_award_amount AS
        SELECT region_level, region_code, fiscal_year, amount_yen, n_firm
        FROM award_cube
        JOIN safe_level USING (fiscal_year, region_level)
        WHERE programme_code = '' AND division_code = ''
        """
    )
    work.unregister("safe_level")
