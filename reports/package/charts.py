"""The charts of a package as SVG with live text: lines and bars by year, and those with rows.

A hidden number leaves no mark: the sign of its status stands where the number would be written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.lines import Line2D
from matplotlib.transforms import Affine2D, ScaledTranslation

from language import text
from reports.package.document import Chart, Series
from reports.package.drawing import (
    ACCENT,
    STYLES,
    SUB,
    TINT,
    canvas,
    numbers,
    styled,
    svg,
    ticks_between,
    width_mm,
    x_words,
    y_grid,
)
from reports.package.row_charts import draw_dots, draw_rows
from reports.package.values import Value

# The piece of its own line before the name of each of several, and what it takes with the gaps.
_SAMPLE_PT, _SAMPLE_MM = 11.0, 5.0


def draw(chart: Chart) -> bytes:
    """The SVG of a chart, 122 mm wide."""
    with styled():
        kinds = {"line": _lines, "bars": _bars, "dots": draw_dots, "rows": draw_rows}
        return kinds[chart.kind](chart)


def _lines(chart: Chart) -> bytes:
    sample = _SAMPLE_MM if len(chart.series) > 1 else 0.0
    right = max(width_mm(_end_words(chart, series)) for series in chart.series) + 4 + sample
    figure, axes = canvas(42, left=13, right=max(right, 24), top=6, bottom=12)
    drawn = [number for series in chart.series for number in numbers(series)]
    least = min(drawn, default=0.0) if chart.unit == "%" else 0.0
    y_grid(figure, axes, ticks_between(least, max(drawn, default=1.0)), chart.unit)
    axes.set_xlim(-0.25, len(chart.labels) - 1 + 0.02)
    own = chart.series[0]
    for run in _runs(own.low):
        low, high = _floats(own.low, run), _floats(own.high, run)
        places: list[float] = [*run]
        if len(run) == 1:
            # A year by itself has no band: a bar stands for it.
            places, low, high = [run[0] - 0.07, run[0] + 0.07], low * 2, high * 2
        axes.fill_between(places, low, high, color=TINT, lw=0, zorder=2)
    ends: list[tuple[float, str, dict[str, Any]]] = []
    for series in reversed(chart.series):
        look = STYLES[series.role]
        marks = {"marker": "o", "ms": 4.5, "mfc": "white", "mew": 1.6} if series is own else {}
        for run in _runs(series.values):
            alone = {"marker": "o", "ms": 3.5} if len(run) == 1 and series is not own else {}
            axes.plot(run, _floats(series.values, run), clip_on=False, **look, **marks, **alone)
        if last := [value for value in series.values if value.is_shown]:
            ends.append((float(last[-1].number or 0), _end_words(chart, series), look))
        if series is own:
            _signs(axes, series.values)
    _end_labels(axes, len(chart.labels) - 1, ends)
    if own.low and any(value.is_shown for value in own.low):
        axes.annotate(
            text("package.alt.band"),
            (1, 1),
            xycoords="axes fraction",
            xytext=(-2, 8),
            textcoords="offset points",
            ha="right",
            va="bottom",
            color=SUB,
        )
    x_words(figure, axes, chart.labels, [value.shown() for value in chart.n], chart.n_unit)
    return svg(figure)


def _bars(chart: Chart) -> bytes:
    figure, axes = canvas(42, left=17, right=6, top=9, bottom=12 if chart.n else 7)
    values = chart.series[0].values
    drawn = numbers(chart.series[0])
    y_grid(figure, axes, ticks_between(0.0, max(drawn, default=1.0)), chart.unit)
    axes.set_xlim(-0.55, len(chart.labels) - 0.45)
    for place, value in enumerate(values):
        if value.number is not None:
            axes.bar(place, float(value.number), width=0.58, color=ACCENT, zorder=3)
            axes.annotate(
                value.shown(),
                (place, float(value.number)),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                va="bottom",
                annotation_clip=False,
                bbox={"fc": "white", "ec": "none", "pad": 0.6},
                zorder=4,
            )
    _signs(axes, values)
    x_words(figure, axes, chart.labels, [value.shown() for value in chart.n], chart.n_unit)
    return svg(figure)


def _signs(axes: Any, values: Sequence[Value]) -> None:
    """The sign of each status where the number would stand, on the lower edge."""
    for place, value in enumerate(values):
        if not value.is_shown:
            axes.annotate(
                value.shown(),
                (place, 0),
                xycoords=("data", "axes fraction"),
                xytext=(0, 4),
                textcoords="offset points",
                ha="center",
                va="bottom",
                color=SUB,
            )


def _end_labels(axes: Any, x: float, ends: Sequence[tuple[float, str, dict[str, Any]]]) -> None:
    """The names of the lines at their ends, kept a line apart (11 points); of several, each after a
    piece of its line, which names it without colour."""
    height = axes.get_position().height * axes.figure.get_size_inches()[1] * 72
    low, high = axes.get_ylim()
    points = height / (high - low)
    # The upper edge of the label below.
    edge = float("-inf")
    for value, words, look in sorted(ends, key=lambda end: end[0]):
        half = 6 * len(words.split("\n"))
        wanted = (value - low) * points
        at = max(wanted, edge + half)
        edge = at + half
        axes.annotate(
            words,
            (x, value),
            xytext=(7 + (_SAMPLE_PT + 3 if len(ends) > 1 else 0), at - wanted),
            textcoords="offset points",
            va="center",
            ha="left",
            color=look["color"],
            annotation_clip=False,
        )
        if len(ends) > 1:
            _sample(axes, (x, value), at - wanted, look)


def _sample(axes: Any, at: tuple[float, float], up: float, look: dict[str, Any]) -> None:
    """A piece of a line beside its end, ``up`` points above it."""
    in_points = Affine2D().translate(6, up).scale(1 / 72) + axes.figure.dpi_scale_trans
    beside = in_points + ScaledTranslation(*at, axes.transData)
    axes.add_line(Line2D([0, _SAMPLE_PT], [0, 0], transform=beside, clip_on=False, **look))


def _end_words(chart: Chart, series: Series) -> str:
    """A line's name and its last number, which is that of the last year unless told."""
    shown = [place for place, value in enumerate(series.values) if value.is_shown]
    if not shown:
        return series.name
    unit = "%" if chart.unit == "%" else ""
    last = f"{series.name} {series.values[shown[-1]].shown()}{unit}"
    is_old = shown[-1] < len(series.values) - 1
    return text("package.alt.old", words=last, label=chart.labels[shown[-1]]) if is_old else last


def _runs(values: Sequence[Value]) -> list[list[int]]:
    """Places in a row that have a number: a line breaks where there is none."""
    found: list[list[int]] = []
    for place, value in enumerate(values):
        if value.is_shown:
            if found and found[-1][-1] == place - 1:
                found[-1].append(place)
            else:
                found.append([place])
    return found


def _floats(values: Sequence[Value], places: Sequence[int]) -> list[float]:
    return [float(values[place].number or 0) for place in places]
