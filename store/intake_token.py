"""Linked systems: the tokens by which they are known, and the receipts of what they sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.application import Base, utc_now


class IntakeToken(Base):
    """One system that may deliver: its token's hash, and the sources it may send."""

    __tablename__ = "intake_token"

    token_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    # SHA-256 of a random token of 256 bits: nothing to guess, so no slow hash is needed.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sources: Mapped[list[str]] = mapped_column(JSON, default=list)
    may_read_status: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    revoked_at: Mapped[datetime | None]


class IntakeReceipt(Base):
    """One content that one system sent for one source; sent again, it has the same receipt."""

    __tablename__ = "intake_receipt"
    __table_args__ = (UniqueConstraint("token_id", "source", "content_hash"),)

    receipt: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("intake_token.token_id"))
    source: Mapped[str] = mapped_column(String(64))
    content_hash: Mapped[str] = mapped_column(String(64))
    n_byte: Mapped[int] = mapped_column(BigInteger)
    n_record: Mapped[int] = mapped_column(BigInteger)
    # The name in the inbox is ours; the sender's own is kept to be shown, never used as a path.
    file: Mapped[str] = mapped_column(String(160), unique=True)
    sender_file: Mapped[str] = mapped_column(Text, default="")
    received_at: Mapped[datetime] = mapped_column(default=utc_now)
    token: Mapped[IntakeToken] = relationship()
