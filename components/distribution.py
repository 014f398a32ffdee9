"""How values spread: groups side by side as strips, or medians along a quantity in bins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from components.axis import value_axis
from components.chart_text import safe
from components.marks import add_band
from components.numbers import (
    format_number,
    interval_text,
    is_missing,
)
from components.theme import ACCENT, CONTROL, INK, INK_2, PAPER
from language import text
from store.quantity import Unit

STRIP_PX = 112
# Room for the numbers beyond the ends of a strip, as a share of the span.
_MARGIN = 0.1
# Four amounts in yen fit beside each other on a narrow screen.
_MOST_TICKS = 4


@dataclass(frozen=True, slots=True)
class Strip:
    """The spread of one group: five percentiles, and how many there are.

    The outer two may be missing: then there is no thin line.
    """

    label: str
    n: int
    p10: float | None
    p25: float
    median: float
    p75: float
    p90: float | None
    is_subject: bool = False


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of a quantity: its middle ``x``, and the quartiles of what is set against it."""

    x: float
    n: int
    p25: float
    median: float
    p75: float


def strips_height(n_strip: int) -> int:
    return 72 + STRIP_PX * max(n_strip, 1)


def distribution_strips(
    strips: Sequence[Strip],
    unit: Unit,
    *,
    n_unit: Unit,
    reference: float = 0.0,
    reference_label: str = "",
) -> go.Figure:
    """One strip per group: a thin line from the 10th to the 90th percentile, a thick one over the
    middle half, a dot at the median, whose value stands above it."""
    ends = [v for s in strips for v in (*_outer(s), s.p25, s.p75)] + [reference]
    room = _MARGIN * (max(ends) - min(ends))
    axis = value_axis([min(ends) - room, max(ends) + room], unit)
    figure = go.Figure()
    for place, strip in enumerate(strips):
        _add_strip(figure, place, strip, unit)
    figure.update_layout(
        margin={"l": 8, "r": 12, "t": 28, "b": 8},
        xaxis={**axis, "showgrid": True, "showline": False, "ticks": ""},
        yaxis={
            "tickvals": list(range(len(strips))),
            "ticktext": [_name(strip, n_unit) for strip in strips],
            "tickfont": {"size": 13, "color": INK},
            "range": [len(strips) - 0.5, -0.5],
            "showgrid": False,
            "zeroline": False,
            "ticklen": 12,
        },
        shapes=[_upright(reference, len(strips))],
        annotations=[
            *(note for place, strip in enumerate(strips) for note in _notes(place, strip, unit)),
            _top_label(reference, reference_label),
        ],
    )
    return figure


def _name(strip: Strip, n_unit: Unit) -> str:
    label = f"<b>{safe(strip.label)}</b>" if strip.is_subject else safe(strip.label)
    return f"{label}<br>{format_number(strip.n, n_unit)}"


def _outer(strip: Strip) -> tuple[float, ...]:
    """The ends of the thin line, where there is one."""
    if is_missing(strip.p10) or is_missing(strip.p90):
        return ()
    return float(strip.p10 or 0.0), float(strip.p90 or 0.0)


def _add_strip(figure: go.Figure, place: int, strip: Strip, unit: Unit) -> None:
    colour = ACCENT if strip.is_subject else CONTROL
    for ends, width in ((_outer(strip), 2), ((strip.p25, strip.p75), 14)):
        figure.add_scatter(
            x=list(ends),
            y=[place] * len(ends),
            mode="lines",
            line={"color": colour, "width": width},
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=[strip.median],
        y=[place],
        mode="markers",
        marker={"size": 15, "color": PAPER, "line": {"color": colour, "width": 4}},
        hovertext=[
            text(
                "distribution.hover",
                name=safe(strip.label),
                median=format_number(strip.median, unit, is_signed=True),
                middle=interval_text(strip.p25, strip.p75, unit, has_unit=True),
                most=interval_text(strip.p10, strip.p90, unit, has_unit=True),
            )
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _notes(place: int, strip: Strip, unit: Unit) -> list[dict[str, Any]]:
    colour = ACCENT if strip.is_subject else INK_2
    middle = format_number(strip.median, unit, is_signed=True)
    ends = zip(_outer(strip), ("right", "left"), (-7, 7), strict=False)
    return [
        {
            "x": strip.median,
            "y": place,
            "yanchor": "bottom",
            "yshift": 12,
            "xanchor": "center",
            "text": f"<b>{middle}</b>",
            "font": {"size": 14, "color": colour},
        },
        *(
            {
                "x": x,
                "y": place,
                "xanchor": anchor,
                "xshift": shift,
                "text": format_number(x, unit, is_signed=True),
                "font": {"size": 12, "color": INK_2},
            }
            for x, anchor, shift in ends
        ),
    ]


def _upright(at: float, n_row: int) -> dict[str, Any]:
    ends = {"x0": at, "x1": at, "y0": -0.5, "y1": n_row - 0.5}
    return {"type": "line", **ends, "line": {"color": INK, "width": 1}}


def _top_label(at: float, label: str) -> dict[str, Any]:
    return {
        "x": at,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 2,
        "text": safe(label),
        "font": {"size": 12, "color": INK_2},
    }


def binned_medians(
    bins: Sequence[Bin],
    x_unit: Unit,
    y_unit: Unit,
    *,
    x_title: str,
    y_title: str,
    n_unit: Unit,
    is_even: bool = False,
) -> go.Figure:
    """The median in each bin of a quantity as a line, the middle half as a band around it.

    ``is_even`` gives every bin the same room, whatever it spans, which ``x_title`` has to say:
    where most values lie close together, their bins would lie on one another.
    """
    places = [float(place) for place in range(len(bins))] if is_even else [b.x for b in bins]
    ends = [value for b in bins for value in (b.p25, b.p75)] + [0.0]
    figure = go.Figure()
    add_band(figure, places, [b.p25 for b in bins], [b.p75 for b in bins], is_subject=True)
    figure.add_scatter(
        x=places,
        y=[b.median for b in bins],
        mode="lines+markers",
        line={"color": ACCENT, "width": 3},
        marker={"size": 7, "color": ACCENT},
        hovertext=[_bin_hover(b, x_unit, y_unit, n_unit) for b in bins],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    axis = value_axis(ends, y_unit)
    span = max(places) - min(places) if places else 0.0
    figure.update_layout(
        margin={"l": 8, "r": 92, "t": 12, "b": 8},
        xaxis={
            **(_even_ticks(bins, x_unit) if is_even else value_axis(places, x_unit)),
            "range": [min(places) - 0.03 * span, max(places) + 0.03 * span] if span else None,
            "title": {"text": safe(x_title)},
        },
        yaxis={**axis, "zeroline": axis["range"][0] < 0, "title": {"text": safe(y_title)}},
        annotations=_bin_names(bins, places, y_unit),
    )
    return figure


def _bin_hover(b: Bin, x_unit: Unit, y_unit: Unit, n_unit: Unit) -> str:
    return text(
        "distribution.bin_hover",
        x=format_number(b.x, x_unit),
        n=format_number(b.n, n_unit),
        median=format_number(b.median, y_unit, is_signed=True),
        middle=interval_text(b.p25, b.p75, y_unit, has_unit=True),
    )


def _even_ticks(bins: Sequence[Bin], unit: Unit) -> dict[str, Any]:
    """The middles of a few bins at even distances, the first and the last among them."""
    last, parts = max(len(bins) - 1, 0), _MOST_TICKS - 1
    shown = sorted({round(last * part / parts) for part in range(_MOST_TICKS)}) if bins else []
    return {"tickvals": shown, "ticktext": [format_number(bins[i].x, unit) for i in shown]}


def _bin_names(bins: Sequence[Bin], places: Sequence[float], unit: Unit) -> list[dict[str, Any]]:
    """The median and the band are named at the last bin."""
    if not bins:
        return []
    last = bins[-1]
    common = {"x": places[-1], "xanchor": "left", "xshift": 10}
    named = text("distribution.bin_median", value=format_number(last.median, unit, is_signed=True))
    return [
        {
            **common,
            "y": last.median,
            "text": f"<b>{named}</b>",
            "font": {"size": 13, "color": ACCENT},
        },
        {
            **common,
            "y": last.p75,
            "text": text("distribution.bin_middle"),
            "font": {"size": 12, "color": INK_2},
        },
    ]
