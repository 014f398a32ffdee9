"""Marks that several charts draw in the same way: the band of an interval, a named reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from components.chart_text import safe
from components.numbers import is_missing
from components.theme import ACCENT_BAND, COMPARE_BAND, INK_2


def add_band(
    figure: go.Figure,
    places: Sequence[float],
    low: Sequence[float | None],
    high: Sequence[float | None],
    *,
    is_subject: bool,
) -> None:
    """The interval around a line, behind it; places without both ends are passed over."""
    bounds = zip(places, low, high, strict=True)
    ends = [(at, lo, hi) for at, lo, hi in bounds if not (is_missing(lo) or is_missing(hi))]
    figure.add_scatter(
        x=[at for at, _, _ in ends] + [at for at, _, _ in reversed(ends)],
        y=[hi for _, _, hi in ends] + [lo for _, lo, _ in reversed(ends)],
        fill="toself",
        fillcolor=ACCENT_BAND if is_subject else COMPARE_BAND,
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
    )


def reference_name(at: float, label: str, span: Sequence[float]) -> dict[str, Any]:
    """The name of the line at ``at`` above it, kept inside ``span``."""
    share = (at - span[0]) / (span[1] - span[0])
    return {
        "x": at,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 2,
        "xanchor": "left" if share < 0.25 else "right" if share > 0.75 else "center",
        "text": safe(label),
        "font": {"size": 12, "color": INK_2},
    }
