"""モニタリング: what users of a measure sold, earned and employed, and how many had left, year by
year after their first use."""

from __future__ import annotations

from collections.abc import Mapping

from dash import register_page
from dash.development.base_component import Component

from components.breadcrumb import page_head
from components.figure import figure_grid
from components.states import empty
from gate.answer import rows_of
from language import text
from pages._frame import framed, tab_title
from pages.monitoring_parts import head
from pages.monitoring_parts.cohorts import cohorts
from pages.monitoring_parts.exits import exits
from pages.monitoring_parts.paths import path, wider
from pages.monitoring_parts.view import PATH, read_view

register_page(__name__, path="/monitoring", title=tab_title("monitoring.title"))


def layout(**query: object) -> Component:
    return framed("monitoring", query, _content)


def _content(query: Mapping[str, str]) -> list[Component | None]:
    view = read_view(query)
    top: list[Component | None] = [
        page_head(text("monitoring.title"), text("monitoring.lead"), view.trails()),
        *view.bar(),
    ]
    followed = view.ask("monitoring_path")
    path_rows = rows_of(followed)
    if not any(row["n_user"] for row in path_rows):
        ways = wider(view) or [(text("monitoring.relax_all"), PATH)]
        reason = text("monitoring.empty_reason", scope=view.scope_text)
        return [*top, empty(reason, ways, title=text("monitoring.empty_title"))]
    left = view.ask("monitoring_exit")
    exit_rows = rows_of(left)
    return [
        *top,
        head.sentence(view, exit_rows),
        head.key_figure_row(view, path_rows, exit_rows),
        head.slip_notice(view, path_rows),
        figure_grid(path(view, followed), exits(view, left)),
        figure_grid(cohorts(view, view.ask("monitoring_cohort"))),
    ]
