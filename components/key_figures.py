"""Key figures: a label, one number with its unit, one line that compares it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from components.attributes import attributes

_MOST = 5


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One key figure. ``versus`` is plain text, ``strong(…)`` and links in turn."""

    label: str
    value_text: str
    unit_text: str
    versus: Sequence[str | Component] = ()


def strong(words: str) -> html.B:
    """The part of a comparison that carries it: the difference."""
    return html.B(words)


def key_figures(items: Sequence[KeyFigure], *, label: str = "") -> html.Dl:
    """Up to five figures in a row under one rule. Raises ValueError for more."""
    if len(items) > _MOST:
        raise ValueError(f"at most {_MOST} key figures stand in a row, not {len(items)}")
    cells = [
        html.Div(
            [
                html.Dt(item.label),
                html.Dd([item.value_text, html.Small(item.unit_text)], className="sl-value"),
                html.Dd(list(item.versus), className="sl-versus") if item.versus else None,
            ],
            className="sl-key",
        )
        for item in items
    ]
    named = attributes(aria_label=label) if label else {}
    return html.Dl(cells, className="sl-keys", style={"--sl-n": str(len(items))}, **named)
