"""取り込みの記録: every run of the ETL, when it ran, how long, and with what result."""

from __future__ import annotations

from collections.abc import Mapping

from dash import register_page
from dash.development.base_component import Component

from components.breadcrumb import page_head
from components.figure import figure_grid
from language import text
from pages._frame import framed, tab_title
from pages.data_parts.runs import runs

register_page(__name__, path="/data/runs", title=tab_title("nav.runs"))


def layout(**query: object) -> Component:
    return framed("runs", query, _content)


def _content(_query: Mapping[str, str]) -> list[Component | None]:
    return [page_head(text("runs.title"), text("runs.lead")), figure_grid(runs(n_shown=200))]
