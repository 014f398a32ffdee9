"""Intervals of means and of their differences, against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, ttest_ind

from stats.methods.mean_difference import mean_interval, student_interval, welch_interval


@pytest.mark.parametrize("seed", range(5))
def test_a_difference_of_means_is_that_of_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = rng.normal(5, 3, 40), rng.normal(4, 11, 17)
    expected = ttest_ind(first, second, equal_var=False).confidence_interval(0.95)
    difference, low, high = welch_interval(
        (first.size, second.size),
        (first.mean(), second.mean()),
        (first.var(ddof=1), second.var(ddof=1)),
    )
    assert float(difference) == pytest.approx(first.mean() - second.mean(), rel=1e-12)
    assert float(low) == pytest.approx(expected.low, rel=1e-10)
    assert float(high) == pytest.approx(expected.high, rel=1e-10)


def test_one_alone_and_none_at_all_have_no_interval() -> None:
    difference, low, high = welch_interval(
        ([1, 5], [9, 0]), ([2.0, 1.0], [1.0, np.nan]), ([np.nan, 1.0], [4.0, np.nan])
    )
    assert difference[0] == 1.0
    assert np.isnan(difference[1])
    assert np.isnan([low, high]).all()


def test_a_mean_lies_in_the_middle_of_its_interval() -> None:
    low, high = mean_interval([100, 0, 1], [10.0, np.nan, 3.0], [5.0, np.nan, np.nan], 0.9)
    assert low[0] == pytest.approx(10 - 0.5 * norm.ppf(0.95))
    assert high[0] == pytest.approx(10 + 0.5 * norm.ppf(0.95))
    assert np.isnan(low[1:]).all()
    assert np.isnan(high[1:]).all()


def test_odd_levels_are_refused() -> None:
    with pytest.raises(ValueError, match="level"):
        mean_interval(9, 1.0, 1.0, 0.0)
    with pytest.raises(ValueError, match="level"):
        welch_interval((9, 9), (1.0, 1.0), (1.0, 1.0), 1.5)


def test_the_interval_of_few_values_is_that_of_student() -> None:
    """Student's sleep data (1908): extra hours of the second drug, mean 2.33, 95 % 0.90 to 3.76."""
    values = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    low, high = student_interval(10, np.mean(values), np.std(values, ddof=1))
    assert (round(float(low), 2), round(float(high), 2)) == (0.90, 3.76)
    assert np.isnan(student_interval(1, 3.0, np.nan)).all()
