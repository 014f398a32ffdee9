"""CRD形式の決算書: one record per firm and closing, in yen, thousands or millions.

Firms stand under the code of the sender; names and numbers are encrypted. Amounts are staged as
delivered, not annualised. Tens of millions of records pass here: every macro tries the ordinary
form first.
"""

from __future__ import annotations

from etl.contract import Check, Contract, day, decoded, one_of, readable, required
from etl.sources._money import amount, layouts_by_unit, yen

# The items of money, in their order.
_ITEMS = {
    "売上高": "sales_yen",
    "売上原価": "cost_of_sales_yen",
    "販売費及び一般管理費": "selling_admin_yen",
    "営業利益": "operating_profit_yen",
    "支払利息": "interest_paid_yen",
    "経常利益": "ordinary_profit_yen",
    "当期純利益": "net_profit_yen",
    "減価償却費": "depreciation_yen",
    "人件費": "personnel_yen",
    "現預金": "cash_yen",
    "売上債権": "receivables_yen",
    "棚卸資産": "inventory_yen",
    "流動資産": "current_assets_yen",
    "固定資産": "fixed_assets_yen",
    "総資産": "total_assets_yen",
    "買入債務": "payables_yen",
    "短期借入金": "short_debt_yen",
    "長期借入金": "long_debt_yen",
    "流動負債": "current_liabilities_yen",
    "固定負債": "fixed_liabilities_yen",
    "純資産": "net_assets_yen",
}
KINDS = {"法人": "true", "個人": "false"}
# The four definitions of default; 0 and a dash say that there was none.
DEFAULTS = {
    "1": "arrears",
    "2": "effectively_bankrupt",
    "3": "bankrupt",
    "4": "subrogation",
    "延滞3ヶ月以上": "arrears",
    "延滞３ヶ月以上": "arrears",
    "3ヶ月以上延滞": "arrears",
    "実質破綻先": "effectively_bankrupt",
    "破綻先": "bankrupt",
    "代位弁済": "subrogation",
}
_NO_DEFAULT = ("0", "-", "なし", "無")

CONTRACT = Contract(
    name="financial_statement",
    layouts=layouts_by_unit(
        "statement",
        {
            "企業コード": "firm_code",
            "法人番号": "corporate_number",
            "決算年月": "closing_date",
            "決算月数": "n_month",
            "業種コード": "industry_code",
            "都道府県コード": "prefecture_code",
            "法人個人区分": "is_corporate",
            "設立年": "founded_year",
            **{f"{item}(円)": name for item, name in _ITEMS.items()},
            "従業員数": "n_employee",
            "デフォルト区分": "default_code",
            "デフォルト年月日": "default_date",
        },
    ),
    checks=(
        Check("missing_value", "firm_code", "firm_code IS NULL AND corporate_number IS NULL"),
        # Beside a code the number is not needed, and a wrong one is left out.
        Check(
            "invalid_corporate_number",
            "corporate_number",
            "firm_code IS NULL AND NOT is_corporate_number(corporate_number)",
        ),
        Check(
            "dummy_number",
            "corporate_number",
            "firm_code IS NULL AND is_dummy_number(corporate_number)",
        ),
        required("closing_date"),
        readable("closing_date", "closing_date_of", "invalid_date"),
        Check(
            "invalid_months",
            "n_month",
            "NOT coalesce(integer_of(n_month) BETWEEN 1 AND 24, FALSE)",
        ),
        one_of("is_corporate", tuple(KINDS)),
        readable("founded_year", "year_of", "invalid_year"),
        *(amount(name) for name in _ITEMS.values()),
        readable("n_employee", "count_of"),
        one_of("default_code", (*DEFAULTS, *_NO_DEFAULT)),
        day("default_date"),
    ),
    columns={
        "firm_code": "firm_code",
        "corporate_number": """CASE
            WHEN corporate_number IS NULL THEN NULL
            WHEN is_corporate_number(corporate_number) AND NOT is_dummy_number(corporate_number)
            THEN corporate_number_of(corporate_number) END""",
        "closing_date": "closing_date_of(closing_date)",
        "n_month": "TRY_CAST(integer_of(n_month) AS SMALLINT)",
        "industry_code": "industry_code_of(industry_code)",
        "prefecture_code": "prefecture_code_of(prefecture_code)",
        "is_corporate": f"({decoded('is_corporate', KINDS)})::BOOLEAN",
        "founded_year": "year_of(founded_year)",
        **{name: yen(name) for name in _ITEMS.values()},
        "n_employee": "count_of(n_employee)",
        "default_code": decoded("default_code", DEFAULTS),
        "default_date": "date_of(default_date)",
    },
    flags={
        "short_year": "n_month <> 12",
        # Beyond one per cent of the balance it is no rounding.
        "unbalanced": """abs(total_assets_yen - current_assets_yen - fixed_assets_yen)
            > 0.01 * abs(total_assets_yen)""",
        "zero_sales": "sales_yen = 0",
        "no_industry": "industry_code IS NULL",
        "no_prefecture": "prefecture_code IS NULL",
        "default_without_date": "default_code IS NOT NULL AND default_date IS NULL",
    },
    repeats_are_duplicates=True,
    unit_column="sales_yen",
    period=("closing_date", "closing_date"),
)
