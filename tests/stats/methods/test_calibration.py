"""Calibration: against scikit-learn and statsmodels, and where the truth is known."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from stats.methods.calibration import (
    brier,
    calibration_by_decile,
    observed_expected,
    probability,
    recalibrate,
)
from stats.methods.poisson import poisson_interval

Numbers = NDArray[np.float64]


def foretold(seed: int, n: int = 3_000) -> tuple[Numbers, Numbers]:
    rng = np.random.default_rng(seed)
    predictor = rng.standard_normal(n) - 1.5
    return predictor, (rng.random(n) < expit(predictor)).astype(np.float64)


@given(st.integers(0, 999))
@settings(max_examples=30, deadline=None)
def test_the_brier_score_is_that_of_scikit_learn_and_its_base_that_of_the_rate(seed: int) -> None:
    predictor, outcome = foretold(seed, 100)
    weights = np.random.default_rng(seed).integers(1, 5, 100)
    p, rate = probability(predictor), np.full(100, np.average(outcome, weights=weights))
    found = brier(p, outcome, weights)
    assert found.score == pytest.approx(brier_score_loss(outcome, p, sample_weight=weights))
    assert found.base == pytest.approx(brier_score_loss(outcome, rate, sample_weight=weights))
    assert found.skill == pytest.approx(1 - found.score / found.base)


def test_skill_is_0_for_the_rate_1_for_the_truth_and_unknown_where_nothing_varies() -> None:
    outcome = np.array([1.0, 0, 0, 0])
    assert brier(np.full(4, 0.25), outcome).skill == pytest.approx(0)
    assert brier(outcome, outcome).skill == 1
    assert np.isnan(brier([0.1, 0.2], [0, 0]).skill)


@pytest.mark.parametrize("seed", range(4))
def test_deciles_are_those_of_scikit_learn(seed: int) -> None:
    predictor, outcome = foretold(seed)
    if seed > 1:
        predictor = np.round(predictor)
    p = probability(predictor)
    found = calibration_by_decile(p, outcome)
    observed, expected = calibration_curve(outcome, p, n_bins=10, strategy="quantile")
    assert found["observed_rate"].to_numpy() == pytest.approx(observed, abs=1e-12)
    assert found["expected_rate"].to_numpy() == pytest.approx(expected, abs=1e-12)
    assert found["n"].sum() == 3_000
    assert found["n_events"].sum() == outcome.sum()
    assert (found["low"] <= found["observed_rate"]).all()
    assert (found["observed_rate"] <= found["high"]).all()


def test_calibrated_probabilities_lie_in_the_intervals_of_their_tenths() -> None:
    hits = []
    for seed in range(40):
        predictor, outcome = foretold(seed)
        found = calibration_by_decile(probability(predictor), outcome)
        hits += ((found["low"] <= found["expected_rate"])
                 & (found["expected_rate"] <= found["high"])).tolist()  # fmt: skip
    assert 0.92 <= np.mean(hits) <= 0.98


@pytest.mark.parametrize("seed", range(3))
def test_the_line_is_that_of_statsmodels(seed: int) -> None:
    predictor, outcome = foretold(seed)
    found = recalibrate(predictor, outcome)
    line = sm.Logit(outcome, sm.add_constant(predictor)).fit(disp=0, tol=1e-14)
    shift = sm.GLM(
        outcome, np.ones(len(outcome)), family=sm.families.Binomial(), offset=predictor
    ).fit(tol=1e-14)
    assert [found.intercept, found.slope] == pytest.approx(line.params, abs=1e-8)
    assert [found.intercept_error, found.slope_error] == pytest.approx(line.bse, abs=1e-8)
    assert found.shift == pytest.approx(shift.params[0], abs=1e-8)
    assert found.shift_error == pytest.approx(shift.bse[0], abs=1e-8)


def test_a_planted_distortion_is_found_within_two_errors_as_often_as_it_should_be() -> None:
    deviations = []
    for seed in range(100):
        predictor, outcome = foretold(seed)
        found = recalibrate((predictor - 0.7) / 0.5, outcome)
        deviations.append(
            [
                (found.intercept - 0.7) / found.intercept_error,
                (found.slope - 0.5) / found.slope_error,
            ]
        )
    assert (np.mean(np.abs(deviations) < 2, axis=0) >= 0.9).all()
    assert np.mean(deviations, axis=0) == pytest.approx([0, 0], abs=0.3)


def test_recalibration_leaves_nothing_to_recalibrate() -> None:
    predictor, outcome = foretold(5)
    distorted = 2 * predictor - 1
    found = recalibrate(distorted, outcome)
    again = recalibrate(found.apply(distorted), outcome)
    assert [again.intercept, again.slope, again.shift] == pytest.approx([0, 1, 0], abs=1e-9)
    repaired = observed_expected(probability(found.apply(distorted)), outcome)
    assert repaired.ratio == pytest.approx(1, abs=1e-9)


def test_observed_over_expected_has_the_exact_interval_of_a_count() -> None:
    found = observed_expected([0.5] * 20, [1] * 7 + [0] * 13)
    low, high = poisson_interval(7)
    assert (found.observed, found.expected, found.ratio) == (7, 10, 0.7)
    assert (found.low, found.high) == pytest.approx((float(low) / 10, float(high) / 10))
    none = observed_expected([0.0, 0.0], [0, 1])
    assert np.isnan([none.ratio, none.low, none.high]).all()


def test_bad_input_is_refused() -> None:
    for p, outcome in (([0.5, 1.2], [0, 1]), ([0.5, 0.5], [0, 3]), ([np.nan, 0.5], [0, 1])):
        with pytest.raises(ValueError, match="between 0 and 1"):
            brier(p, outcome)
    for p, outcome in (([0.5], [0, 1]), ([], [])):
        with pytest.raises(ValueError, match="one value per row"):
            brier(p, outcome)
    with pytest.raises(ValueError, match="two groups"):
        calibration_by_decile([0.5, 0.6], [0, 1], 1)
