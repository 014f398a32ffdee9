"""What is known of firms over time: statements, defaults, support received, consultations."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
)

from store.metadata import firm_level, metadata

_SCOPE = {"region": "prefecture_code"}

# Items of a statement: column, Japanese name, whether it is a flow (and so is annualised).
STATEMENT_ITEMS: tuple[tuple[str, str, bool], ...] = (
    ("sales", "売上高", True),
    ("cost_of_sales", "売上原価", True),
    ("selling_admin", "販売費及び一般管理費", True),
    ("operating_profit", "営業利益", True),
    ("interest_paid", "支払利息", True),
    ("ordinary_profit", "経常利益", True),
    ("net_profit", "当期純利益", True),
    ("depreciation", "減価償却費", True),
    ("personnel", "人件費", True),
    ("cash", "現預金", False),
    ("receivables", "売上債権", False),
    ("inventory", "棚卸資産", False),
    ("current_assets", "流動資産", False),
    ("fixed_assets", "固定資産", False),
    ("total_assets", "総資産", False),
    ("payables", "買入債務", False),
    ("short_debt", "短期借入金", False),
    ("long_debt", "長期借入金", False),
    ("current_liabilities", "流動負債", False),
    ("fixed_liabilities", "固定負債", False),
    ("net_assets", "純資産", False),
)


def _item(name: str, meaning: str, is_flow: bool) -> Column[int]:
    words = f"{meaning}（千円）。12か月に換算" if is_flow else f"{meaning}（千円）"
    return Column(f"{name}_kyen", BigInteger, comment=words, info={"unit": "thousand_yen"})


financial_statement = Table(
    "financial_statement",
    metadata,
    Column("firm_id", Uuid, comment="仮名"),
    Column("fiscal_year", SmallInteger, comment="決算の年度（決算日の属する年度）"),
    Column("prefecture_code", Text, comment="都道府県（JIS X 0401）"),
    Column("division_code", Text, comment="業種（大分類）"),
    Column("major_code", Text, comment="業種（中分類）。分かるものだけ"),
    Column("closing_date", Date, comment="決算日"),
    Column("n_month", SmallInteger, comment="決算月数", info={"unit": "month"}),
    Column("is_annualised", Boolean, comment="12か月でないため換算した"),
    *(_item(*item) for item in STATEMENT_ITEMS),
    Column("n_employee", Integer, comment="従業員数", info={"unit": "person"}),
    info=firm_level(
        "one row per firm and fiscal year, its last closing; amounts in thousand yen",
        _SCOPE,
        consent_scope="statement",
        consent_basis="contract",
    ),
)

default_event = Table(
    "default_event",
    metadata,
    Column("firm_id", Uuid, comment="仮名"),
    Column("prefecture_code", Text, comment="都道府県（JIS X 0401）"),
    Column("division_code", Text, comment="業種（大分類）"),
    Column("default_code", Text, comment="arrears、effectively_bankrupt、bankrupt、subrogation"),
    Column("default_date", Date, comment="発生年月日"),
    Column("fiscal_year", SmallInteger, comment="発生の年度"),
    info=firm_level(
        "one row per firm and default, the first of each kind",
        _SCOPE,
        consent_scope="statement",
        consent_basis="contract",
    ),
)

support_record = Table(
    "support_record",
    metadata,
    Column("support_id", Uuid, comment="支援の識別子"),
    Column("firm_id", Uuid, comment="支援を受けた企業の仮名"),
    Column("prefecture_code", Text, comment="支援機関の都道府県"),
    Column("division_code", Text, comment="企業の業種（大分類）。分からなければ空"),
    Column("organisation_kind", Text, comment="turnaround、yorozu、succession、other"),
    Column("organisation_name", Text, comment="支援機関"),
    Column("started_date", Date, comment="支援の開始日"),
    Column("ended_date", Date, comment="支援の終了日。続いていれば空"),
    Column("fiscal_year", SmallInteger, comment="支援を始めた年度"),
    Column("topic", Text, comment="支援の内容"),
    Column("result", Text, comment="支援の結果"),
    Column("is_linked", Boolean, comment="番号のある企業に結び付いている"),
    info=firm_level(
        "one row per support case", _SCOPE, consent_scope="support", consent_basis="opt_in"
    ),
)

consultation = Table(
    "consultation",
    metadata,
    Column("consultation_id", Uuid, comment="相談の識別子"),
    Column("firm_id", Uuid, comment="相談した企業の仮名"),
    Column("prefecture_code", Text, comment="支援機関の都道府県"),
    Column("division_code", Text, comment="企業の業種（大分類）。分からなければ空"),
    Column("system", Text, comment="記録のシステム"),
    Column("organisation_name", Text, comment="商工会・商工会議所"),
    Column("adviser_id", Uuid, comment="経営指導員の仮名"),
    Column("consulted_date", Date, comment="相談日"),
    Column("fiscal_year", SmallInteger, comment="相談の年度"),
    Column("topic", Text, comment="相談の区分"),
    Column("measure", Text, comment="勧めた施策"),
    Column("sales_yen", BigInteger, comment="相談のときの売上", info={"unit": "yen"}),
    Column("profit_yen", BigInteger, comment="相談のときの利益", info={"unit": "yen"}),
    Column("n_employee", Integer, comment="従業員数", info={"unit": "person"}),
    Column("anonymity", Text, comment="named 記名、pseudonym 仮名、anonymous 匿名"),
    Column("is_linked", Boolean, comment="番号のある企業に結び付いている"),
    info=firm_level(
        "one row per consultation", _SCOPE, consent_scope="consultation", consent_basis="opt_in"
    ),
)
