"""The stability index: by hand, and what chance does to it."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from stats.methods.population_stability import (
    population_stability,
    stability_bounds,
    stability_counts,
)

COUNTS = st.lists(st.integers(0, 500), min_size=4, max_size=4)


@given(st.lists(st.integers(1, 500), min_size=2, max_size=8), st.data())
@settings(deadline=None)
def test_it_is_the_sum_of_the_shares(trained: list[int], data: st.DataObject) -> None:
    seen = data.draw(st.lists(st.integers(1, 500), min_size=len(trained), max_size=len(trained)))
    expected = 0.0
    for n, m in zip(trained, seen, strict=True):
        e, a = n / sum(trained), m / sum(seen)
        expected += (a - e) * log(a / e)
    found = population_stability(trained, seen)
    assert found.index == pytest.approx(expected, abs=1e-12)
    assert found.n_filled == 0
    assert found.n == sum(seen)


@given(COUNTS, COUNTS)
@settings(deadline=None)
def test_it_is_symmetric_never_negative_and_zero_for_equal_shares(
    trained: list[int], seen: list[int]
) -> None:
    assume(sum(trained) > 0 and sum(seen) > 0)
    found = population_stability(trained, seen)
    assert found.index >= 0
    assert np.isfinite(found.index)
    assert found.index == pytest.approx(population_stability(seen, trained).index)
    doubled = [2 * n for n in trained]
    assert population_stability(trained, doubled).index == pytest.approx(0, abs=1e-12)


def test_chance_exceeds_its_bound_in_one_of_twenty() -> None:
    rng = np.random.default_rng(1)
    exceeded = []
    for _ in range(2_000):
        trained, seen = rng.multinomial(3_000, [0.1] * 10), rng.multinomial(800, [0.1] * 10)
        found = population_stability(trained, seen)
        exceeded.append(found.index > found.by_chance)
    assert 0.035 <= np.mean(exceeded) <= 0.065


def test_groups_are_tenths_of_training_and_what_has_no_score() -> None:
    rng = np.random.default_rng(2)
    score = rng.standard_normal(1_000)
    bounds = stability_bounds(np.append(score, np.nan))
    assert stability_counts(score, bounds).tolist() == [100] * 10 + [0]
    assert stability_counts([np.nan, -9, 9], bounds).tolist() == [1, *[0] * 8, 1, 1]
    assert stability_bounds(np.ones(50)).tolist() == [1.0]


def test_an_empty_group_is_filled_and_told() -> None:
    found = population_stability([10, 10, 0], [10, 0, 0])
    e, a = 10.5 / 21, np.array([10.5, 0.5]) / 11
    assert found.n_filled == 1
    assert found.index == pytest.approx(sum((x - e) * log(x / e) for x in a))


def test_bad_input_is_refused() -> None:
    for trained, seen, message in (
        ([1, 2], [1], "same groups"),
        ([1, -2], [1, 1], "same groups"),
        ([0, 0], [1, 1], "rows"),
    ):
        with pytest.raises(ValueError, match=message):
            population_stability(trained, seen)
    with pytest.raises(ValueError, match="level"):
        population_stability([1], [1], 0)
    with pytest.raises(ValueError, match="scores"):
        stability_bounds([np.nan])
