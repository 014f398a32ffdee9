"""Receipts: what a linked system sent, and what became of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, selectinload

from gate.audit import AuditLog
from gate.inbox import Part, put_in_inbox
from language import has_text, text
from store.application import Delivery, utc_now
from store.intake_token import IntakeReceipt, IntakeToken


@dataclass(frozen=True, slots=True)
class Sent:
    """What the request says of a delivery: its source, the sender's own name for the file, and
    how many lines of it are headers."""

    source: str
    sender_file: str
    n_header: int


def accept(
    audit: AuditLog, inbox: Path, token: IntakeToken, sent: Sent, part: Part
) -> IntakeReceipt:
    """Give a receipt for a part and put it into the inbox; the same content has the same receipt.

    The receipt and its audit record are durable before the file appears. A receipt whose file
    never appeared is made good when the content is sent again. Raises SQLAlchemyError and OSError.
    """
    with audit.beside() as session:
        receipt = session.scalar(
            select(IntakeReceipt).where(
                IntakeReceipt.token_id == token.token_id,
                IntakeReceipt.source == sent.source,
                IntakeReceipt.content_hash == part.content_hash,
            )
        )
        if receipt is None:
            receipt = _new_receipt(token, sent, part)
            session.add(receipt)
            detail = {"receipt": receipt.receipt, "sha256": part.content_hash}
            audit.append(session, f"token:{token.name}", "system", "delivery", sent.source, detail)
        is_known = _delivery(session, receipt) is not None
    if not is_known and not (inbox / receipt.file).exists():
        put_in_inbox(part, inbox, receipt.file, sent.source)
    return receipt


def _new_receipt(token: IntakeToken, sent: Sent, part: Part) -> IntakeReceipt:
    now = utc_now()
    return IntakeReceipt(
        receipt=secrets.token_hex(16),
        token_id=token.token_id,
        source=sent.source,
        content_hash=part.content_hash,
        n_byte=part.n_byte,
        n_record=max(part.n_line - sent.n_header, 0),
        # The number of the token parts what two systems send in one second.
        file=f"{sent.source}_{now:%Y%m%dT%H%M%SZ}_{token.token_id}_{part.content_hash[:16]}.csv",
        sender_file=sent.sender_file,
        received_at=now,
    )


def find_receipt(engine: Engine, token: IntakeToken, receipt: str) -> IntakeReceipt | None:
    """A receipt of this system; those of others do not exist for it."""
    with Session(engine, expire_on_commit=False) as session:
        found = session.get(IntakeReceipt, receipt)
    return found if found is not None and found.token_id == token.token_id else None


def as_json(engine: Engine, receipt: IntakeReceipt) -> dict[str, object]:
    """The receipt, its state, and after the run the balance of its records."""
    with Session(engine, expire_on_commit=False) as session:
        delivery = _delivery(session, receipt)
    state = delivery.status if delivery else "received"
    return {
        "receipt": receipt.receipt,
        "source": receipt.source,
        "sha256": receipt.content_hash,
        "n_byte": receipt.n_byte,
        "records": receipt.n_record,
        "file": receipt.file,
        "sender_file": receipt.sender_file,
        "received_at": f"{receipt.received_at.isoformat()}Z",
        "state": state,
        "state_text": text(f"delivery_status.{state}"),
        **(_outcome(delivery) if delivery and state != "received" else {}),
    }


def _outcome(delivery: Delivery) -> dict[str, object]:
    balance = {
        "in": delivery.records_in,
        "accepted": delivery.accepted,
        "rejected": delivery.rejected,
        "duplicate": delivery.duplicate,
        "reasons": [
            {"code": r.reason_code, "text": _reason(r.reason_code), "n": r.n_record}
            for r in delivery.rejections
        ],
    }
    if not delivery.reason_code:
        return {"balance": balance}
    code = delivery.reason_code
    return {"reason": {"code": code, "text": _reason(code)}, "balance": balance}


def _reason(code: str) -> str:
    return text(f"reason.{code}") if has_text(f"reason.{code}") else code


def _delivery(session: Session, receipt: IntakeReceipt) -> Delivery | None:
    return session.scalar(
        select(Delivery)
        .where(Delivery.content_hash == receipt.content_hash, Delivery.file == receipt.file)
        .options(selectinload(Delivery.rejections))
    )
