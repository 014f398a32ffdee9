"""Mean movements through a plane: arrows of a subject above those it is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from components.plane import PlaneAxis, parted_plane, span_of
from components.theme import ACCENT, MARK, RULE


@dataclass(frozen=True, slots=True)
class Movement:
    """One arrow: where its firms stood on the whole, and how far they went."""

    x: float
    y: float
    dx: float
    dy: float
    hover: str
    is_subject: bool = False


def movement_figure(
    movements: Sequence[Movement], x_axis: PlaneAxis, y_axis: PlaneAxis
) -> go.Figure:
    """Arrows, 3 px grey for the comparison below and 2 px blue for the subject above it."""
    drawn = sorted(movements, key=lambda m: m.is_subject)
    x_span = span_of([v for m in drawn for v in (m.x, m.x + m.dx)], x_axis.line)
    y_span = span_of([v for m in drawn for v in (m.y, m.y + m.dy)], y_axis.line)
    figure = go.Figure(
        go.Scatter(
            x=[m.x for m in drawn],
            y=[m.y for m in drawn],
            mode="markers",
            marker={
                "size": [7 if m.is_subject else 5 for m in drawn],
                "color": [ACCENT if m.is_subject else MARK for m in drawn],
            },
            hovertext=[m.hover for m in drawn],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    figure.update_layout(
        **parted_plane((x_axis, x_span), (y_axis, y_span), {"color": RULE, "width": 1}, "below"),
        annotations=[_arrow(m) for m in drawn],
    )
    return figure


def _arrow(movement: Movement) -> dict[str, Any]:
    width = 2 if movement.is_subject else 3
    return {
        "x": movement.x + movement.dx,
        "y": movement.y + movement.dy,
        "ax": movement.x,
        "ay": movement.y,
        "xref": "x",
        "yref": "y",
        "axref": "x",
        "ayref": "y",
        "text": "",
        "showarrow": True,
        "arrowhead": 2,
        "arrowsize": 1.1 if movement.is_subject else 0.8,
        "arrowwidth": width,
        "arrowcolor": ACCENT if movement.is_subject else MARK,
    }
