"""The difference of two groups, plain or held against covariates, with robust standard errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t

from stats.methods.potential_outcomes import complete_numbers

Robust = Literal["hc0", "hc1", "hc2", "hc3", "classical"]


@dataclass(frozen=True, slots=True)
class LinearEffect:
    """The coefficient of the treatment in the unit of the outcome, its standard error, and
    Student's interval with ``freedom`` = n − p degrees of freedom."""

    estimate: float
    error: float
    low: float
    high: float
    p_value: float
    freedom: int
    n_treated: int
    n_control: int
    n_left_out: int


def linear_effect(
    frame: pd.DataFrame,
    treatment: str,
    outcome: str,
    covariates: Sequence[str] = (),
    *,
    robust: Robust = "hc1",
    weights: str | None = None,
    level: float = 0.95,
) -> LinearEffect:
    """Least squares of ``outcome`` on treatment and ``covariates``; without covariates the
    difference in means.

    ``frame`` has one row a unit; rows with a missing value are left out. ``robust``: "hc1" scales
    by n/(n − p) (Stata's robust), "hc2" and "hc3" divide squared residuals by 1 − h and (1 − h)²;
    for a difference in means "hc2" is the unequal-variance error √(s₁²/n₁ + s₀²/n₀). (MacKinnon &
    White, Journal of Econometrics 29, 1985.) Covariates that add nothing are dropped.

    Raises ValueError for absent or not numeric columns, a treatment that is not 0/1 or follows
    from the covariates, and where there are no degrees of freedom.
    """
    if robust not in ("hc0", "hc1", "hc2", "hc3", "classical"):
        raise ValueError(f"unknown standard error {robust}")
    if not 0 < level < 1:
        raise ValueError("the level lies between 0 and 1")
    names = [treatment, outcome, *covariates, *([weights] if weights else [])]
    table, n_left_out = complete_numbers(frame, list(dict.fromkeys(names)))
    treated = table[treatment].to_numpy(np.float64)
    if not np.isin(treated, (0.0, 1.0)).all() or len(np.unique(treated)) < 2:
        raise ValueError(f"the treatment {treatment} must be 0 or 1, and both must occur")
    share = table[weights].to_numpy(np.float64) if weights else np.ones(len(table))
    if (share <= 0).any():
        raise ValueError("the weights must be positive")
    root = np.sqrt(share)
    others = np.column_stack([np.ones(len(table)), table[list(covariates)].to_numpy(np.float64)])
    # Frisch, Waugh & Lovell: what is left of both after the covariates gives the coefficient.
    base = _basis(others * root[:, None])
    own = _left_over(treated * root, base)
    if np.sqrt((own**2).sum()) < 1e-7 * np.sqrt((root**2).sum()):
        raise ValueError("the treatment follows from the covariates")
    left = _left_over(table[outcome].to_numpy(np.float64) * root, base)
    size = float(own @ own)
    estimate = float(own @ left) / size
    residual = left - estimate * own
    freedom = len(table) - base.shape[1] - 1
    if freedom < 1:
        raise ValueError("there are no degrees of freedom left")
    leverage = (base**2).sum(axis=1) + own**2 / size
    error = float(np.sqrt(_variance(own, residual, leverage, freedom, robust)))
    reach = float(t.ppf((1 + level) / 2, freedom)) * error
    return LinearEffect(
        estimate=estimate,
        error=error,
        low=estimate - reach,
        high=estimate + reach,
        p_value=float(2 * t.sf(abs(estimate) / error, freedom)) if error > 0 else float("nan"),
        freedom=freedom,
        n_treated=int(treated.sum()),
        n_control=int((1 - treated).sum()),
        n_left_out=n_left_out,
    )


def _variance(
    own: NDArray[np.float64],
    residual: NDArray[np.float64],
    leverage: NDArray[np.float64],
    freedom: int,
    robust: Robust,
) -> float:
    n, size = len(own), float(own @ own)
    if robust == "classical":
        return float(residual @ residual) / freedom / size
    room = np.clip(1 - leverage, 1e-12, None)
    power = {"hc0": 0, "hc1": 0, "hc2": 1, "hc3": 2}[robust]
    total = float((own**2 * residual**2 / room**power).sum()) / size**2
    return total * n / freedom if robust == "hc1" else total


def _basis(design: NDArray[np.float64]) -> NDArray[np.float64]:
    """Orthonormal columns that span the design; collinear columns add none."""
    scale = np.sqrt((design**2).sum(axis=0))
    left, sizes, _ = np.linalg.svd(design / np.where(scale > 0, scale, 1.0), full_matrices=False)
    return np.asarray(left[:, sizes > 1e-10 * sizes[0]], np.float64)


def _left_over(values: NDArray[np.float64], base: NDArray[np.float64]) -> NDArray[np.float64]:
    once = values - base @ (base.T @ values)
    return np.asarray(once - base @ (base.T @ once), np.float64)
