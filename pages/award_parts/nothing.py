"""What stands on the page when no application fits: why, and which condition to give up."""

from __future__ import annotations

from dash.development.base_component import Component

from components.links import href
from components.numbers import format_number
from components.states import empty
from gate.answer import rows_of
from language import text
from pages.award_parts.view import PATH, View
from pages.explore_parts.view import ALL
from queries.measures import N_APPLICATION

MOST_WAYS = 3
CONDITIONS = ("size", "programme", "technology", "industry", "region", "year")


def nothing(view: View) -> Component:
    """The conditions whose removal alone helps, with the number of applications that follow; the
    narrowest way first. Where no single one helps, all are given up."""
    found = []
    for name in CONDITIONS:
        wider = ALL if name == "year" else ""
        chosen = getattr(view.parameters, name)
        if not chosen or chosen == wider:
            continue
        n = _count(view, {name: wider})
        if n:
            shown = format_number(n, N_APPLICATION.unit)
            change = {name: ALL if name == "year" else None}
            label = text(f"drilldown.relax_{name}", n=shown)
            found.append((n, label, view.href(**change)))
    ways = [(label, to) for _, label, to in sorted(found, key=lambda way: way[0])[:MOST_WAYS]]
    if not ways:
        ways = [(text("filter.reset"), href({}, PATH))]
    return empty(
        text("drilldown.empty_reason", scope=view.scope_text),
        ways,
        title=text("drilldown.empty_title"),
    )


def _count(view: View, wider: dict[str, str]) -> int:
    rows = rows_of(view.ask("application_totals", **wider))
    return next((int(r["n_application"]) for r in rows if r["series"] == "selected"), 0)
