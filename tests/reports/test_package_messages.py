"""What key messages and titles may say of numbers, rule by rule."""

from __future__ import annotations

from decimal import Decimal

import pytest

from language import catalogue
from reports.package.cells import layout_shapes
from reports.package.messages import (
    LONGEST_TITLE,
    amount_comparison,
    chance,
    change_title,
    comparison,
    rate_title,
    unbroken,
)
from reports.package.values import (
    NOT_RELEASED,
    NOTHING,
    Value,
    X,
    interval,
    quotient,
    rate,
    rounded,
    total,
)


def _value(number: str) -> Value:
    return Value(Decimal(number))


@pytest.mark.parametrize(
    ("own", "other", "said"),
    [
        ("40.2", "40.3", "で、全国の40.3%とほぼ同じです。"),
        ("40.2", "40.6", "で、全国の40.6%とほぼ同じです。"),
        ("40.2", "40.7", "で、全国の40.7%を0.5ポイント下回ります。"),
        ("40.2", "38.5", "で、全国の38.5%を1.7ポイント上回ります。"),
    ],
)
def test_a_gap_under_half_a_point_is_nearly_the_same(own: str, other: str, said: str) -> None:
    assert unbroken(comparison(_value(own), [("全国", _value(other))])) == said


def test_two_others_make_one_sentence_and_hidden_ones_are_left_out() -> None:
    others = [("東北局", _value("40.3")), ("宮城県", X), ("全国", _value("41.9"))]
    said = unbroken(comparison(_value("40.2"), others))
    assert said == "で、東北局の40.3%とほぼ同じで、全国の41.9%を1.7ポイント下回ります。"


@pytest.mark.parametrize("hidden", [X, NOTHING, NOT_RELEASED])
def test_nothing_is_compared_with_what_is_not_there(hidden: Value) -> None:
    assert unbroken(comparison(_value("40.2"), [("全国", hidden)])).startswith("です。")
    low, high = _value("35.3"), _value("45.2")
    assert chance(_value("40.2"), low, high, ("全国", hidden)) == ""
    title = unbroken(rate_title("採択率", "宮城県", _value("40.2"), low, high, ("全国", hidden)))
    assert title == "宮城県の採択率"
    assert unbroken(change_title("交付額", "宮城県", "2025年度", hidden, low)) == "宮城県の交付額"


@pytest.mark.parametrize(
    ("other", "said"),
    [("41.9", "揺れの範囲内です"), ("46.0", "その理由はこの集計からはわかりません"), ("40.4", "")],
)
def test_a_gap_is_set_against_chance(other: str, said: str) -> None:
    found = chance(_value("40.2"), _value("35.3"), _value("45.2"), ("全国", _value(other)))
    assert said in unbroken(found)
    assert bool(found) == bool(said)


@pytest.mark.parametrize(
    ("other", "title"),
    [
        ("40.4", "宮城県の採択率は全国とほぼ同じ"),
        ("41.9", "宮城県の採択率は全国を1.7ポイント下回るが、揺れの範囲内"),
        ("20.0", "宮城県の採択率は全国を20.2ポイント上回る"),
    ],
)
def test_a_title_says_no_more_than_the_interval(other: str, title: str) -> None:
    bounds = (_value("35.3"), _value("45.2"))
    found = rate_title("採択率", "宮城県", _value("40.2"), *bounds, ("全国", _value(other)))
    assert unbroken(found) == title


def test_a_title_that_is_too_long_is_said_plainly() -> None:
    long = "神奈川県・専門・技術サービスのとても長い名前の地域"
    bounds = (_value("35.3"), _value("45.2"))
    found = rate_title("採択率", long, _value("40.2"), *bounds, ("全国・全業種", _value("41.9")))
    assert unbroken(found) == f"{long}の採択率"
    assert len(unbroken(found)) <= LONGEST_TITLE


@pytest.mark.parametrize(
    ("before", "now", "word"),
    [("100", "104", "ほぼ同じ"), ("100", "106", "増えた"), ("100", "94", "減った")],
)
def test_an_amount_that_changes_little_is_called_level(before: str, now: str, word: str) -> None:
    found = change_title("交付額", "宮城県", "2025年度", _value(before), _value(now))
    assert word in unbroken(found)


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("104.9", "100.0百万円とほぼ同じです"),
        ("126.4", "100.0百万円を26%上回ります"),
        ("73.6", "100.0百万円を26%下回ります"),
    ],
)
def test_a_mean_beside_another_says_how_far_and_not_why(own: str, said: str) -> None:
    found = unbroken(amount_comparison(_value(own), ("全分野", _value("100.0")), "百万円"))
    assert f"全分野の{said}" in found
    assert "偏りやすい" in found or "理由はこの集計からはわかりません" in found


def test_a_mean_with_nothing_shown_beside_it_stands_alone() -> None:
    own = _value("100.0")
    alone = amount_comparison(own, ("", own), "百万円")
    assert "個々の見込みではありません" in unbroken(alone)
    assert amount_comparison(own, ("全分野", X), "百万円") == alone


def test_what_rests_on_a_hidden_number_is_hidden() -> None:
    ten, zero = _value("10"), _value("0")
    assert rate(ten, X) == rate(X, ten) == X
    assert interval(ten, X) == (X, X)
    assert quotient(X, ten) == X
    assert total([ten, X, NOTHING]) == X
    assert total([ten, NOT_RELEASED]) == NOT_RELEASED
    assert total([ten, NOTHING]) == ten
    assert rate(zero, zero) == NOTHING


def test_numbers_are_rounded_half_away_from_zero_and_printed_as_the_house_does() -> None:
    assert rounded(Decimal("0.05"), 1).shown() == "0.1"
    assert rounded(Decimal("-1234.5")).shown() == "▲1,235"
    assert rounded(Decimal("-0.04"), 1).shown() == "0.0"
    assert [value.shown() for value in interval(_value("149"), _value("371"))] == ["35.3", "45.2"]


def test_a_layout_releases_all_coarser_cells_too() -> None:
    shapes = layout_shapes("bureau*industry prefecture")
    assert ("prefecture", frozenset()) in shapes
    assert ("nation", frozenset({"industry"})) in shapes
    assert ("prefecture", frozenset({"industry"})) not in shapes


def test_no_words_of_the_packages_rank_promise_or_claim_an_effect() -> None:
    said = {k: w for k, w in catalogue("ja").items() if k.startswith("package.")}
    # What must not be said is named in one place, to forbid it.
    del said["package.never"]
    for words in said.values():
        for forbidden in (
            "最も優れ",
            "1位",
            "ランキング",
            "必ず",
            "確実",
            "効果",
            "受かる",
            "見込める",
        ):
            assert forbidden not in words
