"""The card of evidence: numbers, n, reach, sources, snapshot, readers and the way back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from components.evidence_card import Asked, evidence_card
from gate.answer import Answer, Reach, SourceNote
from language import speaking
from tests.components.drawn import (
    AMOUNT,
    MEAN,
    N_FIRM,
    REGION,
    answer,
    check_children,
    find,
    prop,
    words,
)


def pairs(drawn: Any) -> dict[str, str]:
    """What the outer list of the card says, by its terms."""
    outer = find(drawn, "Dl")[0].children
    return {words(outer[i]): words(outer[i + 1]) for i in range(0, len(outer), 2)}


def given(frame: pd.DataFrame | None = None, **changes: Any) -> Answer:
    whole = pd.DataFrame({"n_firm": [312], "amount_yen": [10], "amount_per_firm_yen": [5]})
    made = answer(whole if frame is None else frame, (N_FIRM, AMOUNT, MEAN))
    return replace(made, **changes)


def test_numbers_are_defined_with_their_parts_unit_and_protection() -> None:
    said = pairs(evidence_card(given()))
    assert "交付額 ÷ 交付先" in said["1者あたり交付額"]
    assert "単位：社" in said["交付先"]
    assert "秘匿処理" in said["交付額"]
    check_children(evidence_card(given()))


def test_what_is_drawn_comes_first_and_the_rest_is_folded() -> None:
    drawn = evidence_card(given(), ("amount_per_firm_yen",))
    assert list(pairs(drawn))[:2] == ["1者あたり交付額", "ほかの列"]
    folded = find(drawn, "Details")[0]
    assert words(find(folded, "Summary")) == "CSVのほかの列（2）"
    assert not find(evidence_card(given()), "Details")


def test_the_count_is_that_of_the_whole() -> None:
    assert pairs(evidence_card(given()))["件数"] == "交付先 312社　1行"


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("member_code", ["", "04"], "交付先 7社　2行"),
        ("region_code", ["04", ""], "交付先 2社　2行"),
        ("series", ["selected", "nation"], "交付先 7社　2行"),
        ("series", ["selected", "selected"], "2行"),
        ("fiscal_year", [2023, 2024], "2行"),
    ],
)
def test_without_one_row_of_the_whole_only_rows_are_counted(
    column: str, values: list[Any], expected: str
) -> None:
    frame = pd.DataFrame({column: values, "n_firm": [7, 2]})
    assert pairs(evidence_card(given(frame)))["件数"] == expected


def test_reach_sources_and_snapshot_are_named() -> None:
    said = pairs(evidence_card(given()))
    assert said["いつまでの記録か"] == "令和8年10月31日まで"
    assert "3ファイル" in said["出典"]
    assert "令和8年11月20日到着" in said["出典"]
    assert said["スナップショット"] == "2026-11-20-a3f1令和8年11月20日 6時12分 更新"


def test_sources_that_reach_differently_give_a_span() -> None:
    notes = tuple(
        SourceNote("gbiz_subsidy", None, day, 1) for day in (date(2026, 3, 31), date(2025, 3, 31))
    )
    said = pairs(evidence_card(given(sources=notes)))["いつまでの記録か"]
    assert said == "令和8年3月31日まで（最も古い出典は令和7年3月31日まで）"
    assert "いつまでの記録か" not in pairs(evidence_card(given(sources=())))


def test_who_may_see_it_is_what_the_gate_found() -> None:
    firm = Reach(frozenset({"firm", "open"}), frozenset({"firm"}))
    said = pairs(evidence_card(given(reach=firm)))["見られる人"]
    assert said.startswith("中小企業庁、地方経済産業局、関係機関、分析担当")
    assert "経営指導員" not in said
    assert "管内" in said
    released = Reach(frozenset({"released"}))
    assert "経営指導員" in pairs(evidence_card(given(reach=released)))["見られる人"]
    assert "見られる人" not in pairs(evidence_card(given()))


def test_the_link_can_be_opened_and_copied() -> None:
    drawn = evidence_card(given(), link="/awards?year=2024#map")
    assert words(find(drawn, "A", href="/awards?year=2024#map")) == "この図を開く"
    button = find(drawn, "Button")[0]
    assert prop(button, "data-lens-copy") == "/awards?year=2024#map"
    assert find(drawn, "Span", role="status")


def test_a_missing_count_is_not_written() -> None:
    frame = pd.DataFrame({"region_name": ["a"], "n_firm": [None]})
    made = replace(answer(frame, (REGION, N_FIRM)))
    assert pairs(evidence_card(made))["件数"] == "1行"


@pytest.mark.parametrize("asked", ["", "#", "a=1", "a=#x", "%%%#,,", "a=1&a=2#b,b"])
def test_whatever_is_asked_can_be_read(asked: str) -> None:
    Asked.read(asked)


def test_it_speaks_english() -> None:
    with speaking("en"):
        said = words(evidence_card(given(reach=Reach(frozenset({"firm"}))), ("n_firm",), "/a"))
    assert "Who may see it" in said
    assert "SME Agency" in said
