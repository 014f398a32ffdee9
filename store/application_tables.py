"""Applications to subsidy schemes, and the six data sets of サポイン around their projects."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
)

from store.metadata import firm_level, metadata, plain

_SCOPE = {"region": "prefecture_code", "programme": "programme_code"}
YEN = {"unit": "yen"}


def _about_applicants(grain: str) -> dict[str, object]:
    return firm_level(grain, _SCOPE, consent_scope="application", consent_basis="policy")


def _place() -> tuple[Column[str], Column[str]]:
    return (
        Column("prefecture_code", Text, comment="申請者の都道府県（JIS X 0401）"),
        Column("programme_code", Text, comment="制度"),
    )


application = Table(
    "application",
    metadata,
    Column("application_id", Uuid, comment="申請の識別子"),
    Column("firm_id", Uuid, comment="申請者の仮名"),
    *_place(),
    Column("municipality_code", Text, comment="申請者の市区町村（5桁）。分からなければ空"),
    Column("division_code", Text, comment="申請者の業種（大分類）"),
    Column("major_code", Text, comment="申請者の業種（中分類）。分かるものだけ"),
    Column("fiscal_year", SmallInteger, comment="申請の年度"),
    Column("call_number", SmallInteger, comment="公募の回。一回だけの公募は空"),
    Column("applied_date", Date, comment="申請日。年度しか分からなければ空"),
    Column("decision", Text, comment="adopted 採択、rejected 不採択、withdrawn 取下げ"),
    Column("decided_date", Date, comment="採否が決まった日"),
    Column("project_name", Text, comment="事業または課題の名称。団体の名前は除く"),
    Column("requested_yen", BigInteger, comment="補助金申請額", info=YEN),
    Column("granted_yen", BigInteger, comment="交付決定額。採択だけにある", info=YEN),
    Column("research_cost_yen", BigInteger, comment="研究開発費。サポインだけにある", info=YEN),
    Column("technology_name", Text, comment="申請書に書かれた技術分野"),
    Column("technology_classification", SmallInteger, comment="技術分類の版（2006、2014、2015）"),
    Column("technology_code", Text, comment="いまの12分野への対応。対応不能は空"),
    Column(
        "technology_status",
        Text,
        comment="current いまの分野、mapped 対応表による、unmappable 対応不能",
    ),
    Column("founded_year", SmallInteger, comment="設立年"),
    Column("capital_yen", BigInteger, comment="申請時の資本金", info=YEN),
    Column("n_employee", Integer, comment="申請時の従業員数", info={"unit": "person"}),
    Column("application_number_in_firm", Integer, comment="同じ企業の同じ制度への何回目の申請か"),
    Column("link_rule", Text, comment="申請者を企業に結び付けた規則"),
    Column("link_score", Double, comment="結び付けの確からしさ（0〜1）"),
    info=_about_applicants("one row per application to a call of a scheme"),
)

application_member = Table(
    "application_member",
    metadata,
    Column("application_id", Uuid, comment="申請の識別子"),
    Column("firm_id", Uuid, comment="機関の仮名"),
    *_place(),
    Column(
        "role", Text, comment="manager 事業管理機関、lead 主たる研究、member 研究、adviser 助言"
    ),
    info=_about_applicants("one row per application and organisation of its consortium"),
)

evaluation_score = Table(
    "evaluation_score",
    metadata,
    Column("application_id", Uuid, comment="申請の識別子"),
    *_place(),
    Column("firm_id", Uuid, comment="申請者の仮名"),
    Column("evaluator_number", Integer, comment="評価者。申請ごとの番号で、人は分からない"),
    Column("technical_points", Double, comment="技術面の評点", info={"unit": "point"}),
    Column("commercial_points", Double, comment="事業化面の評点", info={"unit": "point"}),
    Column("policy_points", Double, comment="政策面の評点", info={"unit": "point"}),
    info=_about_applicants("one row per application and evaluator"),
)

project_execution = Table(
    "project_execution",
    metadata,
    Column("application_id", Uuid, comment="申請の識別子"),
    Column("firm_id", Uuid, comment="支払を受けた機関の仮名"),
    *_place(),
    Column("fiscal_year", SmallInteger, comment="予算の年度"),
    Column("decided_yen", BigInteger, comment="交付決定額", info=YEN),
    Column("settled_yen", BigInteger, comment="確定額", info=YEN),
    Column("paid_yen", BigInteger, comment="支払額", info=YEN),
    Column("returned_yen", BigInteger, comment="返還額", info=YEN),
    info=_about_applicants("one row per project, organisation and fiscal year of the budget"),
)

project_evaluation = Table(
    "project_evaluation",
    metadata,
    Column("application_id", Uuid, comment="申請の識別子"),
    Column("firm_id", Uuid, comment="申請者の仮名"),
    *_place(),
    Column("evaluation_kind", Text, comment="interim 中間、final 最終"),
    Column("fiscal_year", SmallInteger, comment="評価の年度"),
    Column("points", Double, comment="評点", info={"unit": "point"}),
    Column("grade", Text, comment="総合評価（S、A、B、C）"),
    info=_about_applicants("one row per project and kind of evaluation"),
)

commercialisation_report = Table(
    "commercialisation_report",
    metadata,
    Column("application_id", Uuid, comment="申請の識別子"),
    Column("firm_id", Uuid, comment="報告した機関の仮名"),
    *_place(),
    Column("fiscal_year", SmallInteger, comment="報告の年度"),
    Column("years_since_completion", SmallInteger, comment="完了からの年数", info={"unit": "year"}),
    Column("stage", SmallInteger, comment="事業化段階（0〜5）。3以上が事業化"),
    Column("sales_yen", BigInteger, comment="事業化による売上", info=YEN),
    Column("income_yen", BigInteger, comment="事業化による収益", info=YEN),
    Column("payback_yen", BigInteger, comment="収益納付額", info=YEN),
    Column("n_patent_applied", Integer, comment="特許出願の数", info={"unit": "record"}),
    Column("n_patent_granted", Integer, comment="特許登録の数", info={"unit": "record"}),
    info=_about_applicants("one row per project, organisation and report year"),
)

followup_survey = Table(
    "followup_survey",
    metadata,
    Column("application_id", Uuid, comment="申請の識別子"),
    Column("firm_id", Uuid, comment="申請者の仮名"),
    *_place(),
    Column("fiscal_year", SmallInteger, comment="調査の年度"),
    Column("is_commercialised", Boolean, comment="事業化したか"),
    Column("has_patent", Boolean, comment="特許等を得たか"),
    Column("sales_yen", BigInteger, comment="事業化による売上", info=YEN),
    Column("obstacle", Text, comment="事業化の課題。団体の名前は除く"),
    info=_about_applicants("one row per project and survey year"),
)

budget_cube = Table(
    "budget_cube",
    metadata,
    Column("region_level", Text, comment="nation、bureau、prefecture"),
    Column("region_code", Text, comment="その段の地域コード。全国は空"),
    Column("fiscal_year", SmallInteger, comment="予算の年度。0は全年度"),
    Column("n_project", BigInteger, comment="課題の数", info={"unit": "award"}),
    Column("decided_yen", BigInteger, comment="交付決定額", info=YEN),
    Column("settled_yen", BigInteger, comment="確定額", info=YEN),
    Column("paid_yen", BigInteger, comment="支払額", info=YEN),
    Column("returned_yen", BigInteger, comment="返還額", info=YEN),
    info=plain("one row per region and fiscal year of the budget, also as a total", "aggregate"),
)
