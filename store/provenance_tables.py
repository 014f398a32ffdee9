"""Where a snapshot comes from: deliveries, refusals, remarks, what changed since the last one."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Table, Text

from store.metadata import metadata, plain

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
    metadata,
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
