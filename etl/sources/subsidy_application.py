"""補助金の申請と採否: one record per application to a call, with its decision."""

from __future__ import annotations

from etl.contract import Check, Contract, day, decoded, one_of, readable, required
from etl.sources._money import amount, layouts_by_unit, yen
from etl.sources._typed import TYPED_COLUMNS, TYPED_FLAGS

DECISIONS = {"採択": "adopted", "不採択": "rejected", "取下げ": "withdrawn"}

CONTRACT = Contract(
    name="subsidy_application",
    layouts=layouts_by_unit(
        "application",
        {
            "受付番号": "application_number",
            "制度名": "programme_name",
            "公募回": "call_number",
            "申請日": "applied_date",
            "法人番号": "number_as_written",
            "事業者名": "name",
            "所在地": "address",
            "電話番号": "telephone",
            "GビズID": "gbizid",
            "業種コード": "industry_code",
            "資本金(円)": "capital_yen",
            "従業員数": "n_employee",
            "補助事業名": "project_title",
            "補助金申請額(円)": "requested_yen",
            "採否": "decision",
            "採否決定日": "decided_date",
            "交付決定額(円)": "granted_yen",
        },
        ("yen", "thousand"),
    ),
    checks=(
        required("application_number"),
        required("programme_name"),
        readable("call_number", "ordinal_of", "invalid_value"),
        day("applied_date"),
        day("decided_date"),
        # Without a day the application belongs to no year.
        Check("missing_value", "applied_date", "coalesce(applied_date, decided_date) IS NULL"),
        one_of("decision", tuple(DECISIONS)),
        amount("capital_yen"),
        readable("n_employee", "count_of"),
        amount("requested_yen"),
        amount("granted_yen"),
    ),
    columns={
        "application_number": "application_number",
        "programme_name": "programme_name",
        "call_number": "ordinal_of(call_number)",
        "applied_date": "date_of(applied_date)",
        **TYPED_COLUMNS,
        "industry_code": "industry_code_of(industry_code)",
        "capital_yen": yen("capital_yen"),
        "n_employee": "count_of(n_employee)",
        "project_title": "project_title",
        "requested_yen": yen("requested_yen"),
        "decision": decoded("decision", DECISIONS),
        "decided_date": "date_of(decided_date)",
        "granted_yen": yen("granted_yen"),
    },
    flags={
        **TYPED_FLAGS,
        "no_industry": "industry_code IS NULL",
        "undecided": "decision IS NULL",
        "granted_above_requested": "granted_yen > requested_yen",
        "granted_not_adopted": "granted_yen > 0 AND decision IS DISTINCT FROM 'adopted'",
        "decided_before_applied": "decided_date < applied_date",
    },
    repeats_are_duplicates=True,
    identity=("application_number", "programme_name", "call_number"),
    period=("coalesce(applied_date, decided_date)", "coalesce(applied_date, decided_date)"),
)
