"""Tokens of linked systems and receipts of what they sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intake_token",
        sa.Column("token_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("may_read_status", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("token_id"),
        sa.UniqueConstraint("name"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_table(
        "intake_receipt",
        sa.Column("receipt", sa.String(length=32), nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("n_byte", sa.BigInteger(), nullable=False),
        sa.Column("n_record", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.String(length=160), nullable=False),
        sa.Column("sender_file", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["token_id"], ["intake_token.token_id"]),
        sa.PrimaryKeyConstraint("receipt"),
        sa.UniqueConstraint("file"),
        sa.UniqueConstraint("token_id", "source", "content_hash"),
    )


def downgrade() -> None:
    op.drop_table("intake_receipt")
    op.drop_table("intake_token")
