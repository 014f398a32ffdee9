"""The exact Poisson interval, against published values and its own definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from stats.methods.poisson import poisson_interval


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [  # Ulm, American Journal of Epidemiology 131 (1990), and Garwood's table
        (0, 0.0, 3.6889),
        (1, 0.0253, 5.5716),
        (5, 1.6235, 11.6683),
        (10, 4.7954, 18.3904),
        (100, 81.3640, 121.6268),
    ],
)
def test_it_gives_the_published_bounds(count: int, low: float, high: float) -> None:
    found_low, found_high = poisson_interval(count)
    assert found_low == pytest.approx(low, abs=5e-4)
    assert found_high == pytest.approx(high, abs=5e-4)


@given(st.integers(1, 5_000), st.sampled_from([0.8, 0.95, 0.99]))
def test_each_bound_leaves_half_the_rest_in_its_tail(count: int, level: float) -> None:
    low, high = poisson_interval(count, level)
    tail = (1 - level) / 2
    assert poisson.sf(count - 1, float(low)) == pytest.approx(tail, rel=1e-6)
    assert poisson.cdf(count, float(high)) == pytest.approx(tail, rel=1e-6)


def test_it_keeps_the_shape_of_its_input() -> None:
    low, high = poisson_interval(np.arange(6).reshape(2, 3))
    assert low.shape == high.shape == (2, 3)


def test_negative_counts_and_odd_levels_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        poisson_interval(-1)
    with pytest.raises(ValueError, match="level"):
        poisson_interval(3, 1.0)
