"""What operators decided about doubtful links: appended, never changed, the last word counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import Engine, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.application import Base, utc_now

# A verdict that is withdrawn leaves the pair as if nobody had spoken.
Verdict = Literal["confirmed", "refused", "withdrawn"]
VERDICTS: tuple[Verdict, ...] = ("confirmed", "refused", "withdrawn")


class LinkDecision(Base):
    """One verdict of one operator on one pair of a typed party and a registered firm."""

    __tablename__ = "link_decision"
    __table_args__ = (Index("ix_link_decision_party_hash", "party_hash"),)

    decision_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    # md5 of what was typed: the same party keeps its decisions in whatever file it comes again.
    party_hash: Mapped[str] = mapped_column(String(32))
    corporate_number: Mapped[str] = mapped_column(String(13))
    # confirmed, refused, withdrawn
    verdict: Mapped[str] = mapped_column(String(16))
    decided_by: Mapped[str] = mapped_column(String(64))
    decided_at: Mapped[datetime] = mapped_column(default=utc_now)


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict as it is read back; ``decided_at`` is in UTC, without zone."""

    party_hash: str
    corporate_number: str
    verdict: Verdict
    decided_by: str
    decided_at: datetime


def read_decisions(engine: Engine, party_hashes: Iterable[str] | None = None) -> list[Decision]:
    """All decisions in the order they were made, or those on the given parties."""
    query = select(LinkDecision).order_by(LinkDecision.decision_id)
    if party_hashes is not None:
        query = query.where(LinkDecision.party_hash.in_(list(party_hashes)))
    with Session(engine) as session:
        return [
            Decision(
                d.party_hash,
                d.corporate_number,
                cast(Verdict, d.verdict),
                d.decided_by,
                d.decided_at,
            )
            for d in session.scalars(query)
        ]


def add_decision(
    engine: Engine, party_hash: str, corporate_number: str, verdict: Verdict, decided_by: str
) -> Decision:
    """Append one decision and return it; raises ValueError for anything but the verdicts."""
    if verdict not in VERDICTS:
        raise ValueError(f"a link is confirmed, refused or withdrawn, not {verdict}")
    with Session(engine) as session, session.begin():
        row = LinkDecision(
            party_hash=party_hash,
            corporate_number=corporate_number,
            verdict=verdict,
            decided_by=decided_by,
        )
        session.add(row)
        session.flush()
        return Decision(party_hash, corporate_number, verdict, decided_by, row.decided_at)
