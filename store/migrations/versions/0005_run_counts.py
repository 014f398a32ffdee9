"""What each run of the ETL took in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COUNTS = {
    "n_loaded": sa.Integer,
    "n_duplicate": sa.Integer,
    "n_refused": sa.Integer,
    "n_accepted": sa.BigInteger,
    "n_rejected": sa.BigInteger,
}


def upgrade() -> None:
    with op.batch_alter_table("etl_run") as table:
        for name, kind in _COUNTS.items():
            table.add_column(sa.Column(name, kind(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("etl_run") as table:
        for name in _COUNTS:
            table.drop_column(name)
