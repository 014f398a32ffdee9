"""ホーム: questions first, then key figures, the freshness of the data, the last changes."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html, register_page
from dash.development.base_component import Component

import gate
from components.attributes import attributes
from components.breadcrumb import page_head
from components.figure import figure_grid
from language import text
from pages._frame import framed, tab_title
from pages.data_parts.provenance import changes, freshness
from pages.grant_parts import figures
from pages.grant_parts.coverage import coverage_notice
from pages.grant_parts.trend import trend
from pages.grant_parts.view import AwardView
from pages.home_parts.questions import questions
from pages.home_parts.released import own_area

register_page(__name__, path="/", title=tab_title("nav.home"))


def layout(**query: object) -> Component:
    return framed("home", query, _content)


def _content(query: Mapping[str, str]) -> list[Component | None]:
    actor = gate.current_actor()
    if actor.can("released"):
        return [*own_area(query), figure_grid(freshness(span=12))]
    if not actor.can("aggregate"):
        head = page_head(text("home.title_keeper"), text("home.lead_keeper"))
        return [head, figure_grid(freshness(), changes())]
    view = AwardView.read(query)
    return [
        page_head(text("home.title"), text("home.lead")),
        *view.filters(),
        coverage_notice(view),
        figure_grid(questions(view), trend(view, height=400)),
        html.Section(
            [
                html.H2(
                    text("home.figures_title", region=view.region_name, year=view.year_text),
                    className="sl-h2",
                    id="figures-title",
                ),
                figures.key_figure_row(view),
            ],
            className="sl-section",
            **attributes(aria_labelledby="figures-title"),
        ),
        figure_grid(freshness(), changes()),
    ]
