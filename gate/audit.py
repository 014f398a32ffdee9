"""The audit log: one record per answer, download and sign-in, chained by hash.

A record holds who asked what of which snapshot, never a data value. Each carries the hash of the
one before it, so that a record changed or taken out later is found by ``verify_chain``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from gate.errors import AuditFailed
from store.application import AuditRecord, utc_now

FIRST_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class Chain:
    """What a check of the chain found: how many records, and the first that does not fit."""

    n_record: int
    first_broken: int | None


@dataclass(slots=True)
class AuditLog:
    """Writes records one after the other, over all threads and processes of the database."""

    engine: Engine
    _writing: Lock = field(default_factory=Lock, init=False)

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
        try:
            with self.beside() as session:
                self.append(session, username, role, action, subject, detail, snapshot)
        except SQLAlchemyError as error:
            raise AuditFailed from error

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
        record = AuditRecord(
            at=utc_now(),
            username=username[:64],
            role=role,
            action=action,
            subject=subject[:128],
            detail=dict(detail or {}),
            snapshot=snapshot,
        )
        record.previous_hash = _last_hash(session)
        record.record_hash = record_hash(record)
        session.add(record)
        session.flush()


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
