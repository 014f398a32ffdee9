"""Statements of firms entered by hand: each checked, appended, and recorded in the audit log."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum.jp import cn

from gate.audit import AuditLog
from store.application import utc_now
from store.consent_records import ConsentEntry
from store.consent_terms import (
    ALL,
    FOR_EVER,
    KINDS,
    PURPOSES,
    SCOPES,
    USER_CLASSES,
    japan_day,
)

LONGEST_GBIZID = 64
# Passes the check digit and stands for nobody in particular.
DUMMY_NUMBER = "9999999999999"


class ConsentError(ValueError):
    """A statement cannot be entered; ``key`` names the sentence in the word catalogue."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Said:
    """What a firm said, as typed at the counter. ``number`` or ``gbizid`` names the firm."""

    kind: str
    purpose: str
    number: str = ""
    gbizid: str = ""
    scope: str = ALL
    user_class: str = ALL
    valid_from: date | None = None
    valid_to: date | None = None
    evidence: str = ""


def enter(audit: AuditLog, said: Said, recorded_by: str) -> ConsentEntry:
    """Append one statement; it holds from today, without an end, unless it says otherwise.

    Entry and audit record are one transaction. Raises ConsentError, and SQLAlchemyError when
    nothing can be written. The audit record names the entry, not the firm.
    """
    number, gbizid = _plain(said.number), _plain(said.gbizid)
    entry = ConsentEntry(
        recorded_at=utc_now(),
        recorded_by=recorded_by[:64],
        kind=said.kind,
        corporate_number=number,
        gbizid=gbizid,
        purpose=said.purpose,
        scope=said.scope,
        user_class=said.user_class,
        valid_from=said.valid_from or japan_day(),
        valid_to=said.valid_to or FOR_EVER,
        evidence=said.evidence.strip(),
    )
    check_entry(entry)
    with audit.beside() as session:
        # Nobody else writes now, so entries are numbered in the order in which they are recorded.
        session.add(entry)
        session.flush()
        audit.append(
            session,
            recorded_by,
            "operator",
            f"consent_{said.kind}",
            f"{said.purpose}/{said.scope}/{said.user_class}",
            {
                "entry_id": entry.entry_id,
                "valid_from": str(entry.valid_from),
                "valid_to": str(entry.valid_to),
            },
        )
    return entry


def check_entry(entry: ConsentEntry) -> None:
    """Raises ConsentError with what has to be put right."""
    if bool(entry.corporate_number) == bool(entry.gbizid):
        raise ConsentError("consent.error.one_subject")
    if entry.corporate_number and not is_firm_number(entry.corporate_number):
        raise ConsentError("consent.error.number")
    if len(entry.gbizid) > LONGEST_GBIZID or not entry.gbizid.isprintable():
        raise ConsentError("consent.error.gbizid")
    closed = {
        "kind": KINDS,
        "purpose": PURPOSES,
        "scope": (*SCOPES, ALL),
        "user_class": (*USER_CLASSES, ALL),
    }
    for name, values in closed.items():
        if getattr(entry, name) not in values:
            raise ConsentError(f"consent.error.{name}")
    if entry.valid_from > entry.valid_to:
        raise ConsentError("consent.error.days")
    if not entry.evidence:
        raise ConsentError("consent.error.evidence")


def is_firm_number(number: str) -> bool:
    return number != DUMMY_NUMBER and number.isascii() and bool(cn.is_valid(number))


def entries_of(
    session: Session, number: str = "", gbizid: str = "", known_on: date | None = None
) -> Sequence[ConsentEntry]:
    """The entries of one firm, or all, as far as they were recorded by the end of a day."""
    query = select(ConsentEntry).order_by(ConsentEntry.entry_id)
    if number or gbizid:
        query = query.where(
            ConsentEntry.corporate_number == _plain(number),
            ConsentEntry.gbizid == _plain(gbizid),
        )
    found = session.scalars(query).all()
    return [e for e in found if known_on is None or japan_day(e.recorded_at) <= known_on]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
