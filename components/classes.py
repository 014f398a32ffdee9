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


def class_breaks(values: Iterable[Any], n_class: int = N_CLASS) -> tuple[float, ...]:
    """At most ``n_class - 1`` rising breaks near the quantiles, as round as they can be.

    A class reaches from its lower break up to, not including, the next. No class is empty. Few
    different values give fewer breaks; none at all gives ``()``.
    """
    known = sorted(float(value) for value in values if not is_missing(value))
    if len(set(known)) < 2:
        return ()
    quantiles = [known[len(known) * k // n_class] for k in range(1, n_class)]
    step = nice_step(known[-1] - known[0], 4)
    for _ in range(12):
        breaks = tuple(round(round(q / step) * step, 10) for q in quantiles)
        if _is_even(breaks, known, n_class):
            return breaks
        step = _finer(step)
    # Ties leave no even cut: keep the distinct quantiles that part the values at all.
    return tuple(sorted({q for q in quantiles if q > known[0]}))


def _finer(step: float) -> float:
    digit = float(f"{step:e}".split("e")[0])
    return round(step * (0.5 if digit in (1.0, 2.0) else 0.4), 12)


def _is_even(breaks: Sequence[float], known: Sequence[float], n_class: int) -> bool:
    """Whether the breaks rise and each class holds at least half of its fair share."""
    if list(breaks) != sorted(set(breaks)):
        return False
    counts = [0] * (len(breaks) + 1)
    for value in known:
        counts[bisect_right(breaks, value)] += 1
    return min(counts) >= max(1.0, len(known) / n_class / 2)


def class_of(value: Any, breaks: Sequence[float]) -> int | None:
    """The class of ``value``, counted from 1; None for a missing value."""
    return None if is_missing(value) else bisect_right(breaks, float(value)) + 1


def legend_texts(
    breaks: Sequence[float], unit: Unit | None, scale: Scale | None = None
) -> tuple[str, ...]:
    """One text per class: ``〜32``, ``32〜38``, …, ``50〜``; without breaks a single one."""
    if not breaks:
        return (text("legend.all"),)
    if unit is Unit.YEN and scale is None:
        scale = yen_scale(breaks)
    is_whole = all(float(b).is_integer() for b in breaks) and unit is not Unit.YEN
    ends = [
        format_number(b, unit, scale=scale, has_unit=False, decimals=0 if is_whole else None)
        for b in breaks
    ]
    middle = [text("legend.between", low=a, high=b) for a, b in pairwise(ends)]
    return text("legend.below", high=ends[0]), *middle, text("legend.from", low=ends[-1])


def class_legend(measure: str, legend: Sequence[str], *, has_withheld: bool = False) -> html.Div:
    """The key of a map: ``measure`` with its unit, a swatch and a text per class, and ``x``."""
    items = [
        html.Li(words, style={"--c": f"var(--sl-seq-{k})"}) for k, words in enumerate(legend, 1)
    ]
    if has_withheld:
        items.append(html.Li(text("legend.withheld"), className="x"))
    return html.Div([measure, html.Ol(items)], className="sl-legend")
