"""Exit by kind against counting by hand, and bounds in worlds where exit hangs on the outcome."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from stats.methods.exit_outcome import EXITS, ExitState, FirstExits, exit_incidence, first_exits
from stats.methods.matched_sets import matched_sets, row_weights
from stats.methods.survivor_bounds import survivor_bounds, worst_case_bounds

SEEDS = st.integers(0, 10_000)
EVENTS = np.arange(-1, 5)


def exit_world(seed: int, n_users: int = 40, n_others: int = 60) -> tuple[FirstExits, Any]:
    rng = np.random.default_rng(seed)
    n = n_users + n_others
    kind = rng.integers(0, 5, n)
    when = np.where(kind > 0, rng.integers(0, 5, n), np.nan)
    sets = matched_sets(np.repeat(np.arange(n_users), 2), np.concatenate(
        [n_users + rng.choice(n_others, 2, replace=False) for _ in range(n_users)]
    ), rng.uniform(1, 2, 2 * n_users))  # fmt: skip
    followed = rng.integers(2, 5, n)
    unseen = when > followed
    when[unseen], kind[unseen] = np.nan, 0
    return FirstExits(when, kind, followed), sets


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_incidence_is_what_following_the_firms_year_by_year_finds(seed: int) -> None:
    exits, sets = exit_world(seed)
    found = exit_incidence(exits, sets, EVENTS, n_draws=2)
    for group, weight in zip(("treated", "control"), row_weights(sets, 100), strict=True):
        stays, reached = 1.0, dict.fromkeys(EXITS, 0.0)
        for place, e in enumerate(range(5)):
            rows = [
                r for r in range(100)
                if weight[r] > 0 and exits.followed_to[r] >= e and not exits.event[r] < e
            ]  # fmt: skip
            if not rows:
                shares = getattr(found.by_state[EXITS[0]], group)
                is_known = shares[place] == pytest.approx(reached[EXITS[0]])
                assert is_known == (stays < 1e-9)
                break
            risk = sum(weight[r] for r in rows)
            gone = 0.0
            for state in EXITS:
                left = sum(
                    weight[r] for r in rows if exits.event[r] == e and exits.kind[r] == state
                )
                reached[state] += stays * left / risk
                gone += left / risk
                shares = getattr(found.by_state[state], group)
                assert shares[place] == pytest.approx(reached[state])
            stays *= 1 - gone


def test_without_censoring_incidence_is_the_plain_share() -> None:
    exits, sets = exit_world(3)
    followed = FirstExits(exits.event, exits.kind, np.full(100, 4))
    found = exit_incidence(followed, sets, EVENTS)
    users = slice(0, 40)
    for state in EXITS:
        left = (followed.kind[users] == state) & (followed.event[users] <= 2)
        assert found.by_state[state].treated[2] == pytest.approx(left.mean())


def test_the_states_keep_apart_and_a_firm_may_come_back() -> None:
    a, d, m, c, g, o = (
        ExitState.ALIVE, ExitState.DEFAULT, ExitState.MISSING_STATEMENT, ExitState.CLOSURE,
        ExitState.MERGER, ExitState.NOT_FOLLOWED,
    )  # fmt: skip
    states = [
        [a, a, a, a],
        [a, m, a, a],
        [a, a, m, m],
        [a, m, m, d],
        [a, d, m, c],
        [a, g, g, g],
        [a, a, o, o],
        [a, m, o, o],
    ]
    found = first_exits(states, [-1, 0, 1, 2])
    assert found.kind.tolist() == [a, a, m, d, d, g, a, m]
    np.testing.assert_array_equal(found.event, [np.nan, np.nan, 1, 2, 0, 0, np.nan, 0])
    assert found.followed_to.tolist() == [2, 2, 2, 2, 2, 2, 0, 0]


def test_the_errors_of_incidence_are_those_of_resampling() -> None:
    exits, sets = exit_world(9)
    exits = FirstExits(exits.event, exits.kind, np.full(100, 4))
    band = exit_incidence(exits, sets, EVENTS, n_draws=4_000).by_state[ExitState.DEFAULT]
    has = (exits.kind == ExitState.DEFAULT) & (exits.event <= 4)
    rng = np.random.default_rng(1)
    share = row_weights(sets, 100)[1]
    others = np.flatnonzero(share)
    brute = []
    for _ in range(4_000):
        users, rest = rng.integers(0, 40, 40), rng.choice(others, others.size)
        brute.append(has[users].mean() - np.average(has[rest], weights=share[rest]))
    assert band.difference.error[4] == pytest.approx(np.std(brute), rel=0.06)


def test_copies_leave_alike_and_a_planted_difference_comes_back() -> None:
    exits, _ = exit_world(5)
    twice = FirstExits(
        np.tile(exits.event, 2), np.tile(exits.kind, 2), np.tile(exits.followed_to, 2)
    )
    copies = exit_incidence(twice, matched_sets(np.arange(100), np.arange(100, 200)), EVENTS)
    for state in EXITS:
        np.testing.assert_allclose(copies.by_state[state].difference.estimate, 0, atol=1e-12)
    near = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        leaves = rng.random(600) < np.where(np.arange(600) < 200, 0.1, 0.3)
        world = FirstExits(np.where(leaves, 1.0, np.nan), leaves * 1, np.full(600, 4))
        sets = matched_sets(np.repeat(np.arange(200), 2), np.arange(200, 600))
        found = exit_incidence(world, sets, EVENTS).by_state[ExitState.DEFAULT].difference
        near.append(abs(found.estimate[-1] + 0.2) <= 2 * found.error[-1])
    assert np.mean(near) >= 0.88


def test_a_firm_that_had_left_by_the_base_is_refused() -> None:
    exits = FirstExits(np.array([-1.0, np.nan]), np.array([1, 0]), np.array([3, 3]))
    with pytest.raises(ValueError, match="base"):
        exit_incidence(exits, matched_sets([0], [1]), EVENTS)
    with pytest.raises(ValueError, match="state"):
        first_exits([[7]], [0])


def selective_world(seed: int, effect: float = 1.0, n: int = 1_000) -> NDArray[np.float64]:
    """Firms with bad shocks leave; the measure keeps half of those alive. Columns: outcome,
    weight as user, weight as control."""
    rng = np.random.default_rng(seed)
    shock = rng.standard_normal(2 * n)
    is_user = np.arange(2 * n) < n
    dies = (shock < -0.3) & ~(is_user & (rng.random(2 * n) < 0.5))
    outcome = np.where(dies, np.nan, shock + effect * is_user)
    return np.column_stack([outcome, is_user, ~is_user])


def test_survivors_alone_mislead_where_exit_hangs_on_the_outcome_and_the_bounds_hold() -> None:
    covered = {"none": 0, "monotone": 0}
    misled = 0
    for seed in range(40):
        world = selective_world(seed)
        for assumption in ("none", "monotone"):
            found = survivor_bounds(*world.T, assumption=assumption, n_draws=100)
            covered[assumption] += found.low <= 1.0 <= found.high
            assert found.lower <= found.survivors_only <= found.upper
        misled += found.survivors_only < 1.0 - 0.2
    assert misled == 40
    assert min(covered.values()) >= 37


def test_bounds_meet_where_nobody_leaves_and_as_many_leave_on_both_sides() -> None:
    world = selective_world(1)
    world[:, 0] = np.where(np.isnan(world[:, 0]), 0, world[:, 0])
    for assumption in ("none", "monotone"):
        found = survivor_bounds(*world.T, assumption=assumption)
        assert found.lower == pytest.approx(found.survivors_only)
        assert found.upper == pytest.approx(found.survivors_only)
    gone = world.copy()
    gone[[0, 1_000], 0] = np.nan
    found = survivor_bounds(*gone.T)
    assert found.lower == pytest.approx(found.upper)


def test_trimming_is_that_of_every_way_to_choose_the_always_alive() -> None:
    users, others = [1.0, 4.0, 6.0, 9.0, 2.0], [3.0, 5.0, 8.0, np.nan, np.nan]
    outcome = np.array(users + others)
    is_user = np.arange(10) < 5
    found = survivor_bounds(outcome, is_user, ~is_user)
    # Three fifths of the users live either way: the lowest three or the highest three.
    assert found.lower == pytest.approx(np.mean([1, 2, 4]) - np.mean([3, 5, 8]))
    assert found.upper == pytest.approx(np.mean([4, 6, 9]) - np.mean([3, 5, 8]))
    assert [found.kept_treated, found.kept_control] == pytest.approx([0.6, 1])


def test_nothing_can_be_said_where_less_than_half_live() -> None:
    outcome = np.array([1.0, np.nan, np.nan, 2.0, np.nan, np.nan])
    found = survivor_bounds(outcome, [1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1], assumption="none")
    assert (found.lower, found.upper, found.low, found.high) == (-np.inf, np.inf, -np.inf, np.inf)


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_the_worst_case_holds_every_filling_of_the_gaps(seed: int) -> None:
    rng = np.random.default_rng(seed)
    full = rng.uniform(-1, 1, 30)
    seen = np.where(rng.random(30) < 0.3, np.nan, full)
    users = (np.arange(30) < 12) * 1.0
    share = (1 - users) * rng.uniform(0.1, 2, 30)
    low, high = worst_case_bounds(seen, users, share, (-1, 1))
    truth = np.average(full, weights=users) - np.average(full, weights=share)
    assert low - 1e-12 <= truth <= high + 1e-12
