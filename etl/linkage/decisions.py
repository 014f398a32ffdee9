"""What operators decided, as the linkage reads it."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from store.link_records import Decision


def load_decisions(work: duckdb.DuckDBPyConnection, decisions: Sequence[Decision]) -> None:
    """Make ``linkage.refused`` (pairs) and ``linkage.confirmed`` (one firm a party).

    ``decisions`` stand in the order they were made. The last word on a pair counts; of several
    firms confirmed for one party, the last.
    """
    last: dict[tuple[str, str], str] = {}
    confirmed: dict[str, str] = {}
    for decision in decisions:
        last[decision.party_hash, decision.corporate_number] = decision.verdict
        if decision.verdict == "confirmed":
            confirmed[decision.party_hash] = decision.corporate_number
    _write(work, "refused", [pair for pair, verdict in last.items() if verdict == "refused"])
    _write(work, "confirmed", [pair for pair in confirmed.items() if last[pair] == "confirmed"])


def _write(work: duckdb.DuckDBPyConnection, table: str, pairs: Sequence[tuple[str, str]]) -> None:
    frame = pa.table(
        {
            "party_hash": pa.array([pair[0] for pair in pairs], pa.string()),
            "corporate_number": pa.array([pair[1] for pair in pairs], pa.string()),
        }
    )
    work.register("decided", frame)
    work.execute(f"CREATE TABLE linkage.{table} AS FROM decided")
    work.unregister("decided")
