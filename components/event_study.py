"""Paths around the year of application: two groups with bands, below them their difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from components.axis import value_axis
from components.chart_text import safe, text_width, wrapped
from components.marks import LineEnd, add_band, end_names
from components.numbers import Scale, format_number, interval_text, is_missing, yen_scale
from components.theme import ACCENT, CONTROL, INK, INK_2, PAPER
from language import text
from store.quantity import Unit

BASE_YEAR = -1
_LABELLED = (-3, -1, 2, 5, 8)
_LABEL_PX = 96.0
_UPPER, _LOWER = (0.46, 1.0), (0.0, 0.33)

Numbers = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class EventPath:
    """One group: a value per year since application, with an optional interval, and its n."""

    name: str
    years: Sequence[int]
    values: Numbers
    n: Sequence[int]
    low: Numbers = ()
    high: Numbers = ()
    is_subject: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """The difference of the groups per year since application, with its interval."""

    name: str
    years: Sequence[int]
    values: Numbers
    low: Numbers
    high: Numbers


def event_year_text(year: int, start: str = "") -> str:
    """``3年前``, ``前年``, ``申請の年度`` (or ``start``), ``8年後``."""
    if year == 0:
        return start or text("event_study.year_zero")
    if year == BASE_YEAR:
        return text("event_study.year_base")
    return text("event_study.year_before" if year < 0 else "event_study.year_after", n=abs(year))


def year_tick(year: int, start: str = "") -> str:
    """As event_year_text, in as few letters as stand beside the next below an axis."""
    if year == 0:
        return event_year_text(year, start)
    if year == BASE_YEAR:
        return text("event_study.tick_base")
    return text("event_study.tick_before" if year < 0 else "event_study.tick_after", n=abs(year))


def event_study_figure(
    paths: Sequence[EventPath],
    unit: Unit,
    *,
    gap: Gap | None = None,
    n_unit: Unit = Unit.FIRM,
    start: str = "",
) -> go.Figure:
    """The paths, each named at its end; below them, on the same years, ``gap`` about zero.

    A dot of the gap is filled only where its interval excludes zero. The year of application is
    an ink line through both panels; ``start`` names it where something else began then.
    """
    years = sorted({year for path in paths for year in path.years})
    values = [v for path in paths for v in (*path.values, *path.low, *path.high)]
    scale = yen_scale(values) if unit is Unit.YEN else None
    axis = value_axis(values, unit, scale=scale)
    figure = go.Figure()
    drawn = sorted(paths, key=lambda path: path.is_subject)
    for path in drawn:
        _add_path(figure, path, unit, scale, n_unit)
    labels = [_end_label(path, unit, scale) for path in drawn]
    span = [min(years) - 0.4, max(years) + 0.4] if years else [-1, 1]
    rows = [line for label in [*labels, _gap_end(gap, unit)] for line in label.split("<br>")]
    figure.update_layout(
        hovermode="x unified",
        hoversubplots="axis",
        margin={"l": 8, "r": 20 + 1.04 * max(map(text_width, rows), default=0), "t": 28, "b": 8},
        xaxis={
            **_year_axis(years, start),
            "range": span,
            "anchor": "y2" if gap else "y",
            "unifiedhovertitle": {"text": text("event_study.hover_title", year="%{x}")},
        },
        yaxis={
            **axis,
            "domain": list(_UPPER) if gap else [0, 1],
            "zeroline": axis["range"][0] < 0 < axis["range"][1],
        },
        shapes=[_application_line()],
        annotations=[
            _application_name(start),
            *_ends(drawn, labels, axis["range"], has_gap=bool(gap)),
        ],
    )
    if gap:
        _add_gap(figure, gap, unit, span)
    return figure


def _year_axis(years: Sequence[int], start: str) -> dict[str, Any]:
    shown = [year for year in years if year in _LABELLED] or [*years[:1], *years[-1:]]
    return {
        "tickvals": shown,
        "ticktext": [year_tick(year, start) for year in shown],
        "minor": {"tickvals": list(years), "ticklen": 3, "tickcolor": CONTROL, "ticks": "outside"},
    }


def _add_path(
    figure: go.Figure, path: EventPath, unit: Unit, scale: Scale | None, n_unit: Unit
) -> None:
    if path.low:
        add_band(figure, path.years, path.low, path.high, is_subject=path.is_subject)
    colour = ACCENT if path.is_subject else CONTROL
    line = (
        {"color": colour, "width": 3}
        if path.is_subject
        else {
            "color": colour,
            "width": 2,
            "dash": "5px,3px",
        }
    )
    shown = [
        text(
            "event_study.hover",
            value=format_number(value, unit, scale=scale),
            n=format_number(n, n_unit),
        )
        for value, n in zip(path.values, path.n, strict=True)
    ]
    figure.add_scatter(
        x=list(path.years),
        y=[None if is_missing(v) else float(v or 0.0) for v in path.values],
        mode="lines+markers",
        line=line,
        marker={
            "size": 7 if path.is_subject else 6,
            "color": colour if path.is_subject else PAPER,
            "line": {"color": colour, "width": 0 if path.is_subject else 1.5},
        },
        text=shown,
        hovertemplate=f"{safe(path.name)}　%{{text}}<extra></extra>",
    )


def _last(years: Sequence[int], values: Numbers) -> tuple[int, float] | None:
    known = [(y, v) for y, v in zip(years, values, strict=True) if not is_missing(v)]
    return (known[-1][0], float(known[-1][1] or 0.0)) if known else None


def _end_label(path: EventPath, unit: Unit, scale: Scale | None) -> str:
    last = _last(path.years, path.values)
    value = format_number(last[1], unit, scale=scale) if last else ""
    words = f"{path.name} {value}"
    if text_width(words) <= _LABEL_PX:
        return safe(words)
    return f"{wrapped(path.name, _LABEL_PX)}<br>{safe(value)}"


def _ends(
    paths: Sequence[EventPath], labels: Sequence[str], span: Sequence[float], *, has_gap: bool
) -> list[dict[str, Any]]:
    """The names at the ends of the lines, pushed apart where they would overlap."""
    ends = [
        LineEnd(*last, label, path.is_subject)
        for path, label in zip(paths, labels, strict=True)
        if (last := _last(path.years, path.values))
    ]
    return end_names(ends, span, 230.0 if has_gap else 330.0, top=span[1])


def _application_line() -> dict[str, Any]:
    ends = {"x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1}
    return {"type": "line", **ends, "line": {"color": INK, "width": 1}}


def _application_name(start: str) -> dict[str, Any]:
    return {
        "x": 0,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 2,
        "text": f"<b>{safe(event_year_text(0, start))}</b>",
        "font": {"size": 12, "color": INK},
    }


def _gap_end(gap: Gap | None, unit: Unit) -> str:
    last = _last(gap.years, gap.values) if gap else None
    return format_number(last[1], unit, is_signed=True) if last else ""


def _add_gap(figure: go.Figure, gap: Gap, unit: Unit, span: Sequence[float]) -> None:
    ends = [v for pair in zip(gap.low, gap.high, strict=True) for v in pair if not is_missing(v)]
    scale = yen_scale([*ends, *gap.values]) if unit is Unit.YEN else None
    axis = value_axis([0.0, *ends, *gap.values], unit, scale=scale, n_tick=3)
    rows = [
        (year, float(value or 0.0), low, high)
        for year, value, low, high in zip(gap.years, gap.values, gap.low, gap.high, strict=True)
        if not is_missing(value)
    ]
    apart = [
        low is not None and high is not None and (low > 0 or high < 0) for *_, low, high in rows
    ]
    colours = [ACCENT if is_apart else CONTROL for is_apart in apart]
    figure.add_scatter(
        x=[row[0] for row in rows],
        y=[row[1] for row in rows],
        yaxis="y2",
        mode="markers",
        marker={
            "size": 10,
            "color": [ACCENT if is_apart else PAPER for is_apart in apart],
            "line": {"color": colours, "width": 2},
        },
        text=[_gap_hover(row, unit, scale) for row in rows],
        hovertemplate=f"{safe(gap.name)}　%{{text}}<extra></extra>",
    )
    lines: list[tuple[dict[str, float | None], dict[str, object]]] = [
        ({"x0": year, "x1": year, "y0": low, "y1": high}, {"color": colour, "width": 2})
        for (year, _, low, high), colour in zip(rows, colours, strict=True)
        if not (is_missing(low) or is_missing(high))
    ]
    zero: dict[str, float | None] = {"x0": span[0], "x1": span[1], "y0": 0, "y1": 0}
    lines.append((zero, {"color": INK, "width": 1}))
    # All at once: each one added alone would have all before it looked at again.
    figure.update_layout(
        yaxis2={**axis, "domain": list(_LOWER), "zeroline": False},
        shapes=[
            *(shape.to_plotly_json() for shape in figure.layout.shapes),
            *(
                {"type": "line", "yref": "y2", "layer": "between", **place, "line": line}
                for place, line in lines
            ),
        ],
    )
    figure.add_annotation(
        xref="paper",
        x=0,
        xanchor="left",
        yref="paper",
        y=_LOWER[1],
        yanchor="bottom",
        yshift=6,
        text=f"<b>{safe(gap.name)}</b>",
        font={"size": 13, "color": INK},
        # The line of the application ends where the name begins.
        bgcolor=PAPER,
    )
    if rows:
        figure.add_annotation(
            x=rows[-1][0],
            xanchor="left",
            xshift=12,
            y=rows[-1][1],
            yref="y2",
            text=f"<b>{format_number(rows[-1][1], unit, scale=scale, is_signed=True)}</b>",
            font={"size": 13, "color": ACCENT if apart[-1] else INK_2},
        )


def _gap_hover(
    row: tuple[int, float, float | None, float | None], unit: Unit, scale: Scale | None
) -> str:
    _, value, low, high = row
    shown = format_number(value, unit, scale=scale, is_signed=True)
    if is_missing(low) or is_missing(high):
        return shown
    interval = interval_text(low, high, unit, scale, has_unit=True)
    return text("ranking.value_with_interval", value=shown, interval=interval)
