"""The logit model by Newton's method on sums: weights, offset, ridge, errors that allow for firms.

Rows are read in blocks, so a fit holds the design once and little more: three million rows of forty
columns of float32 are half a gigabyte.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

Numbers = NDArray[np.float64]

_BLOCK = 1 << 16
# Multiplications of one product that OpenBLAS still makes in the calling thread.
_LARGEST_ALONE = 1 << 17
# Where there is a maximum, fewer than fifteen steps reach it; where there is none, each step gains
# a constant factor and the bound below stays out of reach.
_MOST_STEPS = 25
_LEAST_GAIN = 1e-16
_SEPARATED = "no maximum: the outcome is separated; use a ridge"


@dataclass(frozen=True, slots=True, eq=False)
class LogitFit:
    """Coefficients of a logit in the order of ``names``, with their covariance.

    ``aliased`` columns are combinations of earlier ones: coefficient and covariance 0. ``n`` and
    ``n_events`` are sums of weights, ``n_rows`` counts rows. The log-likelihood is without the
    ridge's penalty.
    """

    names: tuple[str, ...]
    coefficients: Numbers
    covariance: Numbers
    log_likelihood: float
    n: float
    n_events: float
    n_rows: int
    n_steps: int
    ridge: float
    aliased: tuple[str, ...]

    @property
    def errors(self) -> Numbers:
        return np.asarray(np.sqrt(np.diag(self.covariance)), np.float64)


def fit_logit(
    design: NDArray[np.floating],
    outcome: ArrayLike,
    names: Sequence[str],
    *,
    weights: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    ridge: float = 0.0,
) -> LogitFit:
    """Maximum likelihood of P(event) = 1 / (1 + exp(−(offset + design · β))).

    ``design`` is n × k with the intercept as its first column; ``outcome`` n events (0, 1) or, for
    aggregated rows, shares of events of ``weights`` trials. Weights count rows (frequencies): the
    errors treat a weight of two as two rows. ``ridge`` adds ½·ridge·Σβ² of all columns but the
    first, meant for standardised columns; the covariance is then (H + R)⁻¹H(H + R)⁻¹ about the
    shrunken values. (le Cessie & van Houwelingen, Applied Statistics 41, 1992.)

    Raises ValueError for arrays that do not fit together, values that are missing or no shares,
    outcomes that do not vary, and for a column that decides the outcome alone or with others
    (separation), which has no maximum without a ridge.
    """
    y = np.asarray(outcome, np.float64)
    w = np.ones(len(y)) if weights is None else np.asarray(weights, np.float64)
    o = np.zeros(len(y)) if offset is None else np.asarray(offset, np.float64)
    _check(design, y, w, o, names, ridge)
    penalty = np.full(design.shape[1], ridge)
    penalty[0] = 0.0
    rows = _Rows(design, y, w, o)
    if ridge == 0:
        rows.check_flags(names)
    start = np.zeros(design.shape[1])
    start[0] = logit(np.average(y, weights=w))
    kept = np.arange(len(start)) if ridge > 0 else _independent(rows.sums(start)[1])
    beta, hessian, likelihood, n_steps = _climb(rows, start, penalty, kept)
    block = np.ix_(kept, kept)
    bread = np.linalg.inv((hessian + np.diag(penalty))[block])
    covariance = np.zeros_like(hessian)
    covariance[block] = bread @ hessian[block] @ bread
    aliased = tuple(name for j, name in enumerate(names) if j not in set(kept.tolist()))
    return LogitFit(
        names=tuple(names),
        coefficients=beta,
        covariance=covariance,
        log_likelihood=likelihood,
        n=float(w.sum()),
        n_events=float(w @ y),
        n_rows=len(y),
        n_steps=n_steps,
        ridge=ridge,
        aliased=aliased,
    )


def clustered_covariance(
    fit: LogitFit,
    design: NDArray[np.floating],
    outcome: ArrayLike,
    clusters: ArrayLike,
    *,
    offset: ArrayLike | None = None,
) -> Numbers:
    """The covariance (k × k) of an unweighted fit that allows rows of one cluster, such as the
    years of one firm, to depend on each other.

    With the factor G/(G − 1) · (n − 1)/(n − k) of G clusters. Raises ValueError for a ridge or
    weighted fit and for fewer than two clusters. (Liang & Zeger, Biometrika 73, 1986.)
    """
    y = np.asarray(outcome, np.float64)
    o = np.zeros(len(y)) if offset is None else np.asarray(offset, np.float64)
    codes, found = pd.factorize(np.asarray(clusters))
    n_clusters = len(found)
    if fit.ridge or fit.n != len(y):
        raise ValueError("the errors by cluster are those of a fit without ridge and weights")
    if n_clusters < 2 or (codes < 0).any():
        raise ValueError("every row has a cluster and there are at least two")
    rest = y - expit(np.asarray(design @ fit.coefficients, np.float64) + o)
    sums = np.column_stack(
        [np.bincount(codes, weights=rest * column, minlength=n_clusters) for column in design.T]
    )
    n, k = len(y), len(fit.names) - len(fit.aliased)
    factor = n_clusters / (n_clusters - 1) * (n - 1) / (n - k)
    return np.asarray(factor * fit.covariance @ (sums.T @ sums) @ fit.covariance, np.float64)


@dataclass(frozen=True, slots=True)
class _Rows:
    design: NDArray[np.floating]
    outcome: Numbers
    weights: Numbers
    offset: Numbers

    def blocks(self) -> Iterator[tuple[Numbers, Numbers, Numbers, Numbers]]:
        for start in range(0, len(self.outcome), _BLOCK):
            part = slice(start, start + _BLOCK)
            x = np.asarray(self.design[part], np.float64)
            yield x, self.outcome[part], self.weights[part], self.offset[part]

    def sums(self, beta: Numbers) -> tuple[Numbers, Numbers, float]:
        """Score, information and log-likelihood at ``beta``."""
        k = len(beta)
        score, hessian, likelihood = np.zeros(k), np.zeros((k, k)), 0.0
        for x, y, w, offset in self.blocks():
            eta = np.einsum("ij,j->i", x, beta) + offset
            p = expit(eta)
            score += np.einsum("ij,i->j", x, w * (y - p))
            hessian += _product(x, x * (w * p * (1 - p))[:, None])
            likelihood += float(w @ (y * eta - np.logaddexp(0, eta)))
        return score, hessian, likelihood

    def check_flags(self, names: Sequence[str]) -> None:
        """A flag whose firms all default, or never, has an endless coefficient, which Newton's
        method approaches without noticing."""
        k = len(names)
        is_flag, flagged, events = np.ones(k, np.bool_), np.zeros(k), np.zeros(k)
        for x, y, w, _ in self.blocks():
            is_flag &= ((x == 0) | (x == 1)).all(axis=0)
            flagged += np.einsum("ij,i->j", x, w)
            events += np.einsum("ij,i->j", x, w * y)
        n, n_events = float(self.weights.sum()), float(self.weights @ self.outcome)
        sides = ((1, flagged, events), (0, n - flagged, n_events - events))
        for side, trials, successes in sides:
            decides = is_flag & (trials > 0) & ((successes == 0) | (successes == trials))
            for j in np.flatnonzero(decides)[:1]:
                raise ValueError(
                    f"{names[j]} = {side} decides the outcome: merge it or use a ridge"
                )


def _product(x: Numbers, y: Numbers) -> Numbers:
    """xᵀy in pieces small enough that the linear algebra library starts no threads of its own:
    where other work holds the processors, waiting for these took sixty times as long."""
    k = x.shape[1]
    piece = max(1, _LARGEST_ALONE // k**2)
    whole = len(x) // piece * piece
    parts = [part[:whole].reshape(-1, piece, k) for part in (x, y)]
    product = np.matmul(parts[0].transpose(0, 2, 1), parts[1]).sum(axis=0)
    return np.asarray(product + x[whole:].T @ y[whole:], np.float64)


def _climb(
    rows: _Rows, beta: Numbers, penalty: Numbers, kept: NDArray[np.intp]
) -> tuple[Numbers, Numbers, float, int]:
    """The maximum, the information and the log-likelihood there, and the steps it took."""
    block = np.ix_(kept, kept)
    score, hessian, likelihood = rows.sums(beta)
    for n_steps in range(1, _MOST_STEPS + 1):
        goal = likelihood - 0.5 * float(penalty @ beta**2)
        slope = (score - penalty * beta)[kept]
        try:
            step = np.linalg.solve((hessian + np.diag(penalty))[block], slope)
        except np.linalg.LinAlgError as error:
            raise ValueError(_SEPARATED) from error
        for halving in range(30):
            tried = beta.copy()
            tried[kept] += step / 2**halving
            score, hessian, likelihood = rows.sums(tried)
            if likelihood - 0.5 * float(penalty @ tried**2) >= goal - 1e-12 * abs(goal):
                break
        beta = tried
        if float(slope @ step) < _LEAST_GAIN:
            return beta, hessian, likelihood, n_steps
    raise ValueError(_SEPARATED)


def _independent(gram: Numbers) -> NDArray[np.intp]:
    kept: list[int] = []
    for j in range(len(gram)):
        rest = gram[j, j]
        if kept:
            rest -= gram[j, kept] @ np.linalg.solve(gram[np.ix_(kept, kept)], gram[kept, j])
        if rest > 1e-10 * gram[j, j]:
            kept.append(j)
    return np.array(kept, np.intp)


def _check(
    design: NDArray[np.floating],
    y: Numbers,
    w: Numbers,
    o: Numbers,
    names: Sequence[str],
    ridge: float,
) -> None:
    if design.ndim != 2 or design.shape != (len(y), len(names)) or not len(y) == len(w) == len(o):
        raise ValueError("design, outcome, weights, offset and names do not fit together")
    for start in range(0, len(y), _BLOCK):
        block = design[start : start + _BLOCK]
        if not np.isfinite(block).all():
            raise ValueError("the design holds values that are missing or infinite")
        if not (block[:, 0] == 1).all():
            raise ValueError("the first column is the intercept")
    if not np.isfinite(w).all() or (w < 0).any() or not np.isfinite(o).all():
        raise ValueError("weights are 0 or more and, like the offset, finite")
    if not ((y >= 0) & (y <= 1)).all():
        raise ValueError("outcomes lie between 0 and 1")
    if ridge < 0:
        raise ValueError("the ridge is 0 or more")
    if not 0 < float(w @ y) < float(w.sum()):
        raise ValueError("the outcome does not vary")
