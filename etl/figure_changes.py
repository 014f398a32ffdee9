"""Which figures the last load changed: applications and adoptions of this snapshot against those
of the one before it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from store.snapshot import quoted

_PREVIOUS = "previous_snapshot"


def add_figure_changes(work: duckdb.DuckDBPyConnection, previous: Path | None) -> None:
    """Make ``figure_change`` from ``application_cell`` here and in the file ``previous``.

    One row per region (nation and prefectures), fiscal year and figure that differs: applications,
    adoptions, and for the last year that has ended their ratio in percent. Without a previous
    file, or where it has no such table, there are no rows.
    """
    work.execute(
        "CREATE TABLE figure_change (region_code VARCHAR, fiscal_year SMALLINT, measure VARCHAR, "
        "value_before DOUBLE, value_after DOUBLE)"
    )
    if previous is None or not _attach(work, previous):
        return
    try:
        if _has_cells(work):
            work.execute(_INSERT)
    finally:
        work.execute(f"DETACH {_PREVIOUS}")


def _attach(work: duckdb.DuckDBPyConnection, previous: Path) -> bool:
    """Whether the previous snapshot can be read; a damaged one is no reason not to publish."""
    try:
        work.execute(f"ATTACH '{quoted(previous)}' AS {_PREVIOUS} (READ_ONLY)")
    except duckdb.Error:
        return False
    return True


def _has_cells(work: duckdb.DuckDBPyConnection) -> bool:
    columns = "('prefecture_code', 'fiscal_year', 'n_application', 'n_adopted')"
    row = work.execute(
        "SELECT count(*) FROM duckdb_columns() WHERE database_name = ? "  # noqa: S608
        f"AND table_name = 'application_cell' AND column_name IN {columns}",
        [_PREVIOUS],
    ).fetchone()
    return row is not None and row[0] == 4


# Applications whose prefecture is not known are in the nation's figures alone.
_INSERT = f"""
INSERT INTO figure_change
WITH cell AS (
    SELECT 'before' AS edition, prefecture_code, fiscal_year, n_application, n_adopted
    FROM {_PREVIOUS}.main.application_cell
    UNION ALL
    SELECT 'after', prefecture_code, fiscal_year, n_application, n_adopted
    FROM main.application_cell
),
counted AS (
    SELECT edition, '' AS region_code, fiscal_year, sum(n_application) AS n_application,
           sum(n_adopted) AS n_adopted
    FROM cell GROUP BY edition, fiscal_year
    UNION ALL
    SELECT edition, prefecture_code, fiscal_year, sum(n_application), sum(n_adopted)
    FROM cell WHERE prefecture_code IS NOT NULL GROUP BY edition, prefecture_code, fiscal_year
),
ended AS (
    SELECT TRY_CAST(code AS SMALLINT) AS fiscal_year
    FROM main.dimension_member WHERE domain = 'year' AND is_default
),
figure AS (
    SELECT edition, region_code, fiscal_year, 'n_application' AS measure,
           n_application::DOUBLE AS amount
    FROM counted
    UNION ALL
    SELECT edition, region_code, fiscal_year, 'n_adopted', n_adopted::DOUBLE FROM counted
    UNION ALL
    SELECT edition, region_code, fiscal_year, 'adoption_rate', 100.0 * n_adopted / n_application
    FROM counted SEMI JOIN ended USING (fiscal_year) WHERE n_application > 0
),
paired AS (
    SELECT region_code, fiscal_year, measure,
           -- what was not counted was none; a rate of none is no rate
           CASE WHEN measure <> 'adoption_rate' THEN 0 END AS without,
           coalesce(any_value(amount) FILTER (WHERE edition = 'before'), without) AS value_before,
           coalesce(any_value(amount) FILTER (WHERE edition = 'after'), without) AS value_after
    FROM figure GROUP BY region_code, fiscal_year, measure
)
SELECT region_code, fiscal_year, measure, value_before, value_after FROM paired
WHERE value_before IS DISTINCT FROM value_after
ORDER BY ALL
"""  # noqa: S608
