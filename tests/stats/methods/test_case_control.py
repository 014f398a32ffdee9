"""Sampling controls loses no truth: the intercept comes back, the slopes never left."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from stats.methods.case_control import case_control_sample, sampling_offset
from stats.methods.logit import fit_logit

TRUTH = np.array([-4.5, 0.8, -0.5])


def population(seed: int, n: int = 40_000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    design = np.column_stack([np.ones(n), rng.standard_normal((n, 2))])
    return design, (rng.random(n) < expit(design @ TRUTH)).astype(np.float64)


def test_the_truth_lies_within_two_errors_as_often_as_it_should() -> None:
    deviations = []
    for seed in range(60):
        design, outcome = population(seed)
        sample = case_control_sample(outcome, 5, seed)
        kept = design[sample.rows], outcome[sample.rows]
        offset = np.full(len(sample.rows), sample.offset)
        fit = fit_logit(*kept, ("intercept", "a", "b"), offset=offset)
        deviations.append((fit.coefficients - TRUTH) / fit.errors)
    inside = np.mean(np.abs(deviations) < 2, axis=0)
    assert (inside >= 0.88).all()
    assert np.abs(np.mean(deviations, axis=0)) == pytest.approx(np.zeros(3), abs=0.4)


def test_the_offset_moves_the_intercept_by_itself_and_nothing_else() -> None:
    """The prior correction of King and Zeng: log((1 − τ) / τ · ȳ / (1 − ȳ)) off the intercept."""
    design, outcome = population(1)
    sample = case_control_sample(outcome, 3, 1)
    kept = design[sample.rows], outcome[sample.rows]
    names = ("intercept", "a", "b")
    bare = fit_logit(*kept, names)
    corrected = fit_logit(*kept, names, offset=np.full(len(sample.rows), sample.offset))
    tau, y_bar = outcome.mean(), kept[1].mean()
    published = log((1 - tau) / tau * y_bar / (1 - y_bar))
    assert sample.offset == pytest.approx(published, rel=1e-12)
    moved = bare.coefficients - corrected.coefficients
    assert moved == pytest.approx([published, 0, 0], abs=1e-9)
    assert corrected.errors == pytest.approx(bare.errors, abs=1e-9)


@given(st.integers(2, 60), st.integers(1, 60), st.floats(0.1, 10), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_all_cases_and_so_many_controls_are_kept_once(
    n_cases: int, n_controls: int, ratio: float, seed: int
) -> None:
    outcome = np.r_[np.ones(n_cases), np.zeros(n_controls)]
    sample = case_control_sample(outcome, ratio, seed)
    assert len(set(sample.rows.tolist())) == len(sample.rows)
    assert outcome[sample.rows].sum() == n_cases == sample.n_cases
    n_kept = min(n_controls, max(1, round(ratio * n_cases)))
    assert len(sample.rows) - n_cases == n_kept == sample.n_controls_kept
    assert sample.offset == pytest.approx(-log(n_kept / n_controls), abs=1e-12)
    assert (case_control_sample(outcome, ratio, seed).rows == sample.rows).all()


def test_numbers_that_cannot_be_are_refused() -> None:
    for outcome in ([0, 0], [1, 1], [0, 2]):
        with pytest.raises(ValueError, match="both occur"):
            case_control_sample(outcome, 1, 0)
    with pytest.raises(ValueError, match="positive"):
        case_control_sample([0, 1], 0, 0)
    with pytest.raises(ValueError, match="kept"):
        sampling_offset(10, 100, 0, 50)
    with pytest.raises(ValueError, match="kept"):
        sampling_offset(10, 100, 10, 101)
