"""How many are left stage by stage: horizontal bars with their numbers above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from components.chart_text import safe
from components.numbers import format_number
from components.theme import ACCENT, HAIR, INK, INK_2, MARK
from language import text
from store.quantity import Unit

STAGE_PX = 50


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: how many reached it, out of how many it is drawn (``whole``), and a remark on
    its share. The subject's bars are blue."""

    label: str
    n: int
    share: str = ""
    is_subject: bool = True
    whole: int = 0


def funnel_height(n_stage: int) -> int:
    return 16 + STAGE_PX * max(n_stage, 1)


def funnel_figure(stages: Sequence[Stage], *, n_unit: Unit) -> go.Figure:
    """Bars from zero in the order given; name and number stand above each bar.

    Where a stage is counted among fewer (``whole``), a hair-grey bar shows them behind it.
    """
    most = max((max(stage.n, stage.whole) for stage in stages), default=1) or 1
    places = list(range(len(stages)))
    figure = go.Figure()
    figure.add_bar(
        orientation="h",
        x=[stage.whole for stage in stages],
        y=places,
        width=0.24,
        marker={"color": HAIR},
        hoverinfo="skip",
    )
    figure.add_bar(
        orientation="h",
        x=[stage.n for stage in stages],
        y=places,
        width=0.24,
        marker={"color": [ACCENT if stage.is_subject else MARK for stage in stages]},
        hovertext=[
            text("map.hover", name=safe(stage.label), value=format_number(stage.n, n_unit))
            for stage in stages
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    figure.update_layout(
        barmode="overlay",
        margin={"l": 2, "r": 2, "t": 4, "b": 4},
        xaxis={"visible": False, "range": [0, most]},
        yaxis={"visible": False, "range": [len(stages) - 0.7, -0.75]},
        annotations=[note for place, stage in enumerate(stages) for note in _notes(place, stage)],
    )
    return figure


def _notes(place: int, stage: Stage) -> list[dict[str, Any]]:
    above = {"xref": "paper", "y": place - 0.16, "yanchor": "bottom"}
    n = format_number(stage.n, None)
    number = f"<b>{n}</b>　{safe(stage.share)}" if stage.share else f"<b>{n}</b>"
    return [
        {
            **above,
            "x": 0,
            "xanchor": "left",
            "text": safe(stage.label),
            "font": {"size": 14, "color": INK},
        },
        {
            **above,
            "x": 1,
            "xanchor": "right",
            "align": "right",
            "text": number,
            "font": {"size": 14, "color": INK if stage.is_subject else INK_2},
        },
    ]
