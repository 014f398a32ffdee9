"""How far treated firms and controls may drift apart before an effect can no longer be told from 0.

Two limits on the drift, after Rambachan and Roth: it moves after the treatment at most ``m_bar``
times as much from one event time to the next as it ever did before ("relative magnitudes"), or its
slope changes by at most ``m`` from one event time to the next ("smoothness").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import lsq_linear
from scipy.stats import ncx2, norm

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EventEffects:
    """Effects by event time in a row, those before the base and those after it, and the weights
    of the wanted mean of the latter. ``covariance`` is that of before and after joined. Made by
    ``event_effects``."""

    before: Numbers
    after: Numbers
    covariance: Numbers
    weights: Numbers


@dataclass(frozen=True, slots=True)
class HonestInterval:
    """``lower`` to ``upper`` are the effects that the estimates allow if they were exact,
    ``low`` to ``high`` the confidence interval."""

    lower: float
    upper: float
    low: float
    high: float


def event_effects(
    events: ArrayLike,
    estimate: ArrayLike,
    covariance: ArrayLike,
    *,
    base: int = -1,
    weights: ArrayLike | None = None,
) -> EventEffects:
    """The effects of an event study with one base for all event times (not the varying base).

    Events are whole numbers without a gap; what stands at the base is not used. ``weights`` has an
    entry for each event time after the base; without it the wanted effect is the first of them.
    Raises ValueError for gaps, for missing values, and where nothing lies before or after the base.
    """
    times, effects = np.asarray(events, np.int64), np.asarray(estimate, np.float64)
    spread = np.asarray(covariance, np.float64)
    if times.size < 3 or np.any(np.diff(times) != 1) or base not in times[1:-1]:
        raise ValueError("the event times follow each other, with some before and after the base")
    if effects.shape != times.shape or spread.shape != (times.size, times.size):
        raise ValueError("each event time has an effect and a line of the covariance")
    used = np.flatnonzero(times != base)
    spread = spread[np.ix_(used, used)]
    if not np.isfinite(effects[used]).all() or not np.isfinite(spread).all():
        raise ValueError("an effect or its covariance is missing")
    if np.any(np.diag(spread) <= 0):
        raise ValueError("an effect away from the base has no variance")
    after = effects[times > base]
    wanted = np.eye(after.size)[0] if weights is None else np.asarray(weights, np.float64)
    if wanted.shape != after.shape:
        raise ValueError("each event time after the base has a weight")
    return EventEffects(effects[times < base], after, spread, wanted)


def relative_magnitude_interval(
    effects: EventEffects, m_bar: float, level: float = 0.95
) -> HonestInterval:
    """The effect, if the drift moves at most ``m_bar`` times its largest move before the base.

    The bounds of the exact effects are those of Rambachan and Roth. The confidence interval is
    the union, over each move before the base and each sign that could be the largest, of intervals
    with both bounds at one half of the error: it covers the effect with at least the level's
    probability for normal estimates. It is simpler than their conditional least-favourable hybrid,
    which also uses that the other moves are smaller, and may be wider than it.
    Raises ValueError for a negative ``m_bar`` or a level outside (0, 1).
    (Rambachan & Roth, Review of Economic Studies 90, 2023, sections 2.4.1 and 3.)
    """
    _check(m_bar, level)
    n_before = effects.before.size
    # The largest sum of weighted drifts: each step counts in all later event times.
    steps = float(np.abs(np.cumsum(effects.weights[::-1])).sum())
    centre = np.r_[np.zeros(n_before), effects.weights]
    moves = np.zeros((n_before, centre.size))
    moves[np.arange(n_before), np.arange(n_before)] = -1
    moves[np.arange(n_before - 1), np.arange(1, n_before)] = 1
    joined = np.r_[effects.before, effects.after]
    point = float(centre @ joined)
    reach = m_bar * steps * float(np.abs(moves @ joined).max())
    quantile = float(norm.ppf((1 + level) / 2))
    lows, highs = [], []
    for move in np.vstack([moves, -moves]):
        down, up = centre - m_bar * steps * move, centre + m_bar * steps * move
        low = float(down @ joined - quantile * np.sqrt(down @ effects.covariance @ down))
        high = float(up @ joined + quantile * np.sqrt(up @ effects.covariance @ up))
        if low <= high:
            lows.append(low)
            highs.append(high)
    return HonestInterval(point - reach, point + reach, min(lows), max(highs))


def smoothness_interval(effects: EventEffects, m: float, level: float = 0.95) -> HonestInterval:
    """The effect, if the slope of the drift changes by at most ``m`` an event time.

    At ``m`` 0 the drift is a straight line, which the effects before the base tell. The interval
    has a fixed length about a linear combination of all effects that is unbiased under straight
    drift, chosen among those best in bias and spread for the shortest interval: its reach takes
    in the largest bias, so it covers the effect for normal estimates whichever is chosen. The
    bounds of the exact effects are infinite where the effects before the base break ``m``.
    Raises ValueError for a negative ``m`` or a level outside (0, 1).
    (Armstrong & Kolesár, Quantitative Economics 11, 2020; Rambachan & Roth 2023, section 3.3.)
    """
    _check(m, level)
    frontier = _frontier(effects)
    return _smoothness_interval(effects, frontier, m, level)


def relative_magnitude_breakdown(
    effects: EventEffects, top: float = 10.0, level: float = 0.95
) -> float:
    """The least ``m_bar`` at which the interval holds 0, to 1e-4; 0 where it always does, infinite
    where it does not up to ``top``."""
    return _breakdown(lambda m: relative_magnitude_interval(effects, m, level), top)


def smoothness_breakdown(effects: EventEffects, top: float, level: float = 0.95) -> float:
    """The least ``m`` at which the interval holds 0, in the outcome's unit to top / 10⁵; 0 where it
    always does, infinite where it does not up to ``top``."""
    frontier = _frontier(effects)
    return _breakdown(lambda m: _smoothness_interval(effects, frontier, m, level), top)


def _check(limit: float, level: float) -> None:
    if not limit >= 0:
        raise ValueError("the limit of the drift is not negative")
    if not 0 < level < 1:
        raise ValueError("the level lies between 0 and 1")


def _breakdown(interval: Callable[[float], HonestInterval], top: float) -> float:
    def holds_zero(limit: float) -> bool:
        found = interval(limit)
        return found.low <= 0 <= found.high

    if holds_zero(0.0):
        return 0.0
    grid = np.linspace(0, top, 201)
    first = next((k for k in range(1, grid.size) if holds_zero(float(grid[k]))), None)
    if first is None:
        return float("inf")
    low, high = float(grid[first - 1]), float(grid[first])
    while high - low > 1e-5 * top:
        middle = (low + high) / 2
        low, high = (low, middle) if holds_zero(middle) else (middle, high)
    return low


@dataclass(frozen=True, slots=True)
class _Frontier:
    """Linear combinations of all effects, one a line, with their spread and largest bias at 1."""

    combination: Numbers
    error: Numbers
    bias: Numbers


def _frontier(effects: EventEffects) -> _Frontier:
    """Combinations with the least spread for a price of bias, from cheap to dear.

    A drift is its slope at the base and its bends. Unbiased under straight drift, a combination
    loads on the bend at the base by ``slope``, on later ones by what is wanted, and is free in its
    loads on earlier ones; its weights before the base are the second differences of those loads.
    """
    n_before, n_after = effects.before.size, effects.after.size
    slope = float(effects.weights @ np.arange(1, n_after + 1))
    later = [float(effects.weights[j:] @ np.arange(1, n_after - j + 1)) for j in range(1, n_after)]
    fixed = abs(slope) + float(np.abs(later).sum())

    def combination(loads: Numbers) -> Numbers:
        full = np.r_[slope, loads, 0.0, 0.0]
        before = full[:-2] - 2 * full[1:-1] + full[2:]
        return np.asarray(np.r_[before[::-1], effects.weights], np.float64)

    n_free = n_before - 1
    start = combination(np.zeros(n_free))
    axes = np.array([combination(unit) - start for unit in np.eye(n_free)]).reshape(n_free, -1)
    quadratic = axes @ effects.covariance @ axes.T
    linear = axes @ effects.covariance @ start
    price = float(np.abs(linear).max(initial=0.0))
    prices = np.r_[0.0, np.geomspace(1e-5, 1, 80)] * price if n_free and price > 0 else [0.0]
    found = []
    for cost in prices:
        loads = _cheapest(quadratic, linear, float(cost)) if n_free else np.zeros(0)
        line = combination(loads)
        error = float(np.sqrt(line @ effects.covariance @ line))
        found.append((line, error, fixed + float(np.abs(loads).sum())))
    lines, errors, biases = zip(*found, strict=True)
    return _Frontier(np.array(lines), np.array(errors), np.array(biases))


def _cheapest(quadratic: Numbers, linear: Numbers, cost: float) -> Numbers:
    """Loads least in half their spread plus cost × size, from the dual in a box."""
    n = len(linear)
    ridge = 1e-12 * float(np.trace(quadratic)) / n
    root = np.linalg.cholesky(quadratic + ridge * np.eye(n))
    target = np.linalg.solve(root, -linear)
    if cost > 0:
        box = np.linalg.solve(root, np.eye(n))
        target = target - box @ lsq_linear(box, target, (-cost, cost), method="bvls").x
    return np.asarray(np.linalg.solve(root.T, target), np.float64)


def _smoothness_interval(
    effects: EventEffects, frontier: _Frontier, m: float, level: float
) -> HonestInterval:
    ratio = m * frontier.bias / frontier.error
    # Beyond this, one side of the folded normal is nothing.
    folded = np.sqrt(ncx2.ppf(level, 1, np.minimum(ratio, 6.0) ** 2))
    reach = np.where(ratio > 6, ratio + norm.ppf(level), folded) * frontier.error
    best = int(np.argmin(reach))
    centre = float(frontier.combination[best] @ np.r_[effects.before, effects.after])
    lower, upper = _smoothness_set(effects, m)
    return HonestInterval(lower, upper, centre - float(reach[best]), centre + float(reach[best]))


def _smoothness_set(effects: EventEffects, m: float) -> tuple[float, float]:
    known = np.r_[effects.before, 0.0]
    if np.any(np.abs(np.diff(known, 2)) > m * (1 + 1e-12)):
        return -np.inf, np.inf
    slope = known[-1] - known[-2]
    ahead = np.arange(1, effects.after.size + 1)
    straight = float(effects.weights @ (effects.after - slope * ahead))
    bends = sum(
        abs(float(effects.weights[j:] @ np.arange(1, effects.after.size - j + 1)))
        for j in range(effects.after.size)
    )
    return straight - m * bends, straight + m * bends
