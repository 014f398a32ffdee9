"""The audit log: one record per answer, download and sign-in, chained by hash.

A record holds who asked what of which snapshot, never a data value. Each carries the hash of the
one before it, so that a record changed or taken out later is found by ``verify_chain``.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock

from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from gate.errors import AuditFailed
from store.application import AuditRecord, utc_now

FIRST_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class Chain:
    """What a check of the chain found: how many records, and the first that does not fit."""

    n_record: int
    first_broken: int | None


@dataclass(slots=True, eq=False)
class Waiting:
    """A record on its way into the log, and what came of it.

    ``turn`` is set once it is settled, or once its caller is to write for all that wait.
    """

    record: AuditRecord
    is_written: bool = False
    failure: Exception | None = None
    turn: Event = field(default_factory=Event)


@dataclass(slots=True)
class AuditLog:
    """Writes records one after the other, over all threads and processes of the database.

    A commit waits for the disk. Records that arrive meanwhile share the next one: one caller
    writes for all that wait and hands over to the first that came after them, so that nobody waits
    for more than two commits, and each goes on only when its own record is safe.
    """

    engine: Engine
    _writing: Lock = field(default_factory=Lock, init=False)
    _queue: Lock = field(default_factory=Lock, init=False)
    _waiting: deque[Waiting] = field(default_factory=deque, init=False)
    _is_led: bool = field(default=False, init=False)

    def write(
        self,
        username: str,
        role: str,
        action: str,
        subject: str,
        detail: Mapping[str, object] | None = None,
        snapshot: str = "",
    ) -> None:
        """Append one record and make it durable. Raises AuditFailed when that is not possible."""
        mine = Waiting(_record(username, role, action, subject, detail, snapshot))
        # What cannot be written fails its own caller here, not those it would share a commit with.
        record_hash(mine.record)
        with self._queue:
            self._waiting.append(mine)
            leads, self._is_led = not self._is_led, True
        if not leads:
            mine.turn.wait()
        with self._queue:
            is_left = mine in self._waiting
        if is_left:
            try:
                with self._writing:
                    self._write_waiting()
            finally:
                self._hand_over()
        # Also where whoever wrote for all was stopped in the middle.
        if not mine.is_written:
            raise AuditFailed from mine.failure

    def _hand_over(self) -> None:
        """Let the first of those that came meanwhile write for all of them."""
        with self._queue:
            self._is_led = bool(self._waiting)
            if self._waiting:
                self._waiting[0].turn.set()

    def _write_waiting(self) -> None:
        """Append all that wait in one transaction: all are written, or all have failed."""
        with self._queue:
            batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
        try:
            with Session(self.engine, expire_on_commit=False) as session:
                _hold_the_end(session.connection())
                last = _last_hash(session)
                for waiting in batch:
                    last = _chain(waiting.record, last)
                session.add_all([waiting.record for waiting in batch])
                session.commit()
        except Exception as error:
            # Whatever it was, nobody in the batch may go on.
            for waiting in batch:
                waiting.failure = error
        else:
            for waiting in batch:
                waiting.is_written = True
        finally:
            for waiting in batch:
                waiting.turn.set()

    @contextmanager
    def beside(self) -> Iterator[Session]:
        """A transaction in which nobody else can append: what is done in it and its record stand
        or fall together. Raises SQLAlchemyError."""
        # The lock keeps the threads of this process from queueing up in the database.
        with self._writing, Session(self.engine, expire_on_commit=False) as session:
            _hold_the_end(session.connection())
            yield session
            session.commit()

    def append(
        self,
        session: Session,
        username: str,
        role: str,
        action: str,
        subject: str,
        detail: Mapping[str, object] | None = None,
        snapshot: str = "",
    ) -> None:
        """Append one record inside a transaction of ``beside``."""
        record = _record(username, role, action, subject, detail, snapshot)
        _chain(record, _last_hash(session))
        session.add(record)
        session.flush()


def _record(
    username: str,
    role: str,
    action: str,
    subject: str,
    detail: Mapping[str, object] | None,
    snapshot: str,
) -> AuditRecord:
    return AuditRecord(
        at=utc_now(),
        username=username[:64],
        role=role,
        action=action,
        subject=subject[:128],
        detail=dict(detail or {}),
        snapshot=snapshot,
    )


def _chain(record: AuditRecord, previous_hash: str) -> str:
    """Put ``record`` behind the one with ``previous_hash``; returns its own hash."""
    record.previous_hash = previous_hash
    record.record_hash = record_hash(record)
    return record.record_hash


def _hold_the_end(connection: Connection) -> None:
    """Let no other process append until this transaction ends."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("LOCK TABLE audit_record IN EXCLUSIVE MODE")


def _last_hash(session: Session) -> str:
    latest = select(AuditRecord.record_hash).order_by(AuditRecord.audit_id.desc()).limit(1)
    return session.scalar(latest) or FIRST_HASH


def record_hash(record: AuditRecord) -> str:
    """SHA-256 over the hash of the record before and this record as canonical JSON."""
    content = {
        "at": record.at.isoformat(),
        "username": record.username,
        "role": record.role,
        "action": record.action,
        "subject": record.subject,
        "detail": record.detail,
        "snapshot": record.snapshot,
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{record.previous_hash}{canonical}".encode()).hexdigest()


def verify_chain(engine: Engine) -> Chain:
    """Compute every hash again, oldest record first."""
    expected, n_record = FIRST_HASH, 0
    with Session(engine) as session:
        records = (
            select(AuditRecord).order_by(AuditRecord.audit_id).execution_options(yield_per=1000)
        )
        for record in session.scalars(records):
            n_record += 1
            if record.previous_hash != expected or record_hash(record) != record.record_hash:
                return Chain(n_record, record.audit_id)
            expected = record.record_hash
    return Chain(n_record, None)
