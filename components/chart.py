"""A Plotly figure on the page: named for those who cannot see it, sized by the style sheet."""

from __future__ import annotations

from typing import Any, cast

import plotly.graph_objects as go
from dash import dcc, html

from components.attributes import attributes
from components.theme import GRAPH_CONFIG


def chart(
    figure: go.Figure, label: str, *, name: str, height: int = 420, height_narrow: int = 0
) -> html.Div:
    """``figure`` at ``height`` pixels (``height_narrow`` on small screens).

    ``label`` states the main numbers. ``name`` is unique on the page; the graph's id is
    ``{"type": "chart", "name": name}``, for the one callback that follows clicks.
    """
    return html.Div(
        dcc.Graph(
            id={"type": "chart", "name": name},
            figure=figure,
            config=cast(Any, GRAPH_CONFIG),
            responsive=True,
            className="sl-plot",
        ),
        role="img",
        className="sl-chart",
        style={"--sl-h": f"{height}px", "--sl-h-narrow": f"{height_narrow or height}px"},
        **attributes(aria_label=label),
    )
