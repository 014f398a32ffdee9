"""Credit strength as a deviation score among peers and as a grade by probability of default."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import hypergeom

from stats.methods.binomial import wilson_interval

Numbers = NDArray[np.float64]

# Ten grades: the probability of default within the horizon doubles from bound to bound.
GRADE_BOUNDS = (0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256)
LEAST_SCORE, GREATEST_SCORE = 20.0, 80.0
NO_GRADE = 0


def peer_table(
    strength: ArrayLike, industry: Any, year: ArrayLike, minimum: int = 30
) -> pd.DataFrame:
    """Mean and spread of credit strength among peers; one row per industry and year.

    ``strength`` is n negative linear predictors (NaN has no peers). Columns: industry, fiscal_year,
    n (firms behind mean and deviation), mean, deviation (of all peers: n in the denominator, as a
    偏差値 has it), is_pooled: an industry with fewer than ``minimum`` firms takes all of its year.
    Raises ValueError where nobody has a strength.
    """
    frame = pd.DataFrame(
        {
            "industry": pd.Series(np.asarray(industry, object)).fillna("").astype(str),
            "fiscal_year": np.asarray(year, np.int64),
            "strength": np.asarray(strength, np.float64),
        }
    ).dropna(subset=["strength"])
    if frame.empty:
        raise ValueError("nobody has a credit strength")
    table = _moments(frame, ["industry", "fiscal_year"]).reset_index()
    pooled = _moments(frame, ["fiscal_year"]).loc[table["fiscal_year"]]
    table["is_pooled"] = table["n"] < minimum
    for name in ("n", "mean", "deviation"):
        table[name] = np.where(table["is_pooled"], pooled[name].to_numpy(), table[name])
    return table


def deviation_score(
    strength: ArrayLike, mean: ArrayLike, deviation: ArrayLike
) -> tuple[Numbers, NDArray[np.bool_]]:
    """The 偏差値 50 + 10·(strength − mean) / deviation within 20 and 80, and where it was cut.

    NaN where the strength is missing or the peers do not differ.
    """
    spread = np.asarray(deviation, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (np.asarray(strength, np.float64) - np.asarray(mean, np.float64)) / np.where(
            spread > 0, spread, np.nan
        )
    score = 50 + 10 * z
    is_cut = (score < LEAST_SCORE) | (score > GREATEST_SCORE)
    return np.clip(score, LEAST_SCORE, GREATEST_SCORE), is_cut


def grade(probability: ArrayLike, bounds: ArrayLike = GRADE_BOUNDS) -> NDArray[np.int64]:
    """The grade of each probability of default, 1 the strongest; NO_GRADE where it is NaN.

    A probability at a bound has the weaker grade. The bounds are fixed, so a grade means the same
    in every year. Raises ValueError for bounds that do not rise within (0, 1) and for what is no
    probability.
    """
    p, inner = np.asarray(probability, np.float64), _checked_bounds(bounds)
    if ((p < 0) | (p > 1)).any():
        raise ValueError("probabilities lie between 0 and 1")
    grades = np.searchsorted(inner, p, side="right") + 1
    return np.where(np.isnan(p), NO_GRADE, grades).astype(np.int64)


def grade_table(
    probability: ArrayLike,
    outcome: ArrayLike,
    bounds: ArrayLike = GRADE_BOUNDS,
    level: float = 0.95,
) -> pd.DataFrame:
    """Whether weaker grades default more often; one row per grade, also of those without firms.

    Columns: grade, least (its lower bound), below (its upper), n, n_events, observed_rate, low and
    high (Wilson), expected_rate, is_inverted (seen less often than in the last stronger grade that
    has firms) and inversion_p, the one-sided exact p-value of so much less by chance (Fisher);
    False and NaN where there is nothing to compare. Rows without a probability are left out. Raises
    ValueError as `grade` does and for outcomes other than 0 and 1.
    """
    p, y = np.asarray(probability, np.float64), np.asarray(outcome, np.float64)
    if len(p) != len(y) or not np.isin(y, (0, 1)).all():
        raise ValueError("there is one outcome, 0 or 1, for each probability")
    inner, grades = _checked_bounds(bounds), grade(p, bounds)
    is_graded = grades != NO_GRADE
    places, size = grades[is_graded] - 1, len(inner) + 1
    n = np.bincount(places, minlength=size)
    events = np.bincount(places, weights=y[is_graded], minlength=size).astype(np.int64)
    expected = np.bincount(places, weights=p[is_graded], minlength=size)
    low, high = wilson_interval(events, n, level)
    is_inverted, p_values = _inversions(n, events)
    with np.errstate(invalid="ignore"):
        return pd.DataFrame(
            {
                "grade": np.arange(1, size + 1),
                "least": [0.0, *inner.tolist()],
                "below": [*inner.tolist(), 1.0],
                "n": n,
                "n_events": events,
                "observed_rate": events / n,
                "low": low,
                "high": high,
                "expected_rate": expected / n,
                "is_inverted": is_inverted,
                "inversion_p": p_values,
            }
        )


def _inversions(
    n: NDArray[np.int64], events: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], Numbers]:
    is_inverted, p_values = np.zeros(len(n), np.bool_), np.full(len(n), np.nan)
    filled = np.flatnonzero(n > 0)
    for before, here in pairwise(filled.tolist()):
        # Whole numbers, so that equal rates are equal.
        pair = [(int(events[g]), int(n[g])) for g in (before, here)]
        (stronger, n_stronger), (weaker, n_weaker) = pair
        is_inverted[here] = weaker * n_stronger < stronger * n_weaker
        p_values[here] = hypergeom.cdf(weaker, n_stronger + n_weaker, stronger + weaker, n_weaker)
    return is_inverted, p_values


def _checked_bounds(bounds: ArrayLike) -> Numbers:
    inner = np.asarray(bounds, np.float64)
    if inner.ndim != 1 or not len(inner) or not (np.diff(np.r_[0, inner, 1]) > 0).all():
        raise ValueError("the bounds of grades rise between 0 and 1")
    return inner


def _moments(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    groups = frame.groupby(keys)["strength"]
    return pd.DataFrame(
        {"n": groups.count(), "mean": groups.mean(), "deviation": groups.std(ddof=0)}
    )
