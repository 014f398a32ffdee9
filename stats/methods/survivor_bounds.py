"""Bounds of an effect on outcomes that only firms still alive have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.stats import norm

Numbers = NDArray[np.float64]
Assumption = Literal["none", "monotone"]


@dataclass(frozen=True, slots=True)
class SurvivorBounds:
    """Bounds of the effect on the firms that live under either treatment.

    ``low`` to ``high`` covers the effect with the level's probability; the errors are those of the
    two bounds. ``survivors_only`` is the plain difference of those alive, which is biased where
    exit and outcome go together. ``kept_treated`` and ``kept_control`` are the shares of each
    group's survivors that the bounds keep. Infinite bounds say that nothing can be said.
    """

    lower: float
    upper: float
    lower_error: float
    upper_error: float
    low: float
    high: float
    survivors_only: float
    alive_treated: float
    alive_control: float
    kept_treated: float
    kept_control: float


def survivor_bounds(
    outcome: ArrayLike,
    treated_weight: ArrayLike,
    control_weight: ArrayLike,
    firm: ArrayLike | None = None,
    *,
    assumption: Assumption = "monotone",
    n_draws: int = 400,
    seed: int = 0,
    level: float = 0.95,
) -> SurvivorBounds:
    """Bounds of the effect among the always alive, from one outcome a row, NaN after an exit.

    The outcome is the change since the base; weights are those of all rows, alive or not, 0 for
    rows that were not followed so far. "monotone" takes it that treatment moves exit in one
    direction for all firms: the group that survives more is trimmed, from either end, to the
    other's share alive (Lee). "none" assumes nothing of exit: at least the shares alive of both
    together less 1 are always alive, and both groups are trimmed to that (Horowitz–Manski). Both
    take the groups as comparable at the base. Errors by the Bayesian bootstrap of firms, the
    interval after Imbens and Manski.

    Raises ValueError where a group has no weight. (Lee, Review of Economic Studies 76, 2009;
    Zhang & Rubin, Journal of Educational and Behavioral Statistics 28, 2003; Imbens & Manski,
    Econometrica 72, 2004.)
    """
    if assumption not in ("none", "monotone"):
        raise ValueError("the assumption is none or monotone")
    if not 0 < level < 1:
        raise ValueError("the level lies between 0 and 1")
    y = np.asarray(outcome, np.float64)
    treated, control = (np.asarray(w, np.float64) for w in (treated_weight, control_weight))
    if not treated.sum() > 0 or not control.sum() > 0:
        raise ValueError("a group has no weight")
    names = np.arange(y.size) if firm is None else np.asarray(firm)
    used = np.flatnonzero((treated > 0) | (control > 0))
    _, place = np.unique(names[used], return_inverse=True)
    groups = [_group(y[used], weight[used], place) for weight in (treated, control)]
    found, alive, kept = _bounds(groups, [group.weight for group in groups], assumption)
    rng = np.random.default_rng(seed)
    draws = np.empty((n_draws, 2))
    for line in draws:
        drawn = rng.standard_exponential(int(place.max()) + 1)
        weights = [group.weight * drawn[group.firm] for group in groups]
        line[:] = _bounds(groups, weights, assumption)[0]
    plain = [
        _trimmed_mean(group.alive, group.weight[: group.alive.size], 1.0) if share > 0 else np.nan
        for group, share in zip(groups, alive, strict=True)
    ]
    is_finite = bool(np.isfinite(found).all() and np.isfinite(draws).all())
    errors = draws.std(axis=0, ddof=1) if is_finite else np.full(2, np.nan)
    reach = _imbens_manski(found[1] - found[0], float(errors.max()), level) if is_finite else np.inf
    return SurvivorBounds(
        found[0],
        found[1],
        float(errors[0]),
        float(errors[1]),
        float(found[0] - reach * errors[0]) if is_finite else -np.inf,
        float(found[1] + reach * errors[1]) if is_finite else np.inf,
        plain[0] - plain[1],
        *alive,
        *kept,
    )


def worst_case_bounds(
    outcome: ArrayLike,
    treated_weight: ArrayLike,
    control_weight: ArrayLike,
    limits: tuple[float, float],
) -> tuple[float, float]:
    """Bounds of the mean effect on all treated firms, when those that left could have had any
    outcome within the limits. Raises ValueError where an outcome lies outside them.
    (Manski, American Economic Review 80, 1990.)"""
    y = np.asarray(outcome, np.float64)
    least, most = limits
    if np.any(y < least) or np.any(y > most):
        raise ValueError("an outcome lies outside the limits")
    low = np.where(np.isnan(y), least, y)
    high = np.where(np.isnan(y), most, y)
    treated, control = (np.asarray(w, np.float64) for w in (treated_weight, control_weight))
    return (
        float(np.average(low, weights=treated) - np.average(high, weights=control)),
        float(np.average(high, weights=treated) - np.average(low, weights=control)),
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """The outcomes of those alive in ascending order; weights and firms, the alive ones first."""

    alive: Numbers
    weight: Numbers
    firm: NDArray[np.intp]


def _group(y: Numbers, weight: Numbers, place: NDArray[np.intp]) -> _Group:
    rows = np.flatnonzero(weight > 0)
    rows = rows[np.argsort(y[rows], kind="stable")]
    values = y[rows]
    return _Group(values[~np.isnan(values)], weight[rows], place[rows])


def _bounds(
    groups: list[_Group], weights: list[Numbers], assumption: Assumption
) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
    """Lower and upper bound, and of each group the share alive and the share of those kept."""
    living = [w[: group.alive.size] for group, w in zip(groups, weights, strict=True)]
    first, second = (float(w.sum() / all_.sum()) for w, all_ in zip(living, weights, strict=True))
    shared = min(first, second) if assumption == "monotone" else first + second - 1
    if not shared > 0:
        return (-np.inf, np.inf), (first, second), (0.0, 0.0)
    kept = min(1.0, shared / first), min(1.0, shared / second)
    least, most = (
        [
            sign * _trimmed_mean(sign * group.alive[::sign], w[::sign], share)
            for group, w, share in zip(groups, living, kept, strict=True)
        ]
        for sign in (1, -1)
    )
    return (least[0] - most[1], most[0] - least[1]), (first, second), kept


def _trimmed_mean(values: Numbers, weight: Numbers, share: float) -> float:
    """The mean of the first share of the weight, the last firm counted in part."""
    if share >= 1:
        return float(weight @ values / weight.sum())
    reached = np.cumsum(weight)
    target = share * reached[-1]
    last = min(int(np.searchsorted(reached, target)), values.size - 1)
    rest = target - (reached[last - 1] if last else 0.0)
    return float((weight[:last] @ values[:last] + rest * values[last]) / target)


def _imbens_manski(width: float, error: float, level: float) -> float:
    """The reach in standard errors that covers the effect, between one- and two-sided normal."""
    if not error > 0:
        return 0.0
    least, most = float(norm.ppf(level)), float(norm.ppf((1 + level) / 2))

    def gap(reach: float) -> float:
        return float(norm.cdf(reach + max(width, 0.0) / error) - norm.cdf(-reach) - level)

    return most if gap(most) <= 0 else float(brentq(gap, least - 1e-9, most))
