"""Intervals, errors and rates of correlations, against other programs and published results."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, spearmanr

from stats.methods.correlation import (
    correlation_p_value,
    false_discovery_rates,
    normal_interval,
    robust_error,
    spearman_interval,
)

# The 15 tests of thrombolysis in Benjamini and Hochberg (1995), section 4.
PUBLISHED_P = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
]  # fmt: skip


@given(st.floats(-0.999, 0.999), st.integers(4, 10_000), st.sampled_from([0.8, 0.95]))
def test_the_interval_is_symmetric_after_the_transformation(
    rho: float, n: int, level: float
) -> None:
    low, high = spearman_interval(rho, n, level)
    reach = norm.ppf((1 + level) / 2) * math.sqrt((1 + rho**2 / 2) / (n - 3))
    assert float(low) == pytest.approx(math.tanh(math.atanh(rho) - reach), abs=1e-12)
    assert float(high) == pytest.approx(math.tanh(math.atanh(rho) + reach), abs=1e-12)
    assert low <= rho <= high


def test_the_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    # With ranks of a bivariate normal: rho_s = 6 / pi * asin(r / 2).
    truth = 6 / math.pi * math.asin(0.25)
    n, draws = 60, 2_000
    x = rng.standard_normal((draws, n))
    y = 0.5 * x + math.sqrt(0.75) * rng.standard_normal((draws, n))
    ranks = [np.argsort(np.argsort(values, axis=1), axis=1) for values in (x, y)]
    rho = np.array([np.corrcoef(a, b)[0, 1] for a, b in zip(*ranks, strict=True)])
    low, high = spearman_interval(rho, n)
    assert 0.935 <= np.mean((low <= truth) & (truth <= high)) <= 0.965


def test_a_perfect_correlation_has_no_room_and_too_few_have_no_interval() -> None:
    low, high = spearman_interval([1.0, -1.0, 0.2, np.nan], [30, 30, 3, 30])
    assert low[:2].tolist() == high[:2].tolist() == [1.0, -1.0]
    assert np.isnan(low[2:]).all()
    assert np.isnan(high[2:]).all()


@pytest.mark.parametrize("seed", range(8))
def test_the_p_value_is_that_of_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 9, 40), rng.integers(0, 9, 40)
    found = spearmanr(x, y)
    assert float(correlation_p_value(found.statistic, 40)) == pytest.approx(found.pvalue, abs=1e-12)
    perfect = spearmanr([1, 2, 3, 4], [2, 4, 6, 8])
    assert float(correlation_p_value(1.0, 4)) == perfect.pvalue == 0
    assert np.isnan(correlation_p_value(0.5, 2))


@pytest.mark.parametrize("seed", range(4))
def test_the_error_is_that_of_the_sandwich(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 5, 50)
    y = 2 * x + x * rng.standard_normal(50)
    design = np.column_stack([np.ones(50), x])
    bread = np.linalg.inv(design.T @ design)
    residual = y - design @ (bread @ design.T @ y)
    meat = design.T @ (design * residual[:, None] ** 2)
    expected = math.sqrt(50 / 48 * (bread @ meat @ bread)[1, 1])
    centred = x - x.mean()
    found = robust_error(50, np.sum(centred**2), np.sum(centred**2 * residual**2))
    assert float(found) == pytest.approx(expected, rel=1e-12)


def test_slope_error_and_interval_are_those_of_statsmodels() -> None:
    """statsmodels 0.15.0: OLS(y, add_constant(x)).fit(cov_type="HC1"), by the normal."""
    x = np.array([2.0, 3, 3, 5, 7, 8, 8, 9, 11, 12])
    y = np.array([1.0, 2, 4, 3, 9, 6, 2, 12, 15, 7])
    dx, dy = x - x.mean(), y - y.mean()
    slope = np.sum(dx * dy) / np.sum(dx**2)
    error = robust_error(10, np.sum(dx**2), np.sum(dx**2 * (dy - slope * dx) ** 2))
    low, high = normal_interval(slope, error)
    assert slope == pytest.approx(0.9684014869888474, rel=1e-12)
    assert float(error) == pytest.approx(0.33427625799463045, rel=1e-12)
    assert float(low) == pytest.approx(0.3132320604325525, rel=1e-12)
    assert float(high) == pytest.approx(1.6235709135451424, rel=1e-12)


def test_rates_are_those_of_statsmodels() -> None:
    """statsmodels 0.15.0: multipletests(p, method="fdr_bh")."""
    found = false_discovery_rates([0.01, 0.02, 0.03, 0.04, 0.05, 0.2, 0.0004])
    expected = [0.035, 0.14 / 3, 0.0525, 0.056, 0.35 / 6, 0.2, 0.0028]
    assert found.tolist() == pytest.approx(expected, rel=1e-12)


def test_there_is_no_error_without_spread_or_with_two() -> None:
    assert np.isnan(robust_error([30, 2], [0.0, 1.0], [0.0, 1.0])).all()


def test_an_interval_of_the_normal_kind() -> None:
    low, high = normal_interval([1.0], [0.5])
    assert low[0] == pytest.approx(1 - 1.959963984540054 / 2, abs=1e-15)
    assert high[0] == pytest.approx(1 + 1.959963984540054 / 2, abs=1e-15)
    with pytest.raises(ValueError, match="level"):
        normal_interval(1.0, 1.0, 1.0)


def test_the_published_example_marks_four_of_fifteen() -> None:
    rates = false_discovery_rates(PUBLISHED_P)
    assert (rates < 0.05).tolist() == [True] * 4 + [False] * 11
    assert rates[3] == pytest.approx(0.0095 * 15 / 4)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_rates_are_the_least_of_the_steps_above(p_values: list[float]) -> None:
    ordered = sorted(p_values)
    m = len(ordered)
    steps = [p * m / (i + 1) for i, p in enumerate(ordered)]
    expected = {p: min(1.0, *steps[ordered.index(p) :], 1.0) for p in p_values}
    found = false_discovery_rates([*p_values, np.nan])
    assert np.isnan(found[-1])
    assert found[:-1].tolist() == pytest.approx([expected[p] for p in p_values], abs=1e-12)


def test_nothing_tested_gives_no_rates() -> None:
    assert np.isnan(false_discovery_rates([np.nan, np.nan])).all()
    assert false_discovery_rates([]).size == 0
