"""The charts of a package with a row for each field or area: dots with intervals, bars.

The package's own row is told by a band between two rules and by what is filled, so that it stands
out in print without colour too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import blended_transform_factory

from language import text
from reports.package.document import Chart
from reports.package.drawing import (
    ACCENT,
    BAND,
    LIGHT,
    MID,
    RANGE,
    REST,
    SUB,
    WIDTH_MM,
    canvas,
    numbers,
    svg,
    tick_text,
    ticks_between,
    width_mm,
)

ROW_MM = 5.6
# What is left for a name beside its n; a longer one is set smaller.
_NAME_MM = 36.0
# Where the numbers beside names end: five digits and a space fit between.
_N_MM = 48.0


def draw_dots(chart: Chart) -> bytes:
    """A dot a row with its interval, beside a common line or a stroke a row."""
    own = chart.series[0]
    figure, axes = _with_rows(chart, is_from_zero=False)
    for place, (value, low, high) in enumerate(zip(own.values, own.low, own.high, strict=True)):
        if value.number is None or low.number is None or high.number is None:
            continue
        y, at = len(chart.labels) - 1 - place, float(value.number)
        is_own = chart.highlight in ("", chart.labels[place])
        ends = [float(low.number), float(high.number)]
        axes.plot(ends, [y, y], color=RANGE if is_own else MID, lw=2.4, zorder=3)
        face = {"mfc": ACCENT, "mec": ACCENT} if is_own else {"mfc": "white", "mec": SUB}
        axes.plot(at, y, "o", ms=6.5, mew=1.3, zorder=5, clip_on=False, **face)
    return svg(figure)


def draw_rows(chart: Chart) -> bytes:
    """A bar a row from zero, the own one dark, beside a common line."""
    figure, axes = _with_rows(chart, is_from_zero=True)
    for place, value in enumerate(chart.series[0].values):
        if value.number is not None:
            is_own = chart.labels[place] == chart.highlight
            look = {"fc": ACCENT, "ec": ACCENT} if is_own else {"fc": REST, "ec": MID}
            y = len(chart.labels) - 1 - place
            axes.barh(y, float(value.number), height=0.56, lw=0.6, zorder=3, **look)
    return svg(figure)


def _with_rows(chart: Chart, *, is_from_zero: bool) -> tuple[Any, Any]:
    """The plot with the name, n and value of each row, its scale, and what rows are compared
    with."""
    n = len(chart.labels)
    own, whole = chart.series[0], chart.series[1]
    # The unit stands beside the last number of the scale.
    right = 16 if chart.unit == "%" else width_mm(f"（{chart.unit}）") + 7
    figure, axes = canvas(ROW_MM * n + 15, left=_N_MM + 9, right=right, top=14, bottom=1)
    drawn = [*numbers(own), *numbers(whole)]
    least, most = (0.0, 1.0) if is_from_zero else (min(drawn, default=0.0), 100.0)
    _sideways(figure, axes, n, ticks_between(least, max(drawn, default=most)), chart.unit)
    edge = {"xycoords": (figure.transFigure, axes.transAxes), "va": "bottom", "color": SUB}
    above = {"xytext": (0, 3), "textcoords": "offset points"}
    axes.annotate(f"n（{chart.n_unit}）", (_N_MM / WIDTH_MM, 1), ha="right", **edge, **above)
    _reference(axes, chart, n)
    for place, label in enumerate(chart.labels):
        y = n - 1 - place
        if label == chart.highlight:
            _band(figure, axes, y)
        _at_left(figure, axes, y, label)
        axes.annotate(
            chart.n[place].shown(),
            (_N_MM / WIDTH_MM, y),
            xycoords=(figure.transFigure, axes.transData),
            va="center",
            ha="right",
        )
        value = own.values[place]
        unit = "%" if value.is_shown and chart.unit == "%" else ""
        _at_right(figure, axes, y, f"{value.shown()}{unit}")
    return figure, axes


def _band(figure: Any, axes: Any, y: float) -> None:
    """What marks the own row from edge to edge."""
    across = blended_transform_factory(figure.transFigure, axes.transData)
    look: dict[str, Any] = {"transform": across, "clip_on": False, "zorder": 0.5}
    axes.add_patch(Rectangle((0, y - 0.5), 1, 1, fc=BAND, ec="none", **look))
    for edge in (y - 0.5, y + 0.5):
        axes.add_line(Line2D([0, 1], [edge, edge], color=ACCENT, lw=0.7, **look))


def _reference(axes: Any, chart: Chart, n: int) -> None:
    """What each row is compared with: one line for all, or a stroke a row with its key above."""
    whole = chart.series[1]
    shown = [value for value in whole.values if value.number is not None]
    above = {"textcoords": "offset points", "ha": "center", "va": "bottom", "color": SUB}
    if len(set(shown)) == 1:
        at = float(shown[0].number or 0)
        if chart.kind == "rows":
            # White under the dashes keeps them apart from dark bars.
            axes.axvline(at, color="white", lw=2.6, zorder=3.5)
        axes.axvline(
            at, color=SUB, lw=1.3, ls=(0, (4, 2)), zorder=3.6 if chart.kind == "rows" else 2
        )
        words = f"{whole.name} {shown[0].shown()}{'%' if chart.unit == '%' else ''}"
        axes.annotate(words, (at, 1), xycoords=("data", "axes fraction"), xytext=(0, 17), **above)
        return
    for place, value in enumerate(whole.values):
        if value.number is not None:
            y, at = n - 1 - place, float(value.number)
            axes.plot([at, at], [y - 0.36, y + 0.36], color=SUB, lw=1.6, zorder=4)
    if shown:
        key = text("package.alt.stroke", name=whole.name)
        axes.annotate(key, (0.5, 1), xycoords="axes fraction", xytext=(0, 17), **above)


def _sideways(figure: Any, axes: Any, n: int, ticks: Sequence[float], unit: str) -> None:
    axes.spines["bottom"].set_visible(False)
    axes.set(xlim=(ticks[0], ticks[-1]), ylim=(-0.6, n - 0.4))
    axes.set_yticks([])
    axes.set_xticks([])
    for tick in ticks:
        axes.axvline(
            tick, color=MID if tick == 0 else LIGHT, lw=0.8 if tick == 0 else 0.5, zorder=1
        )
        axes.annotate(
            tick_text(tick, unit),
            (tick, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            va="bottom",
            color=SUB,
        )
    if unit != "%":
        axes.annotate(
            f"（{unit}）",
            (1, 1),
            xycoords=(figure.transFigure, axes.transAxes),
            xytext=(0, 3),
            textcoords="offset points",
            ha="right",
            va="bottom",
            color=SUB,
        )


def _at_left(figure: Any, axes: Any, y: float, words: str) -> None:
    axes.annotate(
        words,
        (0, y),
        xycoords=(figure.transFigure, axes.transData),
        xytext=(2, 0),
        textcoords="offset points",
        va="center",
        ha="left",
        fontsize=9 * min(1.0, _NAME_MM / width_mm(words)),
    )


def _at_right(figure: Any, axes: Any, y: float, words: str) -> None:
    axes.annotate(
        words,
        (1, y),
        xycoords=(figure.transFigure, axes.transData),
        xytext=(-2, 0),
        textcoords="offset points",
        va="center",
        ha="right",
    )
