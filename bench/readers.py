"""How long readers wait: the questions of each page, asked through the whole gate.

    LENS_DATA_DIR=… python -m bench.readers [--clients 16] [--rounds 60]

For each page the questions are asked under filters drawn at random from what the snapshot
publishes: by one reader with nothing kept from before, beside the same statements on a bare
DuckDB cursor (median, 95th percentile, ratio), then by many readers at once, first with nothing
kept, then as it is in use, when readers look at the same few dozen views. Every answer is checked,
scoped, run, framed and recorded in the audit log.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import duckdb
import numpy as np

from bench.answers import Recorder
from gate.actor import Actor, Role
from gate.asking import Gate
from gate.audit import AuditLog
from gate.consent import Consents
from gate.firm_sets import FirmSets
from gate.scope import ScopedCursor
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

READER = Actor("bench", Role.MINISTRY)
SHARED = ("region", "industry", "year", "technology", "programme", "size")
ALL_YEARS = {"year": "0"}
# How many views readers come back to, where they look at what others have looked at.
FAMILIAR = 40

Ask = tuple[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class PageLoad:
    """The questions that one page asks, with what it adds to the reader's filter."""

    name: str
    asks: Sequence[Ask]
    fixed: dict[str, str]


PAGES = (
    PageLoad(
        "cubes",
        [
            ("application_totals", {}),
            ("application_trend", {}),
            ("application_breakdown", {"by": "prefecture"}),
            ("application_breakdown", {"by": "industry"}),
            ("application_breakdown", {"by": "region"}),
        ],
        {},
    ),
    PageLoad(
        "growth",
        [
            ("growth_summary", {}),
            ("growth_correlation", {"by": "region"}),
            ("growth_correlation", {"by": "industry"}),
        ],
        ALL_YEARS,
    ),
    PageLoad(
        "research",
        [
            ("research_counts", {}),
            ("research_rate", {}),
            ("research_breakdown", {}),
            ("research_score", {}),
            ("research_path", {}),
            ("research_difference", {}),
            ("research_funnel", {}),
        ],
        ALL_YEARS,
    ),
    PageLoad("list", [("application_list", {"rows": "100"}), ("application_list_size", {})], {}),
)


def any_filter(members: Members, dice: random.Random) -> dict[str, str]:
    """None, one or two conditions, as readers set them."""
    chosen = dice.sample(SHARED, dice.choice((0, 1, 1, 2)))
    return {name: dice.choice(list(members.of(name))) for name in chosen if members.of(name)}


def asked(page: PageLoad, members: Members, rounds: int, seed: int) -> list[Ask]:
    """``rounds`` views of a page, each with all its questions."""
    dice = random.Random(seed)
    views = [any_filter(members, dice) for _ in range(rounds)]
    return [(name, {**page.fixed, **view, **extra}) for view in views for name, extra in page.asks]


def timed(run: Callable[[Ask], object], asks: Iterable[Ask]) -> list[float]:
    """Milliseconds of each."""
    taken = []
    for ask in asks:
        start = perf_counter()
        run(ask)
        taken.append(1_000 * (perf_counter() - start))
    return taken


def spread(taken: Sequence[float]) -> str:
    middle, high = np.percentile(taken, [50, 95])
    return f"{middle:9.1f}{high:9.1f}"


def bare_run(connection: duckdb.DuckDBPyConnection, members: Members) -> Callable[[Ask], float]:
    """Runs the statements of a question and nothing else; returns the milliseconds they took."""
    store = StoreCursor(connection)
    cursor = connection.cursor()
    questions = {question.name: question for question in (*QUESTIONS, *METHODS)}
    today, firm_sets = Consents(japan_day()), FirmSets(connection)

    def run(ask: Ask) -> float:
        name, query = ask
        recorder = Recorder(store)
        scoped = ScopedCursor(recorder, READER, members, consents=today, firm_sets=firm_sets)
        questions[name].answer(scoped, questions[name].parse(query, members))
        start = perf_counter()
        for sql, values in recorder.statements:
            cursor.execute(sql, values).to_arrow_table()
        return 1_000 * (perf_counter() - start)

    return run


def crowd(run: Callable[[Ask], object], asks: Sequence[Ask], clients: int) -> list[float]:
    """The waits of ``clients`` readers that ask without a pause, each a part of ``asks``."""
    parts = [asks[i::clients] for i in range(clients)]
    with ThreadPoolExecutor(clients) as pool:
        return [wait for part in pool.map(lambda part: timed(run, part), parts) for wait in part]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=60)
    arguments = parser.parse_args()
    settings = load_settings()
    manifest, _ = sound_snapshot(settings.store_dir)
    path = settings.store_dir / manifest.snapshot / LENS
    connection = open_read_only(path, settings.memory_limit, settings.threads)
    members = read_members(StoreCursor(connection), dimension_member)
    bare = bare_run(connection, members)
    heads = ("one", "", "bare", "", "", f"{arguments.clients} new", "", "in use", "")
    print(f"{'milliseconds':<12}" + "".join(f"{head:>9}" for head in heads))
    print(
        f"{'':<12}"
        + "".join(f"{h:>9}" for h in ("p50", "p95") * 2 + ("ratio",) + ("p50", "p95") * 2)
    )
    with tempfile.TemporaryDirectory() as folder:
        engine = open_application_database(f"sqlite:///{Path(folder) / 'application.db'}")
        upgrade(engine)
        reader = SnapshotReader(settings.store_dir, settings.memory_limit, settings.threads)

        def gate() -> Callable[[Ask], object]:
            fresh = Gate([*QUESTIONS, *METHODS], reader, AuditLog(engine))
            return lambda ask: fresh.ask(READER, *ask)

        for page in PAGES:
            asks = asked(page, members, arguments.rounds, 1)
            gate()(asks[0])
            alone = timed(gate(), asks)
            naked = [bare(ask) for ask in asks]
            many = crowd(gate(), asked(page, members, arguments.rounds, 2), arguments.clients)
            run = gate()
            familiar = asked(page, members, FAMILIAR, 3)
            for ask in familiar:
                run(ask)
            dice = random.Random(4)
            in_use = [dice.choice(familiar) for _ in range(10 * len(asks))]
            used = crowd(run, in_use, arguments.clients)
            ratio = float(np.median(alone) / np.median(naked))
            print(
                f"{page.name:<12}{spread(alone)}{spread(naked)}{ratio:9.2f}"
                f"{spread(many)}{spread(used)}"
            )
        engine.dispose()


if __name__ == "__main__":
    main()
