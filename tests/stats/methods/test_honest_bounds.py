"""Bounds under drift against linear programs, against moderndid, and in the worst worlds."""

from __future__ import annotations

from functools import cache
from itertools import product

import moderndid
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from stats.methods.group_time import group_time_effects, panel_of
from stats.methods.honest_bounds import (
    EventEffects,
    event_effects,
    relative_magnitude_breakdown,
    relative_magnitude_interval,
    smoothness_breakdown,
    smoothness_interval,
)
from stats.methods.staggered import staggered_effects

SEEDS = st.integers(0, 10_000)
EVENTS = np.arange(-4, 3)
AFTER = EVENTS > -1
Numbers = NDArray[np.float64]

# moderndid 0.2.0 on the event study of counties (reg, never treated, universal base):
# compute_flci and compute_conditional_cs_rm (C-LF), for the first effect and the mean of four.
FIXED_LENGTH = {
    ("first", 0.0): (-0.051291, 0.006544),
    ("first", 0.01): (-0.045597, 0.036832),
    ("first", 0.05): (-0.078741, 0.087795),
    ("mean", 0.0): (-0.119921, -0.022481),
    ("mean", 0.002): (-0.121369, -0.009542),
    ("mean", 0.05): (-0.328864, 0.296678),
}
HYBRID = {
    ("first", 0.5): (-0.0543, 0.0188),
    ("first", 1.0): (-0.0723, 0.0383),
    ("mean", 0.5): (-0.1548, -0.0053),
    ("mean", 1.0): (-0.2104, 0.0478),
}
EXACT = {
    ("first", 0.5): (-0.032161, -0.007702),
    ("first", 1.0): (-0.044391, 0.004527),
    ("mean", 0.5): (-0.107813, -0.046666),
    ("mean", 1.0): (-0.138387, -0.016093),
}
WEIGHTS = {"first": None, "mean": np.full(4, 0.25)}


@cache
def counties(wanted: str) -> EventEffects:
    panel = panel_of(
        moderndid.load_mpdta().to_pandas(), "countyreal", "year", "lemp", "first.treat"
    )
    study = staggered_effects(group_time_effects(panel, estimator="reg", base_period="universal"))
    return event_effects(study.label, study.estimate, study.covariance, weights=WEIGHTS[wanted])


def random_study(seed: int) -> tuple[Numbers, Numbers, Numbers]:
    """Effects, covariance with a base of nothing, and weights of the three effects after it."""
    rng = np.random.default_rng(seed)
    root = 0.3 * rng.standard_normal((7, 7)) + np.eye(7)
    covariance = root @ root.T / 20
    covariance[3] = covariance[:, 3] = 0
    effects = rng.standard_normal(7) * 0.3
    effects[3] = 0
    return effects, covariance, rng.dirichlet(np.ones(3))


def extreme_drift(before: Numbers, bends: Numbers, limits: Numbers, weights: Numbers) -> float:
    """The largest weighted drift after the base, with the drift before it given."""
    objective = np.r_[np.zeros(4), -weights]
    known = np.hstack([np.eye(4), np.zeros((4, 3))])
    found = linprog(
        objective, np.vstack([bends, -bends]), np.r_[limits, limits], known, before,
        bounds=[(None, None)] * 7,
    )  # fmt: skip
    return float("nan") if found.x is None else float(weights @ found.x[4:])


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.floats(0, 3))
def test_the_exact_bounds_of_relative_magnitudes_are_those_of_a_linear_program(
    seed: int, m_bar: float
) -> None:
    effects, covariance, weights = random_study(seed)
    study = event_effects(EVENTS, effects, covariance, weights=weights)
    found = relative_magnitude_interval(study, m_bar)
    moves = np.diff(np.eye(7), axis=0)[3:]
    largest = np.abs(np.diff(effects[:4])).max()
    drift = extreme_drift(effects[:4], moves, np.full(3, m_bar * largest), weights)
    point = float(weights @ effects[AFTER])
    assert (found.lower, found.upper) == pytest.approx((point - drift, point + drift), abs=1e-7)


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.floats(0.3, 3))
def test_the_exact_bounds_of_smoothness_are_those_of_a_linear_program(seed: int, m: float) -> None:
    effects, covariance, weights = random_study(seed)
    study = event_effects(EVENTS, effects, covariance, weights=weights)
    found = smoothness_interval(study, m)
    bends = np.diff(np.eye(7), n=2, axis=0)
    drift = extreme_drift(effects[:4], bends, np.full(5, m), weights)
    if np.isnan(drift):
        assert (found.lower, found.upper) == (-np.inf, np.inf)
    else:
        least = -extreme_drift(effects[:4], bends, np.full(5, m), -weights)
        point = float(weights @ effects[AFTER])
        assert (found.lower, found.upper) == pytest.approx((point - drift, point - least), abs=1e-7)


@pytest.mark.parametrize(("wanted", "m"), list(FIXED_LENGTH))
def test_the_fixed_length_intervals_are_as_long_as_those_of_moderndid(
    wanted: str, m: float
) -> None:
    found = smoothness_interval(counties(wanted), m)
    low, high = FIXED_LENGTH[wanted, m]
    assert found.high - found.low == pytest.approx(high - low, rel=1e-4)
    assert (found.low, found.high) == pytest.approx((low, high), abs=4e-4)


@pytest.mark.parametrize(("wanted", "m_bar"), list(HYBRID))
def test_relative_magnitudes_give_the_exact_bounds_of_moderndid_and_no_shorter_interval(
    wanted: str, m_bar: float
) -> None:
    found = relative_magnitude_interval(counties(wanted), m_bar)
    assert (found.lower, found.upper) == pytest.approx(EXACT[wanted, m_bar], abs=1e-6)
    low, high = HYBRID[wanted, m_bar]
    assert found.low <= low
    assert high <= found.high
    assert found.high - found.low <= 1.2 * (high - low)


def worst_world(m_bar: float, sign: int) -> Numbers:
    """A drift whose largest early move comes just once, and goes on as far as it may."""
    drift = np.array([0.0, 0.0, 0.4, 0.4, 0.0, 0.0, 0.0])
    drift -= drift[3]
    for place in (4, 5, 6):
        drift[place] = drift[place - 1] + sign * m_bar * 0.4
    return drift


@pytest.mark.parametrize(("m_bar", "sign"), list(product([0.5, 1.0, 2.0], [-1, 1])))
def test_intervals_cover_an_effect_of_nothing_at_the_limit_of_the_drift(
    m_bar: float, sign: int
) -> None:
    drift = worst_world(m_bar, sign)
    _, covariance, _ = random_study(3)
    noise = np.random.default_rng(1).multivariate_normal(np.zeros(7), covariance, 400)
    weights = np.array([0.2, 0.3, 0.5])
    covered = 0
    for line in drift + noise:
        line[3] = 0
        study = event_effects(EVENTS, line, covariance, weights=weights)
        found = relative_magnitude_interval(study, m_bar)
        covered += found.low <= 0 <= found.high
    assert covered / 400 >= 0.93


@pytest.mark.parametrize("m", [0.0, 0.05, 0.3])
def test_fixed_length_intervals_cover_under_a_bending_drift(m: float) -> None:
    time = EVENTS + 1.0
    _, covariance, _ = random_study(4)
    weights = np.array([0.2, 0.3, 0.5])
    bends = [m * time**2 / 2, -m * time**2 / 2, m * time * np.abs(time) / 2]

    def interval(effects: Numbers) -> Numbers:
        study = event_effects(EVENTS, effects, covariance, weights=weights)
        found = smoothness_interval(study, m)
        return np.array([found.low, found.high])

    # The interval moves in a straight line with the effects, so a few tell all of them.
    still = interval(np.zeros(7))
    pull = np.array([interval(unit) - still for unit in np.eye(7)])
    noise = np.random.default_rng(2).multivariate_normal(np.zeros(7), covariance, 4_000)
    for drift in bends:
        low, high = (still + (3 * time + drift + noise) @ pull).T
        np.testing.assert_allclose(interval(3 * time + drift + noise[0]), [low[0], high[0]])
        assert np.mean((low <= 0) & (high >= 0)) >= 0.94


def test_the_breakdown_is_where_the_interval_first_holds_nothing() -> None:
    effects = np.array([0.02, -0.05, 0.04, 0.0, 1.2, 1.1, 1.4])
    covariance = np.diag([1.0, 1, 1, 0, 1, 1, 1]) * 0.01
    study = event_effects(EVENTS, effects, covariance)
    limit = relative_magnitude_breakdown(study)
    assert 0 < limit < 10
    assert relative_magnitude_interval(study, limit - 1e-3).low > 0
    assert relative_magnitude_interval(study, limit + 1e-3).low <= 0
    bend = smoothness_breakdown(study, 5.0)
    assert smoothness_interval(study, bend - 1e-3).low > 0
    assert smoothness_interval(study, bend + 1e-3).low <= 0
    assert relative_magnitude_breakdown(study, top=0.01) == float("inf")
    nothing = event_effects(EVENTS, 0 * effects, covariance)
    assert relative_magnitude_breakdown(nothing) == smoothness_breakdown(nothing, 1.0) == 0


def test_without_drift_the_interval_is_the_common_one() -> None:
    effects, covariance, _ = random_study(9)
    found = relative_magnitude_interval(event_effects(EVENTS, effects, covariance), 0.0)
    reach = 1.959964 * np.sqrt(covariance[4, 4])
    assert (found.low, found.high) == pytest.approx((effects[4] - reach, effects[4] + reach))


@pytest.mark.parametrize(
    ("events", "place", "value"),
    [([-5, -3, -2, -1, 0, 1, 2], 0, 0.0), (EVENTS, 0, np.nan), (np.arange(7) - 1, 1, 0.0)],
)
def test_studies_with_gaps_or_nothing_before_the_base_are_refused(
    events: NDArray[np.int64], place: int, value: float
) -> None:
    effects, covariance, _ = random_study(1)
    effects[place] = value
    with pytest.raises(ValueError, match=r"event times|missing"):
        event_effects(events, effects, covariance)
