"""Regression and weighting against the numbers published with Stata and by Imbens and Xu."""

from __future__ import annotations

from typing import Literal

import pytest

from stats.methods.potential_outcomes import MeanEffect
from stats.methods.regression_effect import linear_effect
from stats.methods.treatment_effects import (
    augmented_inverse_probability_weighting,
    inverse_probability_weighting,
    regression_adjustment,
    weighted_regression_adjustment,
)
from tests.acceptance.published_samples import (
    NSW_COVARIATES,
    births,
    experiment,
    experiment_and_survey,
)

OUTCOME = ["prenatal1_", "mmarried_", "mage", "fbaby_"]
SHORT = ["mmarried_", "mage", "fbaby_", "medu"]
LONG = [*SHORT, "mage2"]


def _effect(name: str, covariates: list[str], estimand: Literal["ate", "att"]) -> MeanEffect:
    frame, treatment, outcome = births(), "mbsmoke_", "bweight"
    if name == "ra":
        return regression_adjustment(frame, treatment, outcome, OUTCOME, estimand=estimand)
    if name == "ipw":
        return inverse_probability_weighting(
            frame, treatment, outcome, covariates, link="probit", estimand=estimand
        )
    estimate = {
        "aipw": augmented_inverse_probability_weighting,
        "ipwra": weighted_regression_adjustment,
    }[name]
    return estimate(
        frame, treatment, outcome, OUTCOME, covariates, link="probit", estimand=estimand
    )


@pytest.mark.parametrize(
    ("name", "covariates", "estimand", "estimate", "error"),
    [
        ("ra", SHORT, "ate", -239.6392, 23.82402),
        ("ipw", SHORT, "ate", -230.906, 24.30987),
        ("aipw", SHORT, "ate", -232.4759, 24.83406),
        ("ipw", LONG, "ate", -230.6886, 25.81524),
        ("aipw", LONG, "ate", -230.9892, 26.21056),
        ("ipwra", LONG, "ate", -229.9671, 26.62668),
        ("ra", LONG, "att", -223.3017, 22.7422),
        ("ipw", LONG, "att", -225.1773, 23.66458),
        ("ipwra", LONG, "att", -223.5453, 23.79402),
    ],
)
def test_smoking_and_birth_weight_is_as_in_stata(
    name: str,
    covariates: list[str],
    estimand: Literal["ate", "att"],
    estimate: float,
    error: float,
) -> None:
    effect = _effect(name, covariates, estimand)
    assert effect.estimate == pytest.approx(estimate, abs=1e-3)
    assert effect.error == pytest.approx(error, abs=1e-3)


def test_the_experiment_gives_the_published_difference() -> None:
    effect = linear_effect(experiment(), "treat", "re78")
    assert effect.estimate == pytest.approx(1794.34, abs=0.01)
    assert effect.error == pytest.approx(670.82, abs=0.01)


def test_training_against_the_survey_by_difference_and_regression_is_as_published() -> None:
    frame = experiment_and_survey()
    plain = linear_effect(frame, "treat", "re78")
    held = linear_effect(frame, "treat", "re78", NSW_COVARIATES)
    assert (plain.estimate, plain.error) == pytest.approx((-8497.52, 581.92), abs=0.01)
    assert (held.estimate, held.error) == pytest.approx((1066.38, 626.85), abs=0.01)
