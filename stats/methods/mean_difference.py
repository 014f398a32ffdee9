"""Means and differences of means with intervals, from counts, means and variances."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm, t

Numbers = NDArray[np.float64]
Interval = tuple[Numbers, Numbers]


def mean_interval(
    n: ArrayLike, mean: ArrayLike, deviation: ArrayLike, level: float = 0.95
) -> Interval:
    """The interval of a mean by the normal approximation: mean ± quantile × deviation / √n.

    ``deviation`` is that of the sample (n − 1). NaN where there is no deviation or n is 0.
    """
    ns, centre = np.asarray(n, np.float64), np.asarray(mean, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.asarray(deviation, np.float64) / np.sqrt(np.where(ns > 0, ns, np.nan))
    reach = float(norm.ppf(_upper(level))) * error
    return centre - reach, centre + reach


def student_interval(
    n: ArrayLike, mean: ArrayLike, deviation: ArrayLike, level: float = 0.95
) -> Interval:
    """The interval of a mean by Student's t with n − 1 degrees of freedom.

    ``deviation`` is that of the sample (n − 1). NaN where there is none or n is below 2.
    (Student, Biometrika 6, 1908.)
    """
    ns, centre = np.asarray(n, np.float64), np.asarray(mean, np.float64)
    known = np.where(ns > 1, ns, np.nan)
    reach = t.ppf(_upper(level), known - 1) * np.asarray(deviation, np.float64) / np.sqrt(known)
    return centre - reach, centre + reach


def welch_interval(
    n: tuple[ArrayLike, ArrayLike],
    mean: tuple[ArrayLike, ArrayLike],
    variance: tuple[ArrayLike, ArrayLike],
    level: float = 0.95,
) -> tuple[Numbers, Numbers, Numbers]:
    """The difference of two means, first less second, and its interval without assuming that the
    groups are spread alike.

    Each argument holds both groups; ``variance`` are those of the samples (n − 1). Student's t
    with the degrees of freedom of Welch and Satterthwaite (Biometrika 34, 1947). The bounds are
    NaN where a group has fewer than two members or neither varies.
    """
    first, second = (np.asarray(count, np.float64) for count in n)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [
            np.asarray(v, np.float64) / count
            for v, count in zip(variance, (first, second), strict=True)
        ]
        squared = parts[0] + parts[1]
        freedom = squared**2 / (parts[0] ** 2 / (first - 1) + parts[1] ** 2 / (second - 1))
        reach = t.ppf(_upper(level), freedom) * np.sqrt(squared)
    difference = np.asarray(mean[0], np.float64) - np.asarray(mean[1], np.float64)
    return difference, difference - reach, difference + reach


def _upper(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError("the level lies between 0 and 1")
    return (1 + level) / 2
