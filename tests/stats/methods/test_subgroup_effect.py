"""Sub-groups of matched sets: each as if it stood alone, and an interval that knows of reuse."""

from __future__ import annotations

import numpy as np
import pytest

from stats.methods.bootstrap_band import path_band
from stats.methods.event_path import event_changes
from stats.methods.matched_error import matched_difference
from stats.methods.matched_sets import MatchedSets, View, matched_sets, pair_shares
from stats.methods.subgroup_effect import SetDifferences, subgroup_effects
from tests.stats.methods.matched_worlds import BASE, EVENTS, World, matched_world

LAST = EVENTS.size - 1


def found_in(world: World, view: View = View.BOTH_ALIVE) -> tuple[SetDifferences, MatchedSets]:
    sets = matched_sets(world.treated, world.control, world.weight)
    changes = event_changes(world.outcome, sets, EVENTS, view=view)
    share, is_used = pair_shares(np.isfinite(changes.level), sets, BASE, view)
    return SetDifferences(changes.change[:, LAST], share[:, LAST], is_used[:, LAST]), sets


@pytest.mark.parametrize("view", [View.BOTH_ALIVE, View.RENORMALISED])
def test_a_group_has_the_estimate_and_the_error_of_its_sets_alone(view: View) -> None:
    world = matched_world(3, n_treated=80, n_controls=120, gone=0.1)
    found, sets = found_in(world, view)
    group = np.arange(sets.set_rows.size) % 3
    effects = subgroup_effects(found, sets, group, 3, world.firm, n_draws=3_000)
    for k in range(3):
        own = np.isin(world.treated, sets.set_rows[group == k])
        alone = matched_sets(world.treated[own], world.control[own], world.weight[own])
        band = path_band(world.outcome, alone, EVENTS, world.firm, view=view, n_draws=3_000)
        assert effects.estimate[k] == pytest.approx(band.estimate[LAST], rel=1e-9)
        assert effects.error[k] == pytest.approx(band.error[LAST], rel=0.08)
        assert effects.n_treated[k] == (group == k).sum()
        assert effects.n_sets[k] == found.is_used[group == k].sum()


def test_a_set_of_no_group_counts_nowhere_and_an_empty_group_has_nothing() -> None:
    world = matched_world(4, n_treated=40, n_controls=60, gone=0)
    found, sets = found_in(world)
    group = np.where(np.arange(sets.set_rows.size) < 10, 0, -1)
    effects = subgroup_effects(found, sets, group, 2, world.firm)
    assert effects.n_treated.tolist() == [10, 0]
    assert effects.estimate[0] == pytest.approx(found.by_set(sets)[:10].mean())
    assert np.isnan(effects.estimate[1])
    assert np.isnan(effects.error[1])


def test_the_order_of_rows_does_not_show_in_an_estimate() -> None:
    world = matched_world(5, n_treated=30, n_controls=40, gone=0)
    found, sets = found_in(world)
    group = np.zeros(sets.set_rows.size, np.int64)
    turned = np.arange(len(world.outcome))[::-1]
    place = np.argsort(turned)
    moved = matched_sets(place[world.treated], place[world.control], world.weight)
    changes = event_changes(world.outcome[turned], moved, EVENTS)
    share, is_used = pair_shares(np.isfinite(changes.level), moved, BASE)
    other = SetDifferences(changes.change[:, LAST], share[:, LAST], is_used[:, LAST])
    ours = subgroup_effects(found, sets, group, 1, world.firm)
    theirs = subgroup_effects(other, moved, group, 1, world.firm[turned])
    assert ours.estimate[0] == pytest.approx(theirs.estimate[0], rel=1e-12)
    # Firms are numbered by name, so that their draws are the same.
    assert ours.error[0] == pytest.approx(theirs.error[0], rel=1e-9)


def test_too_few_draws_or_a_wrong_length_are_refused() -> None:
    world = matched_world(6, n_treated=10, n_controls=20, gone=0)
    found, sets = found_in(world)
    group = np.zeros(sets.set_rows.size, np.int64)
    with pytest.raises(ValueError, match="400"):
        subgroup_effects(found, sets, group, 1, world.firm, n_draws=100)
    with pytest.raises(ValueError, match="each set"):
        subgroup_effects(found, sets, group[:-1], 1, world.firm)


def _abadie_imbens(found: SetDifferences, sets: MatchedSets) -> float:
    """The error set by set and control by control."""
    used = [s for s in range(sets.set_rows.size) if found.is_used[s]]
    effect = {}
    within: dict[int, list[float]] = {}
    served: dict[int, list[float]] = {}
    for s in used:
        pairs = np.flatnonzero(sets.set_of_pair == s)
        rows = sets.control[pairs]
        beside = found.change[rows]
        effect[s] = found.change[sets.set_rows[s]] - (found.share[pairs] * beside).sum()
        for row, share in zip(rows, found.share[pairs], strict=True):
            served.setdefault(row, []).append(share)
            if len(rows) > 1:
                within.setdefault(row, []).append(float(np.var(beside, ddof=1)))
    n, mean = len(used), np.mean(list(effect.values()))
    total = sum((value - mean) ** 2 for value in effect.values())
    for row, shares in served.items():
        total += np.mean(within[row]) * (sum(shares) ** 2 - sum(share**2 for share in shares))
    return float(np.sqrt(total) / n)


def test_the_error_of_abadie_and_imbens_is_that_of_its_formula() -> None:
    world = matched_world(7, n_treated=50, n_controls=60, gone=0)
    found, sets = found_in(world)
    result = matched_difference(found, sets)
    assert result.n_sets == found.is_used.sum()
    assert result.estimate == pytest.approx(np.nanmean(found.by_set(sets)))
    assert result.error == pytest.approx(_abadie_imbens(found, sets), rel=1e-9)
    assert result.low < result.estimate < result.high


def test_reuse_makes_the_error_larger() -> None:
    rng = np.random.default_rng(1)
    change = rng.normal(0, 1, 200)
    treated = np.repeat(np.arange(50), 2)
    apart = matched_sets(treated, 50 + np.arange(100))
    shared = matched_sets(treated, 50 + np.tile(np.arange(4), 25))
    errors = []
    for sets in (apart, shared):
        found = SetDifferences(change, sets.weight, np.ones(50, np.bool_))
        errors.append(matched_difference(found, sets).error)
    assert errors[1] > 1.3 * errors[0]


def test_one_control_a_set_leaves_the_error_unknown() -> None:
    sets = matched_sets(np.arange(5), 5 + np.arange(5))
    found = SetDifferences(np.arange(10.0), sets.weight, np.ones(5, np.bool_))
    assert np.isnan(matched_difference(found, sets).error)
    assert np.isfinite(matched_difference(found, sets).estimate)
