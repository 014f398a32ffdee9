"""The consent ledger, which its own database lets nobody change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

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


def upgrade() -> None:
    op.create_table(
        "consent_entry",
        sa.Column("entry_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("corporate_number", sa.String(length=13), nullable=False),
        sa.Column("gbizid", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("user_class", sa.String(length=16), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_index("ix_consent_entry_corporate_number", "consent_entry", ["corporate_number"])
    op.create_index("ix_consent_entry_gbizid", "consent_entry", ["gbizid"])
    guards = {"sqlite": SQLITE_GUARDS, "postgresql": POSTGRESQL_GUARDS}
    for guard in guards[op.get_bind().dialect.name]:
        op.execute(guard)


def downgrade() -> None:
    op.drop_table("consent_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION consent_entry_is_append_only()")
