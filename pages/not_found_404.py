"""An address where there is no page: says so, inside the frame, and leads home.

Dash shows the page of this name wherever an address is nobody's.
"""

from __future__ import annotations

from collections.abc import Mapping

from dash import register_page
from dash.development.base_component import Component

from components.breadcrumb import page_head
from components.links import button_link
from language import text
from pages._frame import framed, tab_title

register_page(__name__, path="/not-found", title=tab_title("state.not_found"))


def layout(**query: object) -> Component:
    return framed("home", query, _content, is_listed=False)


def _content(_query: Mapping[str, str]) -> list[Component | None]:
    return [
        page_head(text("state.not_found"), text("state.not_found_why")),
        button_link(text("state.home"), "/"),
    ]
