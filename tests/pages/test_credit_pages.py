"""The pages on credit strength and on its model, laid out from answers over a little store."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import dash
import pandas as pd
import pytest

from gate.actor import Role
from language import LANGUAGES, Language, speaking
from pages.credit_map_parts import findings
from queries.parameters import CreditMapParameters
from stats import credit_comparison, credit_map, credit_movement
from tests.components.drawn import check_children, find, walk, words
from tests.pages.made_answers import Frames, read_by
from tests.queries.little_credit import credit_store, scores, uses

PARTS = ("train", "calibration", "test")


@pytest.fixture(scope="module")
def pages() -> dict[str, ModuleType]:
    # Pages register with an application.
    dash.Dash("credit", use_pages=True, pages_folder="")
    from pages import credit_list as list_page
    from pages import credit_map as map_page
    from pages import credit_model as model_page

    return {"map": map_page, "model": model_page, "list": list_page}


def _quality() -> pd.DataFrame:
    shared = {"n": 4000, "n_default": 60, "auc": 0.86, "auc_low": 0.84, "auc_high": 0.88}
    shared |= {"accuracy_ratio": 0.72, "observed_expected": 1.06, "observed_expected_low": 0.95}
    shared |= {"observed_expected_high": 1.19, "brier": 0.0128, "brier_base": 0.0139}
    shared |= {"slope": 0.91, "intercept": -0.2, "psi": 0.02, "psi_by_chance": 0.001}
    rows = [
        {"slice": "part", "slice_code": p, "part": p, "first_year": 2014 + i, "last_year": 2014 + i}
        for i, p in enumerate(PARTS)
    ]
    rows += [
        {"slice": "year", "slice_code": str(y), "part": p, "first_year": y, "last_year": y}
        for y, p in ((2014, "train"), (2015, "gap"), (2016, "test"))
    ]
    rows += [{"slice": "industry", "slice_code": "E", "part": "test"}]
    rows += [{"slice": "size", "slice_code": "?", "part": "test"}]
    frame = pd.DataFrame([shared | row for row in rows])
    frame.loc[frame["slice"] == "size", ["auc", "auc_low", "auc_high"]] = None
    return frame


def _model() -> Frames:
    rates = [
        {"decile": i, "n": 400, "n_default": i, "expected_rate": i / 5, "observed_rate": i / 4,
         "observed_low": i / 10, "observed_high": i / 2}
        for i in range(1, 11)
    ]  # fmt: skip
    rates[0] |= {"n_default": 0, "observed_rate": 0.0, "observed_low": 0.0}
    terms = [
        {"kind": "intercept", "term": "", "estimate": -5.0, "error": 0.1},
        {"kind": "ratio", "term": "equity_ratio", "estimate": -0.7, "error": 0.1, "low": -0.9,
         "high": 0.98, "transform": "winsorised"},
        {"kind": "above", "term": "debt_years", "estimate": 0.1, "error": 0.1,
         "transform": "neglog"},
        {"kind": "missing", "term": "debt_years", "estimate": 0.2, "error": 0.1},
        {"kind": "industry", "term": "E", "estimate": 0.2, "error": 0.1},
        {"kind": "line", "term": "slope", "estimate": 1.02, "error": 0.03},
        *({"kind": "industry", "term": "?", "estimate": 0.1, "error": 0.1} for _ in range(9)),
    ]  # fmt: skip
    return {
        "credit_model_quality": _quality(),
        "credit_model_calibration": pd.DataFrame(rates),
        "credit_model_terms": pd.DataFrame(terms),
    }


def _answered(firms: int, versus: str = "") -> Frames:
    """What the questions answer over a little store of so many firms."""
    connection, store = credit_store(scores(3, firms), uses(3, firms))
    asked = CreditMapParameters(year="0", measure="sapoin", versus_measure=versus)
    questions = (
        *credit_map.QUESTIONS,
        credit_comparison.QUESTION,
        *credit_movement.QUESTIONS,
    )
    frames = {question.name: question.answer(store, asked) for question in questions}
    connection.close()
    size = pd.DataFrame({"n_firm": [firms]})
    return {**frames, **_model(), "credit_list_size": size}


@pytest.fixture(scope="module")
def frames() -> Frames:
    return _answered(300)


def _links(page: Any) -> list[str]:
    return [link.href for link in find(page, "A")]


def _drawn(graph: Any) -> str:
    """The words of a drawing: titles of its axes, and what is said over its marks."""
    hovers = (str(trace.hovertext) for trace in graph.figure.data if trace.hovertext is not None)
    return str(graph.figure.layout) + "".join(hovers)


@pytest.mark.parametrize("role", [Role.MINISTRY, Role.ANALYST, Role.BUREAU, Role.AGENCY])
@pytest.mark.parametrize("name", ["map", "model"])
def test_who_may_see_aggregates_sees_the_page(
    monkeypatch: pytest.MonkeyPatch,
    pages: dict[str, ModuleType],
    frames: Frames,
    name: str,
    role: Role,
) -> None:
    read_by(monkeypatch, frames, role)
    page = pages[name].layout()
    check_children(page)
    assert find(page, "Graph")
    assert find(page, "Dl", className="sl-keys")


@pytest.mark.parametrize("role", [Role.CHAMBER, Role.OPERATOR, Role.ADMIN])
@pytest.mark.parametrize("name", ["map", "model"])
def test_who_may_not_is_told_and_nothing_is_asked(
    monkeypatch: pytest.MonkeyPatch,
    pages: dict[str, ModuleType],
    frames: Frames,
    name: str,
    role: Role,
) -> None:
    asked = read_by(monkeypatch, frames, role)
    assert not find(pages[name].layout(), "Graph")
    assert asked == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("map", {}),
        ("map", {"table": "plane,movement", "who": "others"}),
        ("map", {"quadrant": "weak_growing", "window": "1", "later": "5", "year": "2018"}),
        ("map", {"growth_of": "employees", "table": "plane,movement"}),
        ("list", {"growth_of": "employees", "listed": "everyone"}),
        ("map", {"region": "20201", "industry": "24", "size": "s1"}),
        ("list", {"quadrant": "weak_growing"}),
        ("list", {"quadrant": "weak_growing", "listed": "everyone"}),
        ("model", {}),
        ("model", {"table": "calibration,quality,terms"}),
    ],
)
def test_every_view_is_drawn_in_both_languages(
    monkeypatch: pytest.MonkeyPatch,
    pages: dict[str, ModuleType],
    frames: Frames,
    name: str,
    query: dict[str, str],
    language: Language,
) -> None:
    read_by(monkeypatch, frames, Role.MINISTRY)
    with speaking(language):
        page = pages[name].layout(**query)
        check_children(page)
        said = words(page)
    assert "nan" not in said.lower().replace("finan", "")
    assert "None" not in said
    assert "{" not in said
    ids = [str(part.id) for part in walk(page) if getattr(part, "id", None)]
    assert len(ids) == len(set(ids))


def test_every_figure_has_its_definition_and_its_file(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType], frames: Frames
) -> None:
    read_by(monkeypatch, frames, Role.MINISTRY)
    for name in ("map", "model"):
        for figure in find(pages[name].layout(), "Figure"):
            said = words(figure)
            assert "定義" in said, figure.id
            assert "CSV" in said, figure.id


@pytest.mark.parametrize(
    ("query", "said", "unsaid"),
    [({}, "売上高", "従業員数"), ({"growth_of": "employees"}, "従業員数", "売上高")],
)
def test_every_part_says_whose_growth_it_shows(
    monkeypatch: pytest.MonkeyPatch,
    pages: dict[str, ModuleType],
    frames: Frames,
    query: dict[str, str],
    said: str,
    unsaid: str,
) -> None:
    """Axes, hover texts, notes and heads of tables name the growth asked of and no other."""
    read_by(monkeypatch, frames, Role.MINISTRY)
    for shown in ({}, {"table": "plane,movement"}):
        page = pages["map"].layout(**query, **shown)
        for name in ("plane", "quadrants", "movement", "transition"):
            figure = find(page, "Figure", id=name)[0]
            parts = words(figure) + "".join(map(_drawn, find(figure, "Graph")))
            assert said in parts, name
            assert unsaid not in parts, name
    shown_list = pages["list"].layout(**query)
    heads = find(shown_list, "AgGrid", id="credit-list")[0].columnDefs
    assert f"{said}の成長" in str(heads)
    assert f"{said}の年率" in words(find(shown_list, "Figure", id="rows")[0])


def test_the_other_growth_stands_in_the_ways_down_and_in_the_files(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType], frames: Frames
) -> None:
    read_by(monkeypatch, frames, Role.MINISTRY)
    page = pages["map"].layout(growth_of="employees")
    ways = [to for to in _links(page) if "/mapping/list?" in to or "/export/" in to]
    assert len(ways) > 5
    assert all("growth_of=employees" in to for to in ways)
    assert not any("growth_of" in to for to in _links(pages["map"].layout()) if "/export/" in to)


def test_a_row_of_the_quadrants_narrows_the_page_to_it(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType], frames: Frames
) -> None:
    read_by(monkeypatch, frames, Role.MINISTRY)
    links = _links(find(pages["map"].layout(), "Figure", id="quadrants"))
    assert any("quadrant=weak_growing" in link for link in links)


def test_the_page_says_that_it_shows_no_effect(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType], frames: Frames
) -> None:
    read_by(monkeypatch, frames, Role.MINISTRY)
    assert "施策の効果は、この図からは分かりません" in words(pages["map"].layout())


def test_a_municipality_becomes_its_prefecture(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType], frames: Frames
) -> None:
    read_by(monkeypatch, frames, Role.MINISTRY)
    said = words(pages["map"].layout(region="20201"))
    assert "長野県" in said
    assert "長野市" not in said


def test_without_a_model_both_pages_say_why(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType]
) -> None:
    nothing = {**_answered(0), **{name: frame.iloc[:0] for name, frame in _model().items()}}
    read_by(monkeypatch, nothing, Role.MINISTRY)
    for name in ("map", "model"):
        laid = pages[name].layout()
        assert "100件以上" in words(laid)
        assert not find(laid, "Graph")


def test_a_selection_without_statements_offers_what_to_relax(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType]
) -> None:
    read_by(monkeypatch, _answered(0), Role.MINISTRY)
    page = pages["map"].layout(industry="G")
    assert find(page, "Div", className="sl-empty")
    assert "条件をすべて外す" in words(page)


def test_few_users_are_counted_and_not_compared(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType]
) -> None:
    read_by(monkeypatch, _answered(8), Role.MINISTRY)
    said = words(pages["map"].layout())
    assert "全企業と比べられない" in said
    assert "動きを比べられない" in said


@pytest.mark.parametrize(
    ("low", "high", "part"),
    [(-0.4, 1.1, "違うとはいえない"), (0.2, 1.1, "高くなった"), (-2.0, -0.1, "低くなった")],
)
def test_a_movement_is_said_only_beyond_chance(low: float, high: float, part: str) -> None:
    row = {"dx": (low + high) / 2, "dx_low": low, "dx_high": high}
    assert part in findings.movement_title(row, "3年後", "利用企業", "ほかの企業")


@pytest.mark.parametrize(
    ("low", "high", "part"),
    [(-1.0, 3.0, "違うとはいえない"), (0.5, 3.0, "Aの方がBより"), (-4.0, -1.0, "低い")],
)
def test_two_measures_are_told_apart_only_beyond_chance(low: float, high: float, part: str) -> None:
    row = {"quadrant": "weak_growing", "share_difference": (low + high) / 2}
    row |= {"share_difference_low": low, "share_difference_high": high}
    assert part in findings.comparison_title([row], "A", "B")
    assert "比べられない" in findings.comparison_title([row | {"share_difference": None}], "A", "B")


def test_a_second_measure_stands_beside_the_first_in_every_figure(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType]
) -> None:
    read_by(monkeypatch, _answered(300, versus="support_yorozu"), Role.MINISTRY)
    page = pages["map"].layout(versus_measure="yorozu_two", table="movement")
    check_children(page)
    figures = {str(figure.id): words(figure) for figure in find(page, "Figure")}
    for name in ("plane", "comparison", "movement", "transition"):
        assert "2度目の相談" in figures[name], name
    graph = next(part for part in find(page, "Graph") if "plane" in str(part.id))
    assert len({trace["marker"]["color"] for trace in graph.figure.data[2:]}) == 2


def test_a_chosen_quadrant_narrows_the_key_figure_and_leads_to_its_firms(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType], frames: Frames
) -> None:
    quadrants = frames["credit_quadrants"].set_index("quadrant")
    read_by(monkeypatch, frames, Role.MINISTRY)
    page = pages["map"].layout(quadrant="weak_growing")
    assert f"{quadrants['n_user'].to_dict()['weak_growing']}社" in words(
        find(page, "Dl", className="sl-keys")[0]
    )
    assert any("/mapping/list" in to and "weak_growing" in to for to in _links(page))


def test_an_agency_is_shown_no_way_to_firms(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, ModuleType], frames: Frames
) -> None:
    read_by(monkeypatch, frames, Role.AGENCY)
    assert not any("/mapping/list" in to for to in _links(pages["map"].layout()))
