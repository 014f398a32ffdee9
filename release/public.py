"""What chambers may read: a second file that holds safe aggregates and nothing else.

Counts of public award records are published as they are; everything else comes in protected cubes
(`release.cubes`).
"""

from __future__ import annotations

import duckdb


def release_public(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``released_award_count`` and ``released_delivery`` of what stands in ``work``."""
    work.execute(
        """
        CREATE TABLE released_award_count AS
        SELECT region_level, region_code, fiscal_year, n_award, n_firm
        FROM award_cube
        WHERE region_level IN ('nation', 'bureau', 'prefecture') AND fiscal_year > 0
          AND programme_code = '' AND division_code = ''
        """
    )
    work.execute(
        """
        CREATE TABLE released_delivery AS
        SELECT source, count(*) AS n_file, max(received_at) AS received_at,
               max(period_to) AS period_to
        FROM delivery WHERE status = 'loaded' GROUP BY source
        """
    )
