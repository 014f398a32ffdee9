"""Bounds under hidden bias: against scipy, all subsets, and the formula that defines them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, rankdata, wilcoxon

from stats.methods.sensitivity import (
    breaking_gamma,
    e_value,
    e_value_of_smd,
    hodges_lehmann_bounds,
    sign_bounds,
    signed_rank_bounds,
)

differences = st.lists(st.integers(-9, 9), min_size=2, max_size=12).filter(any)


def test_without_bias_the_test_is_that_of_wilcoxon() -> None:
    values = np.random.default_rng(1).normal(0.3, 1, 80)
    expected = wilcoxon(values, alternative="greater", method="approx", correction=False).pvalue
    bounds = signed_rank_bounds(values, 1.0)
    assert (bounds.low, bounds.high) == pytest.approx((expected, expected))


def test_the_upper_bound_is_the_tail_of_the_worst_assignment() -> None:
    # All 2ⁿ signs, each pair positive with probability gamma / (1 + gamma).
    values, gamma = np.random.default_rng(2).normal(0.8, 1, 14), 1.5
    ranks = rankdata(np.abs(values))
    observed, share = ranks[values > 0].sum(), gamma / (1 + gamma)
    signs = np.array(list(product([0, 1], repeat=14)))
    chance = share ** signs.sum(1) * (1 - share) ** (14 - signs.sum(1))
    exact = chance[signs @ ranks >= observed].sum()
    assert signed_rank_bounds(values, gamma).high == pytest.approx(exact, abs=0.02)


@given(differences, st.floats(1, 20), st.floats(1, 20))
def test_more_bias_widens_the_bounds(values: list[int], first: float, second: float) -> None:
    less, more = sorted([first, second])
    for bounds in (signed_rank_bounds, hodges_lehmann_bounds):
        narrow, wide = bounds(values, less), bounds(values, more)
        assert wide.low <= narrow.low <= narrow.high <= wide.high


@given(differences)
def test_the_shift_without_bias_is_the_median_of_all_averages(values: list[int]) -> None:
    averages = [(a + b) / 2 for i, a in enumerate(values) for b in values[i:]]
    bounds = hodges_lehmann_bounds(values, 1.0)
    assert bounds.low == bounds.high == pytest.approx(float(np.median(averages)))


def test_a_shift_moves_its_bounds_with_it() -> None:
    values = np.random.default_rng(3).normal(size=50)
    here, there = hodges_lehmann_bounds(values, 2.0), hodges_lehmann_bounds(values + 7, 2.0)
    assert (there.low - here.low, there.high - here.high) == pytest.approx((7, 7))


def test_the_sign_test_is_the_binomial() -> None:
    bounds = sign_bounds(30, 12, 1.6)
    shares = (1 / 2.6, 1.6 / 2.6)
    expected = [binomtest(30, 42, share, alternative="greater").pvalue for share in shares]
    assert (bounds.low, bounds.high) == pytest.approx(tuple(expected))


def test_the_breaking_bias_is_where_the_bound_reaches_the_level() -> None:
    broken = breaking_gamma(lambda gamma: sign_bounds(30, 12, gamma).high)
    assert sign_bounds(30, 12, broken).high == pytest.approx(0.05, abs=1e-6)
    assert breaking_gamma(lambda gamma: sign_bounds(10, 12, gamma).high) == 1
    assert breaking_gamma(lambda _: 0.0) == 1_000


@given(st.floats(1.01, 30))
def test_two_links_of_the_strength_of_the_e_value_explain_the_ratio(ratio: float) -> None:
    # The bounding factor of Ding and VanderWeele: product over sum less one.
    for value in (ratio, 1 / ratio):
        strength = e_value(value).estimate
        assert strength * strength / (2 * strength - 1) == pytest.approx(ratio)


def test_scales_are_brought_to_risk_ratios() -> None:
    assert e_value(4.0, scale="odds_ratio").estimate == pytest.approx(e_value(2.0).estimate)
    rare = e_value(4.0, scale="odds_ratio", is_rare=True)
    assert rare.estimate == pytest.approx(e_value(4.0).estimate)
    hazard = (1 - 0.5 ** np.sqrt(2)) / (1 - 0.5 ** np.sqrt(0.5))
    assert e_value(2.0, scale="hazard_ratio").estimate == pytest.approx(e_value(hazard).estimate)
    assert e_value_of_smd(0.5).estimate == pytest.approx(e_value(np.exp(0.455)).estimate)
    low = e_value(np.exp(0.455 - 0.178))
    assert e_value_of_smd(0.5, 0.1).limit == pytest.approx(low.estimate)


def test_an_interval_that_holds_no_effect_needs_no_hidden_cause() -> None:
    assert e_value(1.3, 0.9, 1.9).limit == 1
    assert e_value(0.8, 0.5, 1.2).limit == 1
    assert e_value(0.8, 0.71, 0.91).limit == pytest.approx(e_value(0.91).estimate)
    assert np.isnan(e_value(1.3).limit)


@pytest.mark.parametrize("values", [[0.0, 0.0], [1.0, float("nan")]])
def test_differences_without_meaning_are_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match=r"no pair differs|missing"):
        signed_rank_bounds(values, 2.0)


def test_odd_bounds_are_refused() -> None:
    with pytest.raises(ValueError, match="gamma"):
        signed_rank_bounds([1.0], 0.5)
    with pytest.raises(ValueError, match="negative"):
        sign_bounds(-1, 3, 2.0)
    with pytest.raises(ValueError, match="positive"):
        e_value(-1.0)
    with pytest.raises(ValueError, match="hold the estimate"):
        e_value(2.0, 2.5, 3.0)
    with pytest.raises(ValueError, match="up to 6,000"):
        hodges_lehmann_bounds(np.arange(1, 6_002), 2.0)
