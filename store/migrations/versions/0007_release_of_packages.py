"""Editions, their packages and files, and who downloaded which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ACCOUNT = "account.account_id"


def upgrade() -> None:
    op.create_table(
        "edition",
        sa.Column("edition_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("snapshot", sa.String(length=64), nullable=False),
        sa.Column("snapshot_at", sa.DateTime(), nullable=False),
        sa.Column("policy_hash", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("statement", sa.JSON(), nullable=False),
        sa.Column("built_at", sa.DateTime(), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_role", sa.String(length=16), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(), nullable=True),
        sa.Column("approver_id", sa.Integer(), nullable=True),
        sa.Column("approver_role", sa.String(length=16), nullable=False),
        sa.Column("approved_at", sa.DateTime(), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('built', 'checked', 'reviewed', 'public', 'withdrawn')",
            name="edition_state",
        ),
        sa.CheckConstraint(
            "author_id IS NULL OR approver_id IS NULL OR author_id <> approver_id",
            name="edition_two_people",
        ),
        sa.CheckConstraint(
            "state NOT IN ('checked', 'reviewed', 'public') "
            "OR (checked_at IS NOT NULL AND digest <> '')",
            name="edition_checked",
        ),
        sa.CheckConstraint(
            "state NOT IN ('reviewed', 'public') OR author_id IS NOT NULL", name="edition_author"
        ),
        sa.CheckConstraint("state <> 'public' OR approver_id IS NOT NULL", name="edition_approver"),
        sa.CheckConstraint(
            "state <> 'withdrawn' OR (withdrawn_by_id IS NOT NULL AND reason <> '')",
            name="edition_reason",
        ),
        sa.ForeignKeyConstraint(["author_id"], [ACCOUNT]),
        sa.ForeignKeyConstraint(["approver_id"], [ACCOUNT]),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], [ACCOUNT]),
        sa.PrimaryKeyConstraint("edition_id"),
        sa.UniqueConstraint("month", "revision"),
    )
    op.create_table(
        "release_package",
        sa.Column("package_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("scope_key", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=16), nullable=False),
        sa.Column("industry", sa.String(length=16), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("n_page", sa.Integer(), nullable=False),
        sa.Column("n_row", sa.Integer(), nullable=False),
        sa.Column("n_table", sa.Integer(), nullable=False),
        sa.Column("inputs", sa.String(length=64), nullable=False),
        sa.Column("built_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.edition_id"]),
        sa.PrimaryKeyConstraint("package_id"),
        sa.UniqueConstraint("edition_id", "scope_key"),
    )
    op.create_table(
        "release_file",
        sa.Column("file_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("package_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("n_byte", sa.BigInteger(), nullable=False),
        sa.Column("n_row", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["package_id"], ["release_package.package_id"]),
        sa.PrimaryKeyConstraint("file_id"),
        sa.UniqueConstraint("package_id", "name"),
    )
    op.create_table(
        "package_download",
        sa.Column("download_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("package_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], [ACCOUNT]),
        sa.ForeignKeyConstraint(["package_id"], ["release_package.package_id"]),
        sa.PrimaryKeyConstraint("download_id"),
    )
    op.create_index("ix_package_download_at", "package_download", ["at"])


def downgrade() -> None:
    op.drop_index("ix_package_download_at", "package_download")
    for name in ("package_download", "release_file", "release_package", "edition"):
        op.drop_table(name)
