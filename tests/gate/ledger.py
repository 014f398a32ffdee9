"""Statements of firms in the consent ledger, as tests have them made."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from store.consent_records import ConsentEntry
from store.consent_terms import FOR_EVER


def say(engine: Engine, number: str, kind: str = "withdraw", **values: Any) -> int:
    """Record a statement: of ③, of everything and everybody, from 2026 on, unless it says so."""
    is_gbizid = number.startswith("g:")
    usual = {
        "recorded_by": "clerk",
        "corporate_number": "" if is_gbizid else number,
        "gbizid": number[2:] if is_gbizid else "",
        "purpose": "ebpm",
        "scope": "all",
        "user_class": "all",
        "valid_from": date(2026, 1, 1),
        "valid_to": FOR_EVER,
        "evidence": "letter",
    }
    with Session(engine) as session, session.begin():
        entry = ConsentEntry(kind=kind, **{**usual, **values})
        session.add(entry)
        session.flush()
        return entry.entry_id
