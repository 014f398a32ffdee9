"""Paths by event time against loops in plain Python, and what may not change them."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stats.methods.event_path import event_path, weighted_median
from stats.methods.matched_sets import View, align_to_event_time, matched_sets
from tests.stats.methods.matched_worlds import BASE, EVENTS, World, matched_world

SEEDS = st.integers(0, 10_000)
VIEWS = st.sampled_from(list(View))


def slow_paths(world: World, view: View, e: int) -> tuple[float, float, float, int]:
    """Means of users and controls, the difference of changes, and sets, at column e, by loops."""
    y = world.outcome
    columns = range(EVENTS.size) if view is View.BALANCED else (e, BASE)
    rows = []
    for user in sorted(set(world.treated.tolist())):
        mates = [
            (int(c), float(w))
            for t, c, w in zip(world.treated, world.control, world.weight, strict=True)
            if t == user
        ]
        if any(math.isnan(y[user, k]) for k in columns):
            continue
        stay = [(c, w) for c, w in mates if not any(math.isnan(y[c, k]) for k in columns)]
        if not stay or (view is View.BOTH_ALIVE and len(stay) < len(mates)):
            continue
        total = sum(w for _, w in stay)
        level = sum(w * y[c, e] for c, w in stay) / total
        change = sum(w * (y[c, e] - y[c, BASE]) for c, w in stay) / total
        rows.append((y[user, e], level, y[user, e] - y[user, BASE] - change))
    if not rows:
        return math.nan, math.nan, math.nan, 0
    user_mean, control_mean, difference = (
        statistics.fmean(part) for part in zip(*rows, strict=True)
    )
    return user_mean, control_mean, difference, len(rows)


@settings(max_examples=60, deadline=None)
@given(SEEDS, VIEWS, st.floats(0, 0.3))
def test_a_path_is_what_a_loop_over_the_sets_finds(seed: int, view: View, gone: float) -> None:
    world = matched_world(seed, gone=gone)
    sets = matched_sets(world.treated, world.control, world.weight)
    path = event_path(world.outcome, sets, EVENTS, view=view)
    for e in range(EVENTS.size):
        user, control, difference, n = slow_paths(world, view, e)
        assert path.n_sets[e] == n
        found = path.mean.treated[e], path.mean.control[e], path.mean.difference[e]
        assert found == pytest.approx((user, control, difference), abs=1e-10, nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(SEEDS, VIEWS)
def test_the_difference_at_the_base_is_exactly_nothing(seed: int, view: View) -> None:
    world = matched_world(seed, gone=0.05)
    sets = matched_sets(world.treated, world.control, world.weight)
    path = event_path(world.outcome, sets, EVENTS, view=view, bounds=(15, 25), scale="log")
    assert path.winsorised is not None
    for statistic in (path.mean, path.median, path.winsorised):
        assert statistic.difference[BASE] == 0 or path.n_sets[BASE] == 0


@settings(max_examples=40, deadline=None)
@given(SEEDS, VIEWS)
def test_nothing_depends_on_row_order_or_on_firms_in_no_set(seed: int, view: View) -> None:
    world = matched_world(seed)
    rng = np.random.default_rng(seed + 1)
    n_rows = len(world.outcome)
    padded = np.vstack([world.outcome, rng.standard_normal((7, EVENTS.size))])
    place = rng.permutation(n_rows + 7)
    shuffled = np.empty_like(padded)
    shuffled[place] = padded
    pairs = rng.permutation(world.treated.size)
    first = event_path(
        world.outcome, matched_sets(world.treated, world.control, world.weight), EVENTS, view=view
    )
    moved = matched_sets(
        place[world.treated[pairs]], place[world.control[pairs]], world.weight[pairs]
    )
    second = event_path(shuffled, moved, EVENTS, view=view)
    for a, b in ((first.mean, second.mean), (first.median, second.median)):
        np.testing.assert_allclose(a.difference, b.difference, atol=1e-10)
        np.testing.assert_allclose(a.control, b.control, atol=1e-10)
    np.testing.assert_array_equal(first.n_controls_alive, second.n_controls_alive)


@pytest.mark.parametrize("view", list(View))
def test_copies_of_their_controls_show_no_difference(view: View) -> None:
    y = matched_world(3).outcome[8:16]
    sets = matched_sets(np.arange(8), np.arange(8, 16))
    path = event_path(np.vstack([y, y]), sets, EVENTS, view=view, bounds=(15, 25))
    assert path.winsorised is not None
    for statistic in (path.mean, path.median, path.winsorised):
        np.testing.assert_array_equal(np.nan_to_num(statistic.difference), 0)


def test_each_view_takes_the_firms_it_names() -> None:
    y = np.tile(np.arange(12.0), (4, 1))
    y[2, 5:] = np.nan
    y[1, 7:] = np.nan
    sets = matched_sets([0, 0, 1], [2, 3, 3])
    n_sets = {view: event_path(y, sets, EVENTS, view=view).n_sets for view in View}
    assert n_sets[View.BOTH_ALIVE].tolist() == [2] * 5 + [1] * 2 + [0] * 5
    assert n_sets[View.RENORMALISED].tolist() == [2] * 7 + [1] * 5
    assert n_sets[View.BALANCED].tolist() == [1] * 12


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-9, 9), min_size=1, max_size=9))
def test_the_median_of_equal_weights_is_the_common_one(values: list[float]) -> None:
    third = np.full(len(values), 1 / 3)
    assert weighted_median(values, third) == pytest.approx(statistics.median(values), abs=1e-12)


def test_the_median_counts_a_share_as_so_many_copies() -> None:
    rng = np.random.default_rng(8)
    for _ in range(50):
        values, copies = rng.standard_normal(7), rng.integers(0, 5, 7)
        if copies.sum():
            expected = np.median(np.repeat(values, copies))
            assert weighted_median(values, copies / 3) == pytest.approx(expected, abs=1e-12)


def test_event_time_starts_at_the_cohort_and_stops_where_a_control_adopts() -> None:
    values = np.arange(10.0).reshape(2, 5)
    rows = align_to_event_time(
        values, 2010, [0, 1, 1], [2012, 2011, 2014], [-1, 0, 1], [np.nan, 2012, np.nan]
    )
    expected = [[1, 2, 3], [5, 6, np.nan], [8, 9, np.nan]]
    np.testing.assert_array_equal(rows, expected)


def test_winsorising_moves_the_mean_and_spares_the_median() -> None:
    world = matched_world(4, n_treated=40, n_controls=60, gone=0)
    y = world.outcome.copy()
    y[0, 6] = 1e6
    sets = matched_sets(world.treated, world.control, world.weight)
    path = event_path(y, sets, EVENTS, bounds=(0, 40))
    assert path.winsorised is not None
    assert path.mean.treated[6] > 1e4
    assert path.winsorised.treated[6] < 40
    assert path.median.treated[6] < 40


def test_a_log_of_no_amount_is_refused() -> None:
    world = matched_world(1)
    sets = matched_sets(world.treated, world.control)
    with pytest.raises(ValueError, match="signed_log"):
        event_path(world.outcome - 20, sets, EVENTS, scale="log")
    path = event_path(world.outcome - 20, sets, EVENTS, scale="signed_log")
    assert np.isfinite(path.mean.difference[BASE])


@pytest.mark.parametrize(
    ("treated", "control", "weight"),
    [
        ([0, 1], [2], None),
        ([0, 0], [2, 2], None),
        ([0], [0], None),
        ([0, 1], [2, 2], [1, 0]),
        ([0, 1], [2, 2], [1, math.nan]),
        ([-1], [2], None),
        ([], [], None),
    ],
)
def test_pairs_that_make_no_sets_are_refused(
    treated: list[int], control: list[int], weight: list[float] | None
) -> None:
    with pytest.raises(ValueError, match=r"pair|row"):
        matched_sets(treated, control, weight)


def test_the_worlds_reuse_controls() -> None:
    world = matched_world(0)
    assert np.bincount(world.control).max() > 1
    assert len(np.unique(world.firm)) < len(world.firm)
