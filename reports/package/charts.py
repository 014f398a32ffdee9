"""The charts of a package as SVG with live text: lines, bars, dots.

A hidden number leaves no mark: the sign of its status stands where the number would be written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from language import text
from reports.package.document import Chart, Series
from reports.package.drawing import (
    ACCENT,
    LIGHT,
    RANGE,
    STYLES,
    SUB,
    TINT,
    WIDTH_MM,
    canvas,
    styled,
    svg,
    tick_text,
    ticks_between,
    x_words,
    y_grid,
)
from reports.package.values import Value

ROW_MM = 5.6
# What is left for a name beside its n; a longer one is set smaller.
_NAME_MM = 36.0
# Where the numbers beside names end: five digits and a space fit between.
_N_MM = 48.0
_DOT_GREY = "#6e6e6e"


def draw(chart: Chart) -> bytes:
    """The SVG of a chart, 122 mm wide."""
    with styled():
        return {"line": _lines, "bars": _bars, "dots": _dots}[chart.kind](chart)


def _lines(chart: Chart) -> bytes:
    right = max(_width_mm(_end_words(chart, series)) for series in chart.series) + 4
    figure, axes = canvas(42, left=13, right=max(right, 24), top=6, bottom=12)
    drawn = [number for series in chart.series for number in _numbers(series)]
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
    ends: list[tuple[float, str, str]] = []
    for series in reversed(chart.series):
        look = STYLES[series.role]
        marks = {"marker": "o", "ms": 4.5, "mfc": "white", "mew": 1.6} if series is own else {}
        for run in _runs(series.values):
            alone = {"marker": "o", "ms": 3.5} if len(run) == 1 and series is not own else {}
            axes.plot(run, _floats(series.values, run), clip_on=False, **look, **marks, **alone)
        if last := [value for value in series.values if value.is_shown]:
            ends.append((float(last[-1].number or 0), _end_words(chart, series), look["color"]))
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
    drawn = _numbers(chart.series[0])
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


def _dots(chart: Chart) -> bytes:
    n = len(chart.labels)
    own, whole = chart.series[0], chart.series[1]
    figure, axes = canvas(ROW_MM * n + 15, left=_N_MM + 9, right=16, top=14, bottom=1)
    drawn = [*_numbers(own), *_numbers(whole)]
    ticks = ticks_between(min(drawn, default=0.0), max(drawn, default=100.0))
    _sideways(figure, axes, n, ticks, chart.unit)
    edge = {"xycoords": (figure.transFigure, axes.transAxes), "va": "bottom", "color": SUB}
    above = {"xytext": (0, 3), "textcoords": "offset points"}
    axes.annotate(f"n（{chart.n_unit}）", (_N_MM / WIDTH_MM, 1), ha="right", **edge, **above)
    _reference(axes, whole, n)
    for place, label in enumerate(chart.labels):
        y = n - 1 - place
        is_own = not chart.highlight or label == chart.highlight
        _at_left(figure, axes, y, label, ACCENT if chart.highlight == label else None)
        axes.annotate(
            chart.n[place].shown(),
            (_N_MM / WIDTH_MM, y),
            xycoords=(figure.transFigure, axes.transData),
            va="center",
            ha="right",
        )
        value, low, high = own.values[place], own.low[place], own.high[place]
        unit = "%" if value.is_shown else ""
        _at_right(figure, axes, y, f"{value.shown()}{unit}")
        if value.number is not None and low.number is not None and high.number is not None:
            axes.plot(
                [float(low.number), float(high.number)],
                [y, y],
                color=RANGE if is_own else "#a6a6a6",
                lw=2.4,
                zorder=3,
            )
            axes.plot(
                float(value.number),
                y,
                "o",
                color=ACCENT if is_own else _DOT_GREY,
                ms=6.5,
                zorder=5,
                clip_on=False,
            )
    return svg(figure)


def _reference(axes: Any, whole: Series, n: int) -> None:
    """What each row is compared with: one line for all, or a stroke a row with its key above."""
    shown = [value for value in whole.values if value.number is not None]
    above = {"textcoords": "offset points", "ha": "center", "va": "bottom", "color": SUB}
    if len(set(shown)) == 1:
        at = float(shown[0].number or 0)
        axes.axvline(at, color=SUB, lw=1.3, ls=(0, (4, 2)), zorder=2)
        words = f"{whole.name} {shown[0].shown()}%"
        axes.annotate(words, (at, 1), xycoords=("data", "axes fraction"), xytext=(0, 17), **above)
        return
    for place, value in enumerate(whole.values):
        if value.number is not None:
            y, at = n - 1 - place, float(value.number)
            axes.plot([at, at], [y - 0.36, y + 0.36], color=SUB, lw=1.6, zorder=4)
    key = text("package.alt.stroke", name=whole.name)
    axes.annotate(key, (0.5, 1), xycoords="axes fraction", xytext=(0, 17), **above)


def _sideways(figure: Any, axes: Any, n: int, ticks: Sequence[float], unit: str) -> None:
    axes.spines["bottom"].set_visible(False)
    axes.set(xlim=(ticks[0], ticks[-1]), ylim=(-0.6, n - 0.4))
    axes.set_yticks([])
    axes.set_xticks([])
    for tick in ticks:
        axes.axvline(tick, color=LIGHT, lw=0.5, zorder=1)
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


def _at_left(figure: Any, axes: Any, y: float, words: str, color: str | None = None) -> None:
    axes.annotate(
        words,
        (0, y),
        xycoords=(figure.transFigure, axes.transData),
        va="center",
        ha="left",
        fontsize=9 * min(1.0, _NAME_MM / _width_mm(words)),
        **({"color": color} if color else {}),
    )


def _at_right(figure: Any, axes: Any, y: float, words: str) -> None:
    axes.annotate(
        words, (1, y), xycoords=(figure.transFigure, axes.transData), va="center", ha="right"
    )


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


def _end_labels(axes: Any, x: float, ends: Sequence[tuple[float, str, str]]) -> None:
    """The names of the lines at their ends, kept a line apart (11 points)."""
    height = axes.get_position().height * axes.figure.get_size_inches()[1] * 72
    low, high = axes.get_ylim()
    points = height / (high - low)
    # The upper edge of the label below.
    edge = float("-inf")
    for value, words, color in sorted(ends):
        half = 6 * len(words.split("\n"))
        wanted = (value - low) * points
        at = max(wanted, edge + half)
        edge = at + half
        axes.annotate(
            words,
            (x, value),
            xytext=(7, at - wanted),
            textcoords="offset points",
            va="center",
            ha="left",
            color=color,
            annotation_clip=False,
        )


def _end_words(chart: Chart, series: Series) -> str:
    """A line's name and its last number, which is that of the last year unless told."""
    shown = [place for place, value in enumerate(series.values) if value.is_shown]
    if not shown:
        return series.name
    unit = "%" if chart.unit == "%" else ""
    last = f"{series.name} {series.values[shown[-1]].shown()}{unit}"
    is_old = shown[-1] < len(series.values) - 1
    return text("package.alt.old", words=last, label=chart.labels[shown[-1]]) if is_old else last


def _width_mm(words: str) -> float:
    """How wide lines of 9 points are: full-width letters are square."""
    return max(
        sum(3.2 if ord(letter) > 0x2FF else 1.75 for letter in line) for line in words.split("\n")
    )


def _numbers(series: Series) -> list[float]:
    """Everything that is drawn of a series, intervals included."""
    every = (*series.values, *series.low, *series.high)
    return [float(value.number) for value in every if value.number is not None]


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
