"""The plane of credit strength and growth: where users stood, and stored counts of everyone.

Users are rows behind aggregates. The counts name no firm; they exist by one subject at a time,
because by all of them there would be nearly as many rows as statements.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, SmallInteger, Table, Text, Uuid

from store.credit_tables import place_columns
from store.measure_tables import CONSENT_OF_KIND
from store.metadata import behind_aggregates, metadata, plain

# The subjects that the counts are kept by, the one with the fewest members first.
MARGINS = ("size", "bureau", "division")

credit_user = Table(
    "credit_user",
    metadata,
    Column("firm_id", Uuid, comment="利用者の仮名。同意の確認と、企業の行とのつなぎだけに使う"),
    Column("measure_code", Text, comment="施策。補助金は制度、支援は support_ と機関の種類"),
    Column("kind", Text, comment="subsidy 補助金の採択、support 支援機関の支援"),
    Column("first_year", SmallInteger, comment="最初に利用した年度"),
    Column("fiscal_year", SmallInteger, comment="決算の年度。最初の利用の前の年度"),
    Column("bureau_code", Text, comment="都道府県を管轄する経済産業局"),
    Column("prefecture_code", Text, comment="都道府県（JIS X 0401）"),
    Column("division_code", Text, comment="業種（大分類）。? は不明"),
    Column("major_code", Text, comment="業種（中分類）。? は不明"),
    Column("size_code", Text, comment="従業員数の区分。? は不明"),
    Column("deviation", Float, comment="信用力の偏差値。同じ年度の全企業のなかで、20から80まで"),
    *place_columns(),
    info=behind_aggregates(
        "one row per firm and measure with a credit score in the fiscal year before its first use",
        ("statement",),
        CONSENT_OF_KIND,
    ),
)


def _counted_by() -> tuple[Column[object], ...]:
    return (
        Column(
            "margin", Text, comment="何ごとの集計か。size 規模、bureau 経済産業局、division 業種"
        ),
        Column("code", Text, comment="その区分の番号。分からなければ空"),
        Column("fiscal_year", SmallInteger, comment="決算の年度"),
        Column("growth_of", Text, comment="何の伸びか。sales 売上高、employees 従業員数"),
        Column("growth_window", SmallInteger, comment="伸びを測る年数", info={"unit": "year"}),
    )


credit_cell = Table(
    "credit_cell",
    metadata,
    *_counted_by(),
    Column("cell", SmallInteger, comment="信用力（偏差値）と伸びの区画の番号"),
    Column("n", BigInteger, comment="決算の数", info={"unit": "record"}),
    info=plain(
        "one row per size, bureau or industry, fiscal year, measure and window of growth, and "
        "cell, of all scored statements",
        "aggregate",
    ),
)

credit_move = Table(
    "credit_move",
    metadata,
    *_counted_by(),
    Column("later", SmallInteger, comment="何年後を見るか", info={"unit": "year"}),
    Column("place", SmallInteger, comment="始まりの場所。区画をいくつかまとめたものの番号"),
    Column("end_state", SmallInteger, comment="その後の象限（0から3）か、退出の番号"),
    Column("n", BigInteger, comment="決算の数", info={"unit": "record"}),
    Column("dx", BigInteger, comment="信用力の区画の変化の合計。退出では空"),
    Column("dy", BigInteger, comment="伸びの区画の変化の合計。退出では空"),
    Column("dx_square", BigInteger, comment="信用力の区画の変化の二乗の合計。退出では空"),
    Column("dy_square", BigInteger, comment="伸びの区画の変化の二乗の合計。退出では空"),
    info=plain(
        "one row per size, bureau or industry, fiscal year, measure and window of growth, years "
        "later, starting place and end, of all scored statements whose end is known",
        "aggregate",
    ),
)

# Made of the scores when these have been written.
MAP_TABLES = (credit_user, credit_cell, credit_move)
