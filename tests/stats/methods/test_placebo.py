"""Tests where there is no effect: as many rejections as they promise, and power where there is."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, multivariate_normal

from stats.methods.bootstrap_band import path_band
from stats.methods.matched_sets import matched_sets
from stats.methods.placebo import permutation_test, placebo_date, placebo_outcome
from stats.methods.pre_trend import joint_test, pre_trend_test
from tests.stats.methods.matched_worlds import EVENTS, matched_world

SEEDS = st.integers(0, 10_000)


def test_the_joint_statistic_is_the_log_density_ratio_of_the_normal() -> None:
    rng = np.random.default_rng(0)
    root = rng.standard_normal((4, 4))
    covariance, estimate = root @ root.T, rng.standard_normal(4)
    density = multivariate_normal(np.zeros(4), covariance)
    expected = 2 * (density.logpdf(np.zeros(4)) - density.logpdf(estimate))
    found = joint_test(estimate, covariance)
    assert found.statistic == pytest.approx(expected)
    assert found.freedom == 4
    assert found.p_value == pytest.approx(chi2.sf(expected, 4))
    assert joint_test(estimate, covariance, 400).p_value > found.p_value


def test_an_effect_said_twice_counts_once() -> None:
    once = joint_test([2.0], [[1.0]])
    said = np.outer([1.0, 2.0, 0.0, 0.0], [1.0, 2.0, 0.0, 0.0])
    twice = joint_test([2.0, 4.0, 0.0, np.nan], said)
    assert (once.freedom, twice.freedom) == (1, 1)
    assert twice.statistic == pytest.approx(once.statistic)


def test_placebo_tests_reject_as_often_as_they_say() -> None:
    rejected = {"trend": 0, "date": 0, "outcome": 0}
    for seed in range(200):
        world = matched_world(seed, n_treated=40, n_controls=90, gone=0)
        sets = matched_sets(world.treated, world.control)
        band = path_band(world.outcome, sets, EVENTS, world.firm, seed=seed)
        rejected["trend"] += pre_trend_test(band, EVENTS).p_value < 0.05
        date = placebo_date(world.outcome, sets, EVENTS, -2, world.firm, seed=seed)
        rejected["date"] += date.test.p_value < 0.05
        late = placebo_outcome(world.outcome[:, :6], sets, EVENTS[:6], world.firm, seed=seed)
        rejected["outcome"] += late.test.p_value < 0.05
    for share in rejected.values():
        assert 0.02 <= share / 200 <= 0.09


def test_a_trend_of_the_treated_is_found() -> None:
    found = 0
    for seed in range(20):
        world = matched_world(seed, n_treated=100, n_controls=150, gone=0)
        outcome = world.outcome.copy()
        outcome[:100] += 0.8 * EVENTS
        sets = matched_sets(world.treated, world.control)
        found += pre_trend_test(path_band(outcome, sets, EVENTS), EVENTS).p_value < 0.05
    assert found >= 18


def test_a_placebo_date_looks_at_nothing_after_the_adoption() -> None:
    world = matched_world(2, n_treated=40, n_controls=60, gone=0)
    sets = matched_sets(world.treated, world.control)
    later = world.outcome.copy()
    later[:40, 3:] += 1e3
    first = placebo_date(world.outcome, sets, EVENTS, -2)
    second = placebo_date(later, sets, EVENTS, -2)
    assert first.events.tolist() == [-3, -2, -1]
    np.testing.assert_array_equal(first.band.draws, second.band.draws)
    with pytest.raises(ValueError, match="before the adoption"):
        placebo_date(world.outcome, sets, EVENTS, 0)


def test_the_permutation_p_value_is_that_of_every_assignment() -> None:
    rng = np.random.default_rng(3)
    y = rng.standard_normal(12)
    stratum = np.repeat([0, 1], 6)
    treated = np.isin(np.arange(12), [0, 1, 6, 7, 8])

    def difference(chosen: set[int]) -> float:
        total = 0.0
        for s, n in ((0, 2), (1, 3)):
            rows = set(range(6 * s, 6 * s + 6))
            mine, rest = list(rows & chosen), list(rows - chosen)
            total += n / 5 * (y[mine].mean() - y[rest].mean())
        return total

    every = [
        difference(set(a) | set(b))
        for a in combinations(range(6), 2)
        for b in combinations(range(6, 12), 3)
    ]
    found = permutation_test(y, treated, stratum, n_draws=20_000)
    truth = difference({0, 1, 6, 7, 8})
    exact = np.mean([abs(value) >= abs(truth) - 1e-12 for value in every])
    assert found.difference == pytest.approx(truth)
    assert found.p_value == pytest.approx(exact, abs=0.012)
    assert set(np.round(found.shuffled, 9)) <= set(np.round(every, 9))


def test_two_hundred_shuffled_worlds_reject_as_often_as_they_say() -> None:
    p_values = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        stratum = rng.integers(0, 8, 240)
        treated = rng.random(240) < 0.1 + 0.08 * stratum
        y = rng.standard_t(3, 240) + stratum
        p_values.append(permutation_test(y, treated, stratum, n_draws=199, seed=seed).p_value)
    assert 0.02 <= np.mean(np.array(p_values) <= 0.05) <= 0.09
    planted = permutation_test(y + treated, treated, stratum)
    assert planted.p_value < 0.01


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_shuffling_does_not_depend_on_row_order_or_on_lonely_strata(seed: int) -> None:
    rng = np.random.default_rng(seed)
    y, treated = rng.integers(0, 5, 40).astype(float), rng.random(40) < 0.4
    stratum = rng.integers(0, 3, 40)
    treated[:3], treated[3:6] = True, False
    stratum[:6] = [0, 1, 2, 0, 1, 2]
    first = permutation_test(y, treated, stratum, n_draws=99)
    order = rng.permutation(41)
    second = permutation_test(
        np.r_[y, 9.0][order], np.r_[treated, False][order], np.r_[stratum, 99][order], n_draws=99
    )
    np.testing.assert_allclose(first.shuffled, second.shuffled, atol=1e-10)
    assert (first.p_value, first.n_strata) == (second.p_value, second.n_strata)


def test_strata_without_both_groups_are_refused() -> None:
    with pytest.raises(ValueError, match="both"):
        permutation_test([1.0, 2.0], [True, False], [0, 1])
    with pytest.raises(ValueError, match="missing"):
        permutation_test([1.0, np.nan], [True, False], [0, 0])
