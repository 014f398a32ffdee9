"""マッピング: who uses a measure by credit strength and growth, and where they went afterwards."""

from __future__ import annotations

from collections.abc import Mapping

from dash import register_page
from dash.development.base_component import Component

import gate
from components.breadcrumb import page_head
from components.figure import figure_grid
from language import text
from pages._frame import framed, tab_title
from pages.credit_map_parts import head
from pages.credit_map_parts.moves import movement, transition
from pages.credit_map_parts.nothing import no_model, nothing
from pages.credit_map_parts.plane import plane
from pages.credit_map_parts.quadrants import comparison, quadrant_table
from pages.credit_map_parts.view import PATH, filters, read_view

register_page(__name__, path=PATH, title=tab_title("credit_map.title"))


def layout(**query: object) -> Component:
    return framed("credit_map", query, _content)


def _content(query: Mapping[str, str]) -> list[Component | None]:
    view = read_view(query)
    top: list[Component | None] = [
        page_head(text("credit_map.title"), text("credit_map.lead"), view.trails()),
        *filters(view),
    ]
    quadrants = view.ask("credit_quadrants")
    if not quadrants.n_row:
        has_model = gate.ask("credit_model_terms", {}).n_row
        return [*top, nothing(view) if has_model else no_model()]
    moves, ends = view.ask("credit_movement"), view.ask("credit_transition")
    compared = view.ask("credit_comparison") if view.parameters.versus_measure else None
    return [
        *top,
        head.key_figure_row(view, quadrants, moves),
        figure_grid(plane(view, quadrants, compared), quadrant_table(view, quadrants)),
        figure_grid(comparison(view, compared)) if compared else None,
        figure_grid(movement(view, moves), transition(view, ends)),
    ]
