"""The sentences on adoption and growth say no more than the intervals allow."""

from __future__ import annotations

from typing import Any

import pytest

from language import catalogue, speaking
from pages.growth_parts import findings

NAMES = {"b03": "関東局", "b04": "中部局", "b05": "近畿局", "b06": "中国局"}
WORDS = {"growth": "売上高の伸び", "window": "3年間"}


def _total(slope: float, low: float, high: float, rho: float | None = 0.08) -> dict[str, Any]:
    has = rho is not None
    return {
        "slope": slope if has else None,
        "slope_low": low if has else None,
        "slope_high": high if has else None,
        "rho": rho,
        "rho_low": rho - 0.04 if rho is not None else None,
        "rho_high": rho + 0.04 if rho is not None else None,
    }


def _read(total: dict[str, Any], result: str = "adopted") -> str:
    found = findings.reading(total, result=result, **WORDS)
    assert found is not None
    return found.sentence


def test_a_difference_beyond_its_interval_is_said_with_it() -> None:
    assert _read(_total(0.94, 0.41, 1.44)) == (
        "申請の前年度からの3年間で、採択企業の売上高の伸びは、不採択企業を平均で0.9ポイント上回った"
        "（95%区間 0.4〜1.4ポイント）。"
    )


def test_a_negative_difference_is_said_the_right_way_round() -> None:
    assert _read(_total(-0.9, -1.4, -0.4)).endswith(
        "平均で0.9ポイント下回った（95%区間 0.4〜1.4ポイント）。"
    )


def test_a_difference_within_chance_is_no_difference() -> None:
    sentence = _read(_total(0.3, -0.2, 0.8))
    assert "差があるとはいえない" in sentence
    assert "+0.3ポイント（95%区間 ▲0.2〜+0.8ポイント）" in sentence


def test_a_correlation_says_how_weak_it_is() -> None:
    assert _read(_total(0, 0, 0, rho=0.08), "granted") == (
        "採択額が高い申請ほど、その後3年間の売上高の伸びが大きい。順位の相関は+0.08"
        "（95%区間 +0.04〜+0.12）で、ごく弱い関係。"
    )
    assert "関係があるとはいえない" in _read(_total(0, 0, 0, rho=0.02), "points")


def test_too_few_are_not_read_at_all() -> None:
    assert findings.reading(_total(0, 0, 0, rho=None), result="adopted", **WORDS) is None


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("result", ["adopted", "granted", "points"])
@pytest.mark.parametrize("rho", [-0.4, -0.08, 0.0, 0.2, 0.6])
def test_no_sentence_speaks_of_an_effect(language: Any, result: str, rho: float) -> None:
    with speaking(language):
        sentence = _read(_total(10 * rho, 10 * rho - 0.5, 10 * rho + 0.5, rho), result)
        assert sentence.count("(") == sentence.count(")")
        for key, words in catalogue(language).items():
            if key.startswith(("growth.", "research.")):
                assert "効果" not in words, key
                assert "effect" not in words.lower(), key


def _spread(p25: float, median: float, p75: float) -> dict[str, Any]:
    return {"p25": p25, "median": median, "p75": p75}


def test_spreads_that_overlap_are_said_to() -> None:
    apart = _total(0.9, 0.4, 1.4)
    title = findings.spread_title(_spread(-1, 2, 5), _spread(-2, 1, 4), apart)
    assert title == "採択企業の伸びは高い側に寄るが、不採択企業と大きく重なる"
    title = findings.spread_title(_spread(8, 9, 10), _spread(-2, 1, 4), apart)
    assert title == "採択企業の伸びは、不採択企業より高い側にある"
    even = findings.spread_title(_spread(-1, 2, 5), _spread(-2, 1, 4), _total(0.3, -0.2, 0.8))
    assert "あるとはいえない" in even
    few = findings.spread_title(_spread(-1, 2, 5), {"median": None}, apart)
    assert "企業が足りず" in few


@pytest.mark.parametrize(
    ("rho", "expected"),
    [
        (0.08, "採択額が高いほど売上高の伸びは大きいが、ごく弱い関係にとどまる"),
        (-0.2, "採択額が高いほど売上高の伸びは小さいが、弱い関係にとどまる"),
        (0.5, "採択額が高いほど、売上高の伸びは大きい"),
        (0.03, "採択額と売上高の伸びに、はっきりした関係は見られない"),
        (None, "件数が足りず、採択額と売上高の伸びの関係を見られない"),
    ],
)
def test_bins_are_read_by_the_correlation(rho: float | None, expected: str) -> None:
    assert findings.bins_title(_total(0, 0, 0, rho), "granted", "売上高の伸び") == expected


def _member(code: str, rho: float | None, is_marked: bool = False) -> dict[str, Any]:
    return {"member_code": code, "rho": rho, "is_marked": is_marked}


def _title(*rows: dict[str, Any]) -> str:
    return findings.relation_title(
        rows, NAMES.__getitem__, metric="rho", result="adopted", counter="growth.counter_bureau"
    )


def test_only_marked_members_are_named_however_large_the_others() -> None:
    rows = [_member("b03", 0.1, True), _member("b04", 0.9), _member("b05", None)]
    assert _title(*rows) == "関東局で、採択と伸びに正の関係が見られる"


def test_many_marked_members_are_counted_and_both_signs_told_apart() -> None:
    up = [_member(code, rho, True) for code, rho in (("b03", 0.1), ("b04", 0.3), ("b05", 0.2))]
    assert _title(*up, _member("b06", 0.0)) == "中部局など3局で、採択と伸びに正の関係が見られる"
    assert _title(*up) == "3局のすべてで、採択と伸びに正の関係が見られる"
    both = [_member("b03", 0.1, True), _member("b06", -0.2, True)]
    assert _title(*both) == "採択と伸びの関係は、関東局で正、中国局で負"


def test_nothing_marked_is_nothing_found_and_too_few_is_no_finding() -> None:
    assert _title(_member("b03", 0.1), _member("b04", 0.9)) == (
        "2局のどこでも、採択と伸びの関係は偶然のゆれを超えない"
    )
    assert _title(_member("b03", None)) == "件数が足りず、採択と伸びの関係を推定できない"


@pytest.mark.parametrize(
    ("rho", "words"),
    [(0.05, "ごく弱い関係"), (-0.1, "弱い関係"), (0.3, "中くらいの関係"), (-0.7, "強い関係")],
)
def test_strength_is_that_of_the_size_whatever_the_sign(rho: float, words: str) -> None:
    assert findings.strength(rho) == words
