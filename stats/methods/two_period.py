"""The average effect on the treated from two periods: regression, weighting and both together.

Each estimator returns the effect and the influence of each unit on it, shape (units,): the error
is √Σ influence² / n.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]
Estimator = Literal["reg", "ipw", "dr"]

# Controls this sure to be treated say nothing of others; their odds would rule the mean.
_HIGHEST_SCORE = 0.995


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect and each unit's influence on it; NaN where it cannot be estimated."""

    estimate: float
    influence: Numbers


@dataclass(frozen=True, slots=True)
class _Model:
    fitted: Numbers
    influence: Numbers


def two_period_effect(
    change: ArrayLike,
    is_treated: ArrayLike,
    covariates: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    estimator: Estimator = "dr",
) -> Effect:
    """The effect on the treated, from each unit's change of outcome between two periods.

    ``covariates`` has shape (units, columns) without a constant, which is always there.
    "reg" predicts the change of the untreated by least squares, "ipw" weighs them by the odds of
    a logit (normalised), "dr" does both. NaN where a group is empty, the controls do not carry
    the covariates, or the logit does not converge. Raises ValueError for another name.
    (Sant'Anna & Zhao, Journal of Econometrics 219, 2020: estimators of the R package DRDID.)
    """
    dy, treated = np.asarray(change, np.float64), np.asarray(is_treated, np.float64)
    n = dy.size
    w = np.ones(n) if weight is None else np.asarray(weight, np.float64)
    x = np.ones((n, 1))
    if covariates is not None:
        x = np.hstack([x, np.asarray(covariates, np.float64).reshape(n, -1)])
    nothing = Effect(float("nan"), np.full(n, np.nan))
    if not (w * treated).sum() > 0 or not (w * (1 - treated)).sum() > 0:
        return nothing
    ols = score = None
    if estimator in ("reg", "dr"):
        ols = _outcome_model(dy, x, w * (1 - treated))
    elif estimator != "ipw":
        raise ValueError("the estimator is reg, ipw or dr")
    if estimator in ("ipw", "dr"):
        score = _logit(treated, x, w)
    if (ols is None and estimator != "ipw") or (score is None and estimator != "reg"):
        return nothing
    to_treated = w * treated
    residual = dy if ols is None else dy - ols.fitted
    first, influence = _weighted_mean(residual, to_treated)
    if ols is not None:
        influence = influence - _shift(ols, to_treated, x, to_treated)
    if score is None:
        return Effect(first, influence)
    odds = w * (1 - treated) * score.fitted / (1 - score.fitted)
    odds = np.where(score.fitted < _HIGHEST_SCORE, odds, 0.0)
    if not odds.sum() > 0:
        return nothing
    second, of_controls = _weighted_mean(residual, odds)
    of_controls = of_controls + _shift(score, odds * (residual - second), x, odds)
    if ols is not None:
        of_controls = of_controls - _shift(ols, odds, x, odds)
    return Effect(first - second, influence - of_controls)


def _weighted_mean(values: Numbers, weight: Numbers) -> tuple[float, Numbers]:
    mean = float((weight * values).sum() / weight.sum())
    return mean, weight * (values - mean) / weight.mean()


def _shift(model: _Model, factor: Numbers, x: Numbers, weight: Numbers) -> Numbers:
    """What the estimation of a model adds to the influence on a weighted mean."""
    gradient = (factor[:, None] * x).mean(axis=0) / weight.mean()
    return np.asarray(model.influence @ gradient, np.float64)


def _outcome_model(dy: Numbers, x: Numbers, weight: Numbers) -> _Model | None:
    moment = (weight[:, None] * x).T @ x / dy.size
    if np.linalg.cond(moment) > 1e13:
        return None
    fitted = x @ np.linalg.solve(moment, (weight[:, None] * x).T @ dy / dy.size)
    errors = (weight * (dy - fitted))[:, None] * x
    return _Model(fitted, _solved(moment, errors))


def _logit(treated: Numbers, x: Numbers, weight: Numbers) -> _Model | None:
    slope = np.zeros(x.shape[1])
    for _ in range(50):
        score = 1 / (1 + np.exp(-np.clip(x @ slope, -500, 500)))
        moment = ((weight * score * (1 - score))[:, None] * x).T @ x / treated.size
        if np.linalg.cond(moment) > 1e13:
            return None
        errors = (weight * (treated - score))[:, None] * x
        step = np.linalg.solve(moment, errors.mean(axis=0))
        if np.abs(step).max() < 1e-10 * (1 + np.abs(slope).max()):
            return _Model(np.minimum(score, 1 - 1e-6), _solved(moment, errors))
        slope = slope + step
    return None


def _solved(moment: Numbers, errors: Numbers) -> Numbers:
    return np.asarray(np.linalg.solve(moment, errors.T).T, np.float64)
