"""Developments by fiscal year: the subject solid and blue, comparisons dashed and grey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go

from components.axis import value_axis, year_ticks
from components.chart_text import safe, text_width, wrapped
from components.marks import LineEnd, add_band, end_names
from components.numbers import Scale, format_number, is_missing, yen_scale
from components.theme import ACCENT, CONTROL, INK_2, MARK
from language import text
from store.quantity import Unit

_DASHES = ("5px,3px", "2px,2px", "9px,3px,2px,3px")
_GREYS = (CONTROL, MARK, INK_2)
_LABEL_PX = 104.0
_BOLDER = 1.04


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a value per fiscal year (None where there is none), with an optional interval.

    ``withheld_years`` are marked ``x`` at the foot of the chart.
    """

    name: str
    years: Sequence[int]
    values: Sequence[float | None]
    is_subject: bool = False
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()
    withheld_years: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Bars:
    """A lower panel on the same years; the chosen year is blue."""

    name: str
    years: Sequence[int]
    values: Sequence[float | None]
    unit: Unit
    chosen_year: int | None = None
    year_links: Mapping[int, str] = field(default_factory=dict)


def trend_figure(
    lines: Sequence[Line], unit: Unit, *, bars: Bars | None = None, scale: Scale | None = None
) -> go.Figure:
    """One or two panels over the same fiscal years; the last point of each line is named.

    Values in ``unit`` (percent numbers, yen); ``bars`` have their own unit and axis below.
    """
    years = sorted({year for line in lines for year in line.years})
    values = [v for line in lines for v in (*line.values, *line.low, *line.high)]
    if unit is Unit.YEN and scale is None:
        scale = yen_scale(values)
    axis = value_axis(values, unit, scale=scale)
    figure = go.Figure()
    ranks = iter(range(len(lines)))
    looks = {id(line): _look(line, next(ranks)) for line in lines if not line.is_subject}
    drawn = sorted(lines, key=lambda line: line.is_subject)
    for line in drawn:
        look = looks.get(id(line)) or _look(line, 0)
        _add_line(figure, line, look, unit, scale)
    labels = [_end_label(line, unit, scale) for line in drawn if _last(line)]
    rows = [row for words in labels for row in words.split("<br>")]
    figure.update_layout(
        hovermode="x unified",
        margin={"l": 8, "r": _BOLDER * max(map(text_width, rows), default=0) + 12, "t": 8, "b": 8},
        xaxis={
            **(year_ticks(years) if years else {"visible": False}),
            "range": [min(years) - 0.5, max(years) + 0.5] if years else [0, 1],
            "unifiedhovertitle": {"text": text("trend.hover_title", year="%{x}")},
            "anchor": "y2" if bars else "y",
        },
        yaxis={
            **axis,
            "domain": [0.36, 1] if bars else [0, 1],
            "zeroline": axis["range"][0] < 0 < axis["range"][1],
        },
        annotations=_end_annotations(drawn, labels, axis["range"], has_bars=bars is not None)
        + [
            _withheld_mark(year, axis["range"][0]) for line in drawn for year in line.withheld_years
        ],
    )
    if bars:
        _add_bars(figure, bars)
    return figure


def _look(line: Line, rank: int) -> dict[str, Any]:
    if line.is_subject:
        return {"color": ACCENT, "width": 3}
    return {"color": _GREYS[rank % 3], "dash": _DASHES[rank % 3], "width": 2}


def _last(line: Line) -> tuple[int, float] | None:
    known = [(y, v) for y, v in zip(line.years, line.values, strict=True) if not is_missing(v)]
    return (known[-1][0], float(known[-1][1] or 0.0)) if known else None


def _add_line(
    figure: go.Figure, line: Line, look: dict[str, Any], unit: Unit, scale: Scale | None
) -> None:
    if line.low:
        add_band(figure, line.years, line.low, line.high, is_subject=line.is_subject)
    shown = [format_number(value, unit, scale=scale) for value in line.values]
    # A lone year between two gaps has no line to either side: its marker shows it.
    figure.add_scatter(
        x=list(line.years),
        y=[None if is_missing(v) else float(v or 0.0) for v in line.values],
        mode="lines+markers",
        line=look,
        marker={"size": _marker_sizes(line), "color": look["color"], "opacity": 1},
        text=shown,
        hovertemplate=f"{safe(line.name)}　%{{text}}<extra></extra>",
    )


def _marker_sizes(line: Line) -> list[int]:
    known = [not is_missing(v) for v in line.values]
    last = max((i for i, is_known in enumerate(known) if is_known), default=-1)
    sizes = []
    for i, is_known in enumerate(known):
        is_alone = (
            is_known and not (i and known[i - 1]) and not (i + 1 < len(known) and known[i + 1])
        )
        sizes.append(9 if i == last or is_alone else 0)
    return sizes


def _end_label(line: Line, unit: Unit, scale: Scale | None) -> str:
    last = _last(line)
    value = format_number(last[1], unit, scale=scale) if last else ""
    words = f"{line.name} {value}"
    if text_width(words) <= _LABEL_PX:
        return safe(words)
    return f"{wrapped(line.name, _LABEL_PX)}<br>{safe(value)}"


def _end_annotations(
    lines: Sequence[Line], labels: Sequence[str], span: Sequence[float], *, has_bars: bool
) -> list[dict[str, Any]]:
    """The names of the lines at their ends, pushed apart where they would overlap."""
    known = [(line, last) for line in lines if (last := _last(line))]
    latest = max((year for line, _ in known for year in line.years), default=0)
    ends = [
        LineEnd(latest, value, label, line.is_subject)
        for (line, (_, value)), label in zip(known, labels, strict=True)
    ]
    return end_names(ends, span, 210.0 if has_bars else 300.0)


def _withheld_mark(year: int, floor: float) -> dict[str, Any]:
    return {"x": year, "y": floor, "yanchor": "bottom", "text": "x", "font": {"color": INK_2}}


def _add_bars(figure: go.Figure, bars: Bars) -> None:
    values = [None if is_missing(v) else float(v or 0.0) for v in bars.values]
    known = [i for i, v in enumerate(values) if v is not None]
    peak = max(known, key=lambda i: values[i] or 0.0, default=-1)
    named = {known[0], known[-1], peak} if known else set()
    scale = yen_scale(values) if bars.unit is Unit.YEN else None
    axis = value_axis(values, bars.unit, scale=scale, from_zero=True, n_tick=2)
    texts = [format_number(v, bars.unit, scale=scale, has_unit=False) for v in values]
    full = [format_number(v, bars.unit, scale=scale) for v in values]
    chosen = bars.chosen_year or max(bars.years, default=0)
    figure.add_bar(
        x=list(bars.years),
        y=values,
        yaxis="y2",
        marker={"color": [ACCENT if year == chosen else MARK for year in bars.years]},
        text=[texts[i] if i in named else "" for i in range(len(values))],
        customdata=[bars.year_links.get(year, "") for year in bars.years],
        hovertext=full,
        hovertemplate=f"{safe(bars.name)}　%{{hovertext}}<extra></extra>",
    )
    top = axis["range"][1]
    figure.update_layout(yaxis2={**axis, "domain": [0, 0.24], "range": [0, top * 1.15]})
