"""Ask a store through the gate as a chamber does, with an audit log of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gate.actor import Actor, Role
from gate.answer import Answer
from gate.asking import Gate
from gate.audit import AuditLog
from gate.snapshots import SnapshotReader
from queries.catalogue import QUESTIONS
from reports.package.build import Ask
from store.application import open_application_database
from store.migration import upgrade

CHAMBER = Actor("packages", Role.CHAMBER)


@contextmanager
def asking(store: Path, folder: Path) -> Iterator[Ask]:
    """A function that asks the snapshot in ``store``; ``folder`` takes the audit log."""
    engine = open_application_database(f"sqlite:///{folder / 'application.db'}")
    upgrade(engine)
    reader = SnapshotReader(store, "1GB", 1)
    gate = Gate(QUESTIONS, reader, AuditLog(engine))

    def ask(question: str, query: Mapping[str, str]) -> Answer:
        return gate.ask(CHAMBER, question, query)

    yield ask
    reader.close()
    engine.dispose()
