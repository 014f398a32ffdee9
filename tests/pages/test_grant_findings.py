"""The sentences above the figures say what the numbers say, and no more."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from gate.answer import Answer
from pages.grant_parts import findings
from pages.grant_parts.trend import trend_lines
from pages.grant_parts.view import MEASURES, PATH, AwardView
from queries.parameters import AwardParameters
from store.members import Member, Members


def _member(code: str, name: str, level: str = "prefecture", parent: str = "") -> Member:
    return Member(code, name, name, level, parent)


MEMBERS = Members(
    domains={
        "region": {
            "b02": _member("b02", "東北局", "bureau"),
            "04": _member("04", "宮城県", parent="b02"),
            "13": _member("13", "東京都", parent="b03"),
            "27": _member("27", "大阪府", parent="b05"),
            "40": _member("40", "福岡県", parent="b08"),
        },
        "programme": {"it": _member("it", "IT導入補助金", "programme")},
        "year": {"2023": _member("2023", "2023", "year")},
    },
    defaults={"year": "2023"},
)


def _view(
    region: str = "04",
    year: str = "2023",
    measure: str = MEASURES[0],
    programme: str = "",
    tables: tuple[str, ...] = (),
) -> AwardView:
    parameters = AwardParameters(region, "", year, programme)
    chosen, default = {"measure": measure}, {"measure": MEASURES[0]}
    return AwardView(PATH, parameters, chosen, default, tables, MEMBERS)


def _answer(*rows: dict[str, Any]) -> Answer:
    return Answer(
        "q",
        {},
        pd.DataFrame(list(rows)),
        (),
        "s",
        datetime(2026, 1, 1, tzinfo=UTC),
        False,
        (),
    )


def _place(code: str, amount: int) -> dict[str, Any]:
    return {"region_code": code, "amount_yen": amount, "n_firm": amount}


def test_the_map_names_the_first_and_the_share_of_the_first_three() -> None:
    answer = _answer(_place("13", 50), _place("27", 20), _place("40", 10), _place("04", 20))
    assert findings.map_title(_view(), answer) == (
        "交付額は東京都が最も多く、上位3都道府県で全国の90%を占める"
    )


def test_recipients_do_not_add_up_so_no_share_of_them_is_named() -> None:
    answer = _answer(_place("13", 50), _place("27", 20))
    assert findings.map_title(_view(measure="n_firm"), answer) == "交付先は東京都が最も多い"


def test_a_single_prefecture_is_not_called_the_leader() -> None:
    answer = _answer(_place("13", 0), _place("04", 20))
    assert findings.map_title(_view(), answer) == "交付額はすべて宮城県にある"


def test_nothing_awarded_is_said() -> None:
    assert "ない" in findings.map_title(_view(), _answer(_place("13", 0)))


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (100, 112, "宮城県の交付額は、令和4年度から12.0%増えた"),
        (100, 50, "宮城県の交付額は、令和4年度から50.0%減った"),
        (100_000, 100_010, "宮城県の交付額は、令和4年度と変わらない"),
        (0, 50, "宮城県の交付額の推移"),
    ],
)
def test_the_trend_compares_the_chosen_year_with_the_one_before(
    before: int, now: int, expected: str
) -> None:
    rows = [
        {"series": "selected", "fiscal_year": 2022, "amount_yen": before},
        {"series": "selected", "fiscal_year": 2023, "amount_yen": now},
        {"series": "nation", "fiscal_year": 2023, "amount_yen": 9},
    ]
    assert findings.trend_title(_view(), _answer(*rows)) == expected


def test_a_year_still_running_is_not_set_against_whole_years() -> None:
    rows = [
        {"series": "selected", "fiscal_year": 2022, "amount_yen": 80},
        {"series": "selected", "fiscal_year": 2023, "amount_yen": 100},
        {"series": "selected", "fiscal_year": 2024, "amount_yen": 7},
    ]
    running = findings.trend_title(_view(year="2024"), _answer(*rows))
    assert running == "宮城県の交付額は、令和6年度のこれまでで7円"
    # Over all years, too, the change ends with the last whole one.
    over_all = findings.trend_title(_view(year="0"), _answer(*rows))
    assert over_all == "宮城県の交付額は、令和4年度から25.0%増えた"


def _rate(code: str, rate: float, low: float, high: float) -> dict[str, Any]:
    return {"region_code": code, "recipient_rate": rate, "rate_low": low, "rate_high": high}


def test_rates_are_compared_only_beyond_their_intervals() -> None:
    apart = [_rate("13", 9, 7, 11), _rate("27", 6, 4, 8), _rate("04", 2, 1, 3), _rate("", 5, 4, 6)]
    title = findings.rate_title(_view(), _answer(*apart))
    assert title == "事業所の数に対する交付先は、東京都で全国を上回り、宮城県で下回る"
    together = [_rate("13", 6, 4, 8), _rate("04", 4, 2, 6), _rate("", 5, 4, 6)]
    assert "地域差はない" in findings.rate_title(_view(), _answer(*together))


def test_a_year_still_running_is_drawn_apart() -> None:
    ended, running = trend_lines("宮城県", [2022, 2023, 2024], [5, 6, 1], last_ended=2023)
    assert (ended.years, ended.values, ended.is_subject) == ([2022, 2023], [5, 6], True)
    assert (running.years, running.values, running.is_subject) == ([2023, 2024], [6, 1], False)
    assert "途中" in running.name


def test_the_address_of_a_view_gives_the_view_back() -> None:
    view = _view(measure="n_firm", programme="it", tables=("map",))
    assert view.query == {
        "region": "04",
        "year": "2023",
        "programme": "it",
        "measure": "n_firm",
        "table": "map",
    }
    assert "table=" not in view.table_href("map")
    assert "map%2Ctrend" in view.table_href("trend")
    assert view.href(programme=None) == "?region=04&year=2023&measure=n_firm&table=map"
    assert view.scope_text == "宮城県、すべての業種、令和5年度、IT導入補助金"
