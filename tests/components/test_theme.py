"""One look: the charts' colours are the style sheet's, and no chart reaches out of the house."""

from __future__ import annotations

import re
from pathlib import Path

import plotly.graph_objects as go
import plotly.io as pio
import pytest

from components import theme
from components.chart import chart
from tests.components.drawn import find, prop

ASSETS = Path(__file__).parents[2] / "assets"


def tokens() -> dict[str, str]:
    css = (ASSETS / "tokens.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--sl-([a-z0-9-]+):\s*(#[0-9a-f]{6});", css))


@pytest.mark.parametrize(
    ("colour", "token"),
    [
        (theme.INK, "ink"),
        (theme.INK_2, "ink-2"),
        (theme.INK_3, "ink-3"),
        (theme.CONTROL, "control"),
        (theme.MARK, "mark"),
        (theme.RULE, "rule"),
        (theme.HAIR, "hair"),
        (theme.PAPER, "paper"),
        (theme.ACCENT, "accent"),
        (theme.WARN, "warn"),
        *((colour, f"seq-{k}") for k, colour in enumerate(theme.SEQUENTIAL, 1)),
    ],
)
def test_charts_and_style_sheet_share_their_colours(colour: str, token: str) -> None:
    assert tokens()[token] == colour


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_text_and_marks_stand_out_from_the_paper() -> None:
    text = (theme.INK, theme.INK_2, theme.INK_3, theme.ACCENT, tokens()["warn-text"])
    assert min(contrast(colour, theme.PAPER) for colour in text) >= 4.5
    assert contrast(theme.INK_3, tokens()["surface"]) >= 4.5
    marks = (theme.MARK, theme.CONTROL, theme.WARN, *theme.CATEGORICAL)
    assert min(contrast(colour, theme.PAPER) for colour in marks) >= 3.0
    inks = (theme.INK, theme.INK, theme.INK, theme.PAPER, theme.PAPER)
    pairs = zip(inks, theme.SEQUENTIAL, strict=True)
    assert min(contrast(ink, ground) for ink, ground in pairs) >= 4.5


def test_the_template_is_the_default_of_every_figure() -> None:
    assert pio.templates.default == "lens"
    layout = go.Figure().layout.template.layout
    assert layout.dragmode is False
    assert layout.showlegend is False
    assert layout.xaxis.fixedrange
    assert layout.yaxis.fixedrange


def test_a_chart_has_a_name_and_no_way_out() -> None:
    drawn = chart(go.Figure(), "交付額の推移", name="trend", height=400)
    assert prop(drawn, "role") == "img"
    assert prop(drawn, "aria_label") == "交付額の推移"
    graph = find(drawn, "Graph")[0]
    assert graph.id == {"type": "chart", "name": "trend"}
    assert graph.config["displayModeBar"] is False
    assert graph.config["showLink"] is False
    assert graph.config["plotlyServerURL"] == ""


def test_the_style_sheets_fetch_nothing() -> None:
    for sheet in ASSETS.glob("*.css"):
        css = sheet.read_text(encoding="utf-8")
        assert "@import" not in css
        assert all(address.startswith("data:") for address in re.findall(r'url\("?([^")]+)', css))
