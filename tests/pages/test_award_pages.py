"""The drill-down and its list, drawn for every role under ordinary and odd filters."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from dash.development.base_component import Component
from flask import g
from plotly.utils import PlotlyJSONEncoder

from app import LensDash, create_app
from gate.actor import Actor
from gate.demo import DEMO_ACCOUNTS
from language import speaking
from settings import Settings
from tests.components.drawn import check_children, find, prop, words

Draw = Callable[..., Component]
READERS = ("ministry", "bureau-kanto", "agency", "analyst")
MEASURES = (
    "adoption_rate",
    "n_application",
    "n_adopted",
    "granted_yen",
    "granted_per_adopted_yen",
    "commercialisation_rate",
    "mean_sales_yen",
    "median_growth",
)
FILTERS: list[dict[str, str]] = [
    {},
    {"year": "0"},
    {"region": "b03"},
    {"region": "20", "year": "0"},
    {"region": "13", "industry": "E"},
    {"industry": "09", "year": "0"},
    {"industry": "?", "year": "0"},
    {"technology": "?"},
    {"technology": "12", "year": "0"},
    {"size": "s1", "year": "0", "after": "1"},
    {"programme": "monodzukuri", "year": "0"},
    {"region": "47", "industry": "B", "size": "s6"},
    {"region": "b03", "versus": "b05", "year": "0"},
    {"industry": "E", "versus_industry": "I", "year": "0"},
    {"region": "b03", "versus": "13", "industry": "E", "versus_industry": "D", "year": "0"},
    {"table": "map,trend,industry,areas,technology", "year": "0"},
    {"map": "ranking", "region": "32", "year": "0"},
    {"sort": "mean_sales_yen", "region": "b05", "year": "0"},
    {"measure": "nonsense", "sort": "nonsense", "map": "nonsense", "table": "'"},
]


@pytest.fixture(scope="module")
def app(demo_dir: Path) -> LensDash:
    return create_app(Settings(data_dir=demo_dir, demo_password="a password for tests only"))


@pytest.fixture(scope="module")
def draw(app: LensDash) -> Draw:
    """Draws a page as its callback would: ``draw("awards", "ministry", region="04")``."""
    layouts = {name: import_module(f"pages.{name}").layout for name in ("awards", "award_list")}

    def drawn(page: str, username: str = "ministry", **query: str) -> Component:
        with app.server.test_request_context("/"):
            g.actor = _actor(username)
            content: Component = layouts[page](**query)
            return content

    return drawn


def _as_json(page: Component) -> str:
    return json.dumps(page, cls=PlotlyJSONEncoder)


def _actor(username: str) -> Actor:
    name, role, regions, programmes = next(a for a in DEMO_ACCOUNTS if a[0] == username)
    return Actor(name, role, regions, programmes)


@pytest.mark.parametrize("query", FILTERS, ids=str)
def test_every_filter_gives_a_whole_page(draw: Draw, query: Mapping[str, str]) -> None:
    page = draw("awards", **query)
    check_children(page)
    assert find(page, "H1")
    shown = words(page)
    assert not re.search(r"\bnan\b|NaN|None|Infinity|NaT", shown), shown
    json.loads(_as_json(page))


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_measure_can_be_drawn(draw: Draw, measure: str, language: Any) -> None:
    with speaking(language):
        for query in ({"year": "0"}, {"region": "b03", "year": "0", "map": "ranking"}):
            shown = words(draw("awards", measure=measure, **query))
            assert not re.search(r"\bnan\b|NaN|None", shown)


@pytest.mark.parametrize("username", READERS)
def test_every_reader_sees_the_whole_page(draw: Draw, username: str) -> None:
    page = draw("awards", username, year="0")
    assert len(find(page, "Figure")) == 8
    assert find(page, "A", href="/awards/list?year=0")


@pytest.mark.parametrize("username", ["chamber-miyagi", "operator", "admin"])
def test_others_are_told_that_they_may_not(draw: Draw, username: str) -> None:
    for name in ("awards", "award_list"):
        page = draw(name, username)
        assert not find(page, "Figure")
        assert "いまの役割では開けません" in words(page)


def test_a_click_on_what_is_chosen_opens_it_again(draw: Draw) -> None:
    page = draw("awards", region="20", industry="E", year="0")
    chosen = [a for a in find(page, "A") if prop(a, "aria_current") == "true"]
    queries = [dict(parse_qsl(urlsplit(a.href).query)) for a in chosen]
    assert any("region" not in q and q.get("industry") == "E" for q in queries)
    tile = next(a for a in chosen if "sl-tile" in (prop(a, "className") or ""))
    assert "region=" not in tile.href
    assert "industry=E" in tile.href


def test_marks_set_their_own_dimension_and_keep_the_others(draw: Draw) -> None:
    page = draw("awards", region="b03", programme="monodzukuri", year="0", measure="n_application")
    rows = [a for item in find(page, "Li") for a in find(item, "A")]
    sizes = [a.href for a in rows if "size=s" in (a.href or "")]
    assert sizes
    for to in sizes:
        query = dict(parse_qsl(urlsplit(to).query))
        assert query["region"] == "b03"
        assert query["programme"] == "monodzukuri"
        assert query["measure"] == "n_application"


def test_an_empty_answer_offers_what_helps_with_what_follows(draw: Draw) -> None:
    page = draw("awards", region="47", industry="B", size="s6", technology="03", year="2016")
    ways = [a for a in find(page, "A") if prop(a, "className") == "btn"]
    assert ways
    assert not find(page, "Figure")
    for way in ways:
        n = int("".join(filter(str.isdigit, words(way).rpartition("（")[2])) or 0)
        query = dict(parse_qsl(urlsplit(way.href).query))
        after = draw("awards", **query)
        if n:
            assert f"{n:,}" in words(after)


def test_a_page_is_small_and_asks_few_questions(
    app: LensDash, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    import gzip

    import gate.session

    asked: list[str] = []
    real = gate.session.gate_of_app

    def counted() -> Any:
        found = real()
        ask = found.ask

        class Counting:
            def __getattr__(self, name: str) -> Any:
                return getattr(found, name)

            def ask(self, actor: Any, question: str, *rest: Any) -> Any:
                asked.append(question)
                return ask(actor, question, *rest)

        return Counting()

    monkeypatch.setattr(gate.session, "gate_of_app", counted)
    page = draw("awards", region="20", year="0")
    assert len(asked) <= 12
    assert len(gzip.compress(_as_json(page).encode(), 5)) < 60_000


def test_the_list_says_how_many_and_that_they_may_be_fewer(draw: Draw) -> None:
    page = draw("award_list", region="13", year="0", decision="adopted")
    shown = words(page)
    assert re.search(r"[\d,]+件の申請", shown)
    assert "同意を取り下げた" in shown
    assert any("decision=adopted" in (a.href or "") for a in find(page, "A") if a.href)
