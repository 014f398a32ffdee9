"""Mean effects of a treatment by regression, by weighting, and by both.

The standard errors know that the models of outcome and treatment were estimated (as in Stata's
teffects; see `potential_outcomes`).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from stats.methods.potential_outcomes import (
    Data,
    Estimand,
    Line,
    MeanEffect,
    average,
    effect_of,
    group_weight,
    line_in_group,
    mean_of,
    read_data,
)
from stats.methods.propensity import Link, fit_propensity


def regression_adjustment(
    frame: pd.DataFrame,
    treatment: str,
    outcome: str,
    outcome_covariates: Sequence[str],
    *,
    estimand: Estimand = "ate",
    weights: str | None = None,
    level: float = 0.95,
) -> MeanEffect:
    """Outcomes predicted by a straight line in each group, averaged over all ("ate") or over the
    treated ("att"). ``frame`` has one row a unit; rows with a missing value are left out.

    Raises ValueError for absent or not numeric columns, or a group too small for its line.
    """
    data = read_data(frame, treatment, outcome, outcome_covariates, (), weights, estimand)
    return _predicted(data, [line_in_group(data, side) for side in (True, False)], level)


def inverse_probability_weighting(
    frame: pd.DataFrame,
    treatment: str,
    outcome: str,
    treatment_covariates: Sequence[str],
    *,
    link: Link = "logit",
    estimand: Estimand = "ate",
    weights: str | None = None,
    level: float = 0.95,
) -> MeanEffect:
    """Means of both groups, weighted by the inverse probability of having been in the group
    ("ate"), or controls by their odds of treatment ("att"); the weights sum to one in each group
    (Hájek).

    Raises ValueError for absent or not numeric columns, where the model of treatment has no
    maximum, or where a probability lies within 1e-5 of what would be divided by.
    """
    data = read_data(frame, treatment, outcome, (), treatment_covariates, weights, estimand)
    model = fit_propensity(data.treatment_design, data.treated, link, data.weights)
    means, parts = [], []
    for is_treated in (True, False):
        weight, slope = group_weight(data, model, is_treated)
        mean, influence = mean_of(data, weight * data.outcome, weight)
        derivative = (slope * (data.outcome - mean))[:, None] * data.treatment_design
        gradient = average(data, derivative) / average(data, weight)
        means.append(mean)
        parts.append(influence + model.influence @ gradient)
    return effect_of(data, means, parts, level)


def weighted_regression_adjustment(
    frame: pd.DataFrame,
    treatment: str,
    outcome: str,
    outcome_covariates: Sequence[str],
    treatment_covariates: Sequence[str],
    *,
    link: Link = "logit",
    estimand: Estimand = "ate",
    weights: str | None = None,
    level: float = 0.95,
) -> MeanEffect:
    """Regression adjustment whose lines are weighted by the inverse probability of the group
    (Stata's ipwra): right if one of the two models is.

    (Wooldridge, Journal of Econometrics 141, 2007.) Raises ValueError as the two simpler
    estimators do.
    """
    data = read_data(
        frame, treatment, outcome, outcome_covariates, treatment_covariates, weights, estimand
    )
    model = fit_propensity(data.treatment_design, data.treated, link, data.weights)
    lines = [
        line_in_group(data, side, model, group_weight(data, model, side)) for side in (True, False)
    ]
    return _predicted(data, lines, level)


def augmented_inverse_probability_weighting(
    frame: pd.DataFrame,
    treatment: str,
    outcome: str,
    outcome_covariates: Sequence[str],
    treatment_covariates: Sequence[str],
    *,
    link: Link = "logit",
    estimand: Estimand = "ate",
    weights: str | None = None,
    level: float = 0.95,
) -> MeanEffect:
    """The regression prediction plus the weighted mean of its residuals: right if one of the two
    models is (Robins, Rotnitzky & Zhao, Journal of the American Statistical Association 89, 1994).

    For "att" the treated keep their outcome and the controls' line is corrected by residuals
    weighted by the odds of treatment. Raises ValueError as the two simpler estimators do.
    """
    data = read_data(
        frame, treatment, outcome, outcome_covariates, treatment_covariates, weights, estimand
    )
    model = fit_propensity(data.treatment_design, data.treated, link, data.weights)
    means, parts = [], []
    for is_treated in (True, False):
        line = line_in_group(data, is_treated)
        weight, slope = group_weight(data, model, is_treated)
        residual = data.outcome - line.fitted
        mean, influence = mean_of(data, data.focal * line.fitted + weight * residual, data.focal)
        share = average(data, data.focal)
        by_line = average(data, (data.focal - weight)[:, None] * data.outcome_design) / share
        by_model = average(data, (slope * residual)[:, None] * data.treatment_design) / share
        means.append(mean)
        parts.append(influence + line.influence @ by_line + model.influence @ by_model)
    return effect_of(data, means, parts, level)


def _predicted(data: Data, lines: list[Line], level: float) -> MeanEffect:
    """The difference of two lines (treated, control), averaged over the estimand's group."""
    share = average(data, data.focal)
    gradient = average(data, data.focal[:, None] * data.outcome_design) / share
    means, parts = [], []
    for line in lines:
        mean, influence = mean_of(data, data.focal * line.fitted, data.focal)
        means.append(mean)
        parts.append(influence + line.influence @ gradient)
    return effect_of(data, means, parts, level)
