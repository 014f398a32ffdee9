"""The sentences on a matched comparison say no more than its band and its balance allow."""

from __future__ import annotations

from typing import Any

import pytest

from language import speaking
from pages.matching_parts.findings import (
    Named,
    balance_title,
    caveat,
    exit_title,
    group_title,
    p_text,
    path_title,
    plain_sentence,
    ratio_text,
    reading,
)
from pages.matching_parts.head import checks
from store.quantity import Unit

NAMED = Named("よろず支援拠点", "利用企業", "似た非利用企業", "売上高", Unit.PERCENT)
ALIKE: list[dict[str, Any]] = [{"smd_after": 0.06}, {"smd_after": -0.04}, {"smd_after": None}]


def _row(event: int, value: float | None, low: float = 0.0, high: float = 0.0) -> dict[str, Any]:
    ends = (None, None) if value is None else (low, high)
    return {
        "event_year": event,
        "difference": value,
        "difference_low": ends[0],
        "difference_high": ends[1],
    }


def _read(*path: dict[str, Any], balance: Any = ALIKE) -> str:
    with speaking("ja"):
        found = reading(NAMED, balance, path, 3)
    return f"{found.before}{found.number}{found.after}"


def test_a_difference_is_named_with_its_number_and_band() -> None:
    assert _read(_row(3, 2.8, 1.6, 4.0)) == (
        "よろず支援拠点の利用企業の売上高は、3年後に、似た非利用企業を2.8%上回った"
        "（95%同時区間 1.6〜4.0%）。"
    )
    assert "2.8%下回った（95%同時区間 1.6〜4.0%）" in _read(_row(3, -2.8, -4.0, -1.6))


def test_a_band_that_holds_zero_names_no_difference() -> None:
    found = _read(_row(3, 1.0, -1.0, 3.0))
    assert "差があるとはいえない" in found
    assert "上回った" not in found


@pytest.mark.parametrize("worst", [0.26, -0.9])
def test_nothing_is_concluded_where_both_sides_are_apart(worst: float) -> None:
    found = _read(_row(3, 9.0, 8.0, 10.0), balance=[{"smd_after": worst}])
    assert "結論を示さない" in found
    assert "9.0" not in found


def test_nothing_is_concluded_of_too_few() -> None:
    assert "30社に満たない" in _read(_row(3, None))
    assert "30社に満たない" in _read()


def test_no_sentence_speaks_of_an_effect() -> None:
    assert "効果" not in _read(_row(3, 2.8, 1.6, 4.0)) + _read(_row(3, 1.0, -1.0, 3.0))


def test_titles_say_from_when_to_when_the_band_is_apart() -> None:
    path = [_row(-1, 0.0), _row(0, 0.5, -1, 2), _row(1, 2.0, 1, 3), _row(2, 3.0, 1, 5)]
    with speaking("ja"):
        assert path_title(NAMED, path, False) == "売上高は、1年後から2年後に利用企業が上回る"
        assert path_title(NAMED, path, True) == "売上高の推移"
        assert "ない" in path_title(NAMED, path[:2], False)
        gap = [*path, _row(3, 1.0, -1, 3), _row(4, 4.0, 1, 7)]
        assert (
            path_title(NAMED, gap, False) == "売上高は、1年後から4年後のうち3年で利用企業が上回る"
        )
        assert path_title(NAMED, path[:3], False) == "売上高は、1年後に利用企業が上回る"
        turned = [*path, _row(3, -2.0, -3, -1)]
        assert "向きが違う" in path_title(NAMED, turned, False)


def test_titles_of_balance_and_exit_follow_the_numbers() -> None:
    with speaking("ja"):
        assert "0.1以内" in balance_title(ALIKE)
        assert "0.15残る" in balance_title([{"smd_after": 0.15}])
        assert "比べられない" in balance_title([{"smd_after": 0.5}])
        assert "企業が足りず" in balance_title([{"smd_after": None}])
        left = {"kind": "default", "user_share": 2.0, "control_share": 3.0}
        rows = [left | _row(3, -1.0, -2.0, -0.5)]
        assert "少ない" in exit_title(NAMED, rows, 3)
        assert exit_title(NAMED, rows, 3, is_blocked=True) == "3年後までの退出"
        nobody = left | {"user_share": 0.0, "control_share": 0.0} | _row(3, 0.0)
        assert "記録はない" in exit_title(NAMED, [nobody], 3)
        assert "企業が足りず" in exit_title(NAMED, [], 3)


def _group(value: float, *, is_marked: bool, rate: float | None = 0.01) -> dict[str, Any]:
    return {"difference": value, "is_marked": is_marked, "false_discovery": rate}


def test_the_title_of_sub_groups_counts_what_is_marked() -> None:
    whole = _group(2.0, is_marked=False, rate=None)
    up, down = _group(3.0, is_marked=True), _group(-3.0, is_marked=True)
    even, merged = _group(1.0, is_marked=False, rate=0.4), _group(2.0, is_marked=False, rate=None)

    def title(*rows: dict[str, Any], is_blocked: bool = False) -> str:
        return group_title(NAMED, [whole, *rows], "地域", is_blocked=is_blocked)

    with speaking("ja"):
        assert title(up, even, merged) == "地域の2区分のうち1区分で、利用企業が上回るといえる"
        assert "下回る" in title(down, even)
        assert "向きが違う" in title(up, down)
        assert "ない" in title(even)
        assert title(up, is_blocked=True) == title(merged) == "地域ごとの差"


def test_a_plain_comparison_is_told_with_what_was_there_before() -> None:
    rows = [
        {"event_year": event, "plain_difference": 100 * (ratio - 1), "plain_ratio": ratio}
        for event, ratio in ((-1, 60.4), (3, 62.05))
    ]
    with speaking("ja"):
        said = plain_sentence(NAMED, rows, 3)
        assert "62倍" in said
        assert "前年度にすでに60倍" in said
        yen = [{**row, "plain_ratio": float("nan")} for row in rows]
        assert "正しい比較ではありません" in plain_sentence(NAMED, yen, 3)
        assert plain_sentence(NAMED, rows[:1], 3) == ""
        assert ratio_text(9.96) == "10.0"
        assert p_text(0.0025) == "0.01未満"
        assert p_text(0.254) == "0.25"
        assert ratio_text(None) == "…"


def _check(name: str, **values: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("value", "low", "high", "p_value")) | {"unit": "percent"}
    return {"check": name, "is_good": False, **empty, **values}


def test_where_no_difference_is_found_no_check_asks_how_far_it_holds() -> None:
    rows = [
        _check("hidden_bias", value=1.0),
        _check("shuffled", p_value=0.5),
        _check("survivors", value=1.0, low=-2.0, high=3.0),
        _check("placebo", value=1.0, low=0.5, high=1.5),
    ]
    with speaking("ja"):
        even = checks(rows, _row(3, 1.0, -1.0, 3.0))
        apart = checks(rows, _row(3, 2.0, 1.0, 3.0))
    assert [check.is_good for check in even] == [None, True, True, False]
    assert not any(check.is_good for check in apart)
    assert "Γ=1.00" in apart[0].detail


@pytest.mark.parametrize("figure", ["path", "effect", "group", "exit"])
def test_where_balance_fails_every_figure_says_first_that_it_shows_no_result(figure: str) -> None:
    with speaking("ja"):
        plain, blocked = (caveat(figure, is_blocked=is_blocked) for is_blocked in (False, True))
    assert blocked.endswith(plain)
    assert blocked.startswith("前年の姿が釣り合っていないため")
    assert "釣り合っていない" not in plain
