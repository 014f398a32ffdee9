"""The home page over published payments, for a store into which no application has come."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from components.breadcrumb import page_head
from components.figure import figure_grid
from language import text
from pages.grant_parts import figures
from pages.grant_parts.coverage import coverage_notice
from pages.grant_parts.trend import trend
from pages.grant_parts.view import filter_bar, read_view
from pages.home_parts.figures import scope_section
from pages.home_parts.payment_questions import questions


def payment_parts(query: Mapping[str, str]) -> list[Component | None]:
    """Head, filter, questions with the trend beside them, key figures."""
    view = read_view(query, "/")
    return [
        page_head(text("home.title"), text("home.lead")),
        *filter_bar(view),
        coverage_notice(view),
        figure_grid(questions(view), trend(view, height=400)),
        scope_section(view.region_name, view.year_text, figures.key_figure_row(view)),
    ]
