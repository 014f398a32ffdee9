"""Credit strength of firms, and the model behind it: how well it foretells, and what is in it.

The scores are rows behind aggregates: a pseudonym stands in them for consent alone. The model's own
tables hold no firm.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Double, Float, SmallInteger, Table, Text, Uuid

from store.credit_grid import GROWTH_AXES, LATER, GrowthAxis
from store.metadata import behind_aggregates, metadata, plain

_GROWTH_OF = {"sales": "売上高", "employees": "従業員数"}


def place_columns() -> tuple[Column[object], ...]:
    """Growth, cell, and the cell or exit some years later, for each axis of growth."""

    def named(axis: GrowthAxis) -> str:
        return f"{_GROWTH_OF[axis.measure]}の前{axis.window}年の伸び"

    growth = (
        Column(axis.growth, Float, comment=f"{named(axis)}、年率", info={"unit": "percent"})
        for axis in GROWTH_AXES
    )
    bins = (
        Column(
            axis.cell,
            SmallInteger,
            comment=f"信用力（偏差値）と{named(axis)}の区画の番号。分からなければ空",
        )
        for axis in GROWTH_AXES
    )
    after = (
        Column(
            axis.after(later),
            SmallInteger,
            comment=f"{later}年後の区画（{named(axis)}）か、退出の番号。まだ分からなければ空",
        )
        for axis in GROWTH_AXES
        for later in LATER
    )
    return (*growth, *bins, *after)


credit_score = Table(
    "credit_score",
    metadata,
    Column("firm_id", Uuid, comment="企業の仮名。同意の確認だけに使う"),
    Column("fiscal_year", SmallInteger, comment="決算の年度"),
    Column("bureau_code", Text, comment="都道府県を管轄する経済産業局"),
    Column("prefecture_code", Text, comment="都道府県（JIS X 0401）"),
    Column("division_code", Text, comment="業種（大分類）。? は不明"),
    Column("major_code", Text, comment="業種（中分類）。? は不明"),
    Column("size_code", Text, comment="従業員数の区分。? は不明"),
    Column("strength", Float, comment="信用力。1年以内のデフォルトの対数オッズの符号を変えたもの"),
    Column("default_probability", Float, comment="1年以内にデフォルトする確率の推計"),
    Column("deviation", Float, comment="信用力の偏差値。同じ年度の全企業のなかで、20から80まで"),
    Column("grade", SmallInteger, comment="格付。1が最も強く、デフォルト確率が倍になるごとに1段"),
    *place_columns(),
    info=behind_aggregates("one row per firm and fiscal year with a credit score", ("statement",)),
)

_RATE = {"unit": "percent"}

credit_quality = Table(
    "credit_quality",
    metadata,
    Column("slice", Text, comment="part 期間、year 年度、検証期間の industry 業種、size 規模"),
    Column("slice_code", Text, comment="区分の番号"),
    Column("part", Text, comment="train 学習、calibration 再調整、test 検証、gap どれにも使わない"),
    Column("first_year", SmallInteger, comment="最初の年度"),
    Column("last_year", SmallInteger, comment="最後の年度"),
    Column("n", BigInteger, comment="決算の数。多いときは一部の企業", info={"unit": "record"}),
    Column("n_default", BigInteger, comment="1年以内のデフォルトの数", info={"unit": "record"}),
    Column("n_expected", Double, comment="推計した確率の合計", info={"unit": "record"}),
    Column("observed_expected", Double, comment="実際÷推計"),
    Column("observed_expected_low", Double, comment="実際÷推計の95%区間の下限"),
    Column("observed_expected_high", Double, comment="実際÷推計の95%区間の上限"),
    Column("auc", Double, comment="AUC。デフォルトした企業のほうが弱いと言い当てる割合"),
    Column("auc_low", Double, comment="AUCの95%区間の下限"),
    Column("auc_high", Double, comment="AUCの95%区間の上限"),
    Column("accuracy_ratio", Double, comment="AR＝2×AUC−1"),
    Column("brier", Double, comment="ブライアスコア"),
    Column("brier_base", Double, comment="いつも平均の率を言うときのブライアスコア"),
    Column("slope", Double, comment="校正の傾き。1が正しい"),
    Column("slope_error", Double, comment="校正の傾きの標準誤差"),
    Column("intercept", Double, comment="校正の切片。0が正しい"),
    Column("psi", Double, comment="安定性指数（PSI）。学習期間の信用力の分布からの違い。年度だけ"),
    Column("psi_by_chance", Double, comment="偶然だけで20回に1回は超えるPSI"),
    info=plain("one row per part, year, industry or size that the model is judged on", "aggregate"),
)

credit_calibration = Table(
    "credit_calibration",
    metadata,
    Column("decile", SmallInteger, comment="推計した確率の十分位。1が最も低い"),
    Column("n", BigInteger, comment="検証期間の決算の数", info={"unit": "record"}),
    Column("n_default", BigInteger, comment="1年以内のデフォルトの数", info={"unit": "record"}),
    Column("expected_rate", Double, comment="推計した確率の平均", info=_RATE),
    Column("observed_rate", Double, comment="実際の率", info=_RATE),
    Column("observed_low", Double, comment="実際の率の95%区間の下限", info=_RATE),
    Column("observed_high", Double, comment="実際の率の95%区間の上限", info=_RATE),
    info=plain("one row per tenth of the probability foretold, on the test years", "aggregate"),
)

credit_term = Table(
    "credit_term",
    metadata,
    Column("position", SmallInteger, comment="並び順"),
    Column(
        "kind",
        Text,
        comment="intercept、ratio 指標、above 中央値より上の分、missing 指標がない、industry 業種、"
        "line 再調整",
    ),
    Column("term", Text, comment="指標か業種の番号"),
    Column("transform", Text, comment="winsorised 上下1%で抑える、neglog 対数、空 しない"),
    Column("estimate", Double, comment="係数。指標は、標準偏差1つ分の対数オッズ"),
    Column("error", Double, comment="係数の標準誤差。企業のなかの相関を許す"),
    Column("low", Double, comment="指標を抑える下限のうち最も小さいもの"),
    Column("high", Double, comment="指標を抑える上限のうち最も大きいもの"),
    Column("centre", Double, comment="学習期間の平均（変換の後）"),
    Column("scale", Double, comment="学習期間の標準偏差（変換の後）"),
    Column("knot", Double, comment="ここより上の分だけの項の、境（変換の後）"),
    Column("is_aliased", Boolean, comment="ほかの項から決まるため0にした"),
    info=plain("one row per term of the credit model", "aggregate"),
)

# Made of what the scores are made of, so written after the statements.
MODEL_TABLES = (credit_quality, credit_calibration, credit_term)
