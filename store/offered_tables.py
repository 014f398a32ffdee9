"""What filters offer, and the tables of the file that chambers read."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

from store.metadata import metadata, plain, released_metadata


def _dimension_member(into: MetaData) -> Table:
    return Table(
        "dimension_member",
        into,
        Column(
            "domain", Text, comment="region、industry、programme、technology、size、year、measure"
        ),
        Column("code", Text, comment="コード"),
        Column("name", Text, comment="名称"),
        Column("name_en", Text, comment="英語の名称"),
        Column("level", Text, comment="段（bureau、prefecture、municipality など）"),
        Column("parent_code", Text, comment="上の段のコード"),
        Column("position", Integer, comment="並び順"),
        Column("is_default", Boolean, comment="何も選ばないときの値"),
        info=plain("one row per value a filter may take", "open"),
    )


dimension_member = _dimension_member(metadata)
released_dimension_member = _dimension_member(released_metadata)

released_award_count = Table(
    "released_award_count",
    released_metadata,
    Column("region_level", Text, comment="nation、bureau、prefecture"),
    Column("region_code", Text, comment="地域コード。全国は空"),
    Column("fiscal_year", SmallInteger, comment="交付決定の年度"),
    Column("n_award", BigInteger, comment="採択数", info={"unit": "award"}),
    Column("n_firm", BigInteger, comment="交付先の数", info={"unit": "recipient"}),
    info=plain("one row per region and fiscal year", "released"),
)

released_award_amount = Table(
    "released_award_amount",
    released_metadata,
    Column("region_level", Text, comment="その年度に公開できる最も細かい段"),
    Column("region_code", Text, comment="地域コード。全国は空"),
    Column("fiscal_year", SmallInteger, comment="交付決定の年度"),
    Column("amount_yen", BigInteger, comment="差引の交付額", info={"unit": "yen"}),
    Column("n_firm", BigInteger, comment="交付先の数", info={"unit": "recipient"}),
    info=plain("one row per region and fiscal year, at the finest safe level", "released"),
)

released_delivery = Table(
    "released_delivery",
    released_metadata,
    Column("source", Text, comment="データの種類"),
    Column("n_file", BigInteger, comment="ファイルの数", info={"unit": "file"}),
    Column("received_at", DateTime, comment="最後に届いた日時（UTC）"),
    Column("period_to", Date, comment="記録の最後の日"),
    info=plain("one row per source", "released"),
)
