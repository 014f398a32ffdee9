"""How strong a hidden cause would have to be to explain a finding away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, isfinite, sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom, norm, rankdata

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the largest value that a bias of size ``gamma`` allows."""

    gamma: float
    low: float
    high: float


def signed_rank_bounds(differences: ArrayLike, gamma: float) -> Bounds:
    """The bounds of the one-sided p-value (treated above control) of Wilcoxon's signed rank test.

    ``differences`` (n,) are treated less control of matched pairs. In a pair one of the two may
    have up to ``gamma`` times the odds of treatment of the other. Pairs without difference take
    a rank but no side (Pratt), ties share their ranks; normal approximation without correction
    for continuity.
    For "treated below control" pass the differences with the other sign. Raises ValueError for a
    gamma below 1 or no difference at all. (Rosenbaum, Observational Studies, 2002, 4.3.)
    """
    values = _differences(differences, gamma)
    ranks = np.asarray(rankdata(np.abs(values)), np.float64)
    statistic, differs = float(ranks[values > 0].sum()), values != 0
    low, high = (_upper_tail(statistic, ranks[differs], share) for share in _shares(gamma))
    return Bounds(gamma, low, high)


def hodges_lehmann_bounds(differences: ArrayLike, gamma: float) -> Bounds:
    """The bounds of the Hodges–Lehmann estimate of a constant shift, in the unit of the outcome.

    At gamma 1 both are the median of the averages of all two differences. Raises ValueError as
    `signed_rank_bounds`. (Rosenbaum, Biometrics 49, 1993.)
    """
    values = np.sort(_differences(differences, gamma))
    n = len(values)
    if n > 6_000:
        raise ValueError("Hodges–Lehmann bounds take up to 6,000 pairs")
    first, second = np.triu_indices(n)
    averages = np.sort((values[first] + values[second]) / 2)
    # The rank sum after a shift by τ is the number of averages above τ.
    estimates = [_level_crossing(averages, share * len(averages)) for share in _shares(gamma)]
    return Bounds(gamma, estimates[1], estimates[0])


def sign_bounds(n_treated_only: int, n_control_only: int, gamma: float) -> Bounds:
    """The bounds of the one-sided p-value of McNemar's (or the sign) test, exact.

    Counts are the discordant pairs: the event in the treated only, and in the control only.
    (Rosenbaum, Observational Studies, 2002, 4.3.2.) Raises ValueError for a gamma below 1 or
    negative counts.
    """
    _check_gamma(gamma)
    if n_treated_only < 0 or n_control_only < 0:
        raise ValueError("counts of pairs cannot be negative")
    n = n_treated_only + n_control_only
    low, high = (float(binom.sf(n_treated_only - 1, n, share)) for share in _shares(gamma))
    return Bounds(gamma, low, high)


def breaking_gamma(
    upper_p_value: Callable[[float], float], level: float = 0.05, largest: float = 1_000.0
) -> float:
    """The least gamma at which the upper bound of the p-value reaches ``level``, to 1e-6.

    1 where the finding is not significant without bias; ``largest`` where none up to it suffices.
    ``upper_p_value`` takes a gamma, as ``lambda gamma: signed_rank_bounds(d, gamma).high``.
    """
    if upper_p_value(1.0) >= level:
        return 1.0
    if upper_p_value(largest) < level:
        return largest
    low, high = 1.0, largest
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (low, middle) if upper_p_value(middle) >= level else (middle, high)
    return high


@dataclass(frozen=True, slots=True)
class EValue:
    """``estimate``: the least risk ratio that a hidden cause would need with both treatment and
    outcome to explain the estimate away; ``limit`` the same for the bound of the interval nearer
    to no effect (1 where the interval holds it, NaN where none was given)."""

    estimate: float
    limit: float


def e_value(
    estimate: float,
    low: float | None = None,
    high: float | None = None,
    *,
    scale: Literal["risk_ratio", "odds_ratio", "hazard_ratio"] = "risk_ratio",
    is_rare: bool = False,
    null: float = 1.0,
) -> EValue:
    """The E-value of a ratio and its interval.

    Where the outcome is rare (below 15 % at the end of follow-up) odds and hazard ratios stand
    for risk ratios; else odds ratios are taken as √OR and hazard ratios as
    (1 − 0.5^√HR) / (1 − 0.5^√(1/HR)). ``null``: the ratio to be explained to. Raises ValueError
    for ratios that are not positive or an interval that does not hold the estimate.
    (VanderWeele & Ding, Annals of Internal Medicine 167, 2017.)
    """
    bounds = [value for value in (low, high) if value is not None]
    if not all(value > 0 for value in (estimate, null, *bounds)):
        raise ValueError("a ratio is positive")
    if (low is not None and low > estimate) or (high is not None and high < estimate):
        raise ValueError("the interval must hold the estimate")
    to_null = _as_risk_ratio(null, scale, is_rare)
    point = _as_risk_ratio(estimate, scale, is_rare) / to_null
    nearer = low if point >= 1 else high
    if nearer is None:
        return EValue(_e(point), float("nan"))
    limit = _as_risk_ratio(nearer, scale, is_rare) / to_null
    is_crossed = limit <= 1 if point >= 1 else limit >= 1
    return EValue(_e(point), 1.0 if is_crossed else _e(limit))


def e_value_of_smd(difference: float, error: float | None = None) -> EValue:
    """The E-value of a standardized mean difference and its standard error.

    The risk ratio is taken as exp(0.91 d), its interval as exp(0.91 d ± 1.78 error).
    (VanderWeele & Ding, Annals of Internal Medicine 167, 2017.)
    """
    if error is None:
        return e_value(exp(0.91 * difference))
    if not (isfinite(error) and error >= 0):
        raise ValueError("a standard error is not negative")
    low, high = (exp(0.91 * difference + side * 1.78 * error) for side in (-1, 1))
    return e_value(exp(0.91 * difference), low, high)


def _e(ratio: float) -> float:
    above = ratio if ratio >= 1 else 1 / ratio
    return above + sqrt(above * (above - 1)) if above < inf else inf


def _as_risk_ratio(ratio: float, scale: str, is_rare: bool) -> float:
    if scale not in ("risk_ratio", "odds_ratio", "hazard_ratio"):
        raise ValueError(f"unknown scale {scale}")
    if scale == "risk_ratio" or is_rare:
        return ratio
    if scale == "odds_ratio":
        return sqrt(ratio)
    return float((1 - 0.5 ** sqrt(ratio)) / (1 - 0.5 ** sqrt(1 / ratio)))


def _check_gamma(gamma: float) -> None:
    if not (isfinite(gamma) and gamma >= 1):
        raise ValueError("gamma is at least 1")


def _shares(gamma: float) -> tuple[float, float]:
    return 1 / (1 + gamma), gamma / (1 + gamma)


def _differences(differences: ArrayLike, gamma: float) -> Floats:
    _check_gamma(gamma)
    values = np.asarray(differences, np.float64).ravel()
    if not np.isfinite(values).all():
        raise ValueError("a difference is missing; leave out pairs without outcome")
    if not values.any():
        raise ValueError("no pair differs")
    return values


def _upper_tail(statistic: float, ranks: Floats, share: float) -> float:
    mean = share * ranks.sum()
    deviation = sqrt(share * (1 - share) * float((ranks**2).sum()))
    return float(norm.sf((statistic - mean) / deviation))


def _level_crossing(averages: Floats, expected: float) -> float:
    """The τ at which as many of the sorted averages lie above as expected; the middle if a span."""
    total = len(averages)
    low = min(max(int(np.ceil(total - expected - 1e-9)) - 1, 0), total - 1)
    high = min(int(np.floor(total - expected + 1e-9)), total - 1)
    return float(averages[low] + averages[high]) / 2
