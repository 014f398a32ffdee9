"""Who used which measure since when: what every page on the effects of policy starts from.

A measure is a programme of subsidies, or the support of one kind of organisation. A firm's
pseudonym is there for consent alone: rows leave as aggregates only.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, SmallInteger, Table, Text, Uuid

from store.metadata import behind_aggregates, metadata

# What a row of each kind rests on, beside the firm's statements: the part of the consent ledger
# that speaks of it, and its basis.
CONSENT_OF_KIND = {"subsidy": ("application", "policy"), "support": ("support", "opt_in")}


def used_measure() -> tuple[Column[object], ...]:
    """The firm, the measure and the subjects of a use, the same in every table of users."""
    return (
        Column("firm_id", Uuid, comment="利用者の仮名。同意の確認だけに使う"),
        Column("measure_code", Text, comment="施策。補助金は制度、支援は support_ と機関の種類"),
        Column("kind", Text, comment="subsidy 補助金の採択、support 支援機関の支援"),
        Column("first_year", SmallInteger, comment="最初に利用した年度。補助金は採択の年度"),
        Column("is_repeater", Boolean, comment="同じ施策を2回以上利用した"),
        Column("bureau_code", Text, comment="利用者の都道府県を管轄する経済産業局"),
        Column("prefecture_code", Text, comment="利用者の都道府県（JIS X 0401）"),
        Column("division_code", Text, comment="業種（大分類）。? は不明"),
        Column("major_code", Text, comment="業種（中分類）。? は不明"),
        Column("size_code", Text, comment="利用の前の年度の従業員数の区分。? は不明"),
    )


measure_use = Table(
    "measure_use",
    metadata,
    *used_measure(),
    Column("n_use", Integer, comment="その施策を利用した回数", info={"unit": "record"}),
    Column(
        "n_other_measure",
        Integer,
        comment="最初に利用した年度までに利用したほかの施策の数",
        info={"unit": "record"},
    ),
    Column("is_rejected_before", Boolean, comment="採択の前に、同じ制度で不採択になった"),
    info=behind_aggregates(
        "one row per firm and measure it used, at its first use", ("statement",), CONSENT_OF_KIND
    ),
)
