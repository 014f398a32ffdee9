"""Shares of counted events with score intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

Numbers = NDArray[np.float64]


def wilson_interval(
    successes: ArrayLike, trials: ArrayLike, level: float = 0.95
) -> tuple[Numbers, Numbers]:
    """The two-sided score interval for a binomial probability, without continuity correction.

    Both arguments hold whole numbers and are broadcast; the bounds are shares between 0 and 1 of
    the broadcast shape. They are the two probabilities p at which the number seen lies exactly
    ``z`` standard errors sqrt(p(1-p)/n) away. No trials give no interval (NaN); no successes have
    the lower bound 0 and nothing but successes the upper bound 1. Raises ValueError for numbers
    that are no counts, more successes than trials, or a level outside (0, 1).
    (Wilson, Journal of the American Statistical Association 22, 1927.)
    """
    k, n = np.broadcast_arrays(
        np.asarray(successes, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    )
    if not ((k >= 0) & (k <= n)).all():
        raise ValueError("successes lie between 0 and the trials")
    if not 0 < level < 1:
        raise ValueError("the level lies between 0 and 1")
    z = float(ndtri((1 + level) / 2))
    known = np.where(n > 0, n, np.nan)
    share = k / known
    wide = 1 + z * z / known
    middle = (share + z * z / (2 * known)) / wide
    half = z * np.sqrt(share * (1 - share) / known + z * z / (4 * known * known)) / wide
    # Exactly the ends, which rounding would miss by a hair.
    low = np.where(k == 0, middle * 0, middle - half)
    high = np.where(k == n, middle * 0 + 1, middle + half)
    return np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
