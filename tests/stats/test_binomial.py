"""Wilson's interval, against published values, another implementation and its own definition."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

from stats.methods.binomial import wilson_interval


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [  # Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_it_gives_the_published_bounds(
    successes: int, trials: int, low: float, high: float
) -> None:
    found_low, found_high = wilson_interval(successes, trials)
    assert found_low == pytest.approx(low, abs=5e-5)
    assert found_high == pytest.approx(high, abs=5e-5)


COUNTS = st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS, st.sampled_from([0.8, 0.95, 0.99]))
def test_another_implementation_says_the_same(counts: tuple[int, int], level: float) -> None:
    low, high = wilson_interval(*counts, level)
    other = binomtest(*counts).proportion_ci(confidence_level=level, method="wilson")
    assert low == pytest.approx(other.low, rel=1e-9, abs=1e-12)
    assert high == pytest.approx(other.high, rel=1e-9, abs=1e-12)


@given(COUNTS, st.sampled_from([0.8, 0.95, 0.99]))
def test_at_each_bound_the_number_seen_is_just_z_standard_errors_away(
    counts: tuple[int, int], level: float
) -> None:
    k, n = counts
    z = norm.ppf((1 + level) / 2)
    for bound in wilson_interval(k, n, level):
        p = float(bound)
        assert abs(k / n - p) == pytest.approx(z * math.sqrt(p * (1 - p) / n), rel=1e-6, abs=1e-9)


@given(COUNTS)
def test_the_bounds_lie_around_the_share_and_mirror_each_other(counts: tuple[int, int]) -> None:
    k, n = counts
    low, high = wilson_interval(k, n)
    other_low, other_high = wilson_interval(n - k, n)
    assert 0 <= low <= k / n <= high <= 1
    assert float(low) == pytest.approx(1 - float(other_high), abs=1e-12)
    assert float(high) == pytest.approx(1 - float(other_low), abs=1e-12)


def test_without_successes_or_failures_one_end_is_exact() -> None:
    low, high = wilson_interval([0, 7], [7, 7])
    assert (low[0], high[1]) == (0.0, 1.0)
    assert 0 < high[0] < 1
    assert 0 < low[1] < 1


def test_without_trials_there_is_no_interval_and_no_warning() -> None:
    with np.errstate(all="raise"):
        low, high = wilson_interval([0, 1], [0, 2])
    assert np.isnan([low[0], high[0]]).all()
    assert not np.isnan([low[1], high[1]]).any()


def test_its_arguments_are_broadcast() -> None:
    low, high = wilson_interval(np.arange(6).reshape(2, 3), 10)
    assert low.shape == high.shape == (2, 3)


@pytest.mark.parametrize(("successes", "trials"), [(-1, 3), (4, 3), (math.nan, 3), (1, math.nan)])
def test_what_is_no_count_is_refused(successes: float, trials: float) -> None:
    with pytest.raises(ValueError, match="successes"):
        wilson_interval(successes, trials)


@pytest.mark.parametrize("level", [0.0, 1.0, 95])
def test_an_odd_level_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="level"):
        wilson_interval(1, 3, level)
