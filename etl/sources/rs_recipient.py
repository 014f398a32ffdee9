"""行政事業レビュー 支出先: one record per sheet, block and recipient."""

from __future__ import annotations

from etl.contract import Check, Contract, Layout, pattern, required

# Recipients that are not one firm or person: その他, 個人1～20, …ほか, …外3者, 民間事業者等.
_AGGREGATE = (
    "^(その他|個人名?[0-9A-ZＡ-Ｚ０-９]*([(（].*[)）])?$|民間事業者等|間接補助事業者)"
    "|(ほか|[他外])([0-9０-９]+[者社名件]?)?$"
)
_HEADER = (
    "sheet_year", "project_id", "project_name", "ministry", "bureau", "block",
    "recipient_name_as_written", "corporate_number", "amount_yen", "role", "contract_summary",
    "depth", "chain",
)  # fmt: skip

CONTRACT = Contract(
    name="rs_recipient",
    layouts=(
        Layout(
            "recipient",
            {name: name for name in _HEADER},
            ignored=frozenset({"has_redelegation", "repo_status"}),
        ),
    ),
    checks=(
        required("sheet_year"),
        pattern("sheet_year", "20[0-9]{2}", "invalid_year"),
        required("project_id"),
        required("recipient_name_as_written"),
        Check(
            "invalid_amount",
            "amount_yen",
            "amount_yen IS NOT NULL AND integer_of(amount_yen) IS NULL",
        ),
    ),
    columns={
        "sheet_year": "TRY_CAST(sheet_year AS SMALLINT)",
        "project_code": "project_id",
        "project_name": "project_name",
        "ministry": "ministry",
        "bureau_name": "bureau",
        "block": "block",
        "recipient_name": "recipient_name_as_written",
        "corporate_number": "corporate_number_of(corporate_number)",
        "number_status": f"""CASE
            WHEN is_dummy_number(corporate_number) THEN 'dummy'
            WHEN is_corporate_number(corporate_number) THEN 'valid'
            WHEN corporate_number IS NOT NULL THEN 'invalid'
            WHEN regexp_matches(recipient_name_as_written, '{_AGGREGATE}') THEN 'aggregate'
            ELSE 'missing' END""",
        "amount_yen": "integer_of(amount_yen)",
        "role": "role",
        "contract_summary": "contract_summary",
        "depth": "depth",
        "chain": "chain",
    },
    flags={
        "dummy_number": "number_status = 'dummy'",
        "invalid_number": "number_status = 'invalid'",
        "missing_number": "number_status = 'missing'",
        "aggregate_recipient": "number_status = 'aggregate'",
    },
    repeats_are_duplicates=False,
    unit_column="amount_yen",
    # A sheet reports the fiscal year before its own.
    period=("make_date(sheet_year - 1, 4, 1)", "make_date(sheet_year, 3, 31)"),
)
