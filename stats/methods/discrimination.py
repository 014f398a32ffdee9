"""How well a score tells events from the others: area under the curve, accuracy ratio, KS."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Discrimination:
    """``auc`` with its standard error and interval, ``accuracy_ratio`` = 2·auc − 1 (Gini) and the
    Kolmogorov–Smirnov distance ``ks``, of ``n`` rows of which ``n_events`` have the event. The
    error is NaN where one of the groups has a single row."""

    auc: float
    error: float
    low: float
    high: float
    accuracy_ratio: float
    ks: float
    n: float
    n_events: float


def discrimination(
    score: ArrayLike, outcome: ArrayLike, weights: ArrayLike | None = None, level: float = 0.95
) -> Discrimination:
    """How well ``score`` (higher is riskier) ranks ``outcome`` (0 or 1); n values each.

    Exact: the share of pairs of an event and another in which the event has the higher score, ties
    counting one half. Weights are numbers of equal rows, so counts per score give what the rows
    give. The interval is auc ± quantile × error within 0 and 1; it takes rows as independent.
    Raises ValueError for missing scores, outcomes other than 0 and 1, negative weights, only one
    of the outcomes, or a level outside (0, 1). (DeLong, DeLong & Clarke-Pearson, Biometrics 44,
    1988.)
    """
    if not 0 < level < 1:
        raise ValueError("the level lies between 0 and 1")
    events, others = _counts_by_score(score, outcome, weights)
    n_events, n_others = float(events.sum()), float(others.sum())
    if not (n_events > 0 and n_others > 0):
        raise ValueError("there are rows with the event and without it")
    below = (np.cumsum(others) - others / 2) / n_others
    above = 1 - (np.cumsum(events) - events / 2) / n_events
    auc = float(events @ below) / n_events
    error = np.nan
    if n_events > 1 and n_others > 1:
        of_events = float(events @ (below - auc) ** 2) / (n_events - 1)
        of_others = float(others @ (above - auc) ** 2) / (n_others - 1)
        error = sqrt(of_events / n_events + of_others / n_others)
    reach = float(ndtri((1 + level) / 2)) * error
    ks = float(np.abs(np.cumsum(events) / n_events - np.cumsum(others) / n_others).max())
    low, high = (float(np.clip(bound, 0, 1)) for bound in (auc - reach, auc + reach))
    return Discrimination(auc, error, low, high, 2 * auc - 1, ks, n_events + n_others, n_events)


def _counts_by_score(
    score: ArrayLike, outcome: ArrayLike, weights: ArrayLike | None
) -> tuple[Numbers, Numbers]:
    """Events and others at each distinct score, ascending."""
    scores, y = np.asarray(score, np.float64), np.asarray(outcome, np.float64)
    w = np.ones(len(y)) if weights is None else np.asarray(weights, np.float64)
    if not len(scores) == len(y) == len(w):
        raise ValueError("scores, outcomes and weights have one value per row")
    if np.isnan(scores).any() or not np.isin(y, (0, 1)).all() or not (w >= 0).all():
        raise ValueError("scores are known, outcomes 0 or 1 and weights 0 or more")
    if not len(scores):
        return np.zeros(0), np.zeros(0)
    order = np.argsort(scores, kind="stable")
    ranked = scores[order]
    starts = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]]))
    events = np.add.reduceat((w * y)[order], starts)
    return events, np.add.reduceat((w * (1 - y))[order], starts)
