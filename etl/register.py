"""The firm register consolidated: the present state of each firm, its events, its survivor."""

from __future__ import annotations

import duckdb


def consolidate_register(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``registered`` (one row per number, deleted numbers left out), ``registered_event``
    (one row per number, process and change date) and ``survivor`` (closed number → survivor).

    Corrections republish a row and are not events of their own, but they do carry the newest
    state. Order of delivery never matters: rows are ranked by what they say themselves. A row
    marked as superseded (latest 0) is history, however late it is republished, and yields to any
    row that was the latest; a deletion is never history. Firms that name one another as successors
    in a circle have no survivor.
    """
    work.execute(
        """
        CREATE TABLE registered AS
        SELECT latest.* EXCLUDE (rank),
               coalesce(reference_municipality_successor.municipality_code,
                        latest.prefecture_code || latest.city_code) AS municipality_code
        FROM (
            SELECT *, row_number() OVER (
                PARTITION BY corporate_number
                ORDER BY (process_code = '99' OR coalesce(is_latest, TRUE)) DESC,
                         update_date DESC NULLS LAST, change_date DESC NULLS LAST,
                         process_code DESC, record_hash
            ) AS rank
            FROM staged_nta_register
        ) AS latest
        LEFT JOIN reference_municipality_successor
          ON old_code = latest.prefecture_code || latest.city_code
        WHERE rank = 1 AND process_code <> '99'
        """
    )
    work.execute(
        """
        CREATE TABLE registered_event AS
        SELECT corporate_number, process_code, change_date,
               min_by(prefecture_code, record_hash) AS prefecture_code,
               min_by(close_cause_code, record_hash) AS close_cause_code,
               bool_and(is_correction) AS is_correction
        FROM staged_nta_register
        SEMI JOIN registered USING (corporate_number)
        GROUP BY corporate_number, process_code, change_date
        """
    )
    work.execute(
        """
        CREATE TABLE survivor AS
        WITH RECURSIVE merger AS (
            SELECT corporate_number, successor_number FROM registered
            WHERE successor_number <> corporate_number
        ),
        step AS (
            SELECT corporate_number, successor_number, [corporate_number] AS passed FROM merger
            UNION ALL
            SELECT step.corporate_number, merger.successor_number,
                   list_append(passed, merger.corporate_number)
            FROM step JOIN merger ON merger.corporate_number = step.successor_number
            WHERE NOT list_contains(passed, merger.corporate_number)
        )
        SELECT corporate_number, successor_number AS survivor_number
        FROM step ANTI JOIN merger ON merger.corporate_number = step.successor_number
        """
    )
