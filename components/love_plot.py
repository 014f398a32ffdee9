"""How alike two groups are by covariate: open dots before, filled ones after matching."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from components.axis import value_axis
from components.chart_text import safe
from components.numbers import MINUS, format_number, is_missing
from components.theme import ACCENT, ACCENT_BAND, CONTROL, INK, PAPER, RULE, WARN
from language import text

_ROW_PX, _LINE_PX = 34, 16
# Beyond this a dot is drawn at the edge: a difference of 40 would press all others together.
_MOST = 2.0


@dataclass(frozen=True, slots=True)
class Likeness:
    """One covariate: its standardised difference before and after matching."""

    label: str
    before: float | None
    after: float | None


def love_plot_height(n_row: int) -> int:
    return 76 + _ROW_PX * max(n_row, 1)


def love_plot(rows: Sequence[Likeness], *, warn_above: float, block_above: float) -> go.Figure:
    """Differences about zero; what lies within ``warn_above`` is shaded, ``block_above`` dashed."""
    values = [v for row in rows for v in (row.before, row.after) if not is_missing(v)]
    reach = min(_MOST, max([1.2 * block_above, *(1.05 * abs(float(v or 0)) for v in values)]))
    axis = value_axis([-reach, reach], None, n_tick=6)
    figure = go.Figure()
    lines = [(i, row) for i, row in enumerate(rows) if not is_missing(row.before)]
    shapes: list[dict[str, Any]] = []
    for place, row in lines:
        ends = [row.before, 0.0 if is_missing(row.after) else row.after]
        x0, x1 = (_kept(end, reach) for end in ends)
        shapes.append(_line(x0, x1, RULE) | {"y0": place, "y1": place})
    for name, is_filled in (("before", False), ("after", True)):
        known = [(i, row, getattr(row, name)) for i, row in enumerate(rows)]
        known = [(i, row, value) for i, row, value in known if not is_missing(value)]
        is_far = [is_filled and abs(value) > warn_above for _, _, value in known]
        colours = [WARN if far else ACCENT if is_filled else CONTROL for far in is_far]
        figure.add_scatter(
            mode="markers",
            x=[_kept(value, reach) for _, _, value in known],
            y=[place for place, _, _ in known],
            marker={
                "size": 11,
                "color": colours if is_filled else PAPER,
                "line": {"color": colours, "width": 2},
            },
            text=[_hover(row, name) for _, row, _ in known],
            hovertemplate="%{text}<extra></extra>",
        )
    whole = {"yref": "paper", "y0": 0, "y1": 1}
    for end in (-block_above, block_above):
        shapes.append(_line(end, end, WARN, dash="4px,3px") | whole)
    band = {"x0": -warn_above, "x1": warn_above, "fillcolor": ACCENT_BAND, "line": {"width": 0}}
    shapes.append({"type": "rect", "layer": "below", **band, **whole})
    shapes.append(_line(0, 0, INK) | whole)
    # On a wide axis the names of the lines would stand in each other.
    lift = _LINE_PX if reach > 3 * block_above else 0
    at_top = {
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 3,
        "font": {"size": 12, "color": WARN},
    }
    figure.update_layout(
        # All at once: each one added alone would have all before it looked at again.
        shapes=shapes,
        margin={"l": 8, "r": 12, "t": 26 + lift, "b": 8},
        xaxis={**axis, "range": [-reach * 1.08, reach * 1.08], "showgrid": False},
        yaxis={
            "tickvals": list(range(len(rows))),
            "ticktext": [safe(row.label) for row in rows],
            "range": [len(rows) - 0.4, -0.6],
            "showgrid": False,
            "zeroline": False,
            "ticklen": 8,
        },
        annotations=[
            {
                **at_top,
                "x": 0,
                "text": text("love_plot.within", value=format_number(warn_above, None, decimals=1)),
                "font": {"size": 12, "color": ACCENT},
            },
            *(
                {
                    **at_top,
                    "x": end,
                    "xanchor": "right" if end < 0 else "left",
                    "yshift": 3 + lift,
                    "text": _end_name(end),
                }
                for end in (-block_above, block_above)
            ),
        ],
    )
    return figure


def _line(x0: float, x1: float, colour: str, **style: str) -> dict[str, Any]:
    return {"type": "line", "x0": x0, "x1": x1, "line": {"color": colour, "width": 1, **style}}


def _end_name(end: float) -> str:
    return format_number(end, None, decimals=2, minus=MINUS)


def _kept(value: float | None, reach: float) -> float:
    return max(-reach, min(reach, float(value or 0.0)))


def _hover(row: Likeness, name: str) -> str:
    value = format_number(getattr(row, name), None, decimals=2, is_signed=True)
    return f"{safe(row.label)}　{text(f'love_plot.{name}', value=value)}"
