"""The one place that opens snapshots: serves the sound one, swaps when a new one is published.

Readers hold the snapshot they started with until they are done; an old one is closed by its last
reader. The pointer is read at most once a second.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

import duckdb
import pandas as pd
from sqlalchemy import Select, Table, func, select

from gate.answer import SourceNote
from gate.errors import NoSnapshot
from gate.firm_sets import FirmSets
from store import tables
from store.cursor import StoreCursor
from store.members import Members, read_members
from store.snapshot import (
    HELD,
    LENS,
    RELEASED,
    Manifest,
    SnapshotError,
    current_snapshot,
    open_read_only,
    sound_snapshot,
)

_LOG = logging.getLogger(__name__)

LOOK_EVERY = 1.0
# A damaged snapshot is not hashed again and again: it seldom heals, and a new one has a new name.
LOOK_AGAIN_AFTER_DAMAGE = 30.0


@dataclass(slots=True)
class DatabaseFile:
    """One open file of a snapshot, with what every answer from it needs read once."""

    connection: duckdb.DuckDBPyConnection
    members: Members
    sources: Mapping[str, SourceNote]
    firm_sets: FirmSets

    @contextmanager
    def cursor(self) -> Iterator[StoreCursor]:
        """A cursor of its own for one request: cursors are not shared between threads."""
        cursor = StoreCursor(self.connection)
        try:
            yield cursor
        finally:
            cursor.close()


@dataclass(slots=True)
class OpenSnapshot:
    """A snapshot that serves. ``readers`` counts those who still need it."""

    manifest: Manifest
    databases: Mapping[str, DatabaseFile]
    readers: int = 0
    is_retired: bool = False

    def close(self) -> None:
        for database in self.databases.values():
            database.connection.close()


@dataclass(slots=True)
class SnapshotReader:
    """Serves the current sound snapshot of a store, or says that there is none."""

    store_dir: Path
    memory_limit: str = "4GB"
    threads: int = 2
    look_every: float = LOOK_EVERY
    _serving: OpenSnapshot | None = field(default=None, init=False)
    _is_fallback: bool = field(default=False, init=False)
    _next_look: float = field(default=0.0, init=False)
    _looking: Lock = field(default_factory=Lock, init=False)
    _counting: Lock = field(default_factory=Lock, init=False)

    @contextmanager
    def reading(self) -> Iterator[OpenSnapshot]:
        """Hold the serving snapshot; it stays open until the block ends. Raises NoSnapshot."""
        self._look()
        with self._counting:
            snapshot = self._serving
            if snapshot is None:
                raise NoSnapshot
            snapshot.readers += 1
        try:
            yield snapshot
        finally:
            with self._counting:
                snapshot.readers -= 1
                is_last = snapshot.is_retired and snapshot.readers == 0
            if is_last:
                snapshot.close()

    def state(self) -> tuple[Manifest | None, bool]:
        """The manifest of the serving snapshot, and whether it stands in for a damaged one."""
        self._look()
        with self._counting:
            return (self._serving.manifest if self._serving else None), self._is_fallback

    def close(self) -> None:
        """Close the serving snapshot as soon as nobody reads it."""
        self._swap(None)

    def _look(self) -> None:
        """Follow the pointer. One thread does; the others go on with what they have, unless
        there is nothing yet, in which case they wait for it."""
        if monotonic() < self._next_look or not self._looking.acquire(self._serving is None):
            return
        try:
            if monotonic() >= self._next_look:
                self._next_look = monotonic() + self._follow_pointer()
        finally:
            self._looking.release()

    def _follow_pointer(self) -> float:
        """Open what the pointer names, if it is new. Returns the seconds until the next look."""
        pointer = current_snapshot(self.store_dir)
        serving = self._serving.manifest.snapshot if self._serving else None
        if pointer is not None and pointer == serving:
            self._is_fallback = False
            return self.look_every
        try:
            manifest, is_current = sound_snapshot(self.store_dir)
            if manifest.snapshot != serving:
                self._swap(self._open(manifest))
        except (SnapshotError, duckdb.Error) as error:
            self._is_fallback = self._serving is not None
            if pointer is None and serving is None:
                return self.look_every
            _LOG.error("no sound snapshot at %s: %s", pointer, error)
            return LOOK_AGAIN_AFTER_DAMAGE
        self._is_fallback = not is_current
        if is_current:
            return self.look_every
        _LOG.error("snapshot %s is damaged; %s serves instead", pointer, manifest.snapshot)
        return LOOK_AGAIN_AFTER_DAMAGE

    def _open(self, manifest: Manifest) -> OpenSnapshot:
        """Open the files and warm them by reading what every answer needs."""
        folder = self.store_dir / manifest.snapshot
        opened: dict[str, DatabaseFile] = {}
        try:
            for name, file, table, sources in (
                ("lens", LENS, tables.dimension_member, _LENS_SOURCES),
                ("released", RELEASED, tables.released_dimension_member, _RELEASED_SOURCES),
            ):
                opened[name] = self._open_file(folder / file, table, sources)
            held = open_read_only(folder / HELD, self.memory_limit, self.threads)
            # It has no codes of its own.
            opened["held"] = replace(opened["lens"], connection=held, firm_sets=FirmSets(held))
        except duckdb.Error:
            for database in opened.values():
                database.connection.close()
            raise
        return OpenSnapshot(manifest, opened)

    def _open_file(self, path: Path, members: Table, sources: Select[Any]) -> DatabaseFile:
        connection = open_read_only(path, self.memory_limit, self.threads)
        try:
            cursor = StoreCursor(connection)
            notes = [_source_note(row) for row in cursor.fetch(sources).to_dict("records")]
            found = read_members(cursor, members)
            cursor.close()
        except duckdb.Error:
            connection.close()
            raise
        by_source = {note.source: note for note in notes}
        return DatabaseFile(connection, found, by_source, FirmSets(connection))

    def _swap(self, fresh: OpenSnapshot | None) -> None:
        with self._counting:
            old, self._serving = self._serving, fresh
            if old is not None:
                old.is_retired = True
            is_unread = old is not None and old.readers == 0
        if old is not None and is_unread:
            old.close()


_delivery = tables.delivery.c
_LENS_SOURCES: Select[Any] = (
    select(
        _delivery.source,
        func.count().label("n_file"),
        func.max(_delivery.received_at).label("received_at"),
        func.max(_delivery.period_to).label("period_to"),
    )
    .where(_delivery.status == "loaded")
    .group_by(_delivery.source)
)
_released = tables.released_delivery.c
_RELEASED_SOURCES: Select[Any] = select(
    _released.source, _released.n_file, _released.received_at, _released.period_to
)


def _source_note(row: Mapping[Any, Any]) -> SourceNote:
    received_at, period_to = row["received_at"], row["period_to"]
    return SourceNote(
        source=row["source"],
        received_at=None if pd.isna(received_at) else received_at.to_pydatetime(),
        period_to=None if pd.isna(period_to) else period_to,
        n_file=int(row["n_file"]),
    )
