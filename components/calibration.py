"""Whether foretold rates come true: what was seen against what was foretold, group by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

import plotly.graph_objects as go

from components.chart_text import safe
from components.theme import ACCENT, INK_2, PAPER

_MOST_TICKS = 6
_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)


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
    """Dots with intervals on logarithmic axes, and the diagonal on which what was foretold came
    true, named ``reference``. A dot is filled where its interval excludes the diagonal; a rate of
    zero stands on the axis."""
    rates = [rate for g in groups for rate in (g.expected, g.observed, g.high)]
    known = [rate for rate in rates if rate > 0] or [1.0]
    ticks = [t for t in _TICKS if min(known) / 3 <= t <= max(known) * 1.6] or list(_TICKS)
    floor, top = ticks[0] * 0.8, max(ticks[-1], max(known)) * 1.1
    figure = go.Figure(
        go.Scatter(
            x=[max(group.expected, floor) for group in groups],
            y=[max(group.observed, floor) for group in groups],
            mode="markers",
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [group.high - max(group.observed, floor) for group in groups],
                "arrayminus": [
                    max(group.observed, floor) - max(group.low, floor) for group in groups
                ],
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
    axis = {
        "type": "log",
        "range": [log10(floor), log10(top)],
        "tickvals": ticks,
        "ticktext": [f"{tick:g}%" for tick in ticks],
    }
    step = 1 if len(ticks) <= _MOST_TICKS else 2
    line = {"color": INK_2, "width": 1, "dash": "5px,3px"}
    figure.update_layout(
        margin={"l": 8, "r": 16, "t": 12, "b": 8},
        # Across there is room for every other one on a narrow screen.
        xaxis={
            **axis,
            "tickvals": ticks[::step],
            "ticktext": axis["ticktext"][::step],
            "title": {"text": safe(x_title), "font": small},
        },
        yaxis={**axis, "title": {"text": safe(y_title), "font": small}, "zeroline": False},
        shapes=[{"type": "line", "x0": floor, "y0": floor, "x1": top, "y1": top, "line": line}],
        annotations=[
            {
                # Of a logarithmic axis an annotation wants the exponent.
                "x": log10(top),
                "y": log10(top),
                "text": safe(reference),
                "xanchor": "right",
                "yanchor": "top",
                # Clear of the diagonal over the length of the word.
                "yshift": -68,
                "font": small,
            }
        ],
    )
    return figure
