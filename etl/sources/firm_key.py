"""企業コードの対応表: whom a code of the statements stands for, from a trusted third party."""

from __future__ import annotations

from etl.contract import Check, Contract, Layout, corporate_number, required

CONTRACT = Contract(
    name="firm_key",
    layouts=(
        Layout(
            "firm_key",
            {"企業コード": "firm_code", "法人番号": "corporate_number", "GビズID": "gbizid"},
        ),
    ),
    checks=(
        required("firm_code"),
        *corporate_number("corporate_number"),
        # A key to nobody opens nothing.
        Check("missing_value", "corporate_number", "corporate_number IS NULL AND gbizid IS NULL"),
    ),
    columns={
        "firm_code": "firm_code",
        "corporate_number": "corporate_number_of(corporate_number)",
        "gbizid": "gbizid",
    },
    repeats_are_duplicates=True,
    volume_floor=0.6,
)
