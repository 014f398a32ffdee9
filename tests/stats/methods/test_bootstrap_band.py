"""The weighted bootstrap against resampling firm by firm, and its intervals against the truth."""

from __future__ import annotations

import numpy as np
import pytest

from stats.methods.bootstrap_band import path_band, resampled_sums, simultaneous_band
from stats.methods.event_path import event_path
from stats.methods.matched_sets import View, matched_sets
from tests.stats.methods.matched_worlds import BASE, EVENTS, World, matched_world


def brute_force_draws(world: World, n_draws: int, seed: int) -> np.ndarray:
    """Firms drawn with replacement, users and others apart; every row of a firm comes along as
    often as its firm, with the share its matches gave it in the data."""
    rng = np.random.default_rng(seed)
    y = world.outcome - world.outcome[:, [BASE]]
    share = np.zeros(len(y))
    for user in np.unique(world.treated):
        mine = world.treated == user
        share[world.control[mine]] += world.weight[mine] / world.weight[mine].sum()
    users = np.unique(world.firm[np.unique(world.treated)])
    others = np.setdiff1d(np.unique(world.firm[world.control]), users)
    found = []
    for _ in range(n_draws):
        bag_users = rng.choice(users, users.size)
        bag_others = rng.choice(others, others.size)
        user_rows = [r for f in bag_users for r in np.flatnonzero(world.firm == f)]
        other_rows = [r for f in bag_others for r in np.flatnonzero(world.firm == f)]
        treated = y[user_rows].mean(axis=0)
        control = np.average(y[other_rows], axis=0, weights=share[other_rows])
        found.append(treated - control)
    return np.array(found)


@pytest.mark.parametrize("resampling", ["multinomial", "exponential"])
def test_the_errors_are_those_of_resampling_firm_by_firm(resampling: str) -> None:
    world = matched_world(11, n_treated=60, n_controls=80, gone=0)
    sets = matched_sets(world.treated, world.control, world.weight)
    band = path_band(
        world.outcome,
        sets,
        EVENTS,
        world.firm,
        n_draws=3_000,
        resampling=resampling,  # type: ignore[arg-type]
    )
    brute = brute_force_draws(world, 2_000, 5)
    moving = EVENTS != -1
    ratio = band.error[moving] / brute.std(axis=0, ddof=1)[moving]
    assert np.abs(ratio - 1).max() < 0.06
    correlation = np.corrcoef(brute[:, moving], rowvar=False)
    ours = np.corrcoef(band.draws[:, moving], rowvar=False)
    assert np.abs(correlation - ours).max() < 0.08


def test_a_control_of_many_sets_keeps_one_weight() -> None:
    # One firm stands as the only control beside all users: reuse must show in the error.
    rng = np.random.default_rng(2)
    outcome = rng.standard_normal((62, EVENTS.size))
    heavy = matched_sets(np.repeat(np.arange(60), 2), np.tile([60, 61], 60))
    band = path_band(outcome, heavy, EVENTS, n_draws=2_000)
    change = outcome - outcome[:, [BASE]]
    # Weights of two exponentials share out uniformly: variance 1/12.
    control = np.abs(change[60] - change[61]) / np.sqrt(12)
    treated = change[:60].std(axis=0) / np.sqrt(61)
    expected = np.sqrt(control**2 + treated**2)
    moving = EVENTS != -1
    np.testing.assert_allclose(band.error[moving], expected[moving], rtol=0.08)


@pytest.mark.parametrize("view", list(View))
def test_the_band_stands_on_the_path_and_is_nothing_at_the_base(view: View) -> None:
    world = matched_world(21, n_treated=60, n_controls=80, gone=0.03)
    sets = matched_sets(world.treated, world.control, world.weight)
    band = path_band(world.outcome, sets, EVENTS, world.firm, view=view)
    path = event_path(world.outcome, sets, EVENTS, view=view)
    np.testing.assert_allclose(band.estimate, path.mean.difference, atol=1e-12)
    assert band.estimate[BASE] == band.error[BASE] == band.band_low[BASE] == 0
    assert band.critical > 2
    assert np.all(band.band_low <= band.low)
    assert np.all(band.high <= band.band_high)


def test_nothing_depends_on_row_order_or_on_firms_in_no_set() -> None:
    world = matched_world(31, n_treated=30, n_controls=40)
    sets = matched_sets(world.treated, world.control, world.weight)
    first = path_band(world.outcome, sets, EVENTS, world.firm)
    rng = np.random.default_rng(1)
    place = rng.permutation(len(world.outcome) + 5)
    outcome = np.zeros((place.size, EVENTS.size))
    outcome[place[:-5]] = world.outcome
    firm = np.arange(place.size) + 9_000
    firm[place[:-5]] = world.firm
    moved = matched_sets(place[world.treated], place[world.control], world.weight)
    second = path_band(outcome, moved, EVENTS, firm)
    np.testing.assert_allclose(first.draws, second.draws, atol=1e-10)
    np.testing.assert_allclose(first.band_low, second.band_low, atol=1e-10)


def test_bands_hold_the_whole_truth_as_often_as_they_say() -> None:
    inside, near, n_worlds = 0, 0, 100
    for seed in range(n_worlds):
        world = matched_world(seed, n_treated=60, n_controls=120, gone=0, effect=1.5)
        sets = matched_sets(world.treated, world.control)
        band = path_band(world.outcome, sets, EVENTS, world.firm, seed=seed)
        truth = np.where(EVENTS >= 0, 1.5, 0.0)
        inside += bool(np.all((band.band_low <= truth) & (truth <= band.band_high)))
        near += bool(abs(band.estimate[5] - 1.5) <= 2 * band.error[5])
    assert 0.89 <= inside / n_worlds <= 0.99
    assert 0.89 <= near / n_worlds <= 0.99


def test_one_set_alone_has_no_error() -> None:
    outcome = matched_world(5, gone=0).outcome
    band = path_band(outcome, matched_sets([0, 0], [9, 10]), EVENTS)
    assert np.isfinite(band.estimate).all()
    assert np.isnan(band.error[EVENTS != -1]).all()


def test_draws_do_not_depend_on_how_they_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    sums = np.random.default_rng(0).standard_normal((50, 3))
    whole = resampled_sums(sums, 40, 7)
    monkeypatch.setattr("stats.methods.bootstrap_band._CELLS_A_CHUNK", 150)
    np.testing.assert_allclose(resampled_sums(sums, 40, 7), whole, atol=1e-12)


def test_the_sup_t_quantile_of_independent_estimates_is_that_of_the_normal() -> None:
    draws = np.random.default_rng(3).standard_normal((20_000, 10))
    # The largest of ten absolute normals lies below this with probability 0.95.
    assert simultaneous_band(np.zeros(10), draws).critical == pytest.approx(2.800, abs=0.03)


def test_too_few_draws_are_refused() -> None:
    world = matched_world(1)
    with pytest.raises(ValueError, match="400"):
        path_band(world.outcome, matched_sets(world.treated, world.control), EVENTS, n_draws=100)
