"""Why there is no growth to show, and what to relax, with the count that would follow."""

from __future__ import annotations

from dash.development.base_component import Component

from components.numbers import format_number
from components.states import empty
from gate.answer import rows_of
from language import text
from pages.explore_parts.view import ALL, FOLDED
from pages.growth_parts.view import PATH, View, is_window_open, window_text
from store.quantity import Unit

# A year whose window is open first, then what narrows most.
_ORDER = (*reversed(FOLDED), "industry", "region")
_WAYS = 3


def nothing(view: View) -> Component:
    """The state in place of the figures where no application has the statements."""
    key = "growth.empty_open" if is_window_open(view) else "growth.empty_reason"
    reason = text(
        key,
        scope=view.scope_text,
        year=view.year_text,
        window=window_text(view),
        n=view.parameters.window,
    )
    return empty(reason, _ways(view), title=text("growth.empty_title"))


def _ways(view: View) -> list[tuple[str, str]]:
    changes: list[tuple[str, dict[str, str]]] = []
    if view.parameters.year != ALL:
        changes.append(("growth.relax_year", {"year": ALL}))
        if is_window_open(view) and view.parameters.window != "1":
            changes.append(("growth.relax_window", {"window": "1"}))
    changes += [
        (f"growth.relax_{name}", {name: ""}) for name in _ORDER if getattr(view.parameters, name)
    ]
    ways = []
    for key, change in changes:
        n = sum(int(row["n"]) for row in rows_of(view.ask("growth_summary", **change)))
        if n:
            label = text(key, n=format_number(n, Unit.RECORD))
            ways.append((label, view.href("", **{k: v or None for k, v in change.items()})))
        if len(ways) == _WAYS:
            break
    return ways or [(text("growth.relax_all"), PATH)]
