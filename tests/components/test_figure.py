"""The frame of a figure: source, arrival, edition, definition and file, always."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
import pytest
from dash import html

from components.chart import chart
from components.evidence_card import Asked
from components.figure import figure_frame, figure_grid
from components.numbers import FEW, WITHHELD
from components.table import answer_table
from components.tile_map import Tile, tile_map
from tests.components.drawn import (
    check_children,
    find,
    prop,
    three_prefectures,
    words,
)


def frame(**options: Any) -> Any:
    given: dict[str, Any] = {"answer": three_prefectures(), "name": "map"} | options
    return figure_frame("題", "採択（件）、令和7年度", html.Div("図"), **given)


def test_the_evidence_line_names_source_arrival_and_edition() -> None:
    evidence = words(frame(caveat="返還を差し引く"))
    assert "出典：" in evidence
    assert "令和8年11月20日到着" in evidence
    assert "返還を差し引く" in evidence
    assert "版 a3f1" in evidence
    check_children(frame())


def test_a_day_that_all_sources_share_is_said_once() -> None:
    one = three_prefectures().sources[0]
    same = replace(three_prefectures(), sources=(one, replace(one, source="sapoin_score")))
    evidence = words(frame(answer=same))
    assert "（いずれも令和8年11月20日到着）" in evidence
    assert evidence.count("令和8年11月20日") == 1
    unknown = replace(same, sources=(one, replace(one, source="sapoin_score", received_at=None)))
    assert "いずれも" not in words(frame(answer=unknown))


def test_x_is_explained_where_something_is_withheld_and_only_there() -> None:
    assert "「x」は" in words(frame(answer=three_prefectures(n_withheld=1)))
    assert "「x」は" not in words(frame())
    assert WITHHELD == "x"


def test_invented_numbers_say_so_at_every_figure() -> None:
    assert "架空のデータ" in words(frame(answer=three_prefectures(is_synthetic=True)))
    assert "架空のデータ" not in words(frame())


def test_chart_and_table_lead_to_each_other() -> None:
    assert words(find(frame(table_href="?t=map"), "A", href="?t=map")) == "表で見る"
    assert words(find(frame(table_href="?", is_table=True), "A", href="?")) == "図で見る"


def test_files_say_their_rows_before_the_click() -> None:
    drawn = frame(csv_href="/export/a.csv", xlsx_href="/export/a.xlsx")
    assert words(find(drawn, "A", href="/export/a.csv")) == "CSV 3行"
    assert words(find(drawn, "A", href="/export/a.xlsx")) == "XLSX 3行"
    large = frame(csv_href="/c.csv", n_row=12345)
    assert words(find(large, "A", href="/c.csv")) == "CSV 12,345行"
    # A file is fetched by the browser, not followed as a page.
    assert prop(find(drawn, "A", href="/export/a.csv")[0], "data-lens-link") is None


def test_the_definition_button_opens_the_definitions_below() -> None:
    drawn = frame()
    button = find(drawn, "Button")[0]
    assert prop(button, "aria_expanded") == "false"
    assert find(drawn, "Div", id=prop(button, "aria_controls"))


def test_the_figure_is_named_by_its_title() -> None:
    drawn = frame()
    assert prop(drawn, "aria_labelledby") == find(drawn, "H2")[0].id


def test_a_figure_without_an_answer_has_an_empty_evidence_line() -> None:
    drawn = figure_frame("題", "", html.Div("図"), name="s")
    assert len(drawn.children) == 3
    assert words(drawn.children[2]) == ""
    assert len(figure_grid(drawn, drawn).children) == 2


def card(drawn: Any) -> Any:
    return find(drawn, "Div", id="map-definitions")[0]


def test_the_card_is_almost_empty_until_it_is_opened() -> None:
    drawn = frame(csv_href="/export/a.csv?year=2024", xlsx_href="/export/a.xlsx")
    assert [words(link) for link in find(card(drawn), "A")] == [
        "変数の説明（CSV）",
        "XLSX 3行",
    ]
    assert find(card(drawn), "A", href="/export/a.variables.csv?year=2024")
    body = find(card(drawn), "Div")[1]
    assert body.id == {"type": "definition", "question": "award_by_prefecture", "figure": "map"}
    assert getattr(body, "children", None) is None
    check_children(drawn)


def test_the_card_says_in_words_what_the_chart_shows() -> None:
    body = chart(go.Figure(), "全国41.9%、長野県48.6%。", name="c")
    drawn = figure_frame("題", "", body, name="map", answer=three_prefectures())
    assert words(find(card(drawn), "P")) == "全国41.9%、長野県48.6%。"
    assert words(find(card(frame(summary="3つの行。")), "P")) == "3つの行。"


def test_the_button_carries_the_query_of_the_answer_and_what_is_drawn() -> None:
    asked = replace(three_prefectures(), query={"region": "04", "words": "a&b#c"})
    button = find(frame(answer=asked, measures=("n_award",)), "Button")[0]
    about = Asked.read(button.value)
    assert about.query == {"region": "04", "words": "a&b#c"}
    assert about.measures == ("n_award",)


TABLE = answer_table(three_prefectures(), ["region_name", "n_award"], name="t", label="表")


@pytest.mark.parametrize(
    ("body", "is_kept"),
    [
        (chart(go.Figure(), "図", name="c"), True),
        (tile_map({"20": Tile("48.6", 3, "?")}, measure="率", legend=("〜1", "1〜")), True),
        (html.Div([html.P("鍵"), chart(go.Figure(), "図", name="c")]), True),
        (TABLE, False),
        (html.Div([chart(go.Figure(), "図", name="c"), TABLE]), False),
        (html.Div("ありません", className="sl-empty"), False),
        ("文", False),
    ],
)
def test_what_is_drawn_can_be_kept_as_a_picture(body: Any, is_kept: bool) -> None:
    drawn = figure_frame("題", "", body, name="map", answer=three_prefectures())
    kinds = [prop(b, "data-lens-picture") for b in find(card(drawn), "Button")]
    assert kinds == (["png", "svg"] if is_kept else [])


def test_too_few_is_explained_where_it_is_drawn_and_only_there() -> None:
    sentence = "「…」は10社に満たないため示さない"
    assert sentence not in words(frame())
    few = html.Abbr(FEW, title="「…」は30件に満たないため示さない", className="sl-few")
    for body, said in ((html.Td(FEW), sentence), (html.Td(few), "「…」は30件に")):
        drawn = figure_frame("題", "", body, name="m", answer=three_prefectures())
        assert said in words(find(drawn, "P")[1])
    own = figure_frame(
        "題", "", html.Td(FEW), name="m", answer=three_prefectures(), caveat="「…」は少ない"
    )
    assert words(own).count("「…」") == 1


def test_the_edition_tells_the_whole_snapshot_when_asked() -> None:
    assert find(frame(), "Span", className="sl-hash")[0].title == "2026-11-20-a3f1"
