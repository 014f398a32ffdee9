"""Joint tests of effects by event time: that there are none before, or none at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2, f

from stats.methods.bootstrap_band import Band

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class JointTest:
    """A Wald statistic, the number of effects it holds, and its p-value; NaN without effects."""

    statistic: float
    freedom: int
    p_value: float


def joint_test(estimate: ArrayLike, covariance: ArrayLike, n_draws: int | None = None) -> JointTest:
    """That all estimates are 0: their squared distance from it by their covariance.

    Chi-squared; where the covariance comes from ``n_draws`` bootstrap draws, Hotelling's F, which
    knows that it is not exact. Estimates without a value or spread stay out; of estimates that
    hang on each other the statistic takes the part that varies. (Hotelling, Annals of
    Mathematical Statistics 2, 1931.)
    """
    effects, spread = np.asarray(estimate, np.float64), np.asarray(covariance, np.float64)
    variance = np.diag(spread)
    used = np.flatnonzero(np.isfinite(effects) & np.isfinite(variance) & (variance > 0))
    if not used.size:
        return JointTest(float("nan"), 0, float("nan"))
    error = np.sqrt(variance[used])
    values, vectors = np.linalg.eigh(spread[np.ix_(used, used)] / np.outer(error, error))
    varies = values > 1e-10 * values.max()
    scores = (vectors.T @ (effects[used] / error))[varies]
    statistic = float((scores**2 / values[varies]).sum())
    freedom = int(varies.sum())
    if n_draws is None:
        return JointTest(statistic, freedom, float(chi2.sf(statistic, freedom)))
    spare = n_draws - freedom
    if spare < 1:
        raise ValueError("a joint test needs more draws than effects")
    scaled = statistic * spare / (freedom * (n_draws - 1))
    return JointTest(statistic, freedom, float(f.sf(scaled, freedom, spare)))


def pre_trend_test(band: Band, events: ArrayLike, base: int = -1) -> JointTest:
    """That treated firms and controls moved alike before the base, all earlier event times at once.

    A test that does not reject is no proof: small samples see little. Firms that were matched on
    these very outcomes move alike by construction.
    """
    return _test_at(band, np.asarray(events, np.int64) < base)


def effect_test(band: Band, events: ArrayLike, first: int = 0) -> JointTest:
    """That there is no effect at any event time from ``first`` on."""
    return _test_at(band, np.asarray(events, np.int64) >= first)


def _test_at(band: Band, places: NDArray[np.bool_]) -> JointTest:
    if places.shape != band.estimate.shape:
        raise ValueError("the band has an estimate for each event time")
    covariance = band.covariance[np.ix_(places, places)]
    return joint_test(band.estimate[places], covariance, len(band.draws))
