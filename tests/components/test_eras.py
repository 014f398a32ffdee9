"""Fiscal years and moments, by the calendar of Japan and the clock of Tokyo."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from components.eras import (
    date_text,
    day_text,
    fiscal_year_label,
    fiscal_year_text,
    full_moment_text,
    moment_text,
    short_era,
)
from language import speaking


@pytest.mark.parametrize(
    ("year", "label", "short"),
    [
        (2025, "令和7年度（2025）", "R7"),
        (2019, "令和元年度（2019）", "R1"),
        (2018, "平成30年度（2018）", "H30"),
        (1989, "平成元年度（1989）", "H1"),
        (1988, "昭和63年度（1988）", "S63"),
    ],
)
def test_a_fiscal_year_belongs_to_one_era(year: int, label: str, short: str) -> None:
    assert fiscal_year_label(year) == label
    assert fiscal_year_text(year) == label.split("（")[0]
    assert short_era(year) == short


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1989, 1, 8), "平成元年1月8日"),
    ],
)
def test_a_day_changes_era_on_the_day_it_began(day: date, expected: str) -> None:
    assert date_text(day) == expected


def test_what_lies_before_the_eras_is_refused() -> None:
    with pytest.raises(ValueError, match="1925"):
        fiscal_year_text(1925)
    with pytest.raises(ValueError, match="1926-12-24"):
        date_text(date(1926, 12, 24))


def test_moments_are_read_in_tokyo() -> None:
    evening = datetime(2026, 11, 19, 21, 2, tzinfo=UTC)
    assert moment_text(evening) == "11月20日 6時02分"
    assert full_moment_text(evening) == "令和8年11月20日 6時02分"
    assert day_text(evening) == "11月20日"
    assert moment_text(evening.replace(tzinfo=None)) == "11月20日 6時02分"


def test_english_writes_plain_years() -> None:
    with speaking("en"):
        assert fiscal_year_label(2025) == "FY2025"
        assert short_era(2025) == "2025"
        assert full_moment_text(datetime(2026, 11, 19, 21, 2, tzinfo=UTC)) == (
            "20 November 2026, 6:02"
        )
