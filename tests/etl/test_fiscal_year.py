"""Days by era and fiscal years, with the bounds of the eras."""

from __future__ import annotations

from datetime import date

import pytest

from etl.fiscal_year import FISCAL_YEAR, fiscal_year_in, fiscal_year_of, parse_wareki


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("令和元年４月３０日", None),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("平成31年5月1日", None),
        ("平成三十年四月一日", date(2018, 4, 1)),
        ("昭和四十九年十二月三十一日", date(1974, 12, 31)),
        ("平成二〇年十月20日", date(2008, 10, 20)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("H30/3/31", date(2018, 3, 31)),
        ("R6.4.1", date(2024, 4, 1)),
        ("Ｒ６．４．１", date(2024, 4, 1)),
        ("令和 6 年 4 月 1 日", date(2024, 4, 1)),
        ("令和6年2月30日", None),
        ("令和99999年1月1日", None),
        ("令和十十年一月一日", None),
        ("2024-04-01", None),
        ("", None),
    ],
)
def test_a_day_by_era_is_read_within_its_era(text: str, day: date | None) -> None:
    assert parse_wareki(text) == day


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


def test_the_fiscal_year_turns_on_the_first_of_april() -> None:
    assert fiscal_year_of(date(2024, 3, 31)) == 2023
    assert fiscal_year_of(date(2024, 4, 1)) == 2024
