"""Five classes for maps: quantile breaks on readable numbers, with the words of the legend."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from dash import html

from components.axis import nice_step
from components.numbers import Scale, format_number, is_missing, yen_scale
from language import text
from store.quantity import Unit

N_CLASS = 5
_SHADES = {1: (5,), 2: (1, 5), 3: (1, 3, 5), 4: (1, 2, 4, 5), 5: (1, 2, 3, 4, 5)}
_FINEST = 1e-6
_LONGEST = 9


def class_breaks(values: Iterable[Any], n_class: int = N_CLASS) -> tuple[float, ...]:
    """At most ``n_class - 1`` rising breaks near the quantiles, as round as they can be.

    A class reaches from its lower break up to, not including, the next. No class is empty. Few
    different values give fewer breaks; none at all gives ``()``.
    """
    known = sorted(float(value) for value in values if not is_missing(value))
    if len(set(known)) < 2:
        return ()
    fair = len(known) / n_class
    # Many equal values (prefectures without an award) leave no even cut: then the different values
    # are cut evenly, and at last cut as they are.
    for pool, least in ((known, fair / 2), (sorted(set(known)), 1.0)):
        quantiles = sorted({pool[len(pool) * k // n_class] for k in range(1, n_class)})
        cuts = [q for q in quantiles if q > known[0]]
        if len(cuts) == n_class - 1 or pool is not known:
            breaks = _rounded(cuts, known, least)
            if breaks:
                return breaks
    return tuple(cuts)


def _rounded(cuts: Sequence[float], known: Sequence[float], least: float) -> tuple[float, ...]:
    """``cuts`` on the coarsest readable steps that leave ``least`` values in every class."""
    step = nice_step(known[-1] - known[0], 4)
    while step > _FINEST:
        breaks = tuple(round(round(cut / step) * step, 10) for cut in cuts)
        if list(breaks) == sorted(set(breaks)) and _smallest_class(breaks, known) >= least:
            return breaks
        step = _finer(step)
    return ()


def _finer(step: float) -> float:
    digit = float(f"{step:e}".split("e")[0])
    return round(step * (0.5 if digit in (1.0, 2.0) else 0.4), 12)


def _smallest_class(breaks: Sequence[float], known: Sequence[float]) -> int:
    counts = [0] * (len(breaks) + 1)
    for value in known:
        counts[bisect_right(breaks, value)] += 1
    return min(counts)


def class_of(value: Any, breaks: Sequence[float]) -> int | None:
    """The class of ``value``, 1 (lightest) to 5; None for a missing value.

    Fewer than five classes keep their distance: two are 1 and 5.
    """
    if is_missing(value):
        return None
    return _SHADES[len(breaks) + 1][bisect_right(breaks, float(value))]


def legend_texts(
    breaks: Sequence[float], unit: Unit | None, scale: Scale | None = None
) -> tuple[str, ...]:
    """One text per class: ``〜32``, ``32〜38``, …, ``50〜``; without breaks a single one."""
    if not breaks:
        return (text("legend.all"),)
    if unit is Unit.YEN and scale is None:
        scale = yen_scale(breaks)
    factor = scale.factor if unit is Unit.YEN and scale else 1
    exact = (
        d for d in range(3) if all(round(b / factor, d) == round(b / factor, 6) for b in breaks)
    )
    decimals = next(exact, 3)
    ends = [format_number(b, unit, scale=scale, has_unit=False, decimals=decimals) for b in breaks]
    middle = [text("legend.between", low=a, high=b) for a, b in pairwise(ends)]
    if max(map(len, middle), default=0) > _LONGEST:
        # Large numbers: each class is named by its upper end alone.
        middle = [text("legend.below", high=b) for b in ends[1:]]
    return text("legend.below", high=ends[0]), *middle, text("legend.from", low=ends[-1])


def class_legend(measure: str, legend: Sequence[str], *, has_withheld: bool = False) -> html.Div:
    """The key of a map: ``measure`` with its unit, a swatch and a text per class, and ``x``."""
    shades = _SHADES.get(len(legend), ())
    items = [
        html.Li(words, style={"--c": f"var(--sl-seq-{k})"})
        for k, words in zip(shades, legend, strict=True)
    ]
    if has_withheld:
        items.append(html.Li(text("legend.withheld"), className="x"))
    return html.Div([measure, html.Ol(items)], className="sl-legend")
