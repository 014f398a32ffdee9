"""交付の公開データ: what was granted where, to whom, under which programme and when."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html, register_page
from dash.development.base_component import Component

import gate
from components.breadcrumb import page_head
from components.figure import figure_grid
from components.links import button_link
from components.numbers import format_number
from components.states import empty
from language import text
from pages._frame import framed, tab_title
from pages.grant_parts import figures
from pages.grant_parts.coverage import coverage_notice, is_complete
from pages.grant_parts.map import prefectures
from pages.grant_parts.trend import trend
from pages.grant_parts.view import AwardView, filter_bar, read_view
from store.quantity import Unit

register_page(__name__, path="/awards/grants", title=tab_title("grants.title"))


def layout(**query: object) -> Component:
    return framed("grants", query, _content)


def _content(query: Mapping[str, str]) -> list[Component | None]:
    view = read_view(query)
    head: list[Component | None] = [
        page_head(text("grants.title"), text("grants.lead"), view.trails()),
        *filter_bar(view),
    ]
    if view.ask("award_key_figures").frame.query("series == 'selected'").empty:
        return [*head, _nothing(view)]
    return [
        *head,
        coverage_notice(view),
        figures.key_figure_row(view),
        figure_grid(prefectures(view), trend(view)),
        figure_grid(figures.breakdown(view, "programme"), figures.breakdown(view, "industry")),
        _places(view),
        _rows_link(view),
    ]


def _places(view: AwardView) -> Component:
    """The table of areas; beside it the rates, if the nation they are compared with is complete."""
    rates = figures.rates(view) if is_complete(view) else None
    if rates is None:
        return figure_grid(figures.areas(view, span=12))
    return figure_grid(figures.areas(view), rates)


def _rows_link(view: AwardView) -> Component | None:
    """The way down to single awards, for those who may see them."""
    if not gate.current_actor().can("firm"):
        return None
    size = view.ask("award_list_size").frame.to_dict("records")[0]
    return html.P(
        button_link(
            text("grants.see_rows", n=format_number(size["n_award"], Unit.AWARD)),
            view.href("/awards/grants/list"),
        ),
        className="sl-section",
    )


def _nothing(view: AwardView) -> Component:
    """Why nothing is shown, and the one condition whose removal helps, with what would follow."""
    relax = []
    for name in ("programme", "industry", "region"):
        if getattr(view.parameters, name):
            wider = view.parameters.with_(**{name: ""})
            rows = gate.ask("award_key_figures", wider.to_query()).frame.to_dict("records")
            n = next((r["n_award"] for r in rows if r["series"] == "selected"), 0)
            if n:
                label = text(f"grants.relax_{name}", n=format_number(n, Unit.AWARD))
                relax.append((label, view.href(**{name: None})))
    reason = text("grants.empty_reason", scope=view.scope_text)
    if not relax:
        relax = [(text("grants.relax_all"), "/awards/grants")]
    return empty(reason, relax, title=text("grants.empty_title"))
