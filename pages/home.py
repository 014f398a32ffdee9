"""ホーム: questions first, then key figures, the freshness of the data, changes, saved views."""

from __future__ import annotations

from collections.abc import Mapping

from dash import register_page
from dash.development.base_component import Component

import gate
from components.breadcrumb import page_head
from components.figure import figure_grid
from language import text
from pages._frame import framed, tab_title
from pages.data_parts.freshness import freshness
from pages.data_parts.provenance import changes
from pages.explore_parts.view import ExploreView
from pages.home_parts.asked import PATH, Asked, ask
from pages.home_parts.consultations import own_consultations
from pages.home_parts.effects import effects
from pages.home_parts.figure_changes import figure_changes
from pages.home_parts.figures import key_figure_row, scope_section
from pages.home_parts.own_report import own_report
from pages.home_parts.payments import payment_parts
from pages.home_parts.questions import questions
from pages.home_parts.released import own_area, own_region
from pages.home_parts.saved import saved_section
from pages.home_parts.trend import trend
from queries.parameters import ComparedParameters

register_page(__name__, path=PATH, title=tab_title("nav.home"))

# So many sources are seen without scrolling; the rest is on データ.
SHOWN_SOURCES = 8


def layout(**query: object) -> Component:
    return framed("home", query, _content)


def _content(query: Mapping[str, str]) -> list[Component | None]:
    actor = gate.current_actor()
    if actor.can("released"):
        region, name = own_region()
        head, *area = own_area(region, name)
        return [
            head,
            own_report(region, name),
            *area,
            effects(),
            own_consultations(query, region, name),
            figure_grid(freshness(span=12)),
        ]
    if not actor.can("aggregate"):
        head = page_head(text("home.title_keeper"), text("home.lead_keeper"))
        return [head, figure_grid(freshness(), changes()), saved_section()]
    view = ExploreView.read(PATH, ComparedParameters, query)
    asked = ask(view)
    return [
        *(_application_parts(asked) if asked else payment_parts(query)),
        figure_grid(
            freshness(n_shown=SHOWN_SOURCES), changes(first=figure_changes(view) if asked else ())
        ),
        saved_section(),
    ]


def _application_parts(asked: Asked) -> list[Component | None]:
    """Head, filter, questions with the trend beside them, key figures."""
    view = asked.view
    return [
        page_head(text("home.title"), text("home.lead")),
        *view.filters(),
        figure_grid(questions(asked), trend(asked)),
        scope_section(view.region_name, view.year_text, key_figure_row(asked)),
    ]
