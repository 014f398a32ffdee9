"""e-Stat のダウンロード: one record per prefecture and year below a preamble, a column per item."""

from __future__ import annotations

import re

from etl.contract import Check, Contract, Head, Layout, literal, pattern, readable, required
from etl.macro import NO_NUMBER_MARKS

_FIXED = ("調査年 コード", "調査年", "地域 コード", "地域")
_CODES, _TITLES = (f"getvariable('header_{i}')" for i in (1, 2))
_MARKS = ", ".join(map(literal, NO_NUMBER_MARKS))
# "#A011000_総人口【万人】": code, name and unit.
_NAME_AND_UNIT = r"^(?:#?[A-Z0-9]+_)?(.*?)(?:【([^】]*)】)?$"


def _header_end(head: Head) -> int:
    """How many lines lead up to the records: the row of names is the last; 0 if there is none."""
    for i, row in enumerate(head):
        if row is not None and tuple(row[: len(_FIXED)]) == _FIXED:
            return i + 1
    return 0


def _is_export(head: Head) -> bool:
    end = _header_end(head)
    if end < 2:
        return False
    codes, names = head[end - 2], head[end - 1]
    return (
        codes is not None
        and names is not None
        and len(codes) == len(names) > len(_FIXED) + 1
        and all(re.fullmatch("#?[A-Z][0-9A-Z]+", code) for code in codes[len(_FIXED) + 1 :])
    )


CONTRACT = Contract(
    name="estat_statistic",
    layouts=(
        Layout(
            "estat_export",
            {
                "調査年 コード": "year_code",
                "調査年": "year",
                "地域 コード": "prefecture_code",
                "地域": "region_name",
                # The heading of the table; its cells are empty.
                "/": "table_name",
            },
            n_header=2,
            recognises=_is_export,
            find_header=_header_end,
            rest="cells",
        ),
    ),
    checks=(
        required("year"),
        readable("year", "year_of", "invalid_year"),
        required("prefecture_code"),
        pattern("prefecture_code", "0{1,5}|(0?[1-9]|[1-3][0-9]|4[0-7])000", "unknown_code"),
        Check(
            "invalid_amount",
            "cells",
            f"len(list_filter(cells, lambda c: number_of(c) IS NULL AND c NOT IN ({_MARKS}))) > 0",
        ),
    ),
    columns={
        "prefecture_code": "replace(left(lpad(prefecture_code, 5, '0'), 2), '00', '')",
        "item_code": f"unnest({_CODES})",
        "item_name": f"unnest(list_transform({_TITLES}, "
        f"lambda t: regexp_extract(t, '{_NAME_AND_UNIT}', 1)))",
        "unit": f"unnest(list_transform({_TITLES}, "
        f"lambda t: regexp_extract(t, '{_NAME_AND_UNIT}', 2)))",
        "year": "year_of(year)",
        "amount": "unnest(list_transform(cells, lambda c: number_of(c)))",
    },
    keep="amount IS NOT NULL",
    repeats_are_duplicates=True,
    period=("make_date(year, 1, 1)", "make_date(year, 12, 31)"),
)
