"""Users of measures followed year by year, and what all firms of an industry did meanwhile."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Double, Integer, SmallInteger, Table, Text

from store.measure_tables import CONSENT_OF_KIND, used_measure
from store.metadata import behind_aggregates, metadata, plain

KYEN = {"unit": "thousand_yen"}
# Years around the first use in which users are followed.
FIRST_EVENT_YEAR, LAST_EVENT_YEAR = -3, 8
# How a firm may have left, told apart.
EXIT_STATES = ("default", "missing", "closure", "merger")
# What is followed; the names are those of the choices on the page.
OUTCOMES = {"sales": "sales_kyen", "net_profit": "net_profit_kyen", "employee": "n_employee"}

monitoring_path = Table(
    "monitoring_path",
    metadata,
    *used_measure(),
    Column("event_year", SmallInteger, comment="最初の利用からの年数", info={"unit": "year"}),
    Column("fiscal_year", SmallInteger, comment="その年度"),
    Column("sales_kyen", BigInteger, comment="その年度の売上高", info=KYEN),
    Column("net_profit_kyen", BigInteger, comment="その年度の当期純利益", info=KYEN),
    Column("n_employee", Integer, comment="その年度の従業員数", info={"unit": "person"}),
    Column("base_sales_kyen", BigInteger, comment="利用の前の年度の売上高", info=KYEN),
    Column(
        "is_at_risk",
        Boolean,
        comment="利用の前の年度に決算があり、それまでにデフォルト・閉鎖・合併していない",
    ),
    Column(
        "exit_state",
        Text,
        comment="その年度までの退出。default、missing 決算がない、closure、merger。なければ空",
    ),
    info=behind_aggregates(
        "one row per firm, measure and year since its first use, −3 to 8, within the years of the "
        "statements",
        ("statement",),
        CONSENT_OF_KIND,
    ),
)

industry_outcome = Table(
    "industry_outcome",
    metadata,
    Column("division_code", Text, comment="業種（大分類）。? は不明"),
    Column("fiscal_year", SmallInteger, comment="決算の年度"),
    Column(
        "outcome", Text, comment="sales 売上高、net_profit 当期純利益（千円）、employee 従業員数"
    ),
    Column("n", BigInteger, comment="その決算がある企業の数。10社から", info={"unit": "firm"}),
    Column("mean", Double, comment="平均"),
    Column("median", Double, comment="中央値"),
    Column("winsorised_mean", Double, comment="上下1%をその境の値とした平均"),
    info=plain("one row per industry, fiscal year and outcome, of all firms", "aggregate"),
)

industry_exit = Table(
    "industry_exit",
    metadata,
    Column("division_code", Text, comment="業種（大分類）。? は不明"),
    Column("first_year", SmallInteger, comment="数え始める年度。前の年度に決算がある企業を数える"),
    Column("event_year", SmallInteger, comment="数え始めてからの年数", info={"unit": "year"}),
    Column("n", BigInteger, comment="数え始めた企業の数。10社から", info={"unit": "firm"}),
    Column("n_default", BigInteger, comment="デフォルトした企業", info={"unit": "firm"}),
    Column("n_missing", BigInteger, comment="決算が途切れた企業", info={"unit": "firm"}),
    Column("n_closure", BigInteger, comment="登記が閉鎖された企業", info={"unit": "firm"}),
    Column("n_merger", BigInteger, comment="合併した企業", info={"unit": "firm"}),
    info=plain(
        "one row per industry, starting year and year since then, of all firms", "aggregate"
    ),
)
