"""The look of every chart: colours, the Plotly template "lens" (the only default) and the config.

Values are those of the style sheet's tokens; a test keeps the two equal. Importing this module
registers the template.
"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import plotly.io as pio

INK = "#1a1a1a"
INK_2 = "#4d4d4d"
INK_3 = "#666666"
CONTROL = "#767676"
MARK = "#949494"
RULE = "#cccccc"
HAIR = "#e6e6e6"
PAPER = "#ffffff"
ACCENT = "#0055ad"
ACCENT_BAND = "rgba(0, 85, 173, 0.16)"
COMPARE_BAND = "rgba(118, 118, 118, 0.18)"
WARN = "#c74700"
CATEGORICAL = ("#0055ad", "#a58000", "#008da6", "#8b3200", "#767676", "#333333")
SEQUENTIAL = ("#e6f1fb", "#bfdcf4", "#8bbbe6", "#2874bb", "#00428c")
DIVERGING = ("#8b3200", "#d0733a", "#f2cfb8", "#f2f2f2", "#bfdcf4", "#4d93cf", "#00428c")
DENSITY = ("#ffffff", "#f0f0f0", "#dedede", "#c4c4c4", "#a3a3a3")

FONT = (
    '"Noto Sans JP", "Noto Sans CJK JP", "BIZ UDPGothic", "Hiragino Sans", '
    '"Yu Gothic UI", Meiryo, system-ui, sans-serif'
)

# The mode bar and the "share" link would offer to send the figure to a server outside.
GRAPH_CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "showLink": False,
    "plotlyServerURL": "",
    "responsive": True,
}


def _scale(colours: tuple[str, ...]) -> list[list[float | str]]:
    return [[i / (len(colours) - 1), colour] for i, colour in enumerate(colours)]


def _axis(**changes: Any) -> dict[str, Any]:
    small = {"size": 12, "color": INK_2}
    return {
        "gridcolor": HAIR,
        "gridwidth": 1,
        "linecolor": CONTROL,
        "linewidth": 1,
        "zerolinecolor": CONTROL,
        "zerolinewidth": 1,
        "ticks": "outside",
        "tickwidth": 1,
        "tickfont": small,
        "title": {"font": small, "standoff": 8},
        "automargin": True,
        "fixedrange": True,
        "separatethousands": True,
        "exponentformat": "none",
        "minexponent": 12,
        **changes,
    }


def lens_template() -> go.layout.Template:
    """The template of all charts: horizontal hair grid, one x axis line, no zoom, no legend."""
    layout = {
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "separators": ".,",
        "margin": {"l": 8, "r": 12, "t": 12, "b": 8, "pad": 0, "autoexpand": True},
        "showlegend": False,
        "hovermode": "closest",
        "hoverdistance": 24,
        "hoverlabel": {
            "bgcolor": PAPER,
            "bordercolor": INK,
            "align": "left",
            "font": {"size": 13, "color": INK},
            "namelength": -1,
        },
        "dragmode": False,
        "bargap": 0.36,
        "colorway": list(CATEGORICAL),
        "colorscale": {
            "sequential": _scale(SEQUENTIAL),
            "sequentialminus": _scale(SEQUENTIAL[::-1]),
            "diverging": _scale(DIVERGING),
        },
        "xaxis": _axis(
            showgrid=False,
            showline=True,
            zeroline=False,
            ticklen=5,
            tickcolor=CONTROL,
            tickangle=0,
        ),
        "yaxis": _axis(
            showgrid=True,
            showline=False,
            zeroline=True,
            ticklen=6,
            tickcolor="rgba(0,0,0,0)",
        ),
        "annotationdefaults": {
            "showarrow": False,
            "font": {"size": 13, "color": INK},
            "align": "left",
            "arrowcolor": CONTROL,
            "arrowwidth": 1,
            "arrowhead": 0,
        },
        "shapedefaults": {"line": {"color": CONTROL, "width": 1}, "layer": "below"},
    }
    data = {
        "scatter": [
            {
                "line": {"width": 2.5, "shape": "linear"},
                "marker": {"size": 8, "line": {"width": 0}},
                "cliponaxis": False,
                "connectgaps": False,
            }
        ],
        "bar": [
            {
                "marker": {"line": {"width": 0}},
                "textfont": {"size": 12},
                "textposition": "outside",
                "cliponaxis": False,
                "constraintext": "none",
            }
        ],
        "heatmap": [{"xgap": 2, "ygap": 2, "colorscale": _scale(SEQUENTIAL), "showscale": False}],
        "histogram2dcontour": [
            {
                "showscale": False,
                "ncontours": 7,
                "line": {"width": 0},
                "colorscale": _scale(DENSITY),
            }
        ],
    }
    return go.layout.Template(layout=layout, data=data)


def register_template() -> None:
    """Make "lens" the default template of every figure made from now on."""
    pio.templates["lens"] = lens_template()
    pio.templates.default = "lens"


register_template()
