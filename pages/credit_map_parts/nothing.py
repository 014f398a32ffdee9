"""Why there is nothing to map, and what to relax, with the count that would follow."""

from __future__ import annotations

from dash.development.base_component import Component

from components.numbers import format_number
from components.states import empty
from gate.answer import rows_of
from language import text
from pages.credit_map_parts.view import PATH, View
from pages.explore_parts.view import ALL
from store.quantity import Unit

_WAYS = 3


def no_model() -> Component:
    """No model could be fitted: there is no credit strength of anybody."""
    return empty(text("credit_map.no_model"), title=text("credit_map.no_model_title"))


def nothing(view: View) -> Component:
    """No statement fits the conditions."""
    state = view.parameters
    changes: list[tuple[str, str]] = [("year", ALL)] if state.year != ALL else []
    changes += [(name, "") for name in ("size", "industry", "region") if getattr(state, name)]
    ways: list[tuple[str, str]] = []
    for name, value in changes:
        rows = rows_of(view.ask("credit_quadrants", **{name: value}))
        if rows and len(ways) < _WAYS:
            n = format_number(rows[0]["n"], Unit.RECORD)
            to = view.href("", **{name: value or None})
            ways.append((text(f"credit_map.relax_{name}", n=n), to))
    reason = text("credit_map.empty_reason", scope=view.scope_text)
    return empty(reason, ways or [(text("credit_map.relax_all"), PATH)])
