"""What firms are matched by, how they went on, and who was matched: the tables of the matched
comparison.

All hold a firm's pseudonym for consent alone; rows leave as aggregates only.
"""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Column, Float, Integer, SmallInteger, Table, Text, Uuid

from store.measure_tables import CONSENT_OF_KIND
from store.metadata import behind_aggregates, metadata

# What firms are compared by at the end of a fiscal year: column and its Japanese meaning. The
# place of a name is its bit in ``missing_bits``.
FEATURES: tuple[tuple[str, str], ...] = (
    ("log_sales", "売上高（対数）"),
    ("log_gross_profit", "売上総利益（符号付き対数）"),
    ("roa", "総資産営業利益率"),
    ("equity_ratio", "自己資本比率"),
    ("debt_ratio", "借入金比率"),
    ("growth_1", "1年間の売上高の伸び（対数の差）"),
    ("growth_2", "2年間の売上高の伸び（対数の差）"),
    ("log_employees", "従業員数（対数）"),
    ("log_age", "設立からの年数（対数）"),
)
FEATURE_NAMES = tuple(name for name, _ in FEATURES)
# The arrays of outcomes, one number a fiscal year.
OUTCOMES: tuple[tuple[str, str, str], ...] = (
    ("sales_kyen", "売上高", "thousand_yen"),
    ("gross_profit_kyen", "売上総利益", "thousand_yen"),
    ("net_profit_kyen", "当期純利益", "thousand_yen"),
    ("n_employee", "従業員数", "person"),
)
# A stratum is one number, its parts from high to low: fiscal year, division (or major group),
# class of size, bureau. So many bits lie below a part.
BITS_BELOW_SIZE, BITS_BELOW_DIVISION = 4, 7

matching_profile = Table(
    "matching_profile",
    metadata,
    Column("firm_id", Uuid, comment="仮名。同意の確認だけに使う"),
    Column("fiscal_year", SmallInteger, comment="決算の年度"),
    Column("bureau_code", Text, comment="都道府県を管轄する経済産業局"),
    Column("prefecture_code", Text, comment="都道府県（JIS X 0401）"),
    Column("division_code", Text, comment="業種（大分類）。? は不明"),
    Column("major_code", Text, comment="業種（中分類）。? は不明"),
    Column("size_code", Text, comment="従業員数の区分。? は不明"),
    Column("stratum", Integer, comment="年度・大分類・規模・局を1つにまとめた番号"),
    Column("fine_stratum", Integer, comment="年度・中分類・規模・局を1つにまとめた番号"),
    Column("missing_bits", SmallInteger, comment="分からない項目の印。項目の順の2進数"),
    Column("tie", Float, comment="同じ近さの企業の順番。最初の決算の内容から作る0〜1の数"),
    *(
        Column(
            name,
            Float,
            comment=f"{words}。上下1%を業種と年度ごとに丸め、年度の標準偏差で割る。小数第3位まで",
        )
        for name, words in FEATURES
    ),
    info=behind_aggregates("one row per firm and fiscal year with sales", ("statement",)),
)

firm_path = Table(
    "firm_path",
    metadata,
    Column("firm_id", Uuid, comment="仮名。同意の確認だけに使う"),
    Column("first_year", SmallInteger, comment="並びの最初の年度。その企業の最初の決算の年度"),
    *(
        Column(
            name,
            ARRAY(BigInteger),
            comment=f"{words}。最初の年度から最後の決算まで1年度に1つ",
            info={"unit": unit},
        )
        for name, words, unit in OUTCOMES
    ),
    Column("default_year", SmallInteger, comment="最初のデフォルトの年度"),
    Column("closed_year", SmallInteger, comment="登記記録の閉鎖の年度。合併を除く"),
    Column("merged_year", SmallInteger, comment="合併による閉鎖の年度"),
    info=behind_aggregates("one row per firm with statements", ("statement",)),
)

published_use = Table(
    "published_use",
    metadata,
    Column("firm_id", Uuid, comment="仮名。同意の確認だけに使う"),
    Column("measure_code", Text, comment="制度"),
    Column("first_year", SmallInteger, comment="公表された最初の採択の年度"),
    info=behind_aggregates("one row per firm and programme with a published award", ("statement",)),
)

matched_user = Table(
    "matched_user",
    metadata,
    Column("firm_id", Uuid, comment="利用者の仮名。同意の確認だけに使う"),
    Column("measure_code", Text, comment="施策"),
    Column("kind", Text, comment="subsidy 補助金の採択、support 支援機関の支援"),
    Column("bureau_code", Text, comment="利用の前の年度の決算の都道府県を管轄する局。? は不明"),
    Column("division_code", Text, comment="利用の前の年度の業種（大分類）。? は不明"),
    info=behind_aggregates(
        "one row per measure and user matched under the specification that released estimates have",
        ("statement",),
        CONSENT_OF_KIND,
    ),
)
