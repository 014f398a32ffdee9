"""A plane of two measures: where most firms are, some of them as dots, and its four quadrants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

import plotly.graph_objects as go

from components.axis import value_axis
from components.chart_text import safe
from components.theme import ACCENT, DENSITY, INK, INK_2, PAPER, SEQUENTIAL
from store.quantity import Unit

Span = tuple[float, float]

# The densest cells that together hold these shares are parted by lines.
_FIRST, _STEP, _LAST = 15, 15, 90
# The axes reach to where this share of all is inside.
_SEEN = 95.0
_DOT_LEAST, _DOT_MOST = 4.0, 16.0
_CORNERS = {
    "weak_growing": (0.01, 0.99, "left", "top"),
    "strong_growing": (0.99, 0.99, "right", "top"),
    "weak_shrinking": (0.01, 0.01, "left", "bottom"),
    "strong_shrinking": (0.99, 0.01, "right", "bottom"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell by its middle; ``held`` is the share (percent) in cells at least as dense."""

    x: float
    y: float
    held: float
    hover: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """Some of the subject's firms, or of those it is compared with, at the mean of their places;
    ``weight`` is what its area stands for."""

    x: float
    y: float
    weight: float
    hover: str
    link: str = ""
    is_subject: bool = True


@dataclass(frozen=True, slots=True)
class Corner:
    """What is written in the corner of one quadrant: its name, then a second line."""

    quadrant: str
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class PlaneAxis:
    """The title of an axis, the line that parts it, and the unit of its ticks."""

    title: str
    line: float
    unit: Unit | None = None


def plane_figure(
    cells: Sequence[Cell],
    dots: Sequence[Dot],
    corners: Sequence[Corner],
    x_axis: PlaneAxis,
    y_axis: PlaneAxis,
) -> go.Figure:
    """Contours of density, with lines where the densest cells hold so many percent, dots of an area
    by their weight (open rings below them for the comparison), quadrant lines in ink and their
    names in the corners.

    Density is blue where it is the subject, and grey below dots.
    """
    xs, ys = sorted({cell.x for cell in cells}), sorted({cell.y for cell in cells})
    at = {(cell.x, cell.y): cell.held for cell in cells}
    figure = go.Figure(
        go.Contour(
            x=xs,
            y=ys,
            z=[[at.get((x, y), 100.0) for x in xs] for y in ys],
            contours={"start": _FIRST, "end": _LAST, "size": _STEP, "coloring": "fill"},
            colorscale=_shades(DENSITY[1:] if dots else SEQUENTIAL[:4]),
            zmin=0,
            zmax=100,
            line={"width": 0.75, "color": PAPER},
            showscale=False,
            hoverinfo="skip",
        )
    )
    inside = [cell for cell in cells if cell.held <= _SEEN] or list(cells)
    x_span = span_of([c.x for c in inside], x_axis.line)
    y_span = span_of([c.y for c in inside], y_axis.line)
    is_drawn = [_lies(cell.x, x_span) and _lies(cell.y, y_span) for cell in cells]
    _add_readout(figure, list(compress(cells, is_drawn)))
    most = max((dot.weight for dot in dots), default=1.0)
    for is_subject in (False, True):
        _add_dots(figure, [dot for dot in dots if dot.is_subject == is_subject], most)
    figure.update_layout(
        **parted_plane((x_axis, x_span), (y_axis, y_span), {"color": INK, "width": 1}, "above"),
        annotations=[_corner(corner) for corner in corners],
    )
    return figure


def _shades(colours: Sequence[str]) -> list[list[float | str]]:
    """From the densest (0 % held) to white where next to nobody is."""
    steps = [*reversed(colours), PAPER]
    return [[i / (len(steps) - 1), colour] for i, colour in enumerate(steps)]


def _add_readout(figure: go.Figure, cells: Sequence[Cell]) -> None:
    """What the density is at a point: a clear picture of the cells. As marks, one a cell, they
    would take most of the time of the chart."""
    xs, ys = sorted({cell.x for cell in cells}), sorted({cell.y for cell in cells})
    at = {(cell.x, cell.y): cell for cell in cells}
    grid = [[at.get((x, y)) for x in xs] for y in ys]
    figure.add_heatmap(
        x=xs,
        y=ys,
        z=[[None if cell is None else 0 for cell in row] for row in grid],
        opacity=0,
        showscale=False,
        hoverongaps=False,
        hovertext=[["" if cell is None else cell.hover for cell in row] for row in grid],
        customdata=[["" if cell is None else cell.link for cell in row] for row in grid],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _add_dots(figure: go.Figure, dots: Sequence[Dot], most: float) -> None:
    if not dots:
        return
    look: dict[str, Any] = {
        "color": ACCENT,
        "opacity": 0.72,
        "line": {"color": PAPER, "width": 1},
    }
    if not dots[0].is_subject:
        look = {"color": "rgba(255,255,255,0)", "line": {"color": INK_2, "width": 1.5}}
    figure.add_scatter(
        x=[dot.x for dot in dots],
        y=[dot.y for dot in dots],
        mode="markers",
        marker={
            "size": [max(_DOT_LEAST, _DOT_MOST * (dot.weight / most) ** 0.5) for dot in dots],
            **look,
        },
        cliponaxis=True,
        hovertext=[dot.hover for dot in dots],
        customdata=[dot.link for dot in dots],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def span_of(values: Sequence[float], line: float) -> Span:
    """The range of an axis that holds ``values`` and its parting line."""
    found = [*values, line]
    return min(found) - 1, max(found) + 1


def _lies(value: float, span: Span) -> bool:
    return span[0] <= value <= span[1]


def parted_plane(
    x: tuple[PlaneAxis, Span], y: tuple[PlaneAxis, Span], line: dict[str, Any], layer: str
) -> dict[str, Any]:
    """The layout of a plane over the spans of its axes, parted by a line of each."""
    (x_axis, x_span), (y_axis, y_span) = x, y
    shape = {"type": "line", "layer": layer, "line": line}
    return {
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        "xaxis": {**_axis(x_axis, x_span), "showline": True},
        "yaxis": {**_axis(y_axis, y_span), "showgrid": False, "zeroline": False, "showline": True},
        "shapes": [
            {**shape, "x0": x_axis.line, "x1": x_axis.line, "y0": y_span[0], "y1": y_span[1]},
            {**shape, "x0": x_span[0], "x1": x_span[1], "y0": y_axis.line, "y1": y_axis.line},
        ],
    }


def _axis(axis: PlaneAxis, span: Span) -> dict[str, Any]:
    """The layout of an axis over ``span``."""
    ticks = value_axis(span, axis.unit)
    return {
        "tickvals": ticks["tickvals"],
        "ticktext": ticks["ticktext"],
        "range": list(span),
        "title": {"text": safe(axis.title), "font": {"size": 12, "color": INK_2}},
    }


def _corner(corner: Corner) -> dict[str, Any]:
    x, y, x_anchor, y_anchor = _CORNERS[corner.quadrant]
    return {
        "x": x,
        "y": y,
        "xref": "paper",
        "yref": "paper",
        "xanchor": x_anchor,
        "yanchor": y_anchor,
        "align": x_anchor,
        "text": f"<b>{safe(corner.name)}</b><br>{safe(corner.detail)}",
        "bgcolor": "rgba(255,255,255,0.86)",
        "borderpad": 3,
        "font": {"size": 12, "color": INK},
    }
