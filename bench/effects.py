"""How long an evaluation takes: the pages on effects, asked through the whole gate, and memory.

    LENS_DATA_DIR=… python -m bench.effects [--runs 3]

Each specification is asked of a new gate that keeps nothing (but what the operating system keeps of
files), question by question in the order of its page; the bare time is that of the same statements
on a DuckDB cursor, pairs matched once. What stands between them is the arithmetic (bands of 400
draws, checks) and the gate's own work.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import duckdb

from bench.answers import Recorder
from bench.readers import READER
from gate.asking import Gate
from gate.audit import AuditLog
from gate.consent import Consents
from gate.firm_sets import FirmSets
from gate.scope import Part, ScopedCursor
from gate.snapshots import SnapshotReader
from queries.catalogue import QUESTIONS
from settings import load_settings
from stats.catalogue import QUESTIONS as METHODS
from store.application import open_application_database
from store.consent_terms import japan_day
from store.cursor import StoreCursor
from store.members import Members, read_members
from store.migration import upgrade
from store.snapshot import LENS, open_read_only, sound_snapshot
from store.tables import dimension_member

MATCHED = tuple(q.name for q in METHODS if q.name.startswith("matched_"))
MAPPED = tuple(q.name for q in METHODS if q.name.startswith("credit_"))
MONITORED = tuple(q.name for q in METHODS if q.name.startswith("monitoring_"))
VIEWS: Sequence[tuple[str, Sequence[str], Mapping[str, str]]] = (
    ("matched, IT subsidy", MATCHED, {"measure": "it"}),
    ("matched, one cohort", MATCHED, {"measure": "it", "year": "2020"}),
    ("matched, advice", MATCHED, {"measure": "support_yorozu"}),
    ("matched, rejected", MATCHED, {"measure": "sapoin", "against": "rejected"}),
    ("mapping", MAPPED, {}),
    ("mapping, a division", MAPPED, {"industry": "E"}),
    ("monitoring", MONITORED, {}),
    ("monitoring, a division", MONITORED, {"industry": "E", "centre": "mean"}),
)


@dataclass(slots=True)
class OneShelf:
    """Keeps the parts of one view."""

    parts: dict[tuple[object, ...], Part] = field(default_factory=dict)

    def get(self, key: tuple[object, ...]) -> Part | None:
        return self.parts.get(key)

    def put(self, key: tuple[object, ...], part: Part) -> None:
        self.parts[key] = part


def bare_seconds(
    connection: duckdb.DuckDBPyConnection,
    members: Members,
    names: Sequence[str],
    query: Mapping[str, str],
) -> list[float]:
    """Seconds of the statements of each question, and of nothing else."""
    questions = {question.name: question for question in METHODS}
    cursor, shelf, taken = connection.cursor(), OneShelf(), []
    firm_sets = FirmSets(connection)
    for name in names:
        recorder = Recorder(StoreCursor(connection))
        scoped: Any = ScopedCursor(
            recorder,
            READER,
            members,
            consents=Consents(japan_day()),
            shelf=shelf,
            firm_sets=firm_sets,
        )
        questions[name].answer(scoped, questions[name].parse(query, members))
        start = perf_counter()
        for sql, values in recorder.statements:
            cursor.execute(sql, values).to_arrow_table()
        taken.append(perf_counter() - start)
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="", help="views whose name begins so")
    arguments = parser.parse_args()
    settings = load_settings()
    manifest, _ = sound_snapshot(settings.store_dir)
    path = settings.store_dir / manifest.snapshot / LENS
    connection = open_read_only(path, settings.memory_limit, settings.threads)
    members = read_members(StoreCursor(connection), dimension_member)
    with tempfile.TemporaryDirectory() as folder:
        engine = open_application_database(f"sqlite:///{Path(folder) / 'application.db'}")
        upgrade(engine)
        reader = SnapshotReader(settings.store_dir, settings.memory_limit, settings.threads)
        start = perf_counter()
        with reader.reading():
            print(f"snapshot opened and its hash checked in {perf_counter() - start:.1f} s")
        for view, names, query in VIEWS:
            if not view.startswith(arguments.only):
                continue
            runs: list[list[float]] = []
            n_row = 0
            for _ in range(arguments.runs):
                gate = Gate([*QUESTIONS, *METHODS], reader, AuditLog(engine), 600)
                taken = []
                for name in names:
                    start = perf_counter()
                    n_row += gate.ask(READER, name, query).n_row
                    taken.append(perf_counter() - start)
                runs.append(taken)
            own = [median(times) for times in zip(*runs, strict=True)]
            bare = bare_seconds(connection, members, names, query)
            print(f"\n{view}: {sum(own):.2f} s, bare {sum(bare):.2f} s, "
                  f"ratio {sum(own) / sum(bare):.2f}, {n_row // arguments.runs} rows")  # fmt: skip
            for name, seconds, naked in zip(names, own, bare, strict=True):
                print(f"  {name:<26}{seconds:9.3f}{naked:9.3f}")
        engine.dispose()
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
