"""Coordinates in which the straight distance is the distance of the chosen metric."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Floats = NDArray[np.float64]
Metric = Literal["mahalanobis", "inverse_variance", "robust_mahalanobis", "euclidean"]
Spread = Literal["sample", "population", "pooled", "treated", "controls"]

# Below this share of the largest eigenvalue a direction is noise of the arithmetic.
_LEAST_EIGENVALUE = 1e-10


def coordinates(
    values: Floats,
    treated: NDArray[np.bool_],
    metric: Metric | Floats,
    spread: Spread = "sample",
    weights: Floats | None = None,
) -> Floats:
    """Values (n, p) as coordinates (n, q), q ≤ p, whose Euclidean distance is that of ``metric``.

    * "mahalanobis": √(Δ′S⁻¹Δ). Directions without variance are left out, so collinear dummies do
      no harm (the pseudo-inverse of the correlation matrix).
    * "inverse_variance": √(Σ Δⱼ²/sⱼ²), the diagonal of S only; constant covariates are left out.
    * "robust_mahalanobis": Mahalanobis on ranks, whose variances are set to those of ranks
      without ties, so that outliers and rare dummies do not dominate (Rosenbaum, Design of
      Observational Studies, 2010, 8.3).
    * "euclidean": √(ΣΔⱼ²) in the units of the covariates.
    * a matrix W (p, p), symmetric and not negative: √(Δ′WΔ) in the units of the covariates.

    ``spread`` says whose covariance S is: of the whole "sample" (divisor n − 1, Stata's teffects),
    of the "population" (divisor n, R's Matching), "pooled" within the groups (MatchIt), of the
    "treated" or of the "controls" (Rubin). Raises ValueError for an unknown metric or a matrix
    that does not fit.
    """
    if isinstance(metric, np.ndarray):
        return _project(values, _root(metric, values.shape[1]))
    if metric == "euclidean":
        return values.copy()
    if metric == "robust_mahalanobis":
        return _rank_coordinates(values)
    if metric not in ("mahalanobis", "inverse_variance"):
        raise ValueError(f"unknown metric {metric}")
    covariance = spread_of(values, treated, spread, weights)
    # A column that is constant in its group may leave a variance of mere rounding.
    varies = np.sqrt(np.diag(covariance)) > 1e-9 * np.ptp(values, axis=0)
    values, covariance = values[:, varies], covariance[np.ix_(varies, varies)]
    if metric == "inverse_variance":
        return np.asarray(values / np.sqrt(np.diag(covariance)), np.float64)
    return _project(values, _inverse_root(covariance))


def spread_of(
    values: Floats, treated: NDArray[np.bool_], spread: Spread, weights: Floats | None = None
) -> Floats:
    """The covariance matrix (p, p) of the rows that ``spread`` names, see `coordinates`."""
    shares = np.ones(len(values)) if weights is None else weights
    if spread == "pooled":
        groups = [treated, ~treated]
    elif spread in ("sample", "population"):
        groups = [np.ones(len(values), bool)]
    elif spread in ("treated", "controls"):
        groups = [treated if spread == "treated" else ~treated]
    else:
        raise ValueError(f"unknown spread {spread}")
    total = np.zeros((values.shape[1], values.shape[1]))
    divisor = 0.0
    for group in groups:
        share = shares[group]
        centred = values[group] - np.average(values[group], axis=0, weights=share)
        total += (centred * share[:, None]).T @ centred
        divisor += share.sum() - (0 if spread == "population" else 1)
    return np.asarray(total / max(divisor, 1e-300), np.float64)


def _rank_coordinates(values: Floats) -> Floats:
    ranks = np.asarray(rankdata(values, axis=0), np.float64)
    covariance = np.atleast_2d(np.cov(ranks, rowvar=False))
    deviations = np.sqrt(np.diag(covariance))
    untied = np.std(np.arange(len(values)), ddof=1)
    varies = deviations > 0
    ratio = untied / deviations[varies]
    adjusted = covariance[np.ix_(varies, varies)] * np.outer(ratio, ratio)
    return _project(ranks[:, varies], _inverse_root(adjusted))


def _inverse_root(covariance: Floats) -> Floats:
    """A (p, q) with AA′ the pseudo-inverse, taken of correlations so that units do not matter."""
    if not len(covariance):
        return np.zeros((0, 0))
    scale = np.sqrt(np.diag(covariance))
    eigenvalues, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    kept = eigenvalues > _LEAST_EIGENVALUE * eigenvalues[-1]
    return np.asarray(
        vectors[:, kept] / np.sqrt(eigenvalues[kept]) / scale[:, None],
        np.float64,
    )


def _root(matrix: Floats, size: int) -> Floats:
    if matrix.shape != (size, size) or not np.allclose(matrix, matrix.T):
        raise ValueError(f"the weighting matrix must be symmetric and {size} × {size}")
    eigenvalues, vectors = np.linalg.eigh(matrix)
    if eigenvalues[0] < -_LEAST_EIGENVALUE * max(abs(eigenvalues[-1]), 1e-300):
        raise ValueError("the weighting matrix has negative eigenvalues")
    return np.asarray(vectors * np.sqrt(np.clip(eigenvalues, 0, None)), np.float64)


def _project(values: Floats, root: Floats) -> Floats:
    # Column by column: a matrix product may round equal rows differently, which breaks exact ties.
    centred = values - values.mean(axis=0)
    result = np.zeros((len(values), root.shape[1]))
    for source, row in zip(centred.T, root, strict=True):
        for target, factor in enumerate(row):
            result[:, target] += source * factor
    return result
