"""The probability of treatment given covariates: logit or probit by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_ndtr
from scipy.stats import norm

Floats = NDArray[np.float64]
Link = Literal["logit", "probit"]

_MOST_STEPS = 100
_NO_MAXIMUM = "the treatment model has no maximum: covariates predict treatment perfectly"


@dataclass(frozen=True, slots=True)
class Propensity:
    """A fitted model of treatment; arrays have one row an observation.

    ``index`` is the linear predictor, ``probability`` its share of treated, ``slope`` the
    derivative of the probability by the index. ``covariance`` (p, p) of the coefficients is the
    inverse of the observed information; ``influence`` (n, p) is how each row moves them: n⁻² times
    the sum of its squares is their robust variance.
    """

    coefficients: Floats
    index: Floats
    probability: Floats
    slope: Floats
    covariance: Floats
    influence: Floats


def fit_propensity(
    design: Floats,
    treated: NDArray[np.bool_],
    link: Link = "logit",
    weights: Floats | None = None,
) -> Propensity:
    """The maximum likelihood fit of ``treated`` (n,) on ``design`` (n, p), constant included.

    Raises ValueError for an unknown link, where the design is collinear, or where covariates
    tell treated and controls apart so well that no maximum exists.
    """
    if link not in ("logit", "probit"):
        raise ValueError(f"unknown link {link}")
    shares = np.ones(len(design)) if weights is None else weights / weights.mean()
    # Columns of one size keep Newton's steps well conditioned.
    scale = np.sqrt((design**2).mean(axis=0))
    scaled = design / np.where(scale > 0, scale, 1.0)
    if np.linalg.matrix_rank(scaled) < scaled.shape[1]:
        raise ValueError("the covariates of the treatment model are collinear")
    beta = np.zeros(scaled.shape[1])
    likelihood = _likelihood(scaled @ beta, treated, link, shares)
    for _ in range(_MOST_STEPS):
        score, curvature = _derivatives(scaled @ beta, treated, link)
        hessian = (scaled * (shares * curvature)[:, None]).T @ scaled
        step = _solved(hessian, scaled.T @ (shares * score))
        if np.abs(step).max() < 1e-10 * (1 + np.abs(beta).max()):
            return _fitted(design, scaled, beta + step, scale, treated, link, shares)
        # A full step may overshoot where the curvature changes fast.
        for _ in range(30):
            tried = _likelihood(scaled @ (beta + step), treated, link, shares)
            if tried >= likelihood - 1e-12 * abs(likelihood):
                break
            step = step / 2
        beta, likelihood = beta + step, tried
        if likelihood > -1e-6:
            break
    raise ValueError(_NO_MAXIMUM)


def _fitted(
    design: Floats,
    scaled: Floats,
    beta: Floats,
    scale: Floats,
    treated: NDArray[np.bool_],
    link: Link,
    shares: Floats,
) -> Propensity:
    index = scaled @ beta
    score, curvature = _derivatives(index, treated, link)
    hessian = (scaled * (shares * curvature)[:, None]).T @ scaled / len(design)
    influence = _solved(hessian, (scaled * (shares * score)[:, None]).T).T / scale
    probability = expit(index) if link == "logit" else norm.cdf(index)
    slope = probability * (1 - probability) if link == "logit" else norm.pdf(index)
    covariance = _solved(hessian * len(design), np.eye(len(beta))) / np.outer(scale, scale)
    return Propensity(beta / scale, index, probability, slope, covariance, influence)


def _likelihood(index: Floats, treated: NDArray[np.bool_], link: Link, shares: Floats) -> float:
    signed = np.where(treated, index, -index)
    by_row = -np.logaddexp(0, -signed) if link == "logit" else log_ndtr(signed)
    return float((shares * by_row).sum())


def _derivatives(index: Floats, treated: NDArray[np.bool_], link: Link) -> tuple[Floats, Floats]:
    """By row the first and the negative second derivative of the log-likelihood by the index."""
    if link == "logit":
        probability = expit(index)
        return treated - probability, probability * (1 - probability)
    sign = np.where(treated, 1.0, -1.0)
    mills = sign * np.exp(norm.logpdf(index) - log_ndtr(sign * index))
    return mills, mills * (index + mills)


def _solved(matrix: Floats, right: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.solve(matrix, right), np.float64)
    except np.linalg.LinAlgError as error:
        raise ValueError(_NO_MAXIMUM) from error
