"""The map of the prefectures in their real shapes: 47 filled outlines, Okinawa in an inset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from components.chart_text import safe
from components.map_shapes import Ring, bounds, read_outlines
from components.numbers import MISSING, WITHHELD
from components.theme import HAIR, INK, INK_2, MARK, PAPER, SEQUENTIAL
from language import text

OKINAWA = "47"
# The inset stands in the empty sea north-west of the main islands (x scaled, latitude), larger
# than life, or its islands could be neither seen nor hit.
_INSET_CENTRE = (105.9, 40.4)
_INSET_SCALE = 1.5
_FRAME_GAP = 0.4
_VIEW = ((102.6, 117.0), (30.2, 45.8))


@dataclass(frozen=True, slots=True)
class Region:
    """What one prefecture shows; ``class_number`` None is withheld, or missing."""

    value_text: str
    class_number: int | None
    link: str = ""
    detail: str = ""
    is_missing: bool = False


def prefecture_map(
    path: Path, regions: Mapping[str, Region], code_of: Mapping[str, str], chosen: str = ""
) -> go.Figure:
    """The map of ``regions`` by code; ``code_of`` names the code of each name in the file.

    The chosen prefecture is outlined in ink. Raises OSError or ValueError for a file that cannot
    be read, KeyError for a name that ``code_of`` does not know.
    """
    shapes = {code_of[name]: rings for name, rings in read_outlines(path).items()}
    figure = go.Figure()
    if OKINAWA in shapes:
        shapes[OKINAWA] = _moved(shapes[OKINAWA])
        _add_frame(figure, shapes[OKINAWA], regions.get(OKINAWA))
    for code in sorted(shapes, key=lambda c: c == chosen):
        _add_shape(figure, code, shapes[code], regions.get(code), is_chosen=code == chosen)
    hidden = {"visible": False, "fixedrange": True, "constrain": "domain"}
    figure.update_layout(
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        xaxis={**hidden, "range": _VIEW[0]},
        yaxis={**hidden, "range": _VIEW[1], "scaleanchor": "x"},
        hovermode="closest",
    )
    return figure


def _moved(rings: Sequence[Ring]) -> list[Ring]:
    x0, y0, x1, y1 = bounds(rings)
    middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
    return [
        [
            (
                round(_INSET_CENTRE[0] + _INSET_SCALE * (x - middle_x), 3),
                round(_INSET_CENTRE[1] + _INSET_SCALE * (y - middle_y), 3),
            )
            for x, y in ring
        ]
        for ring in rings
    ]


def _add_frame(figure: go.Figure, rings: Sequence[Ring], region: Region | None) -> None:
    """The thin frame of the inset; all of it leads where Okinawa leads."""
    x0, y0, x1, y1 = bounds(rings)
    left, low, right, high = x0 - _FRAME_GAP, y0 - _FRAME_GAP, x1 + _FRAME_GAP, y1 + _FRAME_GAP
    figure.add_scatter(
        x=[left, right, right, left, left],
        y=[low, low, high, high, low],
        fillcolor="rgba(255,255,255,0)",
        line={"color": MARK, "width": 1},
        **_area(OKINAWA, region),
    )
    figure.add_annotation(
        x=left,
        y=high,
        text=safe(text(f"prefecture.{OKINAWA}")),
        xanchor="left",
        yanchor="top",
        xshift=4,
        yshift=-2,
        font={"size": 12, "color": INK_2},
    )


def _add_shape(
    figure: go.Figure, code: str, rings: Sequence[Ring], region: Region | None, *, is_chosen: bool
) -> None:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for ring in rings:
        xs += [*(x for x, _ in ring), None]
        ys += [*(y for _, y in ring), None]
    figure.add_scatter(
        x=xs[:-1],
        y=ys[:-1],
        # The lightest classes hardly differ from the paper: a grey outline shows their form.
        line={"color": INK if is_chosen else MARK, "width": 2.5 if is_chosen else 0.6},
        **_area(code, region),
        **_fill(region),
    )


def _area(code: str, region: Region | None) -> dict[str, Any]:
    return {
        "mode": "lines",
        "fill": "toself",
        "hoveron": "fills",
        "hoverinfo": "text",
        "text": _hover(code, region),
        "customdata": [region.link if region else ""],
    }


def _fill(region: Region | None) -> dict[str, Any]:
    if region is None or region.is_missing:
        return {"fillcolor": HAIR}
    if region.class_number is None:
        hatch = {"shape": "/", "size": 6, "fgcolor": MARK, "bgcolor": PAPER, "solidity": 0.2}
        return {"fillpattern": hatch}
    return {"fillcolor": SEQUENTIAL[region.class_number - 1]}


def _hover(code: str, region: Region | None) -> str:
    if region is None or region.is_missing:
        value = MISSING
    elif region.class_number is None:
        value = WITHHELD
    else:
        value = region.value_text
    name = text(f"prefecture.{code}")
    words = text("map.hover", name=safe(name), value=safe(value))
    return f"{words}<br>{safe(region.detail)}" if region and region.detail else words
