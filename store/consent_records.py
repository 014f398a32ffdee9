"""The consent ledger of the application database: what was said at the counter or by letter.

Statements that systems deliver arrive as files (source consent_record); both are consolidated at
publication. Nothing here is ever changed or deleted: a mistake is put right by a later entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import DDL, Engine, Index, String, Text, event, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.application import Base, utc_now
from store.consent_terms import Standing, Statement, japan_day, party_key

# The newest number and the newest time of recording (UTC).
LedgerEnd = tuple[int, datetime]
NO_ENTRY: LedgerEnd = (0, datetime(1, 1, 1))  # noqa: DTZ001


class ConsentEntry(Base):
    """One statement of one firm, with two times: when it is valid, and when it was recorded."""

    __tablename__ = "consent_entry"
    __table_args__ = (
        Index("ix_consent_entry_corporate_number", "corporate_number"),
        Index("ix_consent_entry_gbizid", "gbizid"),
    )

    # Entries are written one after the other, so a higher number was always recorded later.
    entry_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    recorded_at: Mapped[datetime] = mapped_column(default=utc_now)
    recorded_by: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    # One of the two is empty.
    corporate_number: Mapped[str] = mapped_column(String(13), default="")
    gbizid: Mapped[str] = mapped_column(String(64), default="")
    purpose: Mapped[str] = mapped_column(String(16))
    scope: Mapped[str] = mapped_column(String(16))
    user_class: Mapped[str] = mapped_column(String(16))
    # Both ends count; days in Japan.
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    evidence: Mapped[str] = mapped_column(Text)

    @property
    def party_key(self) -> str:
        return party_key(self.corporate_number, self.gbizid)

    @property
    def is_refusal(self) -> bool:
        return self.kind != "grant"

    @property
    def statement(self) -> Statement:
        return Statement(
            self.party_key,
            self.purpose,
            self.scope,
            self.user_class,
            self.valid_from,
            self.valid_to,
            Standing(japan_day(self.recorded_at), self.entry_id, self.is_refusal),
        )


def ledger_end(engine: Engine) -> LedgerEnd:
    """How far the ledger goes; it has grown if and only if this has changed.

    The number alone would not do: a database restored from an older copy gives numbers out again.
    """
    newest = select(func.max(ConsentEntry.entry_id), func.max(ConsentEntry.recorded_at))
    with engine.connect() as connection:
        entry_id, recorded_at = connection.execute(newest).one()
    return (entry_id, recorded_at) if entry_id else NO_ENTRY


def consent_entries(
    engine: Engine, after: int = 0, since: datetime | None = None
) -> Sequence[ConsentEntry]:
    """All entries, or those numbered after one of them or recorded since a time, in order."""
    query = select(ConsentEntry).order_by(ConsentEntry.entry_id)
    if since is not None:
        query = query.where(or_(ConsentEntry.entry_id > after, ConsentEntry.recorded_at >= since))
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(query).all()


# The database itself refuses to change or delete an entry, whoever asks. The revision holds the
# same words for databases that it makes.
SQLITE_GUARDS = tuple(
    f"CREATE TRIGGER consent_entry_no_{act} BEFORE {act} ON consent_entry "
    "BEGIN SELECT RAISE(ABORT, 'consent_entry is append-only'); END"
    for act in ("update", "delete")
)
POSTGRESQL_GUARDS = (
    "CREATE FUNCTION consent_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'consent_entry is append-only'; END $$",
    "CREATE TRIGGER consent_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON consent_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION consent_entry_is_append_only()",
)
for _dialect, _guards in (("sqlite", SQLITE_GUARDS), ("postgresql", POSTGRESQL_GUARDS)):
    for _guard in _guards:
        event.listen(
            Base.metadata.tables["consent_entry"],
            "after_create",
            DDL(_guard).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )
