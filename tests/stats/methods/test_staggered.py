"""Effects by cohort and period against moderndid, and what may not change them."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

import moderndid
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from stats.methods.group_time import Panel, group_time_effects, panel_of
from stats.methods.staggered import Aggregation, normal_sup_t, staggered_effects
from stats.methods.two_period import two_period_effect

AGGREGATIONS: tuple[Aggregation, ...] = ("simple", "dynamic", "group", "calendar")


@cache
def counties() -> pd.DataFrame:
    frame: pd.DataFrame = moderndid.load_mpdta().to_pandas()
    return frame.rename(columns={"first.treat": "cohort"})


def staggered_world(seed: int, effect: float, n: int = 300) -> Panel:
    """Random walks with a common trend; cohorts 2, 4 and 6 of eight periods, half never."""
    rng = np.random.default_rng(seed)
    cohort = rng.choice([2, 4, 6, np.inf], n, p=[0.15, 0.2, 0.15, 0.5])
    periods = np.arange(8)
    outcome = rng.standard_normal((n, 8)).cumsum(axis=1) + 0.3 * periods
    outcome += effect * (periods[None, :] >= cohort[:, None])
    return Panel(np.arange(n).astype(object), periods, outcome, cohort, None)


def taken(panel: Panel, places: NDArray[np.int64]) -> Panel:
    """The units at these places, as often as they are named."""
    x = None if panel.covariates is None else panel.covariates[places]
    outcome, cohort = panel.outcome[places], panel.cohort[places]
    return Panel(panel.units[places], panel.periods, outcome, cohort, x)


@pytest.mark.parametrize("covariate", [False, True])
@pytest.mark.parametrize("control", ["never_treated", "not_yet_treated"])
@pytest.mark.parametrize("base", ["varying", "universal"])
@pytest.mark.parametrize("estimator", ["reg", "ipw", "dr"])
def test_effects_and_errors_are_those_of_moderndid(
    estimator: Any, base: Any, control: Any, covariate: bool
) -> None:
    columns = ["lpop"] if covariate else None
    panel = panel_of(counties(), "countyreal", "year", "lemp", "cohort", columns)
    ours = group_time_effects(panel, estimator=estimator, control_group=control, base_period=base)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = moderndid.att_gt(
            counties(), "lemp", "year", "countyreal", "cohort",
            xformla="~ lpop" if covariate else None, est_method=estimator,
            control_group=control.replace("_", ""), base_period=base,
        )  # fmt: skip
        cells = [(int(c), int(p)) for c, p in zip(ours.cohort, ours.period, strict=True)]
        order = [
            cells.index((int(g), int(t))) for g, t in zip(theirs.groups, theirs.times, strict=True)
        ]
        assert sorted(order) == list(range(len(cells)))
        np.testing.assert_allclose(ours.estimate[order], theirs.att_gt, atol=1e-9)
        np.testing.assert_allclose(ours.error[order], theirs.se_gt, atol=1e-9)
        for aggregation in AGGREGATIONS:
            mine = staggered_effects(ours, aggregation)
            other = moderndid.aggte(theirs, aggregation)
            assert mine.overall == pytest.approx(other.overall_att, abs=1e-9)
            assert mine.overall_error == pytest.approx(other.overall_se, abs=1e-9)
            if aggregation != "simple":
                assert mine.label.tolist() == [int(e) for e in other.event_times]
                np.testing.assert_allclose(mine.estimate, other.att_by_event, atol=1e-9)
                np.testing.assert_allclose(mine.error, other.se_by_event, atol=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["reg", "ipw", "dr"]))
def test_a_weight_counts_as_so_many_copies(seed: int, estimator: Any) -> None:
    world = staggered_world(seed, 1.0, n=80)
    rng = np.random.default_rng(seed)
    copies = rng.integers(1, 4, 80)
    x = rng.standard_normal((80, 8, 1))
    once = Panel(world.units, world.periods, world.outcome, world.cohort, x)
    often = taken(once, np.repeat(np.arange(80), copies))
    first = group_time_effects(once, estimator=estimator, weight=copies.astype(float))
    second = group_time_effects(often, estimator=estimator)
    np.testing.assert_allclose(first.estimate, second.estimate, atol=1e-7)
    for aggregation in AGGREGATIONS:
        a, b = staggered_effects(first, aggregation), staggered_effects(second, aggregation)
        assert a.overall == pytest.approx(b.overall, abs=1e-7)


def test_clustered_copies_carry_no_more_than_the_first() -> None:
    world = staggered_world(4, 1.0)
    twice = taken(world, np.tile(np.arange(300), 2))
    alone = group_time_effects(world)
    copied = group_time_effects(twice, cluster=twice.units.astype(int))
    np.testing.assert_allclose(copied.error, alone.error, rtol=1e-9)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_nothing_depends_on_row_order_or_on_units_without_outcomes(seed: int) -> None:
    world = staggered_world(seed, 0.5, n=120)
    line = pd.DataFrame({
        "unit": np.repeat(np.arange(120), 8), "time": np.tile(world.periods, 120),
        "y": world.outcome.ravel(), "cohort": np.repeat(world.cohort, 8),
    })  # fmt: skip
    empty = line.head(8).assign(unit=999, y=np.nan, cohort=np.inf)
    mixed = pd.concat([line, empty]).sample(frac=1, random_state=seed)
    # A cohort that starts with the data has no base, and 0 in a long table means never.
    first = staggered_effects(group_time_effects(panel_of(line, "unit", "time", "y", "cohort")))
    second = staggered_effects(group_time_effects(panel_of(mixed, "unit", "time", "y", "cohort")))
    np.testing.assert_allclose(first.estimate, second.estimate, atol=1e-10)
    np.testing.assert_allclose(first.error, second.error, rtol=0.02)


def test_a_planted_effect_comes_back_within_its_errors() -> None:
    within, banded = [], []
    for seed in range(100):
        found = staggered_effects(group_time_effects(staggered_world(seed, 1.0)))
        within.append(abs(found.overall - 1.0) <= 2 * found.overall_error)
        truth = found.label >= 0
        banded.append(np.all((found.low <= truth) & (truth <= found.high)))
    assert 0.89 <= np.mean(within) <= 0.99
    assert 0.88 <= np.mean(banded) <= 0.99


def test_copies_of_the_never_treated_show_no_effect() -> None:
    world = staggered_world(1, 0.0)
    half = len(world.outcome)
    both = Panel(
        np.arange(2 * half).astype(object), world.periods, np.vstack([world.outcome] * 2),
        np.r_[np.full(half, 3.0), np.full(half, np.inf)], None,
    )  # fmt: skip
    np.testing.assert_allclose(group_time_effects(both).estimate, 0, atol=1e-12)


def test_the_universal_base_is_exactly_nothing_and_units_may_leave() -> None:
    world = staggered_world(2, 1.0)
    world.outcome[::3, 6:] = np.nan
    effects = group_time_effects(world, base_period="universal")
    at_base = effects.period == effects.cohort - 1
    assert (effects.estimate[at_base] == 0).all()
    seen = np.isfinite(world.outcome[:, 7])
    last = (effects.cohort == 6) & (effects.period == 7)
    change = world.outcome[:, 7] - world.outcome[:, 5]
    treated, never = seen & (world.cohort == 6), seen & np.isinf(world.cohort)
    expected = change[treated].mean() - change[never].mean()
    assert effects.estimate[last][0] == pytest.approx(expected)


def test_balanced_event_times_hold_the_same_cohorts() -> None:
    effects = group_time_effects(staggered_world(3, 1.0))
    found = staggered_effects(effects, balanced_to=3)
    assert found.label.max() == 3
    cells = (effects.period - effects.cohort == 0) & (effects.cohort <= 4)
    sizes = [(effects.unit_cohort == g).sum() for g in effects.cohort[cells]]
    expected = np.average(effects.estimate[cells], weights=sizes)
    assert found.estimate[found.label == 0][0] == pytest.approx(expected)


def test_what_cannot_be_estimated_is_not_a_number() -> None:
    change, treated = np.arange(6.0), np.array([1, 1, 1, 0, 0, 0])
    separated = two_period_effect(change, treated, treated + 0.0, estimator="ipw")
    assert np.isnan(separated.estimate)
    collinear = two_period_effect(change, treated, np.ones(6), estimator="reg")
    assert np.isnan(collinear.estimate)
    assert np.isnan(two_period_effect(change, np.ones(6)).estimate)


@pytest.mark.parametrize("cohort", [[np.inf] * 4, [2.0] * 4, [0.0, 0.0, np.inf, np.inf]])
def test_panels_without_cohorts_or_controls_are_refused(cohort: list[float]) -> None:
    panel = Panel(
        np.arange(4).astype(object), np.arange(4), np.ones((4, 4)), np.array(cohort), None
    )
    with pytest.raises(ValueError, match="treated"):
        group_time_effects(panel)


def test_two_lines_for_one_period_are_refused() -> None:
    with pytest.raises(ValueError, match="two lines"):
        panel_of(pd.concat([counties()] * 2), "countyreal", "year", "lemp", "cohort")


def test_the_quantile_of_one_estimate_is_the_pointwise_one() -> None:
    assert normal_sup_t(np.array([[2.0]])) == pytest.approx(1.96, abs=1e-3)
    assert normal_sup_t(np.ones((3, 3))) == pytest.approx(1.96, abs=0.03)
    assert normal_sup_t(np.eye(10)) == pytest.approx(2.800, abs=0.03)
