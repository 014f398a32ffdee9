"""Axes with about five readable ticks, written in the units and words of the screen."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from components.eras import short_era
from components.numbers import Scale, axis_number, is_missing, yen_scale
from language import text
from store.quantity import Unit

_STEPS = (1.0, 2.0, 5.0, 10.0)


_HEADROOM = 0.06
_FOOTROOM = 0.03
# A tick that lies this near above the data (in steps) is still drawn.
_NEAR = 0.35
# No step is finer than a thousandth of the unit in which the axis is written.
_FINEST = 0.001


def nice_step(span: float, n_tick: int = 5, least: float = 0.0) -> float:
    """The smallest 1, 2 or 5 times a power of ten that cuts ``span`` into ``n_tick`` parts."""
    rough = max(span / n_tick, least) or 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough * (1 - 1e-9))


def value_axis(
    values: Iterable[Any],
    unit: Unit | None,
    *,
    scale: Scale | None = None,
    from_zero: bool = False,
    n_tick: int = 5,
) -> dict[str, Any]:
    """``tickvals``, ``ticktext`` and ``range`` of an axis that holds ``values``.

    Missing values are passed over; ``from_zero`` for bars. Counts get whole ticks only.
    """
    found = [float(value) for value in values if not is_missing(value)] or [0.0]
    low, high = min(found), max(found)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if unit is Unit.YEN and scale is None:
        scale = yen_scale(found)
    factor = scale.factor if unit is Unit.YEN and scale else 1
    is_count = unit not in (Unit.YEN, Unit.PERCENT, Unit.PER_10000_ESTABLISHMENTS, None)
    step = nice_step(high - low, n_tick, 1.0 if is_count else factor * _FINEST)
    if high - low < step:
        # One value, or nearly: give it an axis of its own size.
        low = low if from_zero and low == 0 else low - step
        high = high if from_zero and high == 0 > low else high + step
    first = math.floor(low / step + 1e-9)
    last = math.floor(high / step + _NEAR)
    ticks = [round(i * step, 10) for i in range(first, last + 1)]
    decimals = max(0, -math.floor(math.log10(step / factor) + 1e-9))
    # Plotly draws no tick on the very end of a range.
    low, high = min(low, ticks[0]), max(high, ticks[-1])
    span = high - low
    foot = 0.0 if from_zero else _FOOTROOM * span
    return {
        "tickvals": ticks,
        "ticktext": [axis_number(t, unit, scale, decimals) for t in ticks],
        "range": [low - foot, high + _HEADROOM * span],
    }


def year_ticks(years: Sequence[int], most: int = 4) -> dict[str, Any]:
    """``tickvals`` and ``ticktext`` (H28 above, 2016 below); the first and last year always."""
    first, last = min(years), max(years)
    span = last - first
    shown = sorted(set(years))
    if span > most:
        # An even step that meets both ends, else one that leaves out the tick beside the first.
        parts = next((n for n in (3, 4, 2, 5) if span % n == 0), 0)
        step = span // parts if parts else math.ceil(span / (most - 1))
        shown = list(range(last, first, -step))[::-1]
        shown = [first, *(shown[1:] if shown[0] - first < 0.6 * step else shown)]
    ticktext = [text("axis.year", short=short_era(year), year=year) for year in shown]
    return {"tickvals": shown, "ticktext": ticktext}
