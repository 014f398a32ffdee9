"""国税庁 法人番号公表サイト: full data and daily differences, 30 columns without a header."""

from __future__ import annotations

from etl.contract import (
    Check,
    Contract,
    Head,
    Layout,
    corporate_number,
    day,
    one_of,
    pattern,
    required,
)

_COLUMNS = (
    "sequence", "corporate_number", "process", "correct", "update_date", "change_date",
    "name", "name_image_id", "kind", "prefecture_name", "city_name", "street",
    "address_image_id", "prefecture_code", "city_code", "post_code",
    "address_outside", "address_outside_image_id", "close_date", "close_cause",
    "successor_number", "change_cause", "assignment_date", "latest",
    "en_name", "en_prefecture_name", "en_city_name", "en_address_outside", "furigana", "hidden",
)  # fmt: skip
_IN_EXTRACT = {
    "pref_name": "prefecture_name",
    "pref_code": "prefecture_code",
    "postcode": "post_code",
    "successor_cn": "successor_number",
    "hihyoji": "hidden",
}
_EXTRACT = (
    "corporate_number", "process", "correct", "update_date", "change_date", "name", "kind",
    "pref_name", "city_name", "street", "pref_code", "city_code", "postcode",
    "close_date", "close_cause", "successor_cn", "change_cause", "assignment_date",
    "latest", "furigana", "hihyoji",
)  # fmt: skip

# A deleted number (99) keeps nothing but its number and its dates.
_UNLESS_DELETED = "process IS DISTINCT FROM '99' AND {column} IS NULL"


def _is_register(head: Head) -> bool:
    return any(
        row is not None
        and len(row) == len(_COLUMNS)
        and (row[1].isdecimal() and len(row[1]) == 13)
        and (row[2].isdecimal() and len(row[2]) == 2)
        for row in head
    )


CONTRACT = Contract(
    name="nta_register",
    layouts=(
        Layout("register", {n: n for n in _COLUMNS}, n_header=0, recognises=_is_register),
        Layout(
            "register_extract",
            {name: _IN_EXTRACT.get(name, name) for name in _EXTRACT},
            ignored=frozenset({"name_image_id", "en_name"}),
        ),
    ),
    checks=(
        required("corporate_number"),
        *corporate_number("corporate_number"),
        required("process"),
        one_of("process", ("01", "11", "12", "13", "21", "22", "71", "72", "81", "99")),
        *(one_of(column, ("0", "1")) for column in ("correct", "latest", "hidden")),
        *(required(column) for column in ("correct", "update_date")),
        *(
            day(column, "iso_date_of")
            for column in ("update_date", "change_date", "close_date", "assignment_date")
        ),
        *(
            Check("missing_value", column, _UNLESS_DELETED.format(column=column))
            for column in ("name", "kind", "change_date")
        ),
        one_of("kind", ("101", "201", "301", "302", "303", "304", "305", "399", "401", "499")),
        pattern("prefecture_code", "0[1-9]|[1-3][0-9]|4[0-7]", "unknown_code"),
        pattern("city_code", "[0-9]{3}"),
        pattern("post_code", "[0-9]{7}"),
        one_of("close_cause", ("01", "11", "21", "31")),
        *corporate_number("successor_number"),
    ),
    columns={
        "corporate_number": "corporate_number_of(corporate_number)",
        "process_code": "process",
        "is_correction": "correct = '1'",
        "update_date": "iso_date_of(update_date)",
        "change_date": "iso_date_of(change_date)",
        "name": "name",
        "kind_code": "kind",
        "prefecture_name": "prefecture_name",
        "city_name": "city_name",
        "street_number": "street",
        "prefecture_code": "prefecture_code",
        "city_code": "city_code",
        "post_code": "post_code",
        "close_date": "iso_date_of(close_date)",
        "close_cause_code": "close_cause",
        "successor_number": "corporate_number_of(successor_number)",
        "change_cause": "change_cause",
        "assignment_date": "iso_date_of(assignment_date)",
        "is_latest": "latest = '1'",
        "furigana": "furigana",
        "is_hidden": "hidden = '1'",
    },
    repeats_are_duplicates=True,
    period=("update_date", "update_date"),
)
