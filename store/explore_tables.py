"""What the pages of exploration read: applications in cells, and what became of each of them.

The cells count everyone and hold no firm. The other tables have a row per application or project,
with its pseudonym for consent alone: they are open to whoever may see aggregates, because every
question on them answers with aggregates only.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Double, SmallInteger, Table, Text, Uuid

from store.metadata import behind_aggregates, metadata, plain

YEN = {"unit": "yen"}
KYEN = {"unit": "thousand_yen"}
# A municipality outside the scope of a role that sees firms of its own only is left blank.
_FINE = {"fine_column": "municipality_code"}
WINDOWS = (1, 3, 5)


def _subject() -> tuple[Column[object], ...]:
    """The dimensions of an application, the same in every table here."""
    return (
        Column("fiscal_year", SmallInteger, comment="申請の年度"),
        Column("bureau_code", Text, comment="申請者の都道府県を管轄する経済産業局"),
        Column("prefecture_code", Text, comment="申請者の都道府県（JIS X 0401）"),
        Column("municipality_code", Text, comment="申請者の市区町村（5桁）。分からなければ空"),
        Column("division_code", Text, comment="業種（大分類）。? は不明"),
        Column("major_code", Text, comment="業種（中分類）。? は不明"),
        Column("technology_code", Text, comment="いまの12分野。? は対応不能か記載なし"),
        Column("programme_code", Text, comment="制度"),
        Column("size_code", Text, comment="申請時の従業員数の区分。? は不明"),
    )


application_cell = Table(
    "application_cell",
    metadata,
    *_subject(),
    Column("n_application", BigInteger, comment="申請数", info={"unit": "record"}),
    Column("n_adopted", BigInteger, comment="採択数", info={"unit": "award"}),
    Column("n_rejected", BigInteger, comment="不採択数", info={"unit": "record"}),
    Column("n_withdrawn", BigInteger, comment="取下げの数", info={"unit": "record"}),
    Column("requested_yen", BigInteger, comment="補助金申請額", info=YEN),
    Column("granted_yen", BigInteger, comment="交付決定額", info=YEN),
    info=plain("one row per combination of all subjects of an application", "aggregate") | _FINE,
)


def _growth(window: int) -> tuple[Column[float], ...]:
    return (
        Column(
            f"sales_growth_{window}",
            Double,
            comment=f"売上高の年率の伸び、申請の前年度から{window}年",
            info={"unit": "percent"},
        ),
        Column(
            f"profit_change_{window}",
            Double,
            comment=f"営業利益の1年あたりの増減の、前年度の売上高に対する比、{window}年",
            info={"unit": "percent"},
        ),
        Column(
            f"employee_growth_{window}",
            Double,
            comment=f"従業員数の年率の伸び、申請の前年度から{window}年",
            info={"unit": "percent"},
        ),
    )


application_outcome = Table(
    "application_outcome",
    metadata,
    Column("firm_id", Uuid, comment="申請者の仮名。同意の確認だけに使う"),
    *_subject(),
    Column("decision", Text, comment="adopted 採択、rejected 不採択"),
    Column("granted_yen", BigInteger, comment="交付決定額", info=YEN),
    Column("points", Double, comment="評価者の合計点の平均。サポインだけ", info={"unit": "point"}),
    Column("is_first", Boolean, comment="その企業のその制度への最初の申請"),
    Column("is_adopted_later", Boolean, comment="不採択のあと、同じ制度で採択された"),
    Column("base_sales_kyen", BigInteger, comment="申請の前年度の売上高", info=KYEN),
    Column("latest_sales_kyen", BigInteger, comment="いちばん新しい決算の売上高", info=KYEN),
    *(column for window in WINDOWS for column in _growth(window)),
    info=behind_aggregates(
        "one row per decided application of a firm with statements", ("application", "statement")
    )
    | _FINE,
)

research_project = Table(
    "research_project",
    metadata,
    Column("application_id", Uuid, comment="申請の識別子"),
    Column("firm_id", Uuid, comment="申請者の仮名。同意の確認だけに使う"),
    *_subject(),
    Column("decision", Text, comment="adopted 採択、rejected 不採択、withdrawn 取下げ"),
    Column("points", Double, comment="評価者の合計点の平均", info={"unit": "point"}),
    Column("points_quarter", SmallInteger, comment="同じ年度の採択のなかの4分の1、4が上位"),
    Column("completed_year", SmallInteger, comment="予算が執行された最後の年度。採択だけ"),
    Column("has_report", Boolean, comment="事業化状況報告がある"),
    Column("has_patent", Boolean, comment="特許を出願した"),
    Column("is_commercialised", Boolean, comment="いずれかの年に事業化段階3以上"),
    Column("has_sales", Boolean, comment="いずれかの年に事業化の売上がある"),
    info=behind_aggregates("one row per application for research support", ("application",))
    | _FINE,
)

research_report = Table(
    "research_report",
    metadata,
    Column("application_id", Uuid, comment="申請の識別子"),
    Column("firm_id", Uuid, comment="申請者の仮名。同意の確認だけに使う"),
    *_subject(),
    Column("points_quarter", SmallInteger, comment="同じ年度の採択のなかの4分の1、4が上位"),
    Column("years_since_completion", SmallInteger, comment="完了からの年数", info={"unit": "year"}),
    Column("is_commercialised", Boolean, comment="報告した機関のいずれかが事業化段階3以上"),
    Column("sales_yen", BigInteger, comment="その年の事業化による売上の合計", info=YEN),
    info=behind_aggregates(
        "one row per adopted project and year since completion that was reported", ("application",)
    )
    | _FINE,
)

research_path = Table(
    "research_path",
    metadata,
    Column("application_id", Uuid, comment="申請の識別子"),
    Column("firm_id", Uuid, comment="申請者の仮名。同意の確認だけに使う"),
    *_subject(),
    Column("decision", Text, comment="adopted 採択、rejected 不採択"),
    Column("is_adopted_later", Boolean, comment="不採択のあと、同じ制度で採択された"),
    Column("event_year", SmallInteger, comment="申請の年度からの年数", info={"unit": "year"}),
    Column("sales_kyen", BigInteger, comment="売上高", info=KYEN),
    Column("gross_profit_kyen", BigInteger, comment="売上総利益", info=KYEN),
    Column("n_employee", BigInteger, comment="従業員数", info={"unit": "person"}),
    info=behind_aggregates(
        "one row per decided application for research support and fiscal year with a statement",
        ("application", "statement"),
    )
    | _FINE,
)
