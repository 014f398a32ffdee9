"""Rankings: bars for amounts, dots with intervals for rates. Names stand at the left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from components.axis import value_axis
from components.chart_text import safe, text_width, wrapped
from components.marks import reference_name
from components.numbers import (
    Scale,
    bar_scale,
    format_number,
    interval_text,
    is_missing,
    yen_scale,
)
from components.theme import ACCENT, CONTROL, INK, INK_2, MARK, PAPER
from language import text
from store.quantity import Unit

_NAME_PX = 146.0
_FEWEST_SLOTS = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; ``link`` is where a click leads."""

    label: str
    value: float | None
    is_subject: bool = False
    link: str = ""
    is_withheld: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """One estimate with its interval; ``n`` stands behind the name."""

    label: str
    value: float
    low: float
    high: float
    n: int
    link: str = ""


def ranking_height(names: Sequence[str]) -> int:
    """A fitting height in pixels for rows of these ``names``: three lines of words need more."""
    most = max((wrapped(name, _NAME_PX, 12).count("<br>") + 1 for name in names), default=1)
    return 72 + max(36, 16 * most + 4) * max(len(names), 2)


def _names_axis(names: Sequence[str], n_slot: int = 0) -> dict[str, Any]:
    return {
        "tickvals": list(range(len(names))),
        "ticktext": list(names),
        "range": [max(len(names), n_slot) - 0.4, -0.6],
        "showgrid": False,
        "zeroline": False,
        "ticklen": 8,
    }


def bar_ranking(rows: Sequence[Bar], unit: Unit, scale: Scale | None = None) -> go.Figure:
    """Horizontal bars from zero in the order given, the subject blue, the value at every end."""
    values = [0.0 if is_missing(row.value) else float(row.value or 0.0) for row in rows]
    if unit is Unit.YEN and scale is None:
        scale = yen_scale(values)
    ends = [
        format_number(
            row.value, unit, scale=bar_scale(row.value, scale), is_withheld=row.is_withheld
        )
        for row in rows
    ]
    figure = go.Figure(
        go.Bar(
            orientation="h",
            x=values,
            y=list(range(len(rows))),
            marker={"color": [ACCENT if row.is_subject else MARK for row in rows]},
            text=["" if value < 0 else end for value, end in zip(values, ends, strict=True)],
            hovertext=[
                text("map.hover", name=safe(row.label), value=end)
                for row, end in zip(rows, ends, strict=True)
            ],
            customdata=[row.link for row in rows],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    names = [
        f"<b>{wrapped(row.label, _NAME_PX, 12)}</b>"
        if row.is_subject
        else wrapped(row.label, _NAME_PX, 12)
        for row in rows
    ]
    low, high = min([0.0, *values]), max([0.0, *values]) or 1.0
    left = [i for i, value in enumerate(values) if value < 0]
    if left:
        # A bar to the left of zero has its number to the right, where nothing is in the way.
        figure.add_scatter(
            mode="text",
            x=[0.0] * len(left),
            y=left,
            text=[f" {ends[i]}" for i in left],
            textposition="middle right",
            textfont={"size": 12, "color": INK},
            cliponaxis=False,
            hoverinfo="skip",
        )
        figure.add_shape(
            type="line", x0=0, x1=0, y0=0, y1=1, yref="paper", line={"color": INK_2, "width": 1}
        )
    figure.update_layout(
        # The numbers stand beyond the bars, in the margin.
        margin={"l": 8, "r": 12 + max(map(text_width, ends), default=0), "t": 4, "b": 4},
        xaxis={"visible": False, "range": [low, high]},
        # A few bars stay as thin as many, and stand at the top.
        yaxis={**_names_axis(names, _FEWEST_SLOTS), "showline": not left},
    )
    return figure


def dots_with_intervals(
    rows: Sequence[Dot], unit: Unit, *, reference: float, reference_label: str, n_unit: Unit
) -> go.Figure:
    """Points with intervals beside a reference line, in the order given.

    A point is filled blue only when its interval excludes ``reference``, else open and grey.
    """
    axis = value_axis([reference, *(v for row in rows for v in (row.low, row.high))], unit)
    is_apart = [row.low > reference or row.high < reference for row in rows]
    colours = [ACCENT if apart else CONTROL for apart in is_apart]
    shown = [
        text(
            "ranking.value_with_interval",
            value=format_number(row.value, unit),
            interval=interval_text(row.low, row.high, unit, has_unit=True),
        )
        for row in rows
    ]
    figure = go.Figure(
        go.Scatter(
            mode="markers",
            x=[row.value for row in rows],
            y=list(range(len(rows))),
            marker={
                "size": 11,
                "color": [ACCENT if apart else PAPER for apart in is_apart],
                "line": {"color": colours, "width": 2},
            },
            text=shown,
            hovertext=[safe(row.label) for row in rows],
            customdata=[row.link for row in rows],
            hovertemplate="%{hovertext}　%{text}<extra></extra>",
        )
    )
    names = [
        text(
            "ranking.name_with_n",
            name=wrapped(row.label, _NAME_PX, 12),
            n=format_number(row.n, n_unit, has_unit=False),
        )
        for row in rows
    ]
    figure.update_layout(
        margin={"l": 8, "r": 16, "t": 28, "b": 8},
        xaxis={**axis, "showgrid": True, "showline": False, "ticks": ""},
        yaxis=_names_axis(names),
        shapes=[_rule(reference, len(rows)), *map(_interval, range(len(rows)), rows, colours)],
        annotations=[reference_name(reference, reference_label, axis["range"])],
    )
    return figure


def _rule(at: float, n_row: int) -> dict[str, Any]:
    ends = {"x0": at, "x1": at, "y0": -0.6, "y1": n_row - 0.4}
    return {"type": "line", **ends, "line": {"color": INK, "width": 1}}


def _interval(place: int, row: Dot, colour: str) -> dict[str, Any]:
    ends = {"x0": row.low, "x1": row.high, "y0": place, "y1": place}
    return {"type": "line", **ends, "line": {"color": colour, "width": 2}, "layer": "between"}
