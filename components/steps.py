"""Shares at a few steps in a fixed order (years, quarters): dots with upright intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from components.axis import value_axis
from components.chart_text import safe
from components.numbers import FEW, format_number, interval_text, is_missing
from components.theme import ACCENT, CONTROL, INK_2, INK_3, PAPER
from language import text
from store.quantity import Unit


@dataclass(frozen=True, slots=True)
class Step:
    """One step; without a ``value`` it stands as …. The subject is filled and bold."""

    label: str
    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    is_subject: bool = False
    link: str = ""


def steps_figure(
    steps: Sequence[Step],
    unit: Unit,
    *,
    n_unit: Unit,
    reference: float | None = None,
    reference_label: str = "",
) -> go.Figure:
    """The steps from left to right; their dots are not joined, each has a group of its own.

    ``reference`` is a dashed line through all of them, named at its left end.
    """
    known = [(place, step) for place, step in enumerate(steps) if not is_missing(step.value)]
    axis = value_axis([v for _, s in known for v in (s.low, s.high, s.value)] + [reference], unit)
    colours = [ACCENT if step.is_subject else CONTROL for _, step in known]
    figure = go.Figure(
        go.Scatter(
            mode="markers",
            x=[place for place, _ in known],
            y=[step.value for _, step in known],
            marker={
                "size": 13,
                "color": [ACCENT if step.is_subject else PAPER for _, step in known],
                "line": {"color": colours, "width": 2},
            },
            hovertext=[_hover(step, unit, n_unit) for _, step in known],
            customdata=[step.link for _, step in known],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    figure.update_layout(
        margin={"l": 8, "r": 12, "t": 12, "b": 8},
        xaxis={
            "tickvals": list(range(len(steps))),
            "ticktext": [_name(step, n_unit) for step in steps],
            "range": [-0.5, len(steps) - 0.35],
            "ticks": "",
        },
        yaxis={**axis, "zeroline": False},
        shapes=[
            *([] if is_missing(reference) else [_level(float(reference or 0.0))]),
            *(
                _interval(place, step, colour)
                for (place, step), colour in zip(known, colours, strict=True)
                if not is_missing(step.low)
            ),
        ],
        annotations=[
            *(_value(place, step, unit) for place, step in known),
            *(_few(i, axis["range"][0]) for i, s in enumerate(steps) if is_missing(s.value)),
            *([] if is_missing(reference) else [_level_name(reference, reference_label)]),
        ],
    )
    return figure


def _name(step: Step, n_unit: Unit) -> str:
    label = f"<b>{safe(step.label)}</b>" if step.is_subject else safe(step.label)
    return f"{label}<br>{format_number(step.n, n_unit)}"


def _hover(step: Step, unit: Unit, n_unit: Unit) -> str:
    return text(
        "estimates.hover",
        name=safe(step.label),
        value=format_number(step.value, unit),
        interval=interval_text(step.low, step.high, unit, has_unit=True),
        n=format_number(step.n, n_unit),
    )


def _interval(place: int, step: Step, colour: str) -> dict[str, Any]:
    ends = {"x0": place, "x1": place, "y0": step.low, "y1": step.high}
    return {"type": "line", **ends, "layer": "between", "line": {"color": colour, "width": 2}}


def _value(place: int, step: Step, unit: Unit) -> dict[str, Any]:
    words = format_number(step.value, unit)
    return {
        "x": place,
        "y": step.value,
        "xanchor": "left",
        "xshift": 12,
        "text": f"<b>{words}</b>" if step.is_subject else words,
        "font": {"size": 13, "color": ACCENT if step.is_subject else INK_2},
    }


def _few(place: int, floor: float) -> dict[str, Any]:
    font = {"size": 13, "color": INK_3}
    return {"x": place, "y": floor, "yanchor": "bottom", "text": FEW, "font": font}


def _level(at: float) -> dict[str, Any]:
    ends = {"xref": "paper", "x0": 0, "x1": 1, "y0": at, "y1": at}
    return {"type": "line", **ends, "line": {"color": CONTROL, "width": 1, "dash": "5px,3px"}}


def _level_name(at: float | None, label: str) -> dict[str, Any]:
    return {
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "xshift": 2,
        "y": at,
        "yanchor": "bottom",
        "yshift": 2,
        "text": safe(label),
        "font": {"size": 12, "color": INK_2},
    }
