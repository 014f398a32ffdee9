"""What filters offer, and the tables of the file that chambers read."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
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

released_cell = Table(
    "released_cell",
    released_metadata,
    Column("cube", Text, comment="集計の名前（data/reference/released_cube.toml）"),
    Column("fiscal_year", SmallInteger, comment="年度。0は全年度"),
    Column("region_level", Text, comment="nation、bureau、prefecture"),
    Column("region_code", Text, comment="地域コード。全国は空、不明は ?"),
    Column("division_code", Text, comment="業種（大分類）。計は空、不明は ?"),
    Column(
        "category_code", Text, comment="集計ごとの分類（制度の分野、相談の区分、技術分野）。計は空"
    ),
    Column("size_code", Text, comment="従業員数の区分。計は空、不明は ?"),
    Column(
        "event_year",
        SmallInteger,
        comment="最初の利用からの年数。年数で分けない集計では空",
        info={"unit": "year"},
    ),
    Column("measure", Text, comment="数の名前"),
    Column("value", BigInteger, comment="値。秘匿したセルは空"),
    Column("status", Text, comment="x 秘匿、- 該当なし、空 公表"),
    info=plain(
        "one row per cube, fiscal year, region, industry, category, size, year since the first use "
        "and measure",
        "released",
    ),
)

released_cube = Table(
    "released_cube",
    released_metadata,
    Column("cube", Text, comment="集計の名前（data/reference/released_cube.toml）"),
    Column("fiscal_year", SmallInteger, comment="年度。0は全年度"),
    Column("category_code", Text, comment="段を分類ごとに決める集計では、その分類。ほかは空"),
    Column(
        "outcome",
        Text,
        comment="finest 最も細かい段で公表、coarser 粗い段で公表、withheld 公表しない",
    ),
    Column("layout", Text, comment="公表した段。地域の段に * で業種・分類が付く"),
    Column("n_cell", BigInteger, comment="公表の対象としたセルの数", info={"unit": "record"}),
    Column("n_hidden", BigInteger, comment="秘匿したセルの数", info={"unit": "record"}),
    Column(
        "value_hidden_percent",
        SmallInteger,
        comment="集計の全年度の値のうち秘匿したものの割合。1%単位に丸める",
        info={"unit": "percent"},
    ),
    Column(
        "least_interval_percent",
        Double,
        comment="秘匿したセルに残る幅の、値に対する比の最小。0.1%単位に丸める",
        info={"unit": "percent"},
    ),
    Column("is_certified", Boolean, comment="証明書が独立の検査を通った"),
    Column("policy_hash", Text, comment="秘匿の規則の版（SHA-256）"),
    Column(
        "kept_since",
        DateTime,
        comment="その後に変わった企業が少なく、前に公表した表のままのとき、その表を作った日時（UTC）",
    ),
    info=plain(
        "one row per cube and fiscal year, and per category where these are tables apart",
        "released",
    ),
)

released_office = Table(
    "released_office",
    released_metadata,
    Column("level", Text, comment="office 支援機関、prefecture 都道府県、nation 全国"),
    Column("prefecture_code", Text, comment="支援機関の都道府県"),
    Column("organisation_name", Text, comment="商工会・商工会議所。都道府県と全国は空"),
    Column("fiscal_year", SmallInteger, comment="相談の年度。0は公表できる年度の計"),
    Column("category_code", Text, comment="相談の区分。計は空、不明は ?"),
    Column(
        "n_year",
        SmallInteger,
        comment="足し合わせた年度の数。支援機関の行では空",
        info={"unit": "year"},
    ),
    Column("value", BigInteger, comment="相談の数。秘匿したものは空", info={"unit": "record"}),
    Column("status", Text, comment="x 秘匿、- 該当なし、空 公表"),
    info=plain("one row per chamber, prefecture or nation, fiscal year and topic", "released")
    | {"own_region": "prefecture_code"},
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
