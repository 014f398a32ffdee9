"""Effects of many sub-groups: shrunken estimates, false discoveries, small cells merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtr
from scipy.stats import false_discovery_control, norm

Numbers = NDArray[np.float64]
Variance = Literal["dl", "reml", "pm"]


@dataclass(frozen=True, slots=True)
class ShrunkenEffects:
    """Effects drawn to their common mean by how little each is known, shape (sub-groups,).

    ``low`` to ``high`` is the interval of the true effect, and need not be even around the
    shrunken one; ``weight`` is the share of the sub-group's own estimate in it. ``mean``, its
    error and ``between`` (the standard deviation of the true effects) describe all sub-groups.
    ``false_discovery`` are the rates at which the sub-group's own estimate would be marked,
    ``is_marked`` those up to the rate asked for. NaN (False) where an estimate is missing.
    """

    shrunken: Numbers
    error: Numbers
    low: Numbers
    high: Numbers
    weight: Numbers
    mean: float
    mean_error: float
    between: float
    false_discovery: Numbers
    is_marked: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class MergedCells:
    """For each cell the cell it is shown in (itself, an ancestor, or None where even the last
    ancestor is too small), the counts there, and whether it was merged."""

    shown_in: tuple[str | None, ...]
    n_treated: NDArray[np.int64]
    n_sets: NDArray[np.int64]
    is_merged: NDArray[np.bool_]


def shrunken_effects(
    estimate: ArrayLike,
    error: ArrayLike,
    *,
    variance: Variance = "reml",
    rate: float = 0.05,
    level: float = 0.95,
) -> ShrunkenEffects:
    """Empirical-Bayes effects of sub-groups under a normal model of random effects.

    The variance between sub-groups by restricted likelihood ("reml"), DerSimonian and Laird
    ("dl") or Paule and Mandel ("pm"). Errors and intervals hold what is uncertain of the mean and
    of the variance between: they are those of the posterior with flat priors for the mean and for
    the standard deviation between (those at one variance cover far too little). Estimates of
    different sub-groups are taken as independent.

    Raises ValueError for an error that is not positive, fewer than two estimates, and a level or
    rate outside (0, 1). (DerSimonian & Laird, Controlled Clinical Trials 7, 1986; Morris, Journal
    of the American Statistical Association 78, 1983; Gelman, Bayesian Analysis 1, 2006; Benjamini
    & Hochberg, Journal of the Royal Statistical Society B 57, 1995.)
    """
    if not 0 < level < 1 or not 0 < rate < 1:
        raise ValueError("level and rate lie between 0 and 1")
    y, s = np.asarray(estimate, np.float64), np.asarray(error, np.float64)
    known = np.isfinite(y) & np.isfinite(s)
    if known.sum() < 2:
        raise ValueError("shrinkage needs at least two estimates")
    if np.any(s[known] <= 0):
        raise ValueError("an error is not positive")
    y, v = y[known], s[known] ** 2
    spread = between_variance(y, v, variance)
    precision = 1 / (v + spread)
    mean_error = float(1 / np.sqrt(precision.sum()))
    mean = float(precision @ y / precision.sum())
    own = spread / (v + spread)
    shrunken = own * y + (1 - own) * mean
    doubt, low, high = _posterior(y, v, level)
    rates = np.full(known.shape, np.nan)
    rates[known] = false_discovery_control(2 * norm.sf(np.abs(y) / np.sqrt(v)), method="bh")

    def everywhere(values: Numbers) -> Numbers:
        whole = np.full(known.shape, np.nan)
        whole[known] = values
        return whole

    return ShrunkenEffects(
        everywhere(shrunken),
        everywhere(doubt),
        everywhere(low),
        everywhere(high),
        everywhere(own),
        mean,
        mean_error,
        float(np.sqrt(spread)),
        rates,
        np.nan_to_num(rates, nan=1.0) <= rate,
    )


def between_variance(estimate: ArrayLike, variance: ArrayLike, method: Variance = "reml") -> float:
    """The variance of true effects between sub-groups, never below 0. Raises ValueError for
    another method's name. (Veroniki et al., Research Synthesis Methods 7, 2016.)"""
    y, v = np.asarray(estimate, np.float64), np.asarray(variance, np.float64)
    if method == "dl":
        w = 1 / v
        distance = _distance(0.0, y, v) - (y.size - 1)
        return max(0.0, float(distance / (w.sum() - (w**2).sum() / w.sum())))
    top = _greatest(y, v)
    if method == "pm":
        if _distance(0.0, y, v) <= y.size - 1:
            return 0.0
        return float(brentq(lambda tau2: _distance(tau2, y, v) - (y.size - 1), 0.0, top))
    if method != "reml":
        raise ValueError("the variance is found by dl, reml or pm")
    # The likelihood can have more than one top; the best of a grid leads to the highest.
    grid = np.r_[0.0, np.geomspace(top * 1e-8, top, 200)]
    height = np.array([_restricted_likelihood(tau2, y, v) for tau2 in grid])
    best = int(height.argmax())
    bounds = (grid[max(0, best - 1)], grid[min(grid.size - 1, best + 1)])
    found = minimize_scalar(
        lambda tau2: -_restricted_likelihood(tau2, y, v),
        bounds=bounds,
        method="bounded",
        options={"xatol": 1e-12 * top},
    )
    return float(found.x) if -found.fun > height[0] else 0.0


def merged_cells(
    cells: Sequence[str],
    n_treated: ArrayLike,
    n_sets: ArrayLike,
    parent: Mapping[str, str],
    *,
    least_treated: int = 30,
    least_sets: int = 10,
) -> MergedCells:
    """Where to show each of the finest cells: in itself if it is large enough, or in its nearest
    ancestor that is.

    Counts are those of the cells alone and are added up the map ``parent`` (cell to parent;
    the top has none), so cells hold different firms. An ancestor holds all cells below it, the
    large ones too, which stay shown apart. Raises ValueError where the map goes round or a cell
    is named twice.
    """
    treated, sets = np.asarray(n_treated, np.int64), np.asarray(n_sets, np.int64)
    if len(set(cells)) != len(cells):
        raise ValueError("a cell is named twice")
    if not len(cells) == treated.size == sets.size:
        raise ValueError("each cell has its counts")
    lines = {cell: _line(cell, parent) for cell in cells}
    totals: dict[str, NDArray[np.int64]] = {}
    for cell, *counts in zip(cells, treated, sets, strict=True):
        for name in lines[cell]:
            totals[name] = totals.get(name, np.zeros(2, np.int64)) + np.array(counts)
    least = np.array([least_treated, least_sets])
    shown = tuple(
        next((name for name in lines[cell] if (totals[name] >= least).all()), None)
        for cell in cells
    )
    found = [totals[name or lines[cell][-1]] for name, cell in zip(shown, cells, strict=True)]
    counted = np.array(found, np.int64).reshape(-1, 2)
    is_merged = np.array([name != cell for name, cell in zip(shown, cells, strict=True)], np.bool_)
    return MergedCells(shown, counted[:, 0], counted[:, 1], is_merged)


def _line(cell: str, parent: Mapping[str, str]) -> list[str]:
    line = [cell]
    while line[-1] in parent:
        if parent[line[-1]] in line:
            raise ValueError("the map of parents goes round")
        line.append(parent[line[-1]])
    return line


def _posterior(y: Numbers, v: Numbers, level: float) -> tuple[Numbers, Numbers, Numbers]:
    """Standard deviation and equal-tailed bounds of each effect, mixed over variances between."""
    grid = np.linspace(0, np.sqrt(_greatest(y, v)), 200) ** 2
    height = np.array([_restricted_likelihood(tau2, y, v) for tau2 in grid])
    chance = np.exp(height - height.max())
    is_likely = chance > 1e-8
    tau2, chance = grid[is_likely, None], chance[is_likely] / chance[is_likely].sum()
    precision, own = 1 / (v + tau2), tau2 / (v + tau2)
    total = precision.sum(axis=1, keepdims=True)
    centre = own * y + (1 - own) * ((precision @ y)[:, None] / total)
    spread = np.sqrt(own * v + (1 - own) ** 2 / total)
    error = np.sqrt(chance @ (spread**2 + (centre - chance @ centre) ** 2))

    def quantile(share: float) -> Numbers:
        low, high = (centre - 9 * spread).min(axis=0), (centre + 9 * spread).max(axis=0)
        for _ in range(50):
            middle = (low + high) / 2
            is_below = chance @ ndtr((middle - centre) / spread) < share
            low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
        return np.asarray((low + high) / 2, np.float64)

    return error, quantile((1 - level) / 2), quantile((1 + level) / 2)


def _greatest(y: Numbers, v: Numbers) -> float:
    """A variance between sub-groups beyond any that the estimates allow."""
    return 10 * float(np.var(y) + v.max())


def _distance(tau2: float, y: Numbers, v: Numbers) -> float:
    w = 1 / (v + tau2)
    return float((w * (y - w @ y / w.sum()) ** 2).sum())


def _restricted_likelihood(tau2: float, y: Numbers, v: Numbers) -> float:
    w = 1 / (v + tau2)
    return float(0.5 * np.log(w).sum() - 0.5 * np.log(w.sum()) - 0.5 * _distance(tau2, y, v))
