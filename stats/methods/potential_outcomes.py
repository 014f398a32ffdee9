"""The parts of which estimators of potential outcomes are made, with their influence by row.

An influence (n,) or (n, p) is n times what each row adds to an estimate; the sum of its squares
over n² is the variance. Where an estimate depends on others, their influences add by the chain
rule, which gives the standard errors of stacked estimating equations. (Newey & McFadden, Handbook
of Econometrics 4, 1994.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from stats.methods.propensity import Propensity

Floats = NDArray[np.float64]
Estimand = Literal["ate", "att"]

# A probability nearer to 0 or 1 would let one row decide (Stata's pstolerance).
_LEAST_PROBABILITY = 1e-5


@dataclass(frozen=True, slots=True)
class MeanEffect:
    """``estimate`` = ``mean_treated`` − ``mean_control``, the means of the two potential outcomes
    in the group of the estimand, in the unit of the outcome; ``error`` the standard error of the
    estimate, ``low`` and ``high`` its normal interval; ``n_left_out`` rows with a missing value.
    """

    estimate: float
    error: float
    low: float
    high: float
    p_value: float
    mean_treated: float
    mean_control: float
    estimand: Estimand
    n_treated: int
    n_control: int
    n_left_out: int


@dataclass(frozen=True, slots=True)
class Data:
    """Complete rows; the designs have a constant first. ``focal`` is 1 in the group of the
    estimand, ``weights`` are sampling weights of mean 1."""

    outcome: Floats
    treated: NDArray[np.bool_]
    focal: Floats
    outcome_design: Floats
    treatment_design: Floats
    weights: Floats
    estimand: Estimand
    n_left_out: int


@dataclass(frozen=True, slots=True)
class Line:
    """A regression: ``fitted`` (n,) and the ``influence`` (n, p) on its coefficients."""

    fitted: Floats
    influence: Floats


def read_data(
    frame: pd.DataFrame,
    treatment: str,
    outcome: str,
    outcome_covariates: Sequence[str],
    treatment_covariates: Sequence[str],
    weights: str | None,
    estimand: Estimand,
) -> Data:
    """The complete rows of a table. Raises ValueError for absent or not numeric columns, a
    treatment that is not 0/1 with both present, weights that are not positive."""
    if estimand not in ("ate", "att"):
        raise ValueError(f"unknown estimand {estimand}")
    names = [treatment, outcome, *outcome_covariates, *treatment_covariates]
    names = list(dict.fromkeys([*names, *([weights] if weights else [])]))
    table, n_left_out = complete_numbers(frame, names)
    values = table[treatment].to_numpy(np.float64)
    if not np.isin(values, (0.0, 1.0)).all() or len(np.unique(values)) < 2:
        raise ValueError(f"the treatment {treatment} must be 0 or 1, and both must occur")
    n = len(table)
    constant = np.ones((n, 1))
    share = table[weights].to_numpy(np.float64) if weights else np.ones(n)
    if (share <= 0).any():
        raise ValueError("the weights must be positive")
    treated = np.asarray(values == 1.0, np.bool_)
    return Data(
        outcome=table[outcome].to_numpy(np.float64),
        treated=treated,
        focal=np.ones(n) if estimand == "ate" else values,
        outcome_design=np.hstack([constant, table[list(outcome_covariates)].to_numpy(np.float64)]),
        treatment_design=np.hstack(
            [constant, table[list(treatment_covariates)].to_numpy(np.float64)]
        ),
        weights=share / share.mean(),
        estimand=estimand,
        n_left_out=n_left_out,
    )


def complete_numbers(frame: pd.DataFrame, names: Sequence[str]) -> tuple[pd.DataFrame, int]:
    """The columns as floats without the rows that miss one of them, and the number of those.

    Raises ValueError where a column is absent or not numeric.
    """
    absent = sorted(set(names) - set(frame.columns))
    if absent:
        raise ValueError(f"the frame has no column {', '.join(absent)}")
    try:
        table = pd.DataFrame({n: frame[n].to_numpy(np.float64, na_value=np.nan) for n in names})
    except (TypeError, ValueError) as error:
        raise ValueError("a column is not numeric") from error
    is_complete = np.isfinite(table.to_numpy(np.float64)).all(axis=1)
    return table.loc[is_complete].reset_index(drop=True), int((~is_complete).sum())


def line_in_group(
    data: Data,
    is_treated: bool,
    model: Propensity | None = None,
    group_weights: tuple[Floats, Floats] | None = None,
) -> Line:
    """Least squares within a group, fitted values for all rows.

    With ``group_weights`` of a ``model`` of treatment (see `group_weight`) the rows count by them
    and the influence knows that they were estimated. Raises ValueError where the covariates are
    collinear in the group.
    """
    design, n = data.outcome_design, len(data.outcome)
    group = np.where(data.treated == is_treated, data.weights, 0.0)
    weight = group if group_weights is None else group * group_weights[0]
    scale = np.sqrt((weight[:, None] * design**2).mean(axis=0))
    scaled = design / np.where(scale > 0, scale, 1.0)
    if np.linalg.matrix_rank(scaled * np.sqrt(weight)[:, None]) < design.shape[1]:
        raise ValueError("the covariates of the outcome are collinear within a group")
    cross = (scaled * weight[:, None]).T @ scaled / n
    fitted = scaled @ np.linalg.solve(cross, scaled.T @ (weight * data.outcome) / n)
    residual = data.outcome - fitted
    score = (weight * residual)[:, None] * scaled
    if model is not None and group_weights is not None:
        by_model = (scaled * (group * group_weights[1] * residual)[:, None]).T
        score = score + model.influence @ (by_model @ data.treatment_design / n).T
    return Line(fitted, np.linalg.solve(cross, score.T).T / scale)


def group_weight(data: Data, model: Propensity, is_treated: bool) -> tuple[Floats, Floats]:
    """The weight of each row for the mean of one potential outcome, and its derivative by the
    index of the treatment model."""
    of_group = data.treated == is_treated
    if data.estimand == "att" and is_treated:
        return of_group * 1.0, np.zeros(len(of_group))
    chance = model.probability if is_treated else 1 - model.probability
    if (chance[of_group] < _LEAST_PROBABILITY).any():
        raise ValueError(
            "treated and controls do not overlap: a probability is within 1e-5 of 0 or 1"
        )
    safe = np.where(of_group, chance, 1.0)
    turn = 1.0 if is_treated else -1.0
    # For the ATT the weight is the odds p / (1 − p), whose derivative is also slope / (1 − p)².
    weight = of_group / safe if data.estimand == "ate" else of_group * (1 - safe) / safe
    return weight, -turn * of_group * model.slope / safe**2


def average(data: Data, values: Floats) -> Floats:
    """The weighted mean over the rows."""
    return np.asarray(np.average(values, axis=0, weights=data.weights), np.float64)


def mean_of(data: Data, values: Floats, weight: Floats) -> tuple[float, Floats]:
    """Σ values / Σ weight and its influence by row, before what the models add."""
    mean = float(average(data, values) / average(data, weight))
    influence = data.weights * (values - mean * weight) / float(average(data, weight))
    return mean, np.asarray(influence, np.float64)


def effect_of(data: Data, means: list[float], parts: list[Floats], level: float) -> MeanEffect:
    """The difference of two means (treated, control) from their influences by row."""
    if not 0 < level < 1:
        raise ValueError("the level lies between 0 and 1")
    estimate = means[0] - means[1]
    error = float(np.sqrt(((parts[0] - parts[1]) ** 2).sum()) / len(data.outcome))
    reach = float(norm.ppf((1 + level) / 2)) * error
    return MeanEffect(
        estimate=estimate,
        error=error,
        low=estimate - reach,
        high=estimate + reach,
        p_value=float(2 * norm.sf(abs(estimate) / error)) if error > 0 else float("nan"),
        mean_treated=means[0],
        mean_control=means[1],
        estimand=data.estimand,
        n_treated=int(data.treated.sum()),
        n_control=int((~data.treated).sum()),
        n_left_out=data.n_left_out,
    )
