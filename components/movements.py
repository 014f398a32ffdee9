"""Mean movements through a plane: arrows of a subject above those it is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from components.plane import PlaneAxis, axis_of, span_of
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
    line = {"type": "line", "layer": "below", "line": {"color": RULE, "width": 1}}
    figure.update_layout(
        margin={"l": 8, "r": 12, "t": 8, "b": 8},
        xaxis={**axis_of(x_axis, x_span), "showline": True},
        yaxis={**axis_of(y_axis, y_span), "showgrid": False, "zeroline": False, "showline": True},
        shapes=[
            {**line, "x0": x_axis.line, "x1": x_axis.line, "y0": y_span[0], "y1": y_span[1]},
            {**line, "x0": x_span[0], "x1": x_span[1], "y0": y_axis.line, "y1": y_axis.line},
        ],
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
