"""Marks that several charts draw in the same way: the band of an interval, a named reference, the
names at the ends of lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from components.chart_text import safe
from components.numbers import is_missing
from components.theme import ACCENT, ACCENT_BAND, COMPARE_BAND, INK_2


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


@dataclass(frozen=True, slots=True)
class LineEnd:
    """Where a line ends, and the name that stands there; ``<br>`` parts its lines."""

    x: float
    value: float
    label: str
    is_subject: bool = False


def end_names(
    ends: Sequence[LineEnd], span: Sequence[float], panel_px: float, *, top: float = float("inf")
) -> list[dict[str, Any]]:
    """The names of lines at their ends, pushed apart where they would overlap.

    ``span`` is the range of the axis, ``panel_px`` its height; no name reaches above ``top``.
    """
    per_line = 19.0 / panel_px * (span[1] - span[0])
    halves = [per_line * (end.label.count("<br>") + 1) / 2 for end in ends]
    order = sorted(range(len(ends)), key=lambda i: -ends[i].value)
    ceiling, places = top, {}
    for i in order:
        places[i] = min(ends[i].value, ceiling - halves[i])
        ceiling = places[i] - halves[i]
    # What was pushed below the foot of the panel lifts those above it.
    floor = span[0]
    for i in reversed(order):
        places[i] = max(places[i], floor + halves[i])
        floor = places[i] + halves[i]
    return [
        {
            "x": end.x,
            "xanchor": "left",
            "xshift": 12,
            "y": places[i],
            "yanchor": "middle",
            "text": f"<b>{end.label}</b>" if end.is_subject else end.label,
            "font": {"size": 13, "color": ACCENT if end.is_subject else INK_2},
        }
        for i, end in enumerate(ends)
    ]
