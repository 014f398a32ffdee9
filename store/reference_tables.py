"""The code tables of a snapshot: regions, industries, technology fields, programmes."""

from __future__ import annotations

from sqlalchemy import Column, Date, SmallInteger, Table, Text

from store.metadata import metadata, plain

bureau = Table(
    "bureau",
    metadata,
    Column("bureau_code", Text, comment="経済産業局（b01〜b09）"),
    Column("name", Text, comment="名称"),
    Column("name_en", Text, comment="英語の名称"),
    info=plain("one row per regional bureau", "open"),
)

prefecture = Table(
    "prefecture",
    metadata,
    Column("prefecture_code", Text, comment="都道府県（JIS X 0401）"),
    Column("name", Text, comment="名称"),
    Column("name_en", Text, comment="英語の名称"),
    Column("bureau_code", Text, comment="管轄する経済産業局"),
    info=plain("one row per prefecture", "open"),
)

municipality = Table(
    "municipality",
    metadata,
    Column("municipality_code", Text, comment="市区町村（5桁）"),
    Column("prefecture_code", Text, comment="都道府県"),
    Column("name", Text, comment="名称"),
    info=plain("one row per municipality", "open"),
)

industry = Table(
    "industry",
    metadata,
    Column("revision", SmallInteger, comment="日本標準産業分類の改定（13、14）"),
    Column("code", Text, comment="コード"),
    Column("level", Text, comment="division 大分類、major 中分類、minor 小分類"),
    Column("parent_code", Text, comment="上の段のコード"),
    Column("division_code", Text, comment="大分類"),
    Column("name", Text, comment="名称"),
    info=plain("one row per revision and industry", "open"),
)

technology_field = Table(
    "technology_field",
    metadata,
    Column("code", Text, comment="特定ものづくり基盤技術の番号。番号はこの基盤のもの"),
    Column("name", Text, comment="名称"),
    Column("name_en", Text, comment="英語の名称"),
    info=plain("one row per technology field", "open"),
)

programme = Table(
    "programme",
    metadata,
    Column("programme_code", Text, comment="制度"),
    Column("name", Text, comment="名称"),
    Column("short_name", Text, comment="短い名称"),
    Column("name_en", Text, comment="英語の名称"),
    Column("group_code", Text, comment="制度の分野"),
    info=plain("one row per programme", "open"),
)

technology_crosswalk = Table(
    "technology_crosswalk",
    metadata,
    Column("classification", SmallInteger, comment="技術分類の版（2006、2014、2015）"),
    Column("technology_name", Text, comment="その版の技術分野の名称"),
    Column("technology_code", Text, comment="いまの12分野の番号。空は対応不能"),
    info=plain("one row per classification and technology it names", "open"),
)

size_class = Table(
    "size_class",
    metadata,
    Column("size_code", Text, comment="従業員数の区分"),
    Column("name", Text, comment="名称"),
    Column("name_en", Text, comment="英語の名称"),
    Column("least", SmallInteger, comment="この人数から", info={"unit": "person"}),
    Column("most", SmallInteger, comment="この人数まで。上限がなければ空", info={"unit": "person"}),
    info=plain("one row per class of the number of employees", "open"),
)

source_schedule = Table(
    "source_schedule",
    metadata,
    Column("source", Text, comment="データの種類"),
    Column("rhythm", Text, comment="届く間隔（day、week、month、quarter、half_year、year、none）"),
    Column(
        "interval_days", SmallInteger, comment="次に届くまで。0は予定なし", info={"unit": "day"}
    ),
    Column("grace_days", SmallInteger, comment="遅れとしない日数", info={"unit": "day"}),
    Column("position", SmallInteger, comment="並び順"),
    info=plain("one row per source: how often it is expected", "open"),
)

support_programme = Table(
    "support_programme",
    metadata,
    Column("programme_id", Text, comment="支援制度の番号"),
    Column("title", Text, comment="名称"),
    Column("subtitle", Text, comment="副題"),
    Column("authority_names", Text, comment="所管する機関"),
    Column("prefecture_names", Text, comment="対象の都道府県。全国は空"),
    Column("summary", Text, comment="概要"),
    Column("target", Text, comment="対象者"),
    Column("industry_names", Text, comment="業種の区分"),
    Column("purpose_names", Text, comment="目的の区分"),
    Column("start_date", Date, comment="受付の開始日"),
    Column("end_date", Date, comment="受付の終了日"),
    Column("published_date", Date, comment="掲載の開始日"),
    Column("unpublished_date", Date, comment="掲載の終了日"),
    Column("application_url", Text, comment="申請先"),
    info=plain("one row per support programme offered", "open"),
)

CODE_TABLES = (
    bureau,
    prefecture,
    municipality,
    industry,
    technology_field,
    technology_crosswalk,
    programme,
    size_class,
    source_schedule,
)
