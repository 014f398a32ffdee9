"""Fiscal years by era, with the bounds of the eras."""

from __future__ import annotations

import pytest

from etl.fiscal_year import FISCAL_YEAR, fiscal_year_in


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("平成31年度", 2019),
        ("令和元年度", 2019),
        ("令和1年度", 2019),
        ("平成元年度", 1989),
        ("昭和63年度", 1988),
        ("平成三十年度", 2018),
        ("R6年度", 2024),
        ("2019年度", 2019),
        ("平成32年度", None),
        ("昭和65年度", None),
    ],
)
def test_a_fiscal_year_is_read_and_two_names_of_one_year_agree(text: str, year: int | None) -> None:
    match = FISCAL_YEAR.fullmatch(text)
    assert match is not None
    assert fiscal_year_in(match) == year
