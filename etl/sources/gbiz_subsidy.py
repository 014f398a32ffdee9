"""gBizINFO 補助金: one record per payment, in the bulk download and in an extract."""

from __future__ import annotations

from etl.contract import Check, Contract, Layout, corporate_number, day, required

CONTRACT = Contract(
    name="gbiz_subsidy",
    layouts=(
        Layout(
            "bulk",
            {
                "法人番号": "corporate_number",
                "商号または名称": "name",
                "登記住所": "address",
                "証明日": "approval_date",
                "名称": "title",
                "金額": "amount",
                "対象": "target",
                "発行元": "issuer",
            },
        ),
        Layout(
            "extract",
            {
                "corporate_number": "corporate_number",
                "name": "name",
                "subsidy_title": "title",
                "amount": "amount",
                "date_of_approval": "approval_date",
            },
            ignored=frozenset({""}),
            absent=("address", "target", "issuer"),
        ),
    ),
    checks=(
        required("corporate_number"),
        *corporate_number("corporate_number"),
        required("name"),
        required("title"),
        required("amount"),
        Check("invalid_amount", "amount", "integer_of(amount) IS NULL"),
        required("approval_date"),
        day("approval_date"),
    ),
    columns={
        "corporate_number": "corporate_number_of(corporate_number)",
        "name": "name",
        "address": "address",
        "title": "title",
        "amount_yen": "integer_of(amount)",
        "approval_date": "date_of(approval_date)",
        "target": "target",
        "issuer": "issuer",
    },
    # Zero is a withdrawal and a negative amount a return: both are facts, not errors.
    flags={"zero_amount": "amount_yen = 0", "negative_amount": "amount_yen < 0"},
    repeats_are_duplicates=False,
    # An extract lacks address and issuer; a later download may write the name anew.
    identity=("corporate_number", "title", "amount_yen", "approval_date"),
    unit_column="amount_yen",
    period=("approval_date", "approval_date"),
)
