"""The sentences of the study of research support say no more than the intervals allow."""

from __future__ import annotations

from typing import Any

from pages.research_parts import findings
from store.quantity import Unit

NAMES = {"01": "デザイン", "02": "情報処理", "03": "精密加工", "04": "製造環境"}


def _round(year: int, n: int, adopted: int) -> dict[str, Any]:
    rate = 100 * adopted / n if n else None
    return {"fiscal_year": year, "n_application": n, "n_adopted": adopted, "adoption_rate": rate}


ROUNDS = [_round(2014, 387, 150), _round(2015, 326, 143), _round(0, 6991, 2021)]


def test_counts_are_said_as_they_were_published() -> None:
    assert findings.counts_title(ROUNDS) == "2年間に6,991件が申請し、2,021件（28.9%）が採択された"
    assert findings.counts_title(ROUNDS, 2014) == (
        "平成26年度は387件が申請し、150件（38.8%）が採択された"
    )
    # A year without applications: the whole is said instead.
    assert findings.counts_title(ROUNDS, 2030).startswith("2年間に")
    assert findings.counts_title([_round(0, 0, 0)]) == "この条件の申請はない"


def _gap(year: int, difference: float | None, reach: float = 5e8) -> dict[str, Any]:
    known = difference is not None
    return {
        "event_year": year,
        "difference": difference,
        "difference_low": difference - reach if known else None,  # type: ignore[operator]
        "difference_high": difference + reach if known else None,  # type: ignore[operator]
    }


def test_the_last_year_with_a_difference_is_read_with_its_interval() -> None:
    rows = [_gap(-1, 0.0, 0.0), _gap(7, 15e8), _gap(8, 20.1e8)]
    assert findings.paths_title(rows, "売上高", Unit.YEN) == (
        "採択企業の売上高は、申請の8年後までに、不採択企業より平均20.1億円多く増えた"
    )
    assert findings.gap_interval(rows[-1], Unit.YEN) == "+15.1〜+25.1億円"
    shorter = [_gap(-1, 0.0, 0.0), _gap(7, -15e8), _gap(8, None)]
    assert findings.paths_title(shorter, "売上高", Unit.YEN) == (
        "採択企業の売上高の増え方は、申請の7年後までに、不採択企業より平均15.0億円小さい"
    )


def test_a_difference_within_chance_is_no_finding() -> None:
    rows = [_gap(8, 2e8)]
    assert "偶然のゆれの範囲内" in findings.paths_title(rows, "売上高", Unit.YEN)
    assert findings.paths_title([_gap(8, None)], "売上高", Unit.YEN).startswith("企業が足りず")


def test_only_years_before_the_base_tell_of_an_earlier_difference() -> None:
    assert findings.is_apart_before([_gap(-3, 9e8), _gap(-1, 0.0, 0.0)])
    assert not findings.is_apart_before([_gap(-3, 1e8), _gap(-1, 0.0, 0.0), _gap(3, 9e8)])


def test_persons_keep_one_decimal() -> None:
    assert findings.gap_text(3.26, Unit.PERSON) == "+3.3人"


def _rate(value: float | None, low: float, high: float, **more: Any) -> dict[str, Any]:
    return {
        "n_reported": 0 if value is None else 100,
        "commercialisation_rate": value,
        "commercialisation_low": None if value is None else low,
        "commercialisation_high": None if value is None else high,
        **more,
    }


def test_points_are_compared_by_the_interval_of_the_difference() -> None:
    last, best = _rate(30.0, 22, 39, points_quarter=1), _rate(50.0, 40, 60, points_quarter=4)
    assert findings.score_title([last, best], "完了3年後") == (
        "評価点の上位4分の1は、下位4分の1より完了3年後の事業化率が20.0ポイント高い"
    )
    near = _rate(38.0, 29, 48, points_quarter=4)
    assert "差があるとはいえない" in findings.score_title([last, near], "完了3年後")
    few = best | {"n_reported": 9}
    assert "報告が少なく" in findings.score_title([last, few], "完了3年後")
    none = _rate(None, 0, 0, points_quarter=4)
    assert "まだ分からない" in findings.score_title([last, none], "完了3年後")


def test_the_share_is_that_of_the_year_looked_at() -> None:
    rows = [
        _rate(12.0, 9, 15, years_since_completion=1),
        _rate(43.2, 39, 47, years_since_completion=3),
    ]
    assert findings.rate_title(rows, 3) == "完了3年後に報告した100件のうち、43.2%が事業化していた"
    assert findings.rate_title(rows, 5) == "完了5年後の報告はまだない"


def _field(code: str, commercialised: int) -> dict[str, Any]:
    """One of a hundred reports each; the interval is some ten points wide to either side."""
    rate = float(commercialised)
    counts = {"n_commercialised": commercialised, "member_code": code}
    return _rate(rate, rate - 10, rate + 10, **counts)


def _breakdown(*rows: dict[str, Any]) -> str:
    whole = _rate(40.0, 38, 42)
    return findings.breakdown_title(rows, whole, NAMES.__getitem__, "technology")


def test_fields_are_named_only_beyond_their_intervals_and_chance() -> None:
    assert _breakdown(_field("01", 56), _field("02", 42), _field("03", 25)) == (
        "事業化率は、デザインで全体を上回り、精密加工で下回る"
    )
    assert _breakdown(_field("02", 45)) == (
        "事業化率に、偶然のゆれを超える技術分野別の差は見られない"
    )
    # Alone 51 of 100 would be beyond chance; as the most of twenty it is not.
    assert "デザイン" in _breakdown(_field("01", 51))
    many = [_field(f"x{i}", 40) for i in range(19)]
    assert "見られない" in _breakdown(*many, _field("01", 51))


def test_projects_of_no_known_field_are_not_named() -> None:
    assert "見られない" in _breakdown(_field("?", 70), _field("02", 42))


def test_the_funnel_counts_among_those_that_can_be_followed() -> None:
    stages = {"followed": 1500, "commercialised": 600, "sold": 450}
    rows = [{"stage": stage, "n": n} for stage, n in stages.items()]
    assert findings.funnel_title(rows, "完了3年後") == (
        "完了3年後まで追える1,500件のうち、600件（40.0%）が事業化し、450件が売上を得た"
    )
    assert "まだない" in findings.funnel_title([{"stage": "followed", "n": 0}], "完了3年後")
