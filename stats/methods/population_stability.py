"""How far scores have moved since training: the population stability index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stability:
    """``index`` = Σ(a − e)·ln(a / e) of the shares a now and e in training, and the value that
    chance alone exceeds in ``1 − level`` of cases. ``n_filled`` cells had no rows on one side."""

    index: float
    by_chance: float
    n: float
    n_filled: int


def stability_bounds(score: ArrayLike, n_groups: int = 10) -> Numbers:
    """The inner bounds of groups of equal size in training, without repetitions; NaN is left out.

    Raises ValueError without scores or for fewer than two groups.
    """
    scores = np.asarray(score, np.float64)
    known = scores[~np.isnan(scores)]
    if not len(known) or n_groups < 2:
        raise ValueError("there are scores and at least two groups")
    return np.unique(np.quantile(known, np.linspace(0, 1, n_groups + 1)[1:-1]))


def stability_counts(score: ArrayLike, bounds: ArrayLike) -> NDArray[np.int64]:
    """The rows between the bounds, and last those without a score: len(bounds) + 2 counts."""
    scores, inner = np.asarray(score, np.float64), np.asarray(bounds, np.float64)
    is_missing = np.isnan(scores)
    group = np.searchsorted(inner, scores[~is_missing])
    counts = np.bincount(group, minlength=len(inner) + 1)
    return np.append(counts, int(is_missing.sum())).astype(np.int64)


def population_stability(trained: ArrayLike, seen: ArrayLike, level: float = 0.95) -> Stability:
    """The index of two vectors of counts by the same groups.

    Groups empty on both sides say nothing and are left out; if one side alone is empty, half a row
    is added to every group of both, since the index would be endless. ``by_chance`` is the quantile
    of χ² with groups − 1 degrees of freedom times (1/n + 1/m): read the index against it and not
    against 0.1 and 0.25, which small groups exceed by chance. Raises ValueError for vectors of
    unequal length, negative counts, no rows on a side, or a level outside (0, 1). (Yurdakul &
    Naranjo, Journal of Risk Model Validation 14, 2020.)
    """
    expected, actual = np.asarray(trained, np.float64), np.asarray(seen, np.float64)
    if not 0 < level < 1:
        raise ValueError("the level lies between 0 and 1")
    if expected.shape != actual.shape or not ((expected >= 0) & (actual >= 0)).all():
        raise ValueError("both sides have counts by the same groups")
    n, m = float(expected.sum()), float(actual.sum())
    if not (n > 0 and m > 0):
        raise ValueError("both sides have rows")
    is_used = (expected > 0) | (actual > 0)
    expected, actual = expected[is_used], actual[is_used]
    n_filled = int(np.sum((expected == 0) | (actual == 0)))
    if n_filled:
        expected, actual = expected + 0.5, actual + 0.5
    e, a = expected / expected.sum(), actual / actual.sum()
    chance = float(chi2.ppf(level, len(e) - 1)) * (1 / n + 1 / m) if len(e) > 1 else 0.0
    return Stability(float(np.sum((a - e) * np.log(a / e))), chance, m, n_filled)
