"""The application database: accounts, audit, deliveries, runs.

SQLite by default, PostgreSQL by URL.

Sessions are kept in the same database by Flask-Session in a table of its own.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import (
    JSON,
    BigInteger,
    Engine,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    create_engine,
    event,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.pool import ConnectionPoolEntry


def utc_now() -> datetime:
    """The present in UTC, without zone, as every timestamp of this database is kept."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


class Base(DeclarativeBase):
    """The tables of the application database."""


class Account(Base):
    """A person who may sign in, with one role and its scope."""

    __tablename__ = "account"

    account_id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(16))
    # Region codes (bureau or prefecture) and programme codes; what they mean depends on the role.
    regions: Mapped[list[str]] = mapped_column(JSON, default=list)
    programmes: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_enabled: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class AuditRecord(Base):
    """One answer, download or sign-in, written before anything is released; chained by hash."""

    __tablename__ = "audit_record"

    audit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(default=utc_now)
    username: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(16))
    action: Mapped[str] = mapped_column(String(16))
    # Never a data value: the question, its parameters and the scope only.
    subject: Mapped[str] = mapped_column(String(128))
    detail: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    snapshot: Mapped[str] = mapped_column(String(64), default="")
    previous_hash: Mapped[str] = mapped_column(String(64))
    record_hash: Mapped[str] = mapped_column(String(64), unique=True)


class EtlRun(Base):
    """One run of the ETL."""

    __tablename__ = "etl_run"

    run_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]
    # running, published, unchanged, failed
    status: Mapped[str] = mapped_column(String(16), default="running")
    snapshot: Mapped[str] = mapped_column(String(64), default="")
    message: Mapped[str] = mapped_column(Text, default="")
    # Files that changed in the ledger, and the records of those loaded or refused.
    n_loaded: Mapped[int] = mapped_column(default=0)
    n_duplicate: Mapped[int] = mapped_column(default=0)
    n_refused: Mapped[int] = mapped_column(default=0)
    n_accepted: Mapped[int] = mapped_column(BigInteger, default=0)
    n_rejected: Mapped[int] = mapped_column(BigInteger, default=0)


class Delivery(Base):
    """One file received. The same content under another name is a row of its own, a duplicate."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("content_hash", "file"),
        Index("ix_delivery_content_hash", "content_hash"),
    )

    delivery_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    file: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(64), default="")
    layout: Mapped[str] = mapped_column(String(64), default="")
    # received, loaded, duplicate (of another file), refused (as a whole)
    status: Mapped[str] = mapped_column(String(16), default="received")
    reason_code: Mapped[str] = mapped_column(String(64), default="")
    encoding: Mapped[str] = mapped_column(String(16), default="")
    n_byte: Mapped[int] = mapped_column(BigInteger, default=0)
    records_in: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    duplicate: Mapped[int] = mapped_column(default=0)
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    # What the sidecar declares: prefecture_code, municipality_code, is_synthetic …
    declared: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime] = mapped_column(default=utc_now)
    rejections: Mapped[list[Rejection]] = relationship(
        back_populates="delivery", cascade="all, delete-orphan"
    )
    flags: Mapped[list[Flag]] = relationship(
        back_populates="delivery", cascade="all, delete-orphan"
    )


class Rejection(Base):
    """How many records of a file were refused for one reason; the records lie in the quarantine."""

    __tablename__ = "rejection"

    rejection_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.delivery_id"))
    reason_code: Mapped[str] = mapped_column(String(64))
    n_record: Mapped[int]
    delivery: Mapped[Delivery] = relationship(back_populates="rejections")


class Flag(Base):
    """How many accepted records of a file carry one remark (a dummy number, an aggregate)."""

    __tablename__ = "flag"

    flag_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.delivery_id"))
    flag_code: Mapped[str] = mapped_column(String(64))
    n_record: Mapped[int]
    delivery: Mapped[Delivery] = relationship(back_populates="flags")


BUSY_SECONDS = 10


def open_application_database(url: str) -> Engine:
    """An engine for the application database; SQLite is set to WAL with full durability."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _make_durable)
    return engine


def _make_durable(connection: object, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in (f"busy_timeout={BUSY_SECONDS * 1000}", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    # SQLite does not wait for others while it turns a new file to WAL: it says at once that it is
    # locked, whatever the timeout.
    give_up = monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError:
            if monotonic() > give_up:
                raise
            sleep(0.02)
    cursor.close()
