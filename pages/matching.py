"""マッチング比較: users of a measure beside firms that stood alike in the year before."""

from __future__ import annotations

from collections.abc import Mapping

from dash import register_page
from dash.development.base_component import Component

import gate
from components.breadcrumb import page_head
from components.figure import figure_grid
from gate.answer import rows_of
from language import text
from pages._frame import framed, tab_title
from pages.matching_parts import head
from pages.matching_parts.exits import exits
from pages.matching_parts.findings import Named, worst_likeness
from pages.matching_parts.groups import groups
from pages.matching_parts.likeness import likeness, losses
from pages.matching_parts.paths import effects, paths
from pages.matching_parts.view import (
    control_name,
    filter_bar,
    measure_name,
    outcome_name,
    read_view,
    start_name,
    unit_of,
    user_name,
)
from queries.matching_measures import BLOCK_ABOVE

_QUESTIONS = (
    *("matched_loss", "matched_balance", "matched_check", "matched_path", "matched_exit"),
    "matched_groups",
)

register_page(__name__, path="/matching", title=tab_title("matching.title"))


def layout(**query: object) -> Component:
    return framed("matching", query, _content)


def _content(query: Mapping[str, str]) -> list[Component | None]:
    view = read_view(query)
    gate.announce(_QUESTIONS)
    top: list[Component | None] = [
        page_head(text("matching.title"), text("matching.lead"), view.trails()),
        *filter_bar(view),
    ]
    lost = view.ask("matched_loss")
    if not any(row["n"] for row in rows_of(lost) if row["step"] == "matched"):
        return [*top, head.nothing(view)]
    named = Named(
        measure_name(view),
        user_name(view),
        control_name(view),
        outcome_name(view),
        unit_of(view),
        start_name(view),
    )
    alike, path = view.ask("matched_balance"), view.ask("matched_path")
    worst = worst_likeness(rows_of(alike))
    is_blocked = worst is None or worst > BLOCK_ABOVE
    checked = [] if is_blocked else rows_of(view.ask("matched_check"))
    return [
        *top,
        head.sentence(view, named, rows_of(alike), rows_of(path), checked),
        figure_grid(likeness(view, alike), paths(view, named, path, is_blocked=is_blocked)),
        figure_grid(effects(view, named, path, is_blocked=is_blocked), losses(view, named, lost)),
        figure_grid(groups(view, named, view.ask("matched_groups"), is_blocked=is_blocked)),
        figure_grid(exits(view, named, view.ask("matched_exit"), is_blocked=is_blocked)),
    ]
