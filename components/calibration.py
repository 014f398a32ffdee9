"""Whether foretold rates come true: what was seen against what was foretold, group by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from components.axis import value_axis
from components.chart_text import safe
from components.theme import ACCENT, INK_2, PAPER
from store.quantity import Unit


@dataclass(frozen=True, slots=True)
class Foretold:
    """One group, in percent: the rate foretold, the rate seen and its interval."""

    expected: float
    observed: float
    low: float
    high: float
    hover: str


def calibration_figure(
    groups: Sequence[Foretold], *, x_title: str, y_title: str, reference: str
) -> go.Figure:
    """Dots with intervals and the diagonal on which what was foretold came true, named
    ``reference``. A dot is filled where its interval excludes the diagonal."""
    top = max([1.0, *(group.high for group in groups), *(group.expected for group in groups)])
    axis = value_axis([0.0, top], Unit.PERCENT, from_zero=True)
    end = axis["range"][1]
    figure = go.Figure(
        go.Scatter(
            x=[group.expected for group in groups],
            y=[group.observed for group in groups],
            mode="markers",
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [group.high - group.observed for group in groups],
                "arrayminus": [group.observed - group.low for group in groups],
                "color": ACCENT,
                "thickness": 1.5,
                "width": 0,
            },
            marker={
                "size": 10,
                "color": [PAPER if g.low <= g.expected <= g.high else ACCENT for g in groups],
                "line": {"color": ACCENT, "width": 2},
            },
            hovertext=[group.hover for group in groups],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    small = {"size": 12, "color": INK_2}
    figure.update_layout(
        margin={"l": 8, "r": 16, "t": 12, "b": 8},
        xaxis={**axis, "title": {"text": safe(x_title), "font": small}},
        yaxis={**axis, "title": {"text": safe(y_title), "font": small}},
        shapes=[
            {
                "type": "line",
                "x0": 0,
                "y0": 0,
                "x1": end,
                "y1": end,
                "line": {"color": INK_2, "width": 1, "dash": "5px,3px"},
            }
        ],
        annotations=[
            {
                "x": end * 0.98,
                "y": end * 0.9,
                "text": safe(reference),
                "xanchor": "right",
                "yanchor": "top",
                "font": small,
            }
        ],
    )
    return figure
