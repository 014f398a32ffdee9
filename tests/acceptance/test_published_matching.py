"""Matching estimates against those published with R's Matching, Stata and Imbens and Xu."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from stats.methods.matching import ScoreModel, balance, match, matching_effect
from stats.methods.propensity import fit_propensity
from tests.acceptance.published_samples import (
    NSW_COVARIATES,
    births,
    experiment,
    experiment_and_survey,
)

MOTHER = ["mmarried_", "mage", "fage", "medu", "prenatal1_"]
FOUR = ["age", "educ", "re74", "re75"]


def test_training_against_the_survey_is_as_imbens_and_xu_published() -> None:
    # Imbens & Xu 2024, table B1: R's Matching with bias adjustment and its default variance.
    frame = experiment_and_survey()
    matches = match(frame, "treat", NSW_COVARIATES, k=5, metric="inverse_variance")
    effect = matching_effect(
        frame, matches, "re78", bias_adjust=NSW_COVARIATES, variance="homoskedastic"
    )
    assert len(frame) == 16_177
    assert effect.estimate == pytest.approx(1729.12, abs=0.01)
    assert effect.error == pytest.approx(815.38, abs=0.01)


def test_smoking_and_birth_weight_by_nearest_neighbours_is_as_in_stata() -> None:
    matches = match(births(), "mbsmoke_", MOTHER, k=1, estimand="ate")
    effect = matching_effect(births(), matches, "bweight")
    assert effect.estimate == pytest.approx(-210.5435, abs=1e-3)
    assert effect.error == pytest.approx(29.32969, abs=1e-3)


def test_exact_and_bias_adjusted_matching_is_as_in_stata() -> None:
    matches = match(
        births(), "mbsmoke_", MOTHER, exact=["mmarried_", "prenatal1_"], k=1, estimand="ate"
    )
    effect = matching_effect(births(), matches, "bweight", bias_adjust=["mage", "fage", "medu"])
    assert effect.estimate == pytest.approx(-210.0558, abs=1e-3)
    assert effect.error == pytest.approx(29.32803, abs=1e-3)


def test_matching_on_an_estimated_score_is_as_in_stata() -> None:
    # teffects psmatch with its default logit and vce(robust, nn(2)).
    frame, model = births(), ("mmarried_", "mage", "mage2", "fbaby_", "medu")
    design = np.column_stack([np.ones(len(frame)), frame[list(model)].to_numpy(np.float64)])
    fitted = fit_propensity(design, frame["mbsmoke_"].to_numpy() == 1)
    scored = frame.assign(score=fitted.probability)
    matches = match(scored, "mbsmoke_", [], k=1, metric="score", score="score", estimand="ate")
    effect = matching_effect(
        scored, matches, "bweight", variance_neighbours=1, score_model=ScoreModel(model)
    )
    assert effect.estimate == pytest.approx(-210.9683, abs=1e-3)
    assert effect.error == pytest.approx(32.021, abs=1e-3)


@pytest.mark.parametrize(
    ("choices", "adjust", "variance", "estimate", "error"),
    [
        ({"covariates": ["age"]}, (), {}, 1.785191, 0.6867167),
        ({}, (), {}, 1.714407, 0.7401292),
        ({"k": 3}, (), {}, 1.536303, 0.6619304),
        ({"estimand": "att"}, (), {}, 1.726913, 0.8366296),
        ({"estimand": "atc"}, (), {}, 1.705509, 0.8200959),
        ({"metric": "mahalanobis"}, (), {}, 1.592617, 0.6847298),
        ({}, FOUR, {}, 1.630915, 0.7452336),
        ({}, ("marr", "age"), {}, 1.719687, 0.7436085),
        ({}, (), {"target": "population"}, 1.714407, 0.7433846),
        ({}, (), {"variance": "robust", "variance_neighbours": 3}, 1.714407, 0.6962724),
    ],
)
def test_the_experiment_matched_is_as_abadie_and_imbens_published(
    choices: dict[str, object],
    adjust: tuple[str, ...],
    variance: dict[str, object],
    estimate: float,
    error: float,
) -> None:
    # Imbens' file lalonde_exper, as printed by the tests of R's Matching (thousands of dollars).
    frame = experiment().assign(re78=experiment()["re78"] / 1000)
    settings: dict[str, object] = {
        "covariates": FOUR,
        "k": 1,
        "metric": "inverse_variance",
        "spread": "population",
        "estimand": "ate",
        **choices,
    }
    matches = match(frame, "treat", **settings)  # type: ignore[arg-type]
    options: dict[str, object] = {"variance": "homoskedastic", "target": "sample", **variance}
    effect = matching_effect(frame, matches, "re78", bias_adjust=adjust, **options)  # type: ignore[arg-type]
    # The table printed from has earnings rounded to cents.
    assert effect.estimate == pytest.approx(estimate, abs=1e-5)
    assert effect.error == pytest.approx(error, abs=1e-5)


def test_the_balance_of_the_experiment_is_as_r_matching_printed() -> None:
    frame = experiment()
    matches = match(frame, "treat", ["age"], k=1)
    table = balance(frame, matches, ["age", "educ", "nodegree", "hisp"]).table
    found = table.set_index("covariate")[["smd_before", "variance_ratio_before", "ecdf_gap_before"]]
    printed = pd.DataFrame(
        {
            "smd_before": [0.10655, 0.12806, -0.27751, -0.20341],
            "variance_ratio_before": [1.0278, 1.5513, 1.4998, 0.58288],
            "ecdf_gap_before": [0.065177, 0.12651, 0.12651, 0.048233],
        },
        index=pd.Index(["age", "educ", "nodegree", "hisp"], name="covariate"),
    )
    pd.testing.assert_frame_equal(found, printed, atol=5e-5, rtol=0)
