"""A group followed by years since an event: line, band and reference, with n at the foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from components.axis import value_axis
from components.chart_text import safe, text_width, wrapped
from components.event_study import year_tick
from components.marks import LineEnd, add_band, end_names
from components.numbers import Scale, format_number, interval_text, is_missing, yen_scale
from components.theme import ACCENT, CONTROL, INK, INK_2, MARK, PAPER
from language import text
from store.quantity import Unit

Numbers = Sequence[float | None]

_LABEL_PX = 104.0
_UPPER, _LOWER = (0.3, 1.0), (0.0, 0.17)
_LABELLED = (-3, -1, 2, 5, 8)


@dataclass(frozen=True, slots=True)
class Followed:
    """The group per year since the event, with intervals, its n, and the reference beside it."""

    name: str
    years: Sequence[int]
    values: Numbers
    low: Numbers
    high: Numbers
    n: Sequence[int]
    reference_name: str
    reference: Numbers


def since_text(year: int) -> str:
    """``3年前``, ``前年``, ``利用の年度``, ``8年後``."""
    if year == 0:
        return text("followed.year_zero")
    if year == -1:
        return text("followed.year_base")
    return text("followed.year_before" if year < 0 else "followed.year_after", n=abs(year))


def followed_path_figure(followed: Followed, unit: Unit, *, n_name: str) -> go.Figure:
    """The group solid and blue, the reference dashed and grey, each named at its end; below them
    how many stand behind each point (``n_name``). The year of the event is an ink line."""
    drawn = [*followed.values, *followed.low, *followed.high, *followed.reference]
    scale = yen_scale(drawn) if unit is Unit.YEN else None
    axis = value_axis(drawn, unit, scale=scale)
    figure = go.Figure()
    _add_reference(figure, followed, unit, scale)
    _add_group(figure, followed, unit, scale)
    _add_counts(figure, followed, n_name)
    ends = _ends(followed, unit, scale, axis["range"])
    lines = [line for end in ends for line in end["text"].split("<br>")]
    shown = [year for year in followed.years if year in _LABELLED]
    span = [min(followed.years) - 0.5, max(followed.years) + 0.5]
    figure.update_layout(
        hovermode="x unified",
        margin={"l": 8, "r": 24 + max(map(text_width, lines), default=0), "t": 28, "b": 8},
        xaxis={
            "tickvals": shown,
            "ticktext": [year_tick(year) for year in shown],
            "minor": {"tickvals": [*followed.years], "ticklen": 3, "tickcolor": CONTROL,
                      "ticks": "outside"},
            "range": span,
            "anchor": "y2",
            "unifiedhovertitle": {"text": text("followed.hover_title", year="%{x}")},
        },
        yaxis={**axis, "domain": [*_UPPER], "zeroline": axis["range"][0] < 0 < axis["range"][1]},
        yaxis2={
            **value_axis(followed.n, Unit.FIRM, from_zero=True, n_tick=2),
            "domain": [*_LOWER],
        },
        shapes=[_event_line()],
        annotations=[_event_name(), _count_name(n_name), *ends],
    )  # fmt: skip
    return figure


def _add_reference(figure: go.Figure, f: Followed, unit: Unit, scale: Scale | None) -> None:
    figure.add_scatter(
        x=[*f.years],
        y=[*f.reference],
        mode="lines+markers",
        line={"color": CONTROL, "width": 2, "dash": "5px,3px"},
        marker={"size": 6, "color": PAPER, "line": {"color": CONTROL, "width": 1.5}},
        text=[format_number(value, unit, scale=scale) for value in f.reference],
        hovertemplate=f"{safe(f.reference_name)}　%{{text}}<extra></extra>",
    )


def _add_group(figure: go.Figure, f: Followed, unit: Unit, scale: Scale | None) -> None:
    add_band(figure, f.years, f.low, f.high, is_subject=True)
    words = [
        _with_interval(format_number(value, unit, scale=scale), low, high, unit, scale)
        for value, low, high in zip(f.values, f.low, f.high, strict=True)
    ]
    figure.add_scatter(
        x=[*f.years],
        y=[*f.values],
        mode="lines+markers",
        line={"color": ACCENT, "width": 3},
        marker={"size": 7, "color": ACCENT},
        text=words,
        hovertemplate=f"{safe(f.name)}　%{{text}}<extra></extra>",
    )


def _with_interval(
    value: str, low: float | None, high: float | None, unit: Unit, scale: Scale | None
) -> str:
    if is_missing(low) or is_missing(high):
        return value
    interval = interval_text(low, high, unit, scale, has_unit=True)
    return text("ranking.value_with_interval", value=value, interval=interval)


def _add_counts(figure: go.Figure, f: Followed, n_name: str) -> None:
    figure.add_bar(
        x=[*f.years],
        y=[*f.n],
        yaxis="y2",
        width=0.62,
        marker={"color": MARK},
        customdata=[format_number(n, Unit.FIRM) for n in f.n],
        hovertemplate=f"{safe(n_name)}　%{{customdata}}<extra></extra>",
    )


def _ends(
    f: Followed, unit: Unit, scale: Scale | None, span: Sequence[float]
) -> list[dict[str, Any]]:
    """The names at the ends of both lines, pushed apart where they would overlap."""
    ends = []
    lines = ((f.name, f.values, True), (f.reference_name, f.reference, False))
    for name, values, is_subject in lines:
        known = [
            (year, float(value))
            for year, value in zip(f.years, values, strict=True)
            if value is not None and not is_missing(value)
        ]
        if known:
            year, value = known[-1]
            amount = format_number(value, unit, scale=scale)
            label = f"{wrapped(name, _LABEL_PX)}<br>{safe(amount)}"
            ends.append(LineEnd(year, value, label, is_subject))
    return end_names(ends, span, 270.0, top=span[1])


def _event_line() -> dict[str, Any]:
    ends = {"x0": 0, "x1": 0, "yref": "paper", "y0": _UPPER[0], "y1": 1}
    return {"type": "line", **ends, "line": {"color": INK, "width": 1}}


def _event_name() -> dict[str, Any]:
    return {
        "x": 0,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 2,
        "text": f"<b>{text('followed.year_zero')}</b>",
        "font": {"size": 12, "color": INK},
    }


def _count_name(n_name: str) -> dict[str, Any]:
    return {
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "yref": "paper",
        "y": _LOWER[1],
        "yanchor": "bottom",
        "yshift": 6,
        "text": f"<b>{safe(n_name)}</b>",
        "font": {"size": 12, "color": INK_2},
    }
