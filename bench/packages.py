"""How long the packages of a snapshot take and how large they are: ``python -m bench.packages``.

Builds every package of the store (or some, ``--every 10``) in one process, as somebody who sees
released data only, and says count, seconds a package by step, pages, and bytes by kind of file.
"""

from __future__ import annotations

import argparse
import resource
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from gate.actor import Actor, Role
from gate.answer import Answer
from gate.asking import Gate
from gate.audit import AuditLog
from gate.snapshots import SnapshotReader
from queries.catalogue import QUESTIONS
from reports.package import build, pdf, spreadsheet, web_page
from reports.package.build import Ask, build_package, scopes
from store.application import open_application_database
from store.migration import upgrade

EDITION = "2026-11"
# What is timed: each step as ``build`` calls it.
STEPS: dict[str, tuple[Any, str]] = {
    "questions and words": (build, "compose"),
    "charts": (build, "draw"),
    "PDF and pictures": (pdf, "render"),
    "of these pictures": (pdf, "_in_few_colours"),
    "workbook": (spreadsheet, "render"),
    "page": (web_page, "render"),
    "CSV": (build, "data_csv"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, default=Path("data/store"))
    parser.add_argument("--every", type=int, default=1, help="every n-th package only")
    asked = parser.parse_args()
    with TemporaryDirectory() as folder, _asking(asked.store, Path(folder)) as ask:
        seconds: Counter[str] = Counter()
        for name, (owner, step) in STEPS.items():
            setattr(owner, step, _timed(getattr(owner, step), name, seconds))
        _report(ask, asked.every, seconds)


@contextmanager
def _asking(store: Path, folder: Path) -> Iterator[Ask]:
    engine = open_application_database(f"sqlite:///{folder / 'application.db'}")
    upgrade(engine)
    gate = Gate(QUESTIONS, SnapshotReader(store), AuditLog(engine))
    actor = Actor("bench", Role.CHAMBER)

    def ask(question: str, query: Mapping[str, str]) -> Answer:
        return gate.ask(actor, question, query)

    yield ask
    engine.dispose()


def _timed(step: Callable[..., Any], name: str, seconds: Counter[str]) -> Callable[..., Any]:
    def timed(*arguments: Any) -> Any:
        begun = perf_counter()
        try:
            return step(*arguments)
        finally:
            seconds[name] += perf_counter() - begun  # type: ignore[assignment]

    return timed


def _report(ask: Ask, every: int, seconds: Counter[str]) -> None:
    wanted = scopes(ask)
    chosen = wanted[::every]
    sizes: Counter[str] = Counter()
    pages: Counter[int] = Counter()
    n_row = 0
    begun = perf_counter()
    for scope in chosen:
        package = build_package(ask, scope, EDITION)
        pages[package.n_page] += 1
        n_row += package.n_row
        for name, content in package.files.items():
            sizes[name.split("-")[0] if name.startswith("preview") else name] += len(content)
    took = perf_counter() - begun
    n = len(chosen)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(
        f"{n} of {len(wanted)} packages, {took:.0f} s, {took / n:.2f} s each, "
        f"{peak:,.0f} MB of memory at most"
    )
    for name, spent in seconds.items():
        print(f"  {name:20} {spent / n:.3f} s")
    print(f"pages: {', '.join(f'{count} of {k}' for k, count in sorted(pages.items()))}")
    print(f"values: {n_row:,}")
    print(f"{sum(sizes.values()) / 1e6:,.0f} MB, {sum(sizes.values()) / n / 1e3:,.0f} kB each")
    for name, size in sizes.most_common():
        print(f"  {name:15} {size / n / 1e3:7,.1f} kB")


if __name__ == "__main__":
    main()
