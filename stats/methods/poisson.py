"""Rates of counted events with exact intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2

Numbers = NDArray[np.float64]


def poisson_interval(count: ArrayLike, level: float = 0.95) -> tuple[Numbers, Numbers]:
    """The exact two-sided interval for the mean of a Poisson count.

    ``count`` holds non-negative whole numbers of any shape; the bounds have its shape. A count of
    zero has the lower bound 0. Raises ValueError for negative counts or a level outside (0, 1).
    (Garwood, Biometrika 28, 1936.)
    """
    counts = np.asarray(count, dtype=np.float64)
    if (counts < 0).any():
        raise ValueError("a count cannot be negative")
    if not 0 < level < 1:
        raise ValueError("the level lies between 0 and 1")
    tail = (1 - level) / 2
    low = np.where(counts > 0, chi2.ppf(tail, 2 * np.maximum(counts, 1)) / 2, 0.0)
    high = chi2.ppf(1 - tail, 2 * (counts + 1)) / 2
    return np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
