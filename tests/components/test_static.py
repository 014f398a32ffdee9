"""The still parts of a page go as markup; what lives stays a component."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from dash import dcc, html
from hypothesis import given
from hypothesis import strategies as st
from plotly.utils import PlotlyJSONEncoder

from components.attributes import attributes
from components.static import Page


def _sent(*children: Any) -> list[Any]:
    page = json.loads(json.dumps(Page(list(children)), cls=PlotlyJSONEncoder))
    assert (page["namespace"], page["type"]) == ("dash_html_components", "Div")
    found: list[Any] = page["props"]["children"]
    return found


def _is_static(part: Any) -> bool:
    return bool(part["type"] == "Static" and part["namespace"] == "lens_components")


def test_a_table_is_one_part_with_its_attributes_and_its_markup() -> None:
    link = html.A("宮城", href="?a=1&b=2", **attributes(data_lens_link=""))
    row = html.Tr([html.Th(link, scope="row"), html.Td(12, className="n", colSpan="2")])
    [part] = _sent(html.Table(html.Tbody(row), className="table", style={"--sl-n": "3"}))
    assert _is_static(part)
    assert part["props"] == {
        "tag": "table",
        "attributes": {"className": "table", "style": {"--sl-n": "3"}},
        "html": '<tbody><tr><th scope="row"><a href="?a=1&amp;b=2" data-lens-link="">宮城</a></th>'
        '<td class="n" colspan="2">12</td></tr></tbody>',
    }


@pytest.mark.parametrize(
    "live",
    [
        html.Button("x", id="a-button"),
        html.Div(id={"type": "definition", "figure": "map"}),
        html.Span("x", n_clicks=0),
        html.Script("x"),
        dcc.Store(id="state"),
        html.P("x", style={"width": 3}),
    ],
)
def test_what_lives_stays_a_component_and_its_neighbours_go_as_markup(live: Any) -> None:
    [section] = _sent(html.Section([html.P(html.B("still")), html.Div([live])]))
    assert section["type"] == "Section"
    still, holder = section["props"]["children"]
    assert _is_static(still)
    assert holder["type"] == "Div"
    [kept] = holder["props"]["children"]
    assert kept["type"] == live._type


def test_a_part_with_an_id_keeps_it_and_sends_its_inside_as_markup() -> None:
    [box] = _sent(html.Div(html.Table(html.Tr(html.Td("x"))), id="areas-scroll", tabIndex="0"))
    assert box["props"]["id"] == "areas-scroll"
    assert _is_static(box["props"]["children"])


def test_nothing_no_truth_and_void_elements_are_written_as_a_browser_reads_them() -> None:
    cells = [None, True, 0, html.Br(), html.Span(hidden=True), html.Details("d", open=None)]
    [part] = _sent(html.P([html.B("x"), *cells], **attributes(aria_hidden="true")))
    assert part["props"]["html"] == ('<b>x</b>0<br><span hidden=""></span><details>d</details>')
    assert part["props"]["attributes"] == {"aria-hidden": "true"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.words += data


@given(st.text(), st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"])))
def test_no_text_becomes_an_element_or_another_attribute(words: str, title: str) -> None:
    [part] = _sent(html.P(html.B(words, title=title)))
    reader = _Reader()
    reader.feed(part["props"]["html"])
    reader.close()
    assert reader.tags == [("b", [("title", title)])]
    assert reader.words == words


def test_in_python_the_page_is_still_the_tree_that_was_put_in() -> None:
    table = html.Table(html.Tr(html.Td("x")))
    page = Page([table])
    _sent(table)
    assert page.children == [table]
    assert isinstance(page, html.Div)
