"""サポイン⑥ フォローアップ調査: one record per project and year of the survey."""

from __future__ import annotations

from etl.contract import Contract, Layout, decoded, one_of, readable, required
from etl.sources._money import amount, yen

_YES_OR_NO = {
    **dict.fromkeys(("有", "有り", "あり", "1", "はい", "○"), "true"),
    **dict.fromkeys(("無", "無し", "なし", "0", "いいえ", "×"), "false"),
}

CONTRACT = Contract(
    name="sapoin_followup",
    layouts=(
        Layout(
            "sapoin_6",
            {
                "課題番号": "project_number",
                "調査年度": "fiscal_year",
                "事業化の有無": "is_commercialised",
                "特許等取得の有無": "has_patent",
                "事業化売上(千円)": "sales_yen",
                "課題": "obstacle",
            },
        ),
    ),
    checks=(
        required("project_number"),
        required("fiscal_year"),
        readable("fiscal_year", "year_of", "invalid_year"),
        one_of("is_commercialised", tuple(_YES_OR_NO)),
        one_of("has_patent", tuple(_YES_OR_NO)),
        amount("sales_yen", "1000"),
    ),
    columns={
        "project_number": "project_number",
        "fiscal_year": "year_of(fiscal_year)",
        "is_commercialised": f"({decoded('is_commercialised', _YES_OR_NO)})::BOOLEAN",
        "has_patent": f"({decoded('has_patent', _YES_OR_NO)})::BOOLEAN",
        "sales_yen": yen("sales_yen", "1000"),
        "obstacle": "obstacle",
    },
    flags={
        "no_answer": "is_commercialised IS NULL",
        "sales_without_commercialisation": "sales_yen > 0 AND NOT is_commercialised",
    },
    repeats_are_duplicates=True,
    period=("make_date(fiscal_year, 4, 1)", "make_date(fiscal_year + 1, 3, 31)"),
)
