"""The quality of a credit model in each year, industry or size, in one table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from stats.methods.binomial import wilson_interval
from stats.methods.calibration import brier, observed_expected, probability, recalibrate
from stats.methods.discrimination import discrimination

QUALITY_COLUMNS = (
    "n", "n_events", "rate", "rate_low", "rate_high", "expected", "ratio", "ratio_low",
    "ratio_high", "auc", "auc_error", "auc_low", "auc_high", "accuracy_ratio", "ks", "brier",
    "brier_base", "brier_skill", "slope", "slope_error", "intercept", "intercept_error", "shift",
)  # fmt: skip


def quality(
    predictor: ArrayLike, outcome: ArrayLike, *, minimum: int = 10, level: float = 0.95
) -> dict[str, float]:
    """All measures of quality of n linear predictors and outcomes (0 or 1), by QUALITY_COLUMNS.

    Rate and its Wilson interval, number expected and observed / expected with its exact Poisson
    interval, Brier score with base and skill always; what needs both outcomes (auc, accuracy_ratio,
    ks, slope, intercept, shift) is NaN with fewer than ``minimum`` events or others. Raises
    ValueError for no rows or missing predictors: count these beside.
    """
    eta, y = np.asarray(predictor, np.float64), np.asarray(outcome, np.float64)
    p = probability(eta)
    seen, score = observed_expected(p, y, level=level), brier(p, y)
    low, high = wilson_interval(seen.observed, len(y), level)
    found = dict.fromkeys(QUALITY_COLUMNS, np.nan) | {
        "n": len(y),
        "n_events": int(seen.observed),
        "rate": seen.observed / len(y),
        "rate_low": float(low),
        "rate_high": float(high),
        "expected": seen.expected,
        "ratio": seen.ratio,
        "ratio_low": seen.low,
        "ratio_high": seen.high,
        "brier": score.score,
        "brier_base": score.base,
        "brier_skill": score.skill,
    }
    if min(seen.observed, len(y) - seen.observed) < minimum:
        return found
    ranks = discrimination(eta, y, level=level)
    found |= {
        "auc": ranks.auc,
        "auc_error": ranks.error,
        "auc_low": ranks.low,
        "auc_high": ranks.high,
        "accuracy_ratio": ranks.accuracy_ratio,
        "ks": ranks.ks,
    }
    try:
        line = recalibrate(eta, y)
    except ValueError:
        # A small group may be separated by the score: it has a rank but no line.
        return found
    return found | {
        "slope": line.slope,
        "slope_error": line.slope_error,
        "intercept": line.intercept,
        "intercept_error": line.intercept_error,
        "shift": line.shift,
    }


def quality_by(
    group: Any, predictor: ArrayLike, outcome: ArrayLike, *, minimum: int = 10, level: float = 0.95
) -> pd.DataFrame:
    """`quality` of every group, such as a year, an industry or a size; one row per group, sorted.

    Columns: group and QUALITY_COLUMNS. Raises ValueError for a missing group.
    """
    eta, y = np.asarray(predictor, np.float64), np.asarray(outcome, np.float64)
    codes, found = pd.factorize(np.asarray(group), sort=True)
    if (codes < 0).any():
        raise ValueError("every row belongs to a group")
    order = np.argsort(codes, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(codes, minlength=len(found)))[:-1])
    rows = [
        {"group": name, **quality(eta[part], y[part], minimum=minimum, level=level)}
        for name, part in zip(found.tolist(), parts, strict=True)
    ]
    return pd.DataFrame(rows, columns=["group", *QUALITY_COLUMNS])
