"""The contract of a snapshot: every table, its grain, and who may read it for what.

``Table.info`` carries
    grain       one English sentence, shown in the dictionary
    permission  the permission an actor needs (gate.actor lists them per role)
    scope       for firm-level tables: which column holds the region and the programme of a row
    consent     the purpose a firm must not have refused, or None where rows are about no firm
    consent_scope, consent_basis    which consent the rows need (store.metadata.firm_level); where
                several scopes are named, all of them must allow a row
    fine_column a column that is shown to a limited role inside its own scope only
    own_region  of released tables: the column of prefectures whose rows are for their own chambers
Column comments give the meaning; ``Column.info["unit"]`` gives the unit where there is one.
"""

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

from store.application_tables import (
    application,
    application_member,
    budget_cube,
    commercialisation_report,
    evaluation_score,
    followup_survey,
    project_evaluation,
    project_execution,
)
from store.consent_tables import consent_period, withheld_firm
from store.credit_map_tables import credit_cell, credit_move, credit_user
from store.credit_tables import credit_calibration, credit_quality, credit_score, credit_term
from store.explore_tables import (
    application_cell,
    application_outcome,
    research_path,
    research_project,
    research_report,
)
from store.firm_tables import consultation, default_event, financial_statement, support_record
from store.matching_tables import firm_path, matched_user, matching_profile, published_use
from store.measure_tables import measure_use
from store.metadata import firm_level, held_metadata, metadata, plain, released_metadata
from store.monitoring_tables import industry_exit, industry_outcome, monitoring_path
from store.offered_tables import (
    dimension_member,
    released_award_count,
    released_cell,
    released_cube,
    released_delivery,
    released_dimension_member,
    released_office,
)
from store.provenance_tables import (
    data_item,
    delivery,
    figure_change,
    lineage,
    link_summary,
    record_flag,
    rejected_record,
    rejection_count,
    snapshot_change,
)
from store.reference_tables import (
    bureau,
    industry,
    municipality,
    prefecture,
    programme,
    size_class,
    source_schedule,
    support_programme,
    technology_crosswalk,
    technology_field,
)

# Subjects with a file of their own belong to the same contract.
__all__ = [
    "application",
    "application_cell",
    "application_member",
    "application_outcome",
    "budget_cube",
    "bureau",
    "commercialisation_report",
    "consent_period",
    "consultation",
    "credit_calibration",
    "credit_cell",
    "credit_move",
    "credit_quality",
    "credit_score",
    "credit_term",
    "credit_user",
    "data_item",
    "default_event",
    "delivery",
    "dimension_member",
    "evaluation_score",
    "figure_change",
    "financial_statement",
    "firm_path",
    "followup_survey",
    "held_metadata",
    "industry",
    "industry_exit",
    "industry_outcome",
    "lineage",
    "link_summary",
    "matched_user",
    "matching_profile",
    "measure_use",
    "metadata",
    "monitoring_path",
    "municipality",
    "prefecture",
    "programme",
    "project_evaluation",
    "project_execution",
    "published_use",
    "record_flag",
    "rejected_record",
    "rejection_count",
    "released_award_count",
    "released_cell",
    "released_cube",
    "released_delivery",
    "released_dimension_member",
    "released_metadata",
    "released_office",
    "research_path",
    "research_project",
    "research_report",
    "size_class",
    "snapshot_change",
    "source_schedule",
    "support_programme",
    "support_record",
    "technology_crosswalk",
    "technology_field",
    "withheld_firm",
]

FIRM_SCOPE = {"region": "prefecture_code", "programme": "programme_code"}

firm = Table(
    "firm",
    metadata,
    Column("firm_id", Uuid, comment="仮名。法人番号などから鍵付きハッシュで作る"),
    Column("party_kind", Text, comment="corporate 法人番号がある、sole 番号のない事業者"),
    Column("kind_code", Text, comment="法人種別（国税庁 101〜499）"),
    Column("prefecture_code", Text, comment="登記上の所在地の都道府県（JIS X 0401）"),
    Column("municipality_code", Text, comment="登記上の所在地の市区町村（JIS X 0402、5桁）"),
    Column("division_code", Text, comment="日本標準産業分類の大分類。分かる企業だけ"),
    Column("major_code", Text, comment="日本標準産業分類の中分類。分かる企業だけ"),
    Column("founded_year", SmallInteger, comment="設立年。決算か申請で分かるものだけ"),
    Column("is_closed", Boolean, comment="登記記録の閉鎖等があり、復活していない"),
    Column("close_date", Date, comment="閉鎖等年月日"),
    Column("close_cause_code", Text, comment="閉鎖等の事由（01清算、11合併、21登記官、31その他）"),
    Column("survivor_firm_id", Uuid, comment="合併の承継先を最後までたどった企業の仮名"),
    Column("assigned_date", Date, comment="法人番号指定年月日。設立日ではない"),
    Column("updated_date", Date, comment="国税庁が最後に更新した日"),
    info=firm_level("one row per firm", {"region": "prefecture_code"}),
)

register_event = Table(
    "register_event",
    metadata,
    Column("firm_id", Uuid, comment="仮名"),
    Column("prefecture_code", Text, comment="その時点の都道府県"),
    Column("process_code", Text, comment="処理区分（01新規、21閉鎖、71吸収合併など）"),
    Column("change_date", Date, comment="変更年月日"),
    Column("close_cause_code", Text, comment="閉鎖等の事由"),
    Column("is_correction", Boolean, comment="訂正区分。真の行は新しい出来事ではない"),
    info=firm_level("one row per firm, process and change date", {"region": "prefecture_code"}),
)

firm_industry = Table(
    "firm_industry",
    metadata,
    Column("firm_id", Uuid, comment="仮名"),
    Column("prefecture_code", Text, comment="登記上の所在地の都道府県"),
    Column("position", SmallInteger, comment="出典の並び順。1が主たる業種"),
    Column("division_code", Text, comment="日本標準産業分類の大分類"),
    Column("major_code", Text, comment="日本標準産業分類の中分類"),
    info=firm_level("one row per firm and industry it states", {"region": "prefecture_code"}),
)

award_payment = Table(
    "award_payment",
    metadata,
    Column("award_id", Uuid, comment="採択の識別子"),
    Column("payment_number", Integer, comment="同じ採択の中での順番"),
    Column("firm_id", Uuid, comment="交付先の仮名"),
    Column("prefecture_code", Text, comment="交付先の都道府県"),
    Column("programme_code", Text, comment="制度"),
    Column("approval_date", Date, comment="交付決定日"),
    Column("fiscal_year", SmallInteger, comment="交付決定日の年度"),
    Column("amount_yen", BigInteger, comment="金額。0は取下げ、負は返還", info={"unit": "yen"}),
    Column("payment_kind", Text, comment="grant 交付、withdrawal 取下げ、return 返還"),
    info=firm_level("one row per payment record of an award", FIRM_SCOPE),
)

award = Table(
    "award",
    metadata,
    Column("award_id", Uuid, comment="採択の識別子"),
    Column("project_id", Uuid, comment="課題の識別子。共同体は同じ課題を持つ"),
    Column("firm_id", Uuid, comment="交付先の仮名"),
    Column("prefecture_code", Text, comment="交付先の都道府県"),
    Column("municipality_code", Text, comment="交付先の市区町村（5桁）。分からなければ空"),
    Column("location_basis", Text, comment="所在地の根拠"),
    Column("division_code", Text, comment="交付先の業種（大分類）。分からなければ空"),
    Column("programme_code", Text, comment="制度"),
    Column("fiscal_year", SmallInteger, comment="交付決定の年度"),
    Column("title_fiscal_year", SmallInteger, comment="名称に書かれた年度。なければ空"),
    Column("is_continued", Boolean, comment="継続事業か。名称から読めなければ空"),
    Column("scheme_name", Text, comment="名称から読んだ事業名。団体の名前は除く"),
    Column("project_name", Text, comment="名称から読んだ課題名。団体の名前は除く。なければ空"),
    Column("first_approval_date", Date, comment="最初の交付決定日"),
    Column("n_payment", Integer, comment="記録の数", info={"unit": "record"}),
    Column("n_return", Integer, comment="返還の記録の数", info={"unit": "record"}),
    Column("n_withdrawal", Integer, comment="取下げの記録の数", info={"unit": "record"}),
    Column("amount_yen", BigInteger, comment="差引の交付額", info={"unit": "yen"}),
    Column("returned_yen", BigInteger, comment="返還額（正の数）", info={"unit": "yen"}),
    info=firm_level("one row per recipient, project and fiscal year of approval", FIRM_SCOPE),
)

programme_recipient = Table(
    "programme_recipient",
    metadata,
    Column("sheet_year", SmallInteger, comment="行政事業レビューシートの年度"),
    Column("fiscal_year", SmallInteger, comment="支出の年度（シートの前年度）"),
    Column("project_code", Text, comment="予算事業の番号"),
    Column("project_name", Text, comment="予算事業の名称"),
    Column("block", Text, comment="支出先ブロック"),
    Column("firm_id", Uuid, comment="支出先の仮名。番号がないか使えないときは空"),
    Column("prefecture_code", Text, comment="支出先の都道府県。登記で分かるものだけ"),
    Column("number_status", Text, comment="valid、dummy、missing、aggregate、invalid"),
    Column("amount_yen", BigInteger, comment="支出額", info={"unit": "yen"}),
    Column("role", Text, comment="業務の内容。団体の名前は除く"),
    info=firm_level("one row per review sheet, block and recipient", {"region": "prefecture_code"}),
)

award_cube = Table(
    "award_cube",
    metadata,
    Column("region_level", Text, comment="nation、bureau、prefecture、municipality"),
    Column("region_code", Text, comment="その段の地域コード。全国は空"),
    Column("fiscal_year", SmallInteger, comment="交付決定の年度。0は全年度"),
    Column("programme_code", Text, comment="制度。空は全制度"),
    Column("division_code", Text, comment="業種（大分類）。空は全業種、? は不明"),
    Column("n_award", BigInteger, comment="採択数", info={"unit": "award"}),
    Column("n_project", BigInteger, comment="課題数", info={"unit": "award"}),
    Column("n_firm", BigInteger, comment="交付先の数", info={"unit": "recipient"}),
    Column("n_payment", BigInteger, comment="記録の数", info={"unit": "record"}),
    Column("n_return", BigInteger, comment="返還の記録の数", info={"unit": "record"}),
    Column("n_withdrawal", BigInteger, comment="取下げの記録の数", info={"unit": "record"}),
    Column("amount_yen", BigInteger, comment="差引の交付額", info={"unit": "yen"}),
    Column("returned_yen", BigInteger, comment="返還額（正の数）", info={"unit": "yen"}),
    info=plain(
        "one row per region, fiscal year, programme and industry, each also as a total",
        "aggregate",
    )
    # A municipality's row may be one firm's: whose view of firms is limited sees municipalities
    # of its own region or under its own programmes only.
    | {"fine": True},
)

prefecture_statistic = Table(
    "prefecture_statistic",
    metadata,
    Column("prefecture_code", Text, comment="都道府県。空は全国"),
    Column("item_code", Text, comment="統計項目の番号"),
    Column("item_name", Text, comment="統計項目の名称"),
    Column("year", SmallInteger, comment="調査の年"),
    Column("amount", Double, comment="値。単位は項目の名称による"),
    Column("source", Text, comment="統計の出所"),
    info=plain("one row per prefecture, statistic and year", "open"),
)
