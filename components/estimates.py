"""Estimates with intervals, one a row: blue only where marked, … where there are too few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import plotly.graph_objects as go

from components.axis import value_axis
from components.chart_text import safe, text_width, wrapped
from components.marks import reference_name
from components.numbers import FEW, format_number, interval_text, is_missing
from components.theme import ACCENT, CONTROL, INK, INK_2, INK_3, PAPER, RULE
from language import text
from store.quantity import Unit

_NAME_PX = 146.0
_ROW_PX = 34
_LINE_PX = 16
# An interval is cut (and its end marked) where it reaches this many usual half-widths beyond the
# outermost estimate: one group of thirty would press all others together.
_MOST_HALVES = 3.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """One row. Without a ``value`` it stands as …; ``n`` is set behind the name, ``aside`` at the
    right edge. ``is_marked`` says that the estimate differs from the reference beyond chance.
    ``second`` is another estimate of the same, drawn as a bar across and told as ``second_label``
    says."""

    label: str
    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    is_marked: bool = False
    is_total: bool = False
    link: str = ""
    aside: str = ""
    second: float | None = None
    second_label: str = ""


def estimates_height(rows: Sequence[Estimate]) -> int:
    """A fitting height in pixels."""
    lines = [wrapped(row.label, _NAME_PX, 12).count("<br>") + 1 for row in rows]
    return 72 + sum(max(_ROW_PX, _LINE_PX * n + 6) for n in lines)


def estimates_figure(
    rows: Sequence[Estimate],
    unit: Unit | None,
    *,
    reference: float,
    reference_label: str,
    n_unit: Unit,
    decimals: int | None = None,
    aside_label: str = "",
) -> go.Figure:
    """Dots with intervals beside a reference line, in the order given; the total above a rule.

    ``decimals`` for estimates without a unit; ``aside_label`` heads the numbers at the right.
    """
    known = [(i, row) for i, row in enumerate(rows) if not is_missing(row.value)]
    low, high = _limits([row for _, row in known], reference)
    axis = value_axis([low, high], unit, n_tick=3)
    colours = [ACCENT if row.is_marked else CONTROL for _, row in known]
    figure = go.Figure(
        go.Scatter(
            mode="markers",
            x=[row.value for _, row in known],
            y=[place for place, _ in known],
            marker={
                "size": 11,
                "color": [ACCENT if row.is_marked else PAPER for _, row in known],
                "line": {"color": colours, "width": 2},
            },
            hovertext=[_hover(row, unit, decimals, n_unit) for _, row in known],
            customdata=[row.link for _, row in known],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    seconds = [(i, row) for i, row in known if not is_missing(row.second)]
    if seconds:
        figure.add_scatter(
            mode="markers",
            x=[row.second for _, row in seconds],
            y=[place for place, _ in seconds],
            marker={"symbol": "line-ns", "size": 15, "line": {"color": INK, "width": 2}},
            hovertext=[f"{safe(row.label)}　{safe(row.second_label)}" for _, row in seconds],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    has_total = any(row.is_total for row in rows)
    aside = max(map(text_width, [aside_label, *(row.aside for row in rows)]), default=0.0)
    figure.update_layout(
        margin={"l": 8, "r": aside + 20 if aside else 16, "t": 28, "b": 8},
        xaxis={**axis, "showgrid": True, "showline": False, "ticks": ""},
        yaxis={
            "tickvals": list(range(len(rows))),
            "ticktext": [_name(row, n_unit) for row in rows],
            "range": [len(rows) - 0.4, -0.6],
            "showgrid": False,
            "zeroline": False,
            "ticklen": 8,
        },
        shapes=[
            _rule(reference, len(rows)),
            *([_under_total()] if has_total else []),
            *(
                _interval(place, row, colour, (low, high))
                for (place, row), colour in zip(known, colours, strict=True)
            ),
        ],
        annotations=[
            reference_name(reference, reference_label, axis["range"]),
            *_cut_ends(known, (low, high)),
            *(_few(i, axis["range"]) for i, row in enumerate(rows) if is_missing(row.value)),
            *_asides(rows, aside_label, aside),
        ],
    )
    return figure


def _limits(rows: Sequence[Estimate], reference: float) -> tuple[float, float]:
    """How far the axis reaches: all estimates, and intervals of the usual width."""
    if not rows:
        return reference - 1, reference + 1
    values = [reference, *(float(row.value or 0.0) for row in rows)]
    lows = [float((row.value if is_missing(row.low) else row.low) or 0.0) for row in rows]
    highs = [float((row.value if is_missing(row.high) else row.high) or 0.0) for row in rows]
    reach = _MOST_HALVES * median((b - a) / 2 for a, b in zip(lows, highs, strict=True))
    return (
        max(min(reference, *lows), min(values) - reach),
        min(max(reference, *highs), max(values) + reach),
    )


def _name(row: Estimate, n_unit: Unit) -> str:
    words = text(
        "ranking.name_with_n",
        name=wrapped(row.label, _NAME_PX, 12),
        n=format_number(row.n, n_unit, has_unit=False),
    )
    return f"<b>{words}</b>" if row.is_total else words


def _hover(row: Estimate, unit: Unit | None, decimals: int | None, n_unit: Unit) -> str:
    interval = interval_text(row.low, row.high, unit, decimals=decimals, has_unit=True)
    return text(
        "estimates.hover",
        name=safe(row.label),
        value=format_number(row.value, unit, decimals=decimals),
        interval=interval,
        n=format_number(row.n, n_unit),
    )


def _rule(at: float, n_row: int) -> dict[str, Any]:
    ends = {"x0": at, "x1": at, "y0": -0.6, "y1": n_row - 0.4}
    return {"type": "line", **ends, "line": {"color": INK, "width": 1}}


def _under_total() -> dict[str, Any]:
    ends = {"xref": "paper", "x0": 0, "x1": 1, "y0": 0.5, "y1": 0.5}
    return {"type": "line", **ends, "line": {"color": RULE, "width": 1}}


def _interval(
    place: int, row: Estimate, colour: str, limits: tuple[float, float]
) -> dict[str, Any]:
    low = row.value if is_missing(row.low) else max(float(row.low or 0.0), limits[0])
    high = row.value if is_missing(row.high) else min(float(row.high or 0.0), limits[1])
    line = {"color": colour, "width": 2}
    ends = {"x0": low, "x1": high, "y0": place, "y1": place}
    return {"type": "line", **ends, "line": line, "layer": "between"}


def _cut_ends(
    known: Sequence[tuple[int, Estimate]], limits: tuple[float, float]
) -> list[dict[str, Any]]:
    """A mark where an interval goes on beyond the axis."""
    marks = []
    for place, row in known:
        is_cut = {
            "‹": not is_missing(row.low) and float(row.low or 0.0) < limits[0],
            "›": not is_missing(row.high) and float(row.high or 0.0) > limits[1],
        }
        marks += [
            {
                "x": limits[0] if sign == "‹" else limits[1],
                "y": place,
                "xanchor": "center",
                "text": sign,
                "font": {"size": 16, "color": INK_2},
            }
            for sign, cut in is_cut.items()
            if cut
        ]
    return marks


def _few(place: int, span: Sequence[float]) -> dict[str, Any]:
    return {
        "x": span[0],
        "y": place,
        "xanchor": "left",
        "xshift": 10,
        "text": FEW,
        "font": {"size": 13, "color": INK_3},
    }


def _asides(rows: Sequence[Estimate], label: str, width: float) -> list[dict[str, Any]]:
    """The numbers at the right edge, ``width`` pixels wide, under their head."""
    if not label:
        return []
    at_edge = {"xref": "paper", "x": 1, "xanchor": "right", "xshift": width + 18}
    font = {"size": 12, "color": INK_2}
    head = {**at_edge, "yref": "paper", "y": 1, "yanchor": "bottom", "yshift": 2, "font": font}
    return [
        {**head, "text": safe(label)},
        *(
            {**at_edge, "y": place, "text": safe(row.aside), "font": {"size": 12, "color": INK}}
            for place, row in enumerate(rows)
            if row.aside
        ),
    ]
