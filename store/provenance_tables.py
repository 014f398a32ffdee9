"""Where a snapshot comes from: deliveries, refusals, remarks, what changed since the last one."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    SmallInteger,
    Table,
    Text,
)

from store.metadata import held_metadata, metadata, plain

delivery = Table(
    "delivery",
    metadata,
    Column("delivery_id", Text, comment="内容のハッシュ（SHA-256）"),
    Column("source", Text, comment="データの種類"),
    Column("file", Text, comment="届いたときの名前"),
    Column("received_at", DateTime, comment="届いた日時（UTC）"),
    Column("status", Text, comment="loaded、duplicate、refused"),
    Column("reason_code", Text, comment="ファイルごと受け入れなかった理由"),
    Column("encoding", Text, comment="文字コード"),
    Column("n_byte", BigInteger, comment="大きさ", info={"unit": "byte"}),
    Column("records_in", BigInteger, comment="届いた記録", info={"unit": "record"}),
    Column("accepted", BigInteger, comment="受け入れた記録", info={"unit": "record"}),
    Column("rejected", BigInteger, comment="受け入れなかった記録", info={"unit": "record"}),
    Column("duplicate", BigInteger, comment="すでにある記録", info={"unit": "record"}),
    Column("period_from", Date, comment="記録の最初の日"),
    Column("period_to", Date, comment="記録の最後の日"),
    Column("is_synthetic", Boolean, comment="架空のデータ"),
    info=plain("one row per file received", "provenance"),
)

rejection_count = Table(
    "rejection_count",
    metadata,
    Column("delivery_id", Text, comment="ファイル"),
    Column("source", Text, comment="データの種類"),
    Column("file", Text, comment="届いたときの名前"),
    Column("reason_code", Text, comment="理由"),
    Column("n_record", BigInteger, comment="記録の数", info={"unit": "record"}),
    info=plain("one row per file and reason of refusal", "provenance"),
)

rejected_record = Table(
    "rejected_record",
    held_metadata,
    Column("delivery_id", Text, comment="ファイル"),
    Column("source", Text, comment="データの種類"),
    Column("file", Text, comment="届いたときの名前"),
    Column("line", BigInteger, comment="行番号。1から"),
    Column("byte_offset", BigInteger, comment="ファイルの先頭からの位置", info={"unit": "byte"}),
    Column("reason_code", Text, comment="理由"),
    Column("column_name", Text, comment="問題のある項目"),
    Column("raw_text", Text, comment="届いたままの文字"),
    info=plain("one row per record refused, as delivered", "operate"),
)

record_flag = Table(
    "record_flag",
    metadata,
    Column("delivery_id", Text, comment="ファイル"),
    Column("source", Text, comment="データの種類"),
    Column("flag_code", Text, comment="受け入れたうえで付けた注意"),
    Column("n_record", BigInteger, comment="記録の数", info={"unit": "record"}),
    info=plain("one row per file and remark on accepted records", "provenance"),
)

snapshot_change = Table(
    "snapshot_change",
    metadata,
    Column("source", Text, comment="データの種類"),
    Column("table_name", Text, comment="表"),
    Column("n_before", BigInteger, comment="前の版の行数", info={"unit": "record"}),
    Column("n_after", BigInteger, comment="この版の行数", info={"unit": "record"}),
    info=plain("one row per table: its rows in the previous and in this snapshot", "provenance"),
)

figure_change = Table(
    "figure_change",
    metadata,
    Column("region_code", Text, comment="都道府県（JIS X 0401）。空は全国"),
    Column("fiscal_year", SmallInteger, comment="申請の年度"),
    Column(
        "measure", Text, comment="n_application、n_adopted、adoption_rate（最後に終わった年度）"
    ),
    Column("value_before", Double, comment="前の版の値。単位は measure による"),
    Column("value_after", Double, comment="この版の値"),
    info=plain(
        "one row per region, fiscal year and figure that the last load changed", "aggregate"
    ),
)

link_summary = Table(
    "link_summary",
    metadata,
    Column("source", Text, comment="データの種類"),
    Column("status", Text, comment="linked、review、unlinked、several"),
    Column("rule", Text, comment="結び付けた、または迷った規則"),
    Column("n_party", BigInteger, comment="書かれた相手の数", info={"unit": "party"}),
    Column("n_record", BigInteger, comment="記録の数", info={"unit": "record"}),
    Column("mean_score", Double, comment="確からしさの平均（0〜1）"),
    info=plain("one row per source, status and rule of record linkage", "provenance"),
)

lineage = Table(
    "lineage",
    metadata,
    Column("table_name", Text, comment="表"),
    Column("delivery_id", Text, comment="ファイル（内容のハッシュ）"),
    Column("source", Text, comment="データの種類"),
    Column("n_record", BigInteger, comment="その表に入った記録の数", info={"unit": "record"}),
    info=plain("one row per table and file whose records it holds", "provenance"),
)

data_item = Table(
    "data_item",
    metadata,
    Column("item_code", Text, comment="項目の番号"),
    Column("name", Text, comment="項目の名称"),
    Column("name_en", Text, comment="英語の名称"),
    Column("category", Text, comment="項目の分野"),
    Column("source", Text, comment="データの種類"),
    Column("purposes", Text, comment="利用目的（1 手続の簡素化、2 施策の推奨、3 EBPM）"),
    Column("unit", Text, comment="単位"),
    Column("consent_basis", Text, comment="同意の根拠"),
    Column("delivered_as", Text, comment="届いたときの項目名"),
    Column("table_name", Text, comment="入る表。名前や住所は保管庫（vault）"),
    Column("column_name", Text, comment="入る列"),
    Column("note", Text, comment="注意"),
    info=plain("one row per item of data", "provenance"),
)
