"""Paths of treated firms and their matched controls by event time, and differences of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stats.methods.matched_sets import Comparison, MatchedSets, View, comparison_weights

Numbers = NDArray[np.float64]
Scale = Literal["level", "log", "signed_log"]


@dataclass(frozen=True, slots=True)
class PathStatistic:
    """One statistic of both groups by event time, shape (event times,).

    ``treated_base`` and ``control_base`` are the statistic at the base of the very firms that
    count at that time; ``difference`` is the change of the treated less that of the controls.
    """

    treated: Numbers
    treated_base: Numbers
    control: Numbers
    control_base: Numbers
    difference: Numbers


@dataclass(frozen=True, slots=True)
class EventPath:
    """Paths by event time. The counts of firms alive are those of the matched rows with a
    statement then; ``n_sets`` are the sets that count; ``n_controls_effective`` is
    (sum of weights)² / sum of squares. ``winsorised`` is None where no bounds were given."""

    events: NDArray[np.int64]
    n_sets: Numbers
    n_treated_alive: Numbers
    n_controls_alive: Numbers
    n_controls_effective: Numbers
    mean: PathStatistic
    median: PathStatistic
    winsorised: PathStatistic | None


@dataclass(frozen=True, slots=True)
class EventChanges:
    """Changes since the base, and what each counts: shape (rows, event times)."""

    level: Numbers
    change: Numbers
    weights: Comparison


def event_path(
    outcome: ArrayLike,
    sets: MatchedSets,
    events: ArrayLike,
    *,
    base: int = -1,
    view: View = View.BOTH_ALIVE,
    scale: Scale = "level",
    bounds: tuple[ArrayLike, ArrayLike] | None = None,
) -> EventPath:
    """Mean, median and winsorised mean of treated firms and of their controls by event time.

    ``outcome`` has shape (rows, event times), NaN where a firm has no statement; a row is a firm
    seen from one cohort. Sets count alike, so the difference of means is the average effect on
    the treated of the sets that count; at the base every difference is exactly 0. ``scale``
    "signed_log" is sign(x)·log(1 + |x|). ``bounds`` are the least and greatest value kept by the
    winsorised mean, in units of the outcome, of any shape that broadcasts to it.

    Raises ValueError where the base is not among the events, and for logs of amounts that are
    not positive. (Heckman, Ichimura & Todd, Review of Economic Studies 64, 1997; sets as in
    Imai, Kim & Wang, American Journal of Political Science 67, 2023.)
    """
    found = event_changes(outcome, sets, events, base=base, view=view, scale=scale)
    position = base_position(events, base)
    winsorised = None
    if bounds is not None:
        clipped = winsorised_outcome(outcome, bounds)
        kept = event_changes(clipped, sets, events, base=base, view=view, scale=scale)
        winsorised = _means(kept, position)
    alive = np.isfinite(found.level)
    controls = np.unique(sets.control)
    return EventPath(
        np.asarray(events, np.int64),
        found.weights.n_sets,
        alive[sets.set_rows].sum(axis=0, dtype=np.float64),
        alive[controls].sum(axis=0, dtype=np.float64),
        _quotient(found.weights.n_sets**2, (found.weights.control**2).sum(axis=0)),
        _means(found, position),
        _medians(found, position),
        winsorised,
    )


def event_changes(
    outcome: ArrayLike,
    sets: MatchedSets,
    events: ArrayLike,
    *,
    base: int = -1,
    view: View = View.BOTH_ALIVE,
    scale: Scale = "level",
) -> EventChanges:
    """Each row's outcome on the scale, its change since the base, and its weights by event time.

    Changes that do not count are 0. Shapes, units and errors as in ``event_path``.
    """
    level = on_scale(np.asarray(outcome, np.float64), scale)
    position = base_position(events, base)
    if level.ndim != 2 or level.shape[1] != np.size(events):
        raise ValueError("the outcome has a column for each event time")
    weights = comparison_weights(np.isfinite(level), sets, position, view)
    counts = (weights.treated + weights.control) > 0
    change = np.where(counts, level - level[:, [position]], 0.0)
    return EventChanges(level, change, weights)


def winsorised_outcome(outcome: ArrayLike, bounds: tuple[ArrayLike, ArrayLike]) -> Numbers:
    """The outcome with what lies beyond the bounds set to them; NaN stays NaN."""
    low, high = (np.asarray(bound, np.float64) for bound in bounds)
    if np.any(low > high):
        raise ValueError("a lower bound lies above its upper bound")
    return np.asarray(np.clip(np.asarray(outcome, np.float64), low, high), np.float64)


def base_position(events: ArrayLike, base: int) -> int:
    """The column of the base. Raises ValueError where it is not exactly one of the events."""
    places = np.flatnonzero(np.asarray(events, np.int64) == base)
    if places.size != 1:
        raise ValueError("the base is one of the event times")
    return int(places[0])


def on_scale(outcome: Numbers, scale: Scale) -> Numbers:
    """The outcome on the scale; errors as in ``event_path``."""
    if scale == "level":
        return outcome.copy()
    if scale == "signed_log":
        return np.asarray(np.sign(outcome) * np.log1p(np.abs(outcome)), np.float64)
    if scale != "log":
        raise ValueError("the scale is level, log or signed_log")
    if np.any(outcome <= 0):
        raise ValueError("amounts that are not positive have no logarithm; use signed_log")
    return np.asarray(np.log(outcome), np.float64)


def off_scale(values: Numbers, scale: Scale) -> Numbers:
    """The outcome that has these values on the scale."""
    if scale == "level":
        return values
    if scale == "signed_log":
        return np.asarray(np.sign(values) * np.expm1(np.abs(values)), np.float64)
    return np.asarray(np.exp(values), np.float64)


def weighted_median(values: ArrayLike, weights: ArrayLike) -> float:
    """The value below and above which at most half of the weight lies; the middle of the two
    where exactly half lies on each side. NaN without weight."""
    numbers, shares = np.asarray(values, np.float64), np.asarray(weights, np.float64)
    is_counted = shares > 0
    numbers, shares = numbers[is_counted], shares[is_counted]
    if not numbers.size:
        return float("nan")
    order = np.argsort(numbers, kind="stable")
    reached = np.cumsum(shares[order])
    half = reached[-1] / 2
    # Thirds do not add up to wholes exactly; half is met within rounding.
    slack = 1e-9 * reached[-1]
    low = int(np.searchsorted(reached, half - slack))
    high = min(int(np.searchsorted(reached, half + slack)), numbers.size - 1)
    return float((numbers[order[low]] + numbers[order[high]]) / 2)


def _means(found: EventChanges, position: int) -> PathStatistic:
    weights, n_sets = found.weights, found.weights.n_sets
    level = np.where(np.isfinite(found.level), found.level, 0.0)
    at_base = level[:, [position]]
    change = ((weights.treated - weights.control) * found.change).sum(axis=0)
    return PathStatistic(
        _quotient((weights.treated * level).sum(axis=0), n_sets),
        _quotient((weights.treated * at_base).sum(axis=0), n_sets),
        _quotient((weights.control * level).sum(axis=0), n_sets),
        _quotient((weights.control * at_base).sum(axis=0), n_sets),
        _quotient(change, n_sets),
    )


def _medians(found: EventChanges, position: int) -> PathStatistic:
    n_events = found.level.shape[1]
    treated, treated_base, control, control_base = (
        np.array([weighted_median(found.level[:, at(e)], weight[:, e]) for e in range(n_events)])
        for weight in (found.weights.treated, found.weights.control)
        for at in (lambda e: e, lambda _: position)
    )
    difference = (treated - treated_base) - (control - control_base)
    return PathStatistic(treated, treated_base, control, control_base, difference)


def _quotient(above: Numbers, below: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / below, np.nan)
