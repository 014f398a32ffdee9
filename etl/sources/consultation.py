"""相談記録: one record per consultation at a chamber; each system's file is read by its profile.

The layouts of 統合DB, TOAS and Bizミル are not public: etl.mapping makes one of each mapping
profile, and a profile's items are the raw columns here.
"""

from __future__ import annotations

from etl.contract import Contract, day, one_of, readable, required
from etl.sources._money import amount, yen
from etl.sources._typed import TYPED_COLUMNS, TYPED_FLAGS
from store.mapping_profile import TARGETS

TARGET = TARGETS["consultation"]

# Who wants to stay unknown is not staged, whatever the cells say; no word on it counts as that.
_IS_ANONYMOUS = "coalesce(anonymity, 'anonymous') = 'anonymous'"
_IDENTITY = {
    name: f"CASE WHEN NOT {_IS_ANONYMOUS} THEN {expression} END"
    for name, expression in TYPED_COLUMNS.items()
} | {
    "number_status": f"CASE WHEN {_IS_ANONYMOUS} THEN 'missing' "
    f"ELSE {TYPED_COLUMNS['number_status']} END"
}

CONTRACT = Contract(
    name="consultation",
    layouts=(),
    checks=(
        required("record_number"),
        required("consulted_date"),
        day("consulted_date"),
        required("topic"),
        *(one_of(item, codes) for item, codes in TARGET.codes.items()),
        *(amount(item, f"{item}_unit") for item in TARGET.money),
        readable("n_employee", "count_of"),
    ),
    columns={
        "system": "system",
        "record_number": "record_number",
        "organisation_name": "organisation_name",
        "organisation_prefecture_code": "prefecture_code_of(organisation_prefecture_code)",
        "adviser_code": "adviser_code",
        "consulted_date": "date_of(consulted_date)",
        "topic": "topic",
        "measure": "measure",
        **_IDENTITY,
        "industry_code": "industry_code_of(industry_code)",
        **{item: yen(item, f"{item}_unit") for item in TARGET.money},
        "n_employee": "count_of(n_employee)",
        "anonymity": "coalesce(anonymity, 'anonymous')",
    },
    flags={
        **{name: f"anonymity <> 'anonymous' AND {flag}" for name, flag in TYPED_FLAGS.items()},
        "no_prefecture": "organisation_prefecture_code IS NULL",
        "no_industry": "industry_code IS NULL",
        "anonymous": "anonymity = 'anonymous'",
    },
    repeats_are_duplicates=True,
    period=("consulted_date", "consulted_date"),
)
