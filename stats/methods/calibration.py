"""Whether foretold probabilities come true: Brier score, deciles, calibration line, expected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from stats.methods.binomial import wilson_interval
from stats.methods.logit import fit_logit
from stats.methods.poisson import poisson_interval

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Brier:
    """``score`` is the mean squared difference of probability and outcome, ``base`` that of always
    saying the base rate, ``skill`` = 1 − score / base (NaN where the outcome does not vary)."""

    score: float
    base: float
    skill: float


@dataclass(frozen=True, slots=True)
class Recalibration:
    """A straight line through the linear predictor: ``intercept`` + ``slope`` × predictor, with
    standard errors; ``shift`` is the intercept for a slope of 1 (calibration in the large).

    A slope below 1 says that the predictions were too extreme, a shift above 0 that there were more
    events than foretold.
    """

    intercept: float
    slope: float
    intercept_error: float
    slope_error: float
    shift: float
    shift_error: float

    def apply(self, predictor: ArrayLike) -> Numbers:
        return self.intercept + self.slope * np.asarray(predictor, np.float64)


@dataclass(frozen=True, slots=True)
class ObservedExpected:
    """Events seen and foretold and their ratio with its exact interval (NaN if none foretold)."""

    observed: float
    expected: float
    ratio: float
    low: float
    high: float


def recalibrate(
    predictor: ArrayLike, outcome: ArrayLike, weights: ArrayLike | None = None
) -> Recalibration:
    """The logit of the outcome on the linear predictor (n values each), with and without a slope.

    On a window after training it gives the correction, on test years the calibration slope and
    intercept. Raises ValueError as `fit_logit` does. (Cox, Biometrika 45, 1958; Steyerberg,
    Clinical Prediction Models, 2019, ch. 15.)
    """
    eta = np.asarray(predictor, np.float64)
    ones = np.ones((len(eta), 1))
    line = fit_logit(np.column_stack([ones, eta]), outcome, ("intercept", "slope"), weights=weights)
    shift = fit_logit(ones, outcome, ("shift",), weights=weights, offset=eta)
    intercept, slope = line.coefficients.tolist()
    intercept_error, slope_error = line.errors.tolist()
    return Recalibration(
        intercept=intercept,
        slope=slope,
        intercept_error=intercept_error,
        slope_error=slope_error,
        shift=float(shift.coefficients[0]),
        shift_error=float(shift.errors[0]),
    )


def probability(predictor: ArrayLike) -> Numbers:
    """The probability of default of a linear predictor: 1 / (1 + exp(−predictor))."""
    return np.asarray(expit(np.asarray(predictor, np.float64)), np.float64)


def brier(probability: ArrayLike, outcome: ArrayLike, weights: ArrayLike | None = None) -> Brier:
    """The Brier score of n probabilities and outcomes (0 or 1), its base and its skill.

    Raises ValueError for what is no probability or outcome and for no rows. (Brier, Monthly Weather
    Review 78, 1950.)
    """
    p, y, w = _checked(probability, outcome, weights)
    score = float(np.average((p - y) ** 2, weights=w))
    rate = float(np.average(y, weights=w))
    base = rate * (1 - rate)
    return Brier(score, base, 1 - score / base if base else np.nan)


def observed_expected(
    probability: ArrayLike,
    outcome: ArrayLike,
    weights: ArrayLike | None = None,
    level: float = 0.95,
) -> ObservedExpected:
    """Events seen against the sum of their probabilities; the interval is the exact one of a
    Poisson count over the number expected. Weights are numbers of equal rows."""
    p, y, w = _checked(probability, outcome, weights)
    observed, expected = float(w @ y), float(w @ p)
    low, high = (float(bound) for bound in poisson_interval(observed, level))
    known = expected if expected > 0 else np.nan
    return ObservedExpected(observed, expected, observed / known, low / known, high / known)


def calibration_by_decile(
    probability: ArrayLike, outcome: ArrayLike, n_groups: int = 10, level: float = 0.95
) -> pd.DataFrame:
    """Foretold and seen rates by tenths of the probability; one row per group, ascending.

    Columns: group (from 1), n, n_events, expected_rate, observed_rate, low, high (Wilson). Equal
    probabilities are never parted, so groups may differ in size or be absent. Raises ValueError as
    `brier` does and for fewer than two groups.
    """
    p, y, _ = _checked(probability, outcome, None)
    if n_groups < 2:
        raise ValueError("there are at least two groups")
    bounds = np.quantile(p, np.linspace(0, 1, n_groups + 1)[1:-1])
    group = np.searchsorted(bounds, p)
    n = np.bincount(group, minlength=n_groups)
    events = np.bincount(group, weights=y, minlength=n_groups)
    expected = np.bincount(group, weights=p, minlength=n_groups)
    low, high = wilson_interval(events, n, level)
    with np.errstate(invalid="ignore"):
        table = pd.DataFrame(
            {
                "group": np.arange(1, n_groups + 1),
                "n": n,
                "n_events": events.astype(np.int64),
                "expected_rate": expected / n,
                "observed_rate": events / n,
                "low": low,
                "high": high,
            }
        )
    return table[table["n"] > 0].reset_index(drop=True)


def _checked(
    probability: ArrayLike, outcome: ArrayLike, weights: ArrayLike | None
) -> tuple[Numbers, Numbers, Numbers]:
    p, y = np.asarray(probability, np.float64), np.asarray(outcome, np.float64)
    w = np.ones(len(y)) if weights is None else np.asarray(weights, np.float64)
    if not len(p) == len(y) == len(w) or not w.sum() > 0:
        raise ValueError("probabilities, outcomes and weights have one value per row, and rows")
    if not ((p >= 0) & (p <= 1)).all() or not np.isin(y, (0, 1)).all() or not (w >= 0).all():
        raise ValueError("probabilities lie between 0 and 1, outcomes are 0 or 1")
    return p, y, w
