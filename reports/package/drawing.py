"""What all charts share: the canvas at 1:1, one face, hair grids, labels at the edge."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib_fontja
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from reports.package.document import Series

FONT = "IPAexGothic"
FONT_DIR = Path(matplotlib_fontja.__file__).parent / "fonts"
INK, SUB, MID, LIGHT = "#1a1a1a", "#595959", "#8c8c8c", "#d4d4d4"
ACCENT, TINT, RANGE, WASH = "#00428c", "#d3e0ee", "#6b93c1", "#f3f5f7"
# Behind the own row among others, and the bars of these.
BAND, REST = "#e3ebf4", "#c9c9c9"
WIDTH_MM = 122.0  # the main column of the page: 9 pt is 9 pt
MM = 1 / 25.4
STYLES: dict[str, dict[str, Any]] = {
    "own": {"color": ACCENT, "lw": 2.2, "ls": "-", "zorder": 5},
    "peer": {"color": "#4d4d4d", "lw": 1.3, "ls": (0, (5, 2)), "zorder": 4},
    "nation": {"color": "#737373", "lw": 1.3, "ls": (0, (1, 1.6)), "zorder": 3},
}
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "sme-lens",
    "font.family": FONT,
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": MID,
    "axes.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.unicode_minus": False,
    "xtick.major.size": 3,
    "xtick.major.width": 0.6,
    "ytick.major.size": 0,
    "lines.solid_capstyle": "round",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
}


def styled() -> Any:
    """The settings of every chart, for a ``with``; the process's own stay as they are."""
    return mpl.rc_context(_STYLE)


def canvas(
    height_mm: float, *, left: float, right: float, top: float, bottom: float
) -> tuple[Figure, Any]:
    """A figure as wide as the main column, with one plot; margins in millimetres."""
    figure = Figure(figsize=(WIDTH_MM * MM, height_mm * MM))
    FigureCanvasSVG(figure)
    axes = figure.add_axes(
        (
            left / WIDTH_MM,
            bottom / height_mm,
            1 - (left + right) / WIDTH_MM,
            1 - (top + bottom) / height_mm,
        )
    )
    return figure, axes


def svg(figure: Figure) -> bytes:
    """The figure with its texts as texts; the same input gives the same bytes."""
    stream = io.BytesIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return stream.getvalue()


def ticks_between(least: float, most: float, n: int = 4) -> list[float]:
    """About ``n`` round numbers whose first and last hold everything between."""
    span = (most - least) or abs(most) or 1.0
    step: float = 10 ** math.floor(math.log10(span / n))
    for factor in (1, 2, 2.5, 5, 10):
        if span / (step * factor) <= n:
            step *= factor
            break
    first, last = math.floor(least / step), math.ceil(most / step)
    return [round(step * i, 10) for i in range(first, last + 1)]


def tick_text(value: float, unit: str) -> str:
    digits = f"{value:,.1f}" if value % 1 else f"{value:,.0f}"
    return f"{digits.replace('-', '▲')}{unit if unit == '%' else ''}"


def y_grid(figure: Figure, axes: Any, ticks: Sequence[float], unit: str) -> None:
    """Hair lines with their numbers at the left edge; the zero line is stronger."""
    axes.set_yticks([])
    axes.set_ylim(ticks[0], ticks[-1])
    for tick in ticks:
        is_zero = tick == 0
        axes.axhline(tick, color=MID if is_zero else LIGHT, lw=0.8 if is_zero else 0.5, zorder=1)
        axes.annotate(
            tick_text(tick, unit),
            (0, tick),
            xycoords=(figure.transFigure, axes.transData),
            va="center",
            ha="left",
            color=SUB,
        )
    if unit != "%":
        axes.annotate(
            f"（{unit}）",
            (0, 1),
            xycoords=(figure.transFigure, axes.transAxes),
            xytext=(0, 9),
            textcoords="offset points",
            va="bottom",
            ha="left",
            color=SUB,
        )


def x_words(
    figure: Figure, axes: Any, words: Sequence[str], counts: Sequence[str], unit: str
) -> None:
    """A word under each place, and under it its n with the row's name at the left edge."""
    axes.set_xticks(range(len(words)), [])
    left, right = axes.get_xlim()
    slot = axes.get_position().width * WIDTH_MM / (right - left)
    # Words that would touch are set smaller.
    size = 9 * min(1.0, slot / (max(map(width_mm, words)) + 1.5))
    for place, word in enumerate(words):
        _below(axes, (place, 0), word, -14, size)
    if counts:
        axes.annotate(
            f"n（{unit}）",
            (0, 0),
            xycoords=(figure.transFigure, axes.transAxes),
            xytext=(0, -27),
            textcoords="offset points",
            ha="left",
            color=SUB,
        )
        for place, word in enumerate(counts):
            _below(axes, (place, 0), word, -27)


def _below(axes: Any, at: tuple[float, float], word: str, points: int, size: float = 9.0) -> None:
    axes.annotate(
        word,
        at,
        xycoords=("data", "axes fraction"),
        xytext=(0, points),
        textcoords="offset points",
        ha="center",
        color=SUB,
        fontsize=size,
    )


def width_mm(words: str) -> float:
    """How wide lines of 9 points are: full-width letters are square."""
    return max(
        sum(3.2 if ord(letter) > 0x2FF else 1.75 for letter in line) for line in words.split("\n")
    )


def numbers(series: Series) -> list[float]:
    """Everything that is drawn of a series, intervals included."""
    every = (*series.values, *series.low, *series.high)
    return [float(value.number) for value in every if value.number is not None]
