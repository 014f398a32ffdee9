"""The pages on growth and on research support, laid out from answers made by hand."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import dash
import pandas as pd
import pytest

from gate.actor import Role
from language import LANGUAGES, Language, speaking
from tests.components.drawn import check_children, find, walk, words
from tests.pages.made_answers import growth_frames, read_by, research_frames

READERS = (Role.MINISTRY, Role.ANALYST, Role.BUREAU, Role.AGENCY)
OTHERS = (Role.CHAMBER, Role.OPERATOR, Role.ADMIN)
ANCHORS = ("counts", "paths", "score", "fields", "regions", "rate", "funnel")


@pytest.fixture(scope="module")
def pages() -> dict[str, ModuleType]:
    # Pages register with an application.
    dash.Dash("studies", use_pages=True, pages_folder="")
    from pages import growth, research

    return {"growth": growth, "research": research}


FRAMES = {"growth": growth_frames(), "research": research_frames()}


def _ids(page: Any) -> set[str]:
    return {part.id for part in walk(page) if isinstance(getattr(part, "id", None), str)}


def _links(page: Any) -> list[str]:
    return [link.href for link in find(page, "A")]


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize("name", ["growth", "research"])
def test_who_may_see_aggregates_sees_the_page(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType], name: str, role: Role
) -> None:
    read_by(monkeypatch, FRAMES[name], role)
    page = pages[name].layout()
    check_children(page)
    assert find(page, "Graph")
    assert find(page, "Dl", className="sl-keys")


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("name", ["growth", "research"])
def test_who_may_not_is_told_and_nothing_is_asked(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType], name: str, role: Role
) -> None:
    asked = read_by(monkeypatch, FRAMES[name], role)
    page = pages[name].layout()
    assert asked == []
    assert not find(page, "Graph")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("growth", {}),
        ("growth", {"result": "granted", "metric": "slope", "growth": "profit"}),
        ("growth", {"result": "points", "table": "spread,region,industry"}),
        ("growth", {"region": "20201", "industry": "24", "table": "spread,region,industry"}),
        ("research", {}),
        ("research", {"measure": "employee", "centre": "median", "cohort": "all", "year": "2014"}),
        ("research", {"table": "counts,paths,score,fields,regions,rate,funnel", "region": "20"}),
    ],
)
def test_every_view_is_drawn_in_both_languages(
    monkeypatch: pytest.MonkeyPatch,
    pages: dict[str, ModuleType],
    name: str,
    query: dict[str, str],
    language: Language,
) -> None:
    read_by(monkeypatch, FRAMES[name], Role.MINISTRY)
    if query.get("year") == "2014":
        query = {**query, "year": "2018"}
    with speaking(language):
        page = pages[name].layout(**query)
        check_children(page)
        said = words(page)
    assert "nan" not in said.lower().replace("finan", "").replace("nano", "")
    assert "None" not in said
    assert "{" not in said


def test_the_anchors_of_the_study_are_those_that_other_pages_lead_to(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType]
) -> None:
    read_by(monkeypatch, FRAMES["research"], Role.MINISTRY)
    page = pages["research"].layout()
    assert set(ANCHORS) <= _ids(page)
    assert {f"#{name}" for name in ANCHORS} <= set(_links(page))


def test_no_id_stands_twice_on_a_page(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType]
) -> None:
    tables = {
        "growth": "spread,region,industry",
        "research": "counts,paths,score,fields,regions,rate,funnel",
    }
    for name, shown in tables.items():
        read_by(monkeypatch, FRAMES[name], Role.MINISTRY)
        for query in ({}, {"table": shown}):
            page = pages[name].layout(**query)
            ids = [str(part.id) for part in walk(page) if getattr(part, "id", None)]
            assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)


def test_selection_is_always_said(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType]
) -> None:
    read_by(monkeypatch, FRAMES["research"], Role.MINISTRY)
    assert "もともと伸びる企業を選んだ結果" in words(pages["research"].layout())
    read_by(monkeypatch, FRAMES["growth"], Role.MINISTRY)
    for result in ("adopted", "granted", "points"):
        said = words(pages["growth"].layout(result=result))
        assert "もともと伸びる企業を選んだ結果" in said


def test_the_rows_of_growth_lead_into_the_filter(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType]
) -> None:
    read_by(monkeypatch, FRAMES["growth"], Role.MINISTRY)
    page = pages["growth"].layout(table="region")
    assert any("region=b03" in link for link in _links(find(page, "Figure", id="region")))
    assert "…" in words(find(page, "Figure", id="region"))


def test_every_figure_has_its_definition_and_its_file(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType]
) -> None:
    for name in ("growth", "research"):
        read_by(monkeypatch, FRAMES[name], Role.MINISTRY)
        for figure in find(pages[name].layout(), "Figure"):
            said = words(figure)
            assert "定義" in said, figure.id
            assert "CSV" in said, figure.id


def test_a_year_whose_growth_has_not_ended_offers_all_years(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType]
) -> None:
    nothing = growth_frames(n=0, rho=None)
    read_by(monkeypatch, nothing, Role.MINISTRY)
    page = pages["growth"].layout(year="2024")
    assert "まだそろいません" in words(page)
    assert not find(page, "Graph")


def test_what_would_follow_is_said_before_the_click(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType]
) -> None:
    full, nothing = growth_frames(), growth_frames(n=0, rho=None)
    import gate

    read_by(monkeypatch, full, Role.MINISTRY)
    of_all = gate.ask
    read_by(monkeypatch, nothing, Role.MINISTRY)
    of_none = gate.ask
    monkeypatch.setattr(
        gate, "ask", lambda q, query: (of_all if query.get("year") == "0" else of_none)(q, query)
    )
    page = pages["growth"].layout(year="2024")
    assert "全年度にする（3,702件）" in words(page)
    assert any("year=0" in link for link in _links(find(page, "Div", className="sl-empty")))


def test_too_few_firms_are_not_estimated(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType]
) -> None:
    read_by(monkeypatch, growth_frames(n=6, rho=None), Role.MINISTRY)
    page = pages["growth"].layout()
    assert "10社に満たないため" in words(page)
    assert not find(page, "Section", className="sl-reading sl-section")
    read_by(monkeypatch, research_frames(n=5, reported=0, budget=None), Role.MINISTRY)
    said = words(pages["research"].layout())
    assert "報告がまだありません" in said
    assert "この条件では予算が分からない" in said
    assert "推移を示しません" in said


def test_a_difference_before_the_application_is_warned_of(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType]
) -> None:
    frames = dict(research_frames())
    gaps = frames["research_difference"].copy()
    before = gaps["event_year"] == -3
    gaps.loc[before, ["difference", "difference_low", "difference_high"]] = [5e8, 4e8, 6e8]
    frames["research_difference"] = pd.DataFrame(gaps)
    read_by(monkeypatch, frames, Role.MINISTRY)
    page = pages["research"].layout()
    assert "申請の前から動きが違います" in words(page)
