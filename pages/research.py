"""サポイン検証: the study of research support from applications to sales."""

from __future__ import annotations

from collections.abc import Mapping

from dash import register_page
from dash.development.base_component import Component

from components.breadcrumb import page_head
from components.figure import figure_grid
from gate.answer import rows_of
from language import text
from pages._frame import framed, tab_title
from pages.research_parts import head
from pages.research_parts.counts import counts, counts_table, has_any
from pages.research_parts.funnel import funnel, stages
from pages.research_parts.paths import differences, paths
from pages.research_parts.rates import breakdown, rate, score
from pages.research_parts.view import filter_bar, read_view

register_page(__name__, path="/research", title=tab_title("research.title"))


def layout(**query: object) -> Component:
    return framed("research", query, _content)


def _content(query: Mapping[str, str]) -> list[Component | None]:
    view = read_view(query)
    top: list[Component | None] = [
        page_head(text("research.title"), text("research.lead"), view.trails()),
        *filter_bar(view),
    ]
    rounds = view.ask("research_counts")
    if not has_any(rows_of(rounds)):
        return [*top, head.nothing(view)]
    gaps = view.ask("research_difference")
    rates = view.ask("research_rate")
    years = rows_of(rates)
    return [
        *top,
        head.key_figure_row(view, rows_of(rounds), years, rows_of(gaps)),
        head.contents(),
        figure_grid(counts(view, rounds), counts_table(view, rounds)),
        figure_grid(paths(view, view.ask("research_path"), rows_of(gaps)), differences(view, gaps)),
        figure_grid(score(view, years), rate(view, rates)),
        figure_grid(breakdown(view, "technology", "fields"), breakdown(view, "region", "regions")),
        figure_grid(funnel(view, view.ask("research_funnel")), stages(view)),
    ]
