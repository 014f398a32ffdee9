"""The sentences over applications say what the numbers bear, and no more."""

from __future__ import annotations

from typing import Any

import pytest

from gate.answer import Row
from pages.award_parts import findings
from pages.award_parts.findings import Parts
from pages.award_parts.measures import ADOPTION, MEASURES
from stats.methods.binomial import wilson_interval


def _trend(*arguments: Any, **options: Any) -> str:
    """The title without what keeps a year on one line."""
    return findings.trend_title(*arguments, **options).replace(findings.JOINER, "")


def _share(code: str, adopted: int, applied: int) -> Row:
    low, high = wilson_interval(adopted, applied) if applied else (None, None)
    return {
        "member_code": code,
        "n_application": applied,
        "n_adopted": adopted,
        "adoption_rate": 100 * adopted / applied if applied else None,
        "adoption_low": None if low is None else 100 * float(low),
        "adoption_high": None if high is None else 100 * float(high),
    }


def _parts(rows: list[Row], kind: str = "division", measure: str = "adoption_rate") -> Parts:
    whole = _share(
        "", sum(r.get("n_adopted", 0) for r in rows), sum(r.get("n_application", 0) for r in rows)
    )
    if measure != "adoption_rate":
        whole[measure] = sum(r[measure] or 0 for r in rows)
    label = {"adoption_rate": "採択率", "n_application": "申請"}.get(measure, "数値")
    return Parts(kind, lambda code: f"業種{code}", MEASURES[measure], label, whole, rows)


def test_members_beyond_chance_are_named() -> None:
    rows = [_share("A", 700, 1000), _share("B", 505, 1000), _share("C", 300, 1000)]
    assert findings.parts_title(_parts(rows)) == "採択率は業種Aで高く、業種Cで低い"


def test_two_are_named_and_more_are_counted() -> None:
    two = [_share("A", 700, 1000), _share("B", 690, 1000), _share("C", 400, 4000)]
    assert findings.parts_title(_parts(two)) == "採択率は業種Aと業種Bで高く、業種Cで低い"
    three = [*two[:2], _share("D", 680, 1000), _share("C", 400, 8000)]
    assert "業種Aなど3業種で高く" in findings.parts_title(_parts(three))


def test_differences_within_chance_are_called_so() -> None:
    rows = [_share("A", 11, 20), _share("B", 10, 20), _share("C", 9, 20)]
    assert findings.parts_title(_parts(rows)) == "業種による採択率の差は、偶然のゆれの範囲内"


def test_as_many_as_chance_alone_sets_apart_are_no_finding() -> None:
    # One of forty: at 95 % two are expected outside by chance.
    rows = [_share(f"{i:02}", 50, 100) for i in range(39)] + [_share("99", 75, 100)]
    assert "偶然" in findings.parts_title(_parts(rows, "prefecture"))
    rows = [_share(f"{i:02}", 50, 100) for i in range(37)] + [
        _share(code, 80, 100) for code in ("97", "98", "99")
    ]
    assert findings.parts_title(_parts(rows, "prefecture")) == "採択率は業種97など3都道府県で高い"


def test_a_bureau_leads_only_if_it_lies_above_the_second() -> None:
    apart = [_share("b03", 700, 1000), _share("b05", 500, 1000), _share("b08", 480, 1000)]
    assert findings.parts_title(_parts(apart, "bureau")) == (
        "採択率が最も高い経済産業局は業種b03、70.0%"
    )
    close = [_share("b03", 700, 1000), _share("b05", 690, 1000), _share("b08", 480, 2000)]
    assert "最も高い" not in findings.parts_title(_parts(close, "bureau"))


def test_the_unknown_are_never_a_finding() -> None:
    rows = [_share("?", 900, 1000), _share("A", 500, 1000), _share("B", 500, 1000)]
    assert "業種?" not in findings.parts_title(_parts(rows))


def test_nothing_and_a_single_one_are_said() -> None:
    only_unknown = _parts([_share("?", 5, 10)], "technology")
    assert findings.parts_title(only_unknown) == "技術分野の分かる申請はない"
    few: list[Row] = [{"member_code": "A", "median_growth": None, "n_with_growth": 4}]
    title = findings.parts_title(_parts(few, measure="median_growth"))
    assert title == "数値は、業種ごとには示せない"
    assert findings.parts_title(_parts([_share("A", 0, 0)])) == "この条件の採択率はない"
    assert findings.parts_title(_parts([_share("A", 5, 10)])) == "採択率を示せるのは業種Aだけ"


def test_sums_are_compared_as_they_are() -> None:
    rows = [_share("A", 30, 60), _share("B", 10, 30), _share("C", 1, 10)]
    title = findings.parts_title(_parts(rows, measure="n_application"))
    assert title == "申請は業種Aが最も多く、全体の60%"
    many = [_share(f"{i:02}", 1, 2) for i in range(20)] + [_share("99", 10, 60)]
    title = findings.parts_title(_parts(many, "prefecture", "n_application"))
    assert title == "申請は業種99が最も多く、上位3都道府県で全体の64%を占める"


def test_medians_of_few_only_say_how_far_they_reach() -> None:
    rows: list[Row] = [
        {"member_code": "A", "median_growth": 3.21, "n_with_growth": 40},
        {"member_code": "B", "median_growth": -0.5, "n_with_growth": 12},
        {"member_code": "C", "median_growth": None, "n_with_growth": 4},
    ]
    title = findings.parts_title(_parts(rows, measure="median_growth"))
    assert title == "数値は、業種Bの▲0.5%から業種Aの3.2%まで"


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ((400, 1000), (480, 1000), "長野県の採択率は、平成28年度から8.0ポイント上がった"),
        ((480, 1000), (400, 1000), "長野県の採択率は、平成28年度から8.0ポイント下がった"),
        (
            (40, 100),
            (48, 100),
            "長野県の採択率の変化は、平成28年度から偶然のゆれの範囲内",
        ),
    ],
)
def test_a_share_rose_only_if_the_interval_of_the_difference_says_so(
    before: tuple[int, int], now: tuple[int, int], expected: str
) -> None:
    series = {2016: _share("", *before), 2020: _share("", 5, 10), 2024: _share("", *now)}
    series[2025] = _share("", 900, 1000)
    title = _trend(ADOPTION, "採択率", "長野県", series, last_ended=2024)
    assert title == expected


def test_years_without_a_share_are_passed_over() -> None:
    series = {2016: _share("", 0, 0), 2017: _share("", 400, 1000), 2024: _share("", 500, 1000)}
    title = _trend(ADOPTION, "採択率", "全国", series, last_ended=2024)
    assert title == "全国の採択率は、平成29年度から10.0ポイント上がった"
    assert _trend(ADOPTION, "採択率", "全国", {2024: _share("", 1, 2)}, last_ended=2024) == (
        "全国の採択率の推移"
    )


def test_a_year_still_running_is_not_set_against_whole_ones() -> None:
    series = {2024: _share("", 500, 1000), 2025: _share("", 30, 40)}
    title = _trend(ADOPTION, "採択率", "全国", series, last_ended=2024, chosen=2025)
    assert title == "全国の採択率は、令和7年度のこれまでで75.0%"


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (100, 151, "全国の申請は、平成28年度から51%増えた"),
        (100, 96, "全国の申請は、平成28年度から4.0%減った"),
        (100_000, 100_010, "全国の申請は、平成28年度と変わらない"),
        (0, 5, "全国の申請は、平成28年度の0件から5件に"),
    ],
)
def test_counts_grow_by_a_percentage(before: int, now: int, expected: str) -> None:
    series: dict[int, Any] = {2016: {"n_application": before}, 2024: {"n_application": now}}
    measure = MEASURES["n_application"]
    assert _trend(measure, "申請", "全国", series, last_ended=2024) == expected


def test_a_comparison_says_how_far_the_interval_lets_it() -> None:
    names = ("関東局", "近畿局")
    above = (_share("", 480, 1000), _share("", 400, 1000))
    assert findings.versus_title(ADOPTION, "採択率", names, above) == (
        "関東局の採択率は、近畿局を8.0ポイント上回る"
    )
    assert "下回る" in findings.versus_title(ADOPTION, "採択率", names, above[::-1])
    close = (_share("", 41, 100), _share("", 40, 100))
    assert findings.versus_title(ADOPTION, "採択率", names, close) == (
        "関東局と近畿局の採択率の差は、偶然のゆれの範囲内"
    )
    nobody = (_share("", 0, 0), _share("", 40, 100))
    assert findings.versus_title(ADOPTION, "採択率", names, nobody) == "関東局と近畿局"


def test_too_few_firms_are_not_the_same_as_none() -> None:
    measure = MEASURES["mean_sales_yen"]
    assert measure.shown({"mean_sales_yen": None, "n_with_sales": 4}) == "…"
    assert measure.shown({"mean_sales_yen": None, "n_with_sales": 0}) == "-"
    assert measure.shown({"mean_sales_yen": 910_000_000, "n_with_sales": 30}) == "9.1億円"
    assert ADOPTION.shown(_share("", 0, 0)) == "-"
