"""SSDSE-E 県別推移なし: one record per prefecture, one column per item, three header rows."""

from __future__ import annotations

import re

from etl.contract import Check, Contract, Head, Layout, pattern, required
from etl.macro import NO_NUMBER_MARKS

_CODES, _YEARS, _NAMES = (f"getvariable('header_{i}')" for i in (1, 2, 3))
_MARKS = ", ".join(f"'{mark}'" for mark in NO_NUMBER_MARKS)


def _is_ssdse(head: Head) -> bool:
    rows = [row or () for row in head[:3]]
    return (
        len(rows) == 3
        and len({len(row) for row in rows}) == 1
        and len(rows[0]) > 2
        and re.fullmatch(r"SSDSE-E-\d{4}", rows[0][0]) is not None
        and tuple(rows[2][:2]) == ("地域コード", "都道府県")
        and all(re.fullmatch(r"(19|20)\d\d", year) for year in rows[1][2:])
    )


CONTRACT = Contract(
    name="prefecture_statistic",
    layouts=(
        Layout(
            "ssdse_e",
            {"地域コード": "region_code", "都道府県": "region_name"},
            n_header=3,
            recognises=_is_ssdse,
            rest="cells",
        ),
    ),
    checks=(
        required("region_code"),
        pattern("region_code", "R(0[0-9]|[1-3][0-9]|4[0-7])000", "unknown_code"),
        Check(
            "invalid_amount",
            "cells",
            f"len(list_filter(cells, lambda c: number_of(c) IS NULL AND c NOT IN ({_MARKS}))) > 0",
        ),
    ),
    columns={
        "prefecture_code": "CASE region_code WHEN 'R00000' THEN '' ELSE region_code[2:3] END",
        "item_code": f"unnest({_CODES})",
        "item_name": f"unnest({_NAMES})",
        "year": f"TRY_CAST(unnest({_YEARS}) AS SMALLINT)",
        "amount": "unnest(list_transform(cells, lambda c: number_of(c)))",
    },
    keep="amount IS NOT NULL",
    repeats_are_duplicates=True,
    volume_floor=0.6,
    period=("make_date(year, 1, 1)", "make_date(year, 12, 31)"),
)
