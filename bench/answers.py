"""What the gate costs: each question through the gate's cursor against its bare DuckDB statements.

`python -m bench.answers [--runs N]` prints, for the serving snapshot, per question the median time
of a fresh answer through the scoped cursor (statement checked, scoped, compiled, run, framed), of
the same SQL on a raw DuckDB cursor, and their ratio; last, the time of one durable audit record.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import pandas as pd

from gate.actor import Actor, Role
from gate.audit import AuditLog
from gate.consent import Consents
from gate.firm_sets import FirmSets
from gate.scope import ScopedCursor
from queries.catalogue import QUESTIONS
from queries.question import Question
from settings import load_settings
from stats.catalogue import QUESTIONS as METHODS
from store.application import open_application_database
from store.consent_terms import japan_day
from store.cursor import Cursor, Statement, StoreCursor, T, compile_statement
from store.members import read_members
from store.migration import upgrade
from store.snapshot import LENS, open_read_only, sound_snapshot
from store.tables import dimension_member

QUERY = {"region": "04", "year": "0"}
WINDOW = {"rows": "100"}


@dataclass(slots=True)
class Recorder:
    """A cursor that keeps the SQL of what passes through it."""

    cursor: StoreCursor
    statements: list[tuple[str, list[Any]]] = field(default_factory=list)

    def fetch(self, statement: Statement) -> pd.DataFrame:
        self.statements.append(compile_statement(statement))
        return self.cursor.fetch(statement)

    def once(self, name: str, key: Mapping[str, str], make: Callable[[Cursor], T]) -> T:  # noqa: ARG002
        """Nothing is kept."""
        return make(self)


def median_ms(run: Callable[[], object], runs: int) -> float:
    """The median of ``runs`` timings in milliseconds, after one that is not counted."""
    run()
    times = []
    for _ in range(runs):
        start = perf_counter()
        run()
        times.append(1_000 * (perf_counter() - start))
    return statistics.median(times)


def compare(
    question: Question[Any], connection: duckdb.DuckDBPyConnection, runs: int
) -> tuple[float, float]:
    """The medians (ms) of one question: through the gate's cursor, and bare."""
    store = StoreCursor(connection)
    members = read_members(store, dimension_member)
    actor = Actor("bench", Role.MINISTRY)
    parameters = question.parse(QUERY | WINDOW, members)
    recorder = Recorder(store)
    today, firm_sets = Consents(japan_day()), FirmSets(connection)

    def answer(cursor: Cursor) -> None:
        scoped = ScopedCursor(cursor, actor, members, consents=today, firm_sets=firm_sets)
        question.answer(scoped, parameters)

    answer(recorder)
    statements = list(recorder.statements)
    bare = connection.cursor()

    def run_bare() -> None:
        for sql, values in statements:
            bare.execute(sql, values).to_arrow_table()

    return median_ms(lambda: answer(store), runs), median_ms(run_bare, runs)


def audit_ms(runs: int) -> float:
    """The median time (ms) of one audit record in a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_application_database(f"sqlite:///{Path(folder) / 'audit.db'}")
        upgrade(engine)
        audit = AuditLog(engine)
        taken = median_ms(lambda: audit.write("bench", Role.MINISTRY, "answer", "bench"), runs)
        engine.dispose()
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=21)
    runs = parser.parse_args().runs
    settings = load_settings()
    manifest, _ = sound_snapshot(settings.store_dir)
    path = settings.store_dir / manifest.snapshot / LENS
    connection = open_read_only(path, settings.memory_limit, settings.threads)
    print(f"{'question':24} {'gate ms':>9} {'bare ms':>9} {'ratio':>6}")
    for question in (*QUESTIONS, *METHODS):
        if question.database == "lens" and not question.name.startswith("rejected_"):
            gated, bare = compare(question, connection, runs)
            print(f"{question.name:24} {gated:9.2f} {bare:9.2f} {gated / bare:6.2f}")
    print(f"{'one audit record':24} {audit_ms(runs):9.2f}")


if __name__ == "__main__":
    main()
