"""Whether a counted share differs from a given one: the test behind the score interval."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr


def score_p_value(successes: ArrayLike, trials: ArrayLike, share: float) -> NDArray[np.float64]:
    """The two-sided p-value of ``share`` (0 to 1) being the probability of a success, by the normal
    approximation with the standard error under it.

    It is below 0.05 exactly where Wilson's interval of 95 % excludes ``share``. NaN without trials
    and for a share of 0 or 1. (Wilson, Journal of the American Statistical Association 22, 1927.)
    """
    k, n = np.broadcast_arrays(np.asarray(successes, np.float64), np.asarray(trials, np.float64))
    known = np.where((n > 0) & (0 < share < 1), n, np.nan)
    distance = (k / known - share) / np.sqrt(share * (1 - share) / known)
    return np.asarray(2 * ndtr(-np.abs(distance)), np.float64)
