"""The interval of a difference of shares, against the published examples."""

from __future__ import annotations

import pytest

from stats.methods.binomial import wilson_interval
from stats.methods.rate_difference import rate_difference

# Newcombe, Statistics in Medicine 17 (1998) 873–890, table II, method 10.
PUBLISHED = [
    ((56, 70), (48, 80), 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.0582, 0.8062),
    ((5, 56), (0, 29), -0.0381, 0.1926),
    ((10, 10), (0, 20), 0.6791, 1.0),
    ((10, 10), (0, 10), 0.6075, 1.0),
]


def _share(successes: int, trials: int) -> tuple[float, tuple[float, float]]:
    low, high = wilson_interval(successes, trials)
    return successes / trials, (float(low), float(high))


@pytest.mark.parametrize(("first", "second", "low", "high"), PUBLISHED)
def test_the_published_intervals(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    found = rate_difference(*_share(*first), *_share(*second))
    assert found[0] == pytest.approx(first[0] / first[1] - second[0] / second[1])
    assert found[1:] == pytest.approx((low, high), abs=6e-5)


def test_changing_sides_changes_the_sign_alone() -> None:
    one, other = _share(56, 70), _share(48, 80)
    difference, low, high = rate_difference(*one, *other)
    assert rate_difference(*other, *one) == pytest.approx((-difference, -high, -low))
