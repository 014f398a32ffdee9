"""Views that readers keep: the address of a page with everything that was chosen on it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.application import Base, utc_now

LONGEST_NAME = 60
LONGEST_ADDRESS = 2_000


class SavedView(Base):
    """One address under a name of its owner's; whoever has the token may open the address."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    view_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.account_id"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    # Path and query, never a host: it is read again under the rights of whoever opens it.
    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    # Not a secret of weight, but nothing to guess either: it tells what somebody looked at.
    token: Mapped[str] = mapped_column(String(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    used_at: Mapped[datetime | None]
