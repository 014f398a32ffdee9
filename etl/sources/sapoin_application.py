"""サポイン① 申請: one record per application of a research project, adopted or not."""

from __future__ import annotations

from etl.contract import Contract, Layout, day, decoded, one_of, readable, required
from etl.sources._money import amount, yen
from etl.sources._typed import TYPED_COLUMNS, TYPED_FLAGS, absent_but
from etl.sources.subsidy_application import DECISIONS

# The technologies were classified anew twice; technology_crosswalk.csv leads to today's fields.
CLASSIFICATIONS = {
    "平成18年版": "2006", "平成26年版": "2014", "平成27年版": "2015",
    "2006": "2006", "2014": "2014", "2015": "2015",
}  # fmt: skip

CONTRACT = Contract(
    name="sapoin_application",
    layouts=(
        Layout(
            "sapoin_1",
            {
                "課題番号": "project_number",
                "申請年度": "fiscal_year",
                "技術分類版": "classification",
                "技術分野": "technology_name",
                "研究開発課題名": "project_title",
                "事業管理機関名": "manager_name",
                "事業管理機関法人番号": "manager_number",
                "申請者名": "name",
                "法人番号": "number_as_written",
                "所在地": "address",
                "電話番号": "telephone",
                "業種コード": "industry_code",
                "設立年": "founded_year",
                "資本金(千円)": "capital_yen",
                "従業員数": "n_employee",
                "研究開発費(千円)": "research_cost_yen",
                "補助金申請額(千円)": "requested_yen",
                "採否": "decision",
                "採択日": "decided_date",
            },
            absent=absent_but("number_as_written", "name", "address", "telephone"),
        ),
    ),
    checks=(
        required("project_number"),
        required("fiscal_year"),
        readable("fiscal_year", "year_of", "invalid_year"),
        one_of("classification", tuple(CLASSIFICATIONS)),
        one_of("decision", tuple(DECISIONS)),
        day("decided_date"),
        readable("founded_year", "year_of", "invalid_year"),
        amount("capital_yen", "1000"),
        readable("n_employee", "count_of"),
        amount("research_cost_yen", "1000"),
        amount("requested_yen", "1000"),
    ),
    columns={
        "project_number": "project_number",
        "fiscal_year": "year_of(fiscal_year)",
        "classification": f"({decoded('classification', CLASSIFICATIONS)})::SMALLINT",
        "technology_name": "regexp_replace(technology_name, 'に係る技術$', '')",
        "project_title": "project_title",
        "manager_name": "manager_name",
        "manager_number": """CASE
            WHEN is_corporate_number(manager_number) AND NOT is_dummy_number(manager_number)
            THEN corporate_number_of(manager_number) END""",
        **TYPED_COLUMNS,
        "industry_code": "industry_code_of(industry_code)",
        "founded_year": "year_of(founded_year)",
        "capital_yen": yen("capital_yen", "1000"),
        "n_employee": "count_of(n_employee)",
        "research_cost_yen": yen("research_cost_yen", "1000"),
        "requested_yen": yen("requested_yen", "1000"),
        "decision": decoded("decision", DECISIONS),
        "decided_date": "date_of(decided_date)",
    },
    flags={
        **TYPED_FLAGS,
        "no_industry": "industry_code IS NULL",
        "no_technology": "technology_name IS NULL OR classification IS NULL",
        "undecided": "decision IS NULL",
        "requested_above_cost": "requested_yen > research_cost_yen",
    },
    repeats_are_duplicates=True,
    unit_column="requested_yen",
    period=("make_date(fiscal_year, 4, 1)", "make_date(fiscal_year + 1, 3, 31)"),
)
