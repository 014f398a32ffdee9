"""Ways of leaving told apart: one small panel each, all on one scale, with a reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from components.axis import value_axis
from components.chart_text import safe
from components.marks import add_band
from components.numbers import format_number, interval_text, is_missing
from components.theme import ACCENT, CONTROL, INK, INK_2
from language import text
from store.quantity import Unit

Numbers = Sequence[float | None]
_ACROSS = ((0.0, 0.44), (0.56, 1.0))
_DOWN = ((0.56, 0.89), (0.0, 0.33))


@dataclass(frozen=True, slots=True)
class ExitPanel:
    """One way of leaving: cumulative shares (percent) by year, intervals, and the reference."""

    name: str
    years: Sequence[int]
    values: Numbers
    low: Numbers
    high: Numbers
    reference: Numbers


def exit_panels_figure(
    panels: Sequence[ExitPanel], *, group_name: str, reference_name: str
) -> go.Figure:
    """Up to four panels, two in a row; the group blue with its band, the reference dashed. The
    last share of both stands beside each panel's name."""
    drawn = [v for p in panels for v in (*p.values, *p.high, *p.reference)]
    axis = value_axis([0.0, *drawn], Unit.PERCENT, from_zero=True, n_tick=3)
    figure = go.Figure()
    notes: list[dict[str, Any]] = []
    for place, panel in enumerate(panels):
        across, down = _ACROSS[place % 2], _DOWN[place // 2]
        ending = str(place + 1) if place else ""
        before = len(figure.data)
        _add_panel(figure, panel, group_name, reference_name)
        for trace in figure.data[before:]:
            trace.update(xaxis=f"x{ending}", yaxis=f"y{ending}")
        years = [*panel.years]
        figure.update_layout(
            {
                f"xaxis{ending}": {
                    "domain": [*across],
                    "anchor": f"y{ending}",
                    "tickvals": [y for y in years if y % 2 == 0],
                    "ticktext": [text("exit_panels.year", n=y) for y in years if y % 2 == 0],
                    "range": [min(years) - 0.3, max(years) + 0.3],
                },
                f"yaxis{ending}": {**axis, "domain": [*down], "anchor": f"x{ending}"},
            }
        )
        notes.append(_heading(panel, across[0], down[1]))
    figure.update_layout(
        margin={"l": 8, "r": 12, "t": 8, "b": 8}, hovermode="closest", annotations=notes
    )
    return figure


def _add_panel(figure: go.Figure, p: ExitPanel, group_name: str, reference_name: str) -> None:
    figure.add_scatter(
        x=[*p.years],
        y=[*p.reference],
        mode="lines",
        line={"color": CONTROL, "width": 2, "dash": "5px,3px"},
        text=[format_number(value, Unit.PERCENT) for value in p.reference],
        hovertemplate=f"{safe(reference_name)}　%{{text}}<extra></extra>",
    )
    add_band(figure, p.years, p.low, p.high, is_subject=True)
    figure.add_scatter(
        x=[*p.years],
        y=[*p.values],
        mode="lines+markers",
        line={"color": ACCENT, "width": 2.5},
        marker={"size": 6, "color": ACCENT},
        text=[
            text(
                "ranking.value_with_interval",
                value=format_number(value, Unit.PERCENT),
                interval=interval_text(low, high, Unit.PERCENT, has_unit=True),
            )
            for value, low, high in zip(p.values, p.low, p.high, strict=True)
        ],
        hovertemplate=f"{safe(group_name)}　%{{text}}<extra></extra>",
    )


def _heading(panel: ExitPanel, x: float, y: float) -> dict[str, Any]:
    known = [i for i, value in enumerate(panel.values) if not is_missing(value)]
    last = ""
    if known:
        at = known[-1]
        last = text(
            "exit_panels.last",
            year=panel.years[at],
            value=format_number(panel.values[at], Unit.PERCENT),
        )
    words = f"<b>{safe(panel.name)}</b>"
    if last:
        words += f'<br><span style="color:{ACCENT}">{safe(last)}</span>'
    return {
        "xref": "paper",
        "x": x,
        "xanchor": "left",
        "yref": "paper",
        "y": y,
        "yanchor": "bottom",
        "yshift": 4,
        "text": words,
        "font": {"size": 13, "color": INK if known else INK_2},
    }
