"""サポイン⑤ 事業化状況報告: one record per project, organisation and year reported on."""

from __future__ import annotations

from etl.contract import Contract, Layout, decoded, one_of, readable, required
from etl.sources._money import amount, yen
from etl.sources._typed import TYPED_COLUMNS, TYPED_FLAGS, absent_but

# 第1段階 is advertising, 第3段階 the first sale: from there a project counts as commercialised.
_STAGES = {
    written: str(stage)
    for stage, wide in enumerate("０１２３４５")
    for written in (str(stage), wide, f"第{stage}段階", f"第{wide}段階", f"{stage}段階")
} | {"未着手": "0"}
_AMOUNTS = ("sales_yen", "income_yen", "payback_yen")

CONTRACT = Contract(
    name="sapoin_commercialisation",
    layouts=(
        Layout(
            "sapoin_5",
            {
                "課題番号": "project_number",
                "報告年度": "fiscal_year",
                "機関名": "name",
                "法人番号": "number_as_written",
                "事業化段階": "stage",
                "売上高(円)": "sales_yen",
                "収益(円)": "income_yen",
                "収益納付額(円)": "payback_yen",
                "特許出願数": "n_patent_applied",
                "特許登録数": "n_patent_granted",
            },
            absent=absent_but("number_as_written", "name"),
        ),
    ),
    checks=(
        required("project_number"),
        required("fiscal_year"),
        readable("fiscal_year", "year_of", "invalid_year"),
        one_of("stage", tuple(_STAGES)),
        *(amount(column, "1") for column in _AMOUNTS),
        readable("n_patent_applied", "count_of"),
        readable("n_patent_granted", "count_of"),
    ),
    columns={
        "project_number": "project_number",
        "fiscal_year": "year_of(fiscal_year)",
        **TYPED_COLUMNS,
        "stage": f"({decoded('stage', _STAGES)})::SMALLINT",
        **{column: yen(column, "1") for column in _AMOUNTS},
        "n_patent_applied": "count_of(n_patent_applied)",
        "n_patent_granted": "count_of(n_patent_granted)",
    },
    flags={
        **TYPED_FLAGS,
        "missing_stage": "stage IS NULL",
        "sales_before_stage": "sales_yen > 0 AND stage < 3",
        "payback_above_income": "payback_yen > income_yen",
    },
    repeats_are_duplicates=True,
    period=("make_date(fiscal_year, 4, 1)", "make_date(fiscal_year + 1, 3, 31)"),
)
