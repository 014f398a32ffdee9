"""サポイン③ 予算執行: one record per project, organisation, fiscal year and instalment."""

from __future__ import annotations

from etl.contract import Contract, Layout, readable, required
from etl.sources._money import amount, yen
from etl.sources._typed import TYPED_COLUMNS, TYPED_FLAGS, absent_but

_AMOUNTS = ("decided_yen", "settled_yen", "paid_yen", "returned_yen")

CONTRACT = Contract(
    name="sapoin_execution",
    layouts=(
        Layout(
            "sapoin_3",
            {
                "課題番号": "project_number",
                "年度": "fiscal_year",
                "機関名": "name",
                "法人番号": "number_as_written",
                "交付決定額(円)": "decided_yen",
                "確定額(円)": "settled_yen",
                "支払額(円)": "paid_yen",
                "返還額(円)": "returned_yen",
            },
            absent=absent_but("number_as_written", "name"),
        ),
    ),
    checks=(
        required("project_number"),
        required("fiscal_year"),
        readable("fiscal_year", "year_of", "invalid_year"),
        *(amount(column, "1") for column in _AMOUNTS),
    ),
    columns={
        "project_number": "project_number",
        "fiscal_year": "year_of(fiscal_year)",
        **TYPED_COLUMNS,
        **{column: yen(column, "1") for column in _AMOUNTS},
    },
    flags={
        **TYPED_FLAGS,
        "settled_above_decided": "settled_yen > decided_yen",
        "paid_above_settled": "paid_yen > settled_yen",
        "returned_money": "returned_yen > 0",
    },
    # Two equal instalments of a year are two payments.
    repeats_are_duplicates=False,
    unit_column="paid_yen",
    period=("make_date(fiscal_year, 4, 1)", "make_date(fiscal_year + 1, 3, 31)"),
)
