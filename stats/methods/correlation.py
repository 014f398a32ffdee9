"""Rank correlation and slope of a straight line, from sums: intervals, p-values, false discovery.

Everything here takes what a database adds up over the rows, never the rows themselves.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import false_discovery_control, norm, t

Numbers = NDArray[np.float64]
Interval = tuple[Numbers, Numbers]


def spearman_interval(rho: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """The interval of a rank correlation ``rho`` of ``n`` pairs, by Fisher's transformation with
    the variance (1 + rho²/2) / (n − 3).

    NaN where rho is NaN or n is below 4. Raises ValueError for a level outside (0, 1).
    (Bonett & Wright, Psychometrika 65, 2000.)
    """
    rhos, ns = np.asarray(rho, np.float64), np.asarray(n, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt((1 + rhos**2 / 2) / np.where(ns > 3, ns - 3, np.nan))
        centre = np.arctanh(rhos)
        reach = _normal_quantile(level) * error
        low, high = np.tanh(centre - reach), np.tanh(centre + reach)
    return np.asarray(low, np.float64), np.asarray(high, np.float64)


def correlation_p_value(rho: ArrayLike, n: ArrayLike) -> Numbers:
    """The two-sided p-value of no correlation, by Student's t with n − 2 degrees of freedom.

    NaN where rho is NaN or n is below 3; 0 for a perfect correlation.
    """
    rhos, ns = np.asarray(rho, np.float64), np.asarray(n, np.float64)
    freedom = np.where(ns > 2, ns - 2, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = rhos * np.sqrt(freedom / ((1 + rhos) * (1 - rhos)))
    return np.asarray(2 * t.sf(np.abs(statistic), freedom), np.float64)


def robust_error(n: ArrayLike, x_squares: ArrayLike, weighted_squares: ArrayLike) -> Numbers:
    """The standard error of a slope that holds when the spread differs along x (HC1).

    ``x_squares`` is Σ(x − x̄)², ``weighted_squares`` Σ(x − x̄)²e² with the residuals e of the line.
    NaN where n is below 3 or x does not vary. (MacKinnon & White, Journal of Econometrics 29, 1985)
    """
    ns, xs = np.asarray(n, np.float64), np.asarray(x_squares, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = ns / (ns - 2) * np.asarray(weighted_squares, np.float64) / xs**2
        return np.where((ns > 2) & (xs > 0), np.sqrt(variance), np.nan)


def normal_interval(estimate: ArrayLike, error: ArrayLike, level: float = 0.95) -> Interval:
    """Estimate ± normal quantile × standard error. Raises ValueError for an odd level."""
    centre, errors = np.asarray(estimate, np.float64), np.asarray(error, np.float64)
    reach = _normal_quantile(level) * errors
    return centre - reach, centre + reach


def false_discovery_rates(p_values: ArrayLike) -> Numbers:
    """For each p-value the least share of false discoveries at which it would be marked.

    NaN stays NaN and is not counted among the tests.
    (Benjamini & Hochberg, Journal of the Royal Statistical Society B 57, 1995.)
    """
    found = np.asarray(p_values, np.float64)
    rates = np.full(found.shape, np.nan)
    is_tested = ~np.isnan(found)
    if is_tested.any():
        rates[is_tested] = false_discovery_control(found[is_tested], method="bh")
    return rates


def _normal_quantile(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError("the level lies between 0 and 1")
    return float(norm.ppf((1 + level) / 2))
