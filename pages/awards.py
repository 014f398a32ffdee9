"""補助金ドリルダウン: who applied and who was adopted, by region, industry, field and year."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html, register_page
from dash.development.base_component import Component

import gate
from components.breadcrumb import page_head
from components.figure import figure_grid
from components.links import button_link
from language import text
from pages._frame import framed, tab_title
from pages.award_parts import figures
from pages.award_parts.compare import comparisons
from pages.award_parts.key_row import key_row, series_of
from pages.award_parts.map import prefectures
from pages.award_parts.nothing import nothing
from pages.award_parts.trend import trend
from pages.award_parts.view import PATH, View, filter_bar, read_view

register_page(__name__, path=PATH, title=tab_title("drilldown.title"))


def layout(**query: object) -> Component:
    return framed("awards", query, _content)


def _content(query: Mapping[str, str]) -> list[Component | None]:
    view = read_view(query)
    head: list[Component | None] = [
        page_head(text("drilldown.title"), "", view.trails()),
        *filter_bar(view),
    ]
    series = series_of(view)
    if not series["selected"]["n_application"]:
        return [*head, nothing(view)]
    compared = comparisons(view, series)
    return [
        *head,
        key_row(view, series),
        figure_grid(prefectures(view), trend(view)),
        figure_grid(*compared) if compared else None,
        figure_grid(figures.breakdown(view, "industry", 5), figures.areas(view)),
        figure_grid(figures.breakdown(view, "technology"), figures.years(view)),
        figure_grid(figures.breakdown(view, "programme"), figures.breakdown(view, "size")),
        _list_link(view),
    ]


def _list_link(view: View) -> Component | None:
    """The way down to single applications, for those who may see them."""
    if not gate.current_actor().can("firm"):
        return None
    everything = view.href("/awards/list")
    adopted = view.href("/awards/list", decision="adopted")
    links = [
        button_link(text("drilldown.see_list"), everything),
        button_link(text("drilldown.see_adopted"), adopted),
    ]
    return html.P(links, className="sl-ways sl-section")
