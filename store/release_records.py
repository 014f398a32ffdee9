"""Editions of the packages for chambers: who released them, what they hold, who took which file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.application import Account, Base, utc_now

LONGEST_REASON = 500


class Edition(Base):
    """All packages of one month made from one snapshot, and how far they are released.

    ``digest`` is taken over the hashes of all files when they are checked; from then on nothing
    is added, and what two people decide upon is what it stands for.
    """

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("month", "revision"),
        CheckConstraint(
            "state IN ('built', 'checked', 'reviewed', 'public', 'withdrawn')", name="edition_state"
        ),
        CheckConstraint(
            "author_id IS NULL OR approver_id IS NULL OR author_id <> approver_id",
            name="edition_two_people",
        ),
        CheckConstraint(
            "state NOT IN ('checked', 'reviewed', 'public') "
            "OR (checked_at IS NOT NULL AND digest <> '')",
            name="edition_checked",
        ),
        CheckConstraint(
            "state NOT IN ('reviewed', 'public') OR author_id IS NOT NULL", name="edition_author"
        ),
        CheckConstraint("state <> 'public' OR approver_id IS NOT NULL", name="edition_approver"),
        CheckConstraint(
            "state <> 'withdrawn' OR (withdrawn_by_id IS NOT NULL AND reason <> '')",
            name="edition_reason",
        ),
    )

    edition_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    # 2026-11; the second edition of a month corrects a first that was withdrawn.
    month: Mapped[str] = mapped_column(String(7))
    revision: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(16), default="built")
    snapshot: Mapped[str] = mapped_column(String(64))
    snapshot_at: Mapped[datetime]
    policy_hash: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64), default="")
    # What was hidden in the cubes and what the auditor found: numbers of the check, never of data.
    statement: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    built_at: Mapped[datetime] = mapped_column(default=utc_now)
    checked_at: Mapped[datetime | None]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.account_id"))
    author_role: Mapped[str] = mapped_column(String(16), default="")
    reviewed_at: Mapped[datetime | None]
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("account.account_id"))
    approver_role: Mapped[str] = mapped_column(String(16), default="")
    approved_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.account_id"))
    withdrawn_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    author: Mapped[Account | None] = relationship(foreign_keys=author_id)
    approver: Mapped[Account | None] = relationship(foreign_keys=approver_id)
    withdrawn_by: Mapped[Account | None] = relationship(foreign_keys=withdrawn_by_id)
    packages: Mapped[list[ReleasePackage]] = relationship(
        back_populates="edition",
        cascade="all, delete-orphan",
        order_by="ReleasePackage.package_id",
    )

    @property
    def name(self) -> str:
        """2026-11, or 2026-11-r2 for the second edition of a month: also the name of its folder."""
        return self.month if self.revision == 1 else f"{self.month}-r{self.revision}"


class ReleasePackage(Base):
    """What one edition says of one area and industry; ``inputs`` is a digest of all it rests on."""

    __tablename__ = "release_package"
    __table_args__ = (UniqueConstraint("edition_id", "scope_key"),)

    package_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.edition_id"))
    scope_key: Mapped[str] = mapped_column(String(64))
    # Codes; empty for all.
    region: Mapped[str] = mapped_column(String(16))
    industry: Mapped[str] = mapped_column(String(16))
    field: Mapped[str] = mapped_column(String(32))
    n_page: Mapped[int]
    n_row: Mapped[int]
    n_table: Mapped[int]
    inputs: Mapped[str] = mapped_column(String(64))
    built_at: Mapped[datetime] = mapped_column(default=utc_now)
    edition: Mapped[Edition] = relationship(back_populates="packages")
    files: Mapped[list[ReleaseFile]] = relationship(
        back_populates="package", cascade="all, delete-orphan", order_by="ReleaseFile.file_id"
    )


class ReleaseFile(Base):
    """One file of a package, as it must be found on the disk."""

    __tablename__ = "release_file"
    __table_args__ = (UniqueConstraint("package_id", "name"),)

    file_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    package_id: Mapped[int] = mapped_column(ForeignKey("release_package.package_id"))
    name: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    n_byte: Mapped[int] = mapped_column(BigInteger)
    # Lines of data below the head; 0 for what is no table.
    n_row: Mapped[int] = mapped_column(default=0)
    package: Mapped[ReleasePackage] = relationship(back_populates="files")


class PackageDownload(Base):
    """One file handed to one person. Appended before the bytes leave, never changed."""

    __tablename__ = "package_download"
    __table_args__ = (Index("ix_package_download_at", "at"),)

    download_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(default=utc_now)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.account_id"))
    role: Mapped[str] = mapped_column(String(16))
    package_id: Mapped[int] = mapped_column(ForeignKey("release_package.package_id"))
    file: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    account: Mapped[Account] = relationship()
    package: Mapped[ReleasePackage] = relationship()
