"""Who may see whose rows for what, as the gate reads it; nobody else does."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Table, Text, Uuid

from store.metadata import metadata, plain

withheld_firm = Table(
    "withheld_firm",
    metadata,
    Column("firm_id", Uuid, comment="仮名"),
    Column("purpose", Text, comment="使ってはならない目的。display は行の表示"),
    info=plain("one row per firm and purpose for which its rows are not shown", "gate"),
)

consent_period = Table(
    "consent_period",
    metadata,
    Column("firm_id", Uuid, comment="仮名"),
    Column("purpose", Text, comment="once_only、recommendation、ebpm"),
    Column("scope", Text, comment="データの範囲"),
    Column("user_class", Text, comment="利用者の区分"),
    Column("is_refusal", Boolean, comment="同意ではなく、拒否または撤回"),
    Column("valid_from", Date, comment="最初の日"),
    Column("valid_to", Date, comment="最後の日。その日を含む。期限がなければ空"),
    info=plain("one row per firm, purpose, scope, class of users and period", "gate"),
)
