"""Sets of one treatment history against loops over units and times."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from stats.methods.bootstrap_band import path_band
from stats.methods.event_path import event_path
from stats.methods.matched_sets import View
from stats.methods.panel_sets import PanelSets, panel_outcome, panel_sets

SEEDS = st.integers(0, 10_000)
EVENTS = np.arange(-1, 3)
Rows = NDArray[np.intp]
Line = dict[tuple[int, int], dict[str, float]]


def panel(seed: int, n: int = 14, n_times: int = 7, gone: float = 0.05) -> pd.DataFrame:
    """Treatment that starts and stops at random, with gaps."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({
        "unit": np.repeat(np.arange(n) + 50, n_times),
        "time": np.tile(np.arange(n_times) + 2010, n),
        "d": (rng.random((n, n_times)) < 0.25).ravel() * 1.0,
        "x": rng.standard_normal(n * n_times), "z": rng.integers(0, 3, n * n_times) * 1.0,
        "y": rng.standard_normal(n * n_times).cumsum(),
    })  # fmt: skip
    return frame[rng.random(len(frame)) >= gone]


def lines(frame: pd.DataFrame) -> Line:
    records = frame.to_dict("records")
    return {(int(r["unit"]), int(r["time"])): {"d": r["d"], "y": r["y"]} for r in records}


def slow_sets(frame: pd.DataFrame, n_lags: int) -> dict[tuple[int, int], set[int]]:
    seen, units = lines(frame), sorted(frame["unit"].unique())
    lags = range(1, n_lags + 1)
    sets: dict[tuple[int, int], set[int]] = {}
    for (i, t), row in seen.items():
        if row["d"] != 1 or any((i, t - k) not in seen for k in lags) or seen[i, t - 1]["d"] != 0:
            continue
        mates = {
            j
            for j in units
            if (j, t) in seen
            and seen[j, t]["d"] == 0
            and all((j, t - k) in seen and seen[j, t - k]["d"] == seen[i, t - k]["d"] for k in lags)
        }
        if mates:
            sets[i, t] = mates
    return sets


def found_sets(found: PanelSets) -> dict[tuple[int, int], set[int]]:
    sets: dict[tuple[int, int], set[int]] = {}
    for pair in found.pairs().to_dict("records"):
        sets.setdefault((int(pair["treated"]), int(pair["time"])), set()).add(int(pair["control"]))
    return sets


@settings(max_examples=50, deadline=None)
@given(SEEDS, st.integers(1, 3))
def test_a_set_holds_all_untreated_units_of_the_same_history(seed: int, n_lags: int) -> None:
    frame = panel(seed)
    expected = slow_sets(frame, n_lags)
    assume(expected)
    found = panel_sets(frame, "unit", "time", "d", n_lags=n_lags)
    assert found_sets(found) == expected
    assert found.n_starts - found.n_unmatched == len(expected)
    weights = found.pairs().groupby(["treated", "time"])["weight"].sum()
    np.testing.assert_allclose(weights, 1)


def slow_distance(
    frame: pd.DataFrame, i: int, j: int, t: int, pool: set[int], n_lags: int
) -> float:
    total = 0.0
    for k in range(1, n_lags + 1):
        now = frame[frame["time"] == t - k].set_index("unit")[["x", "z"]]
        covariance = now.loc[sorted(pool)].cov().to_numpy()
        gap = (now.loc[i] - now.loc[j]).to_numpy()
        total += math.sqrt(gap @ np.linalg.pinv(covariance) @ gap)
    return total / n_lags


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.integers(1, 2), st.integers(1, 3))
def test_the_refined_set_holds_the_nearest_and_ties(seed: int, n_lags: int, size: int) -> None:
    frame = panel(seed, n=12)
    every = slow_sets(frame, n_lags)
    assume(every)
    found = found_sets(panel_sets(frame, "unit", "time", "d", ["x", "z"], n_lags=n_lags, size=size))
    assert found.keys() == every.keys()
    seen = lines(frame)
    for (i, t), mates in every.items():
        history = [seen[i, t - k]["d"] for k in range(1, n_lags + 1)]
        pool = set(mates)
        for u, s in every:
            if s == t and [seen[u, s - k]["d"] for k in range(1, n_lags + 1)] == history:
                pool.add(u)
        distance = {j: slow_distance(frame, i, j, t, pool, n_lags) for j in mates}
        reach = sorted(distance.values())[:size][-1]
        nearest = {j for j in mates if distance[j] <= reach + 1e-7}
        assert found[i, t] <= nearest
        assert {j for j in mates if distance[j] < reach - 1e-7} <= found[i, t]
        assert len(found[i, t]) >= min(size, len(mates))


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.booleans())
def test_the_effect_by_lead_is_the_mean_over_the_sets(seed: int, is_held: bool) -> None:
    frame = panel(seed)
    sets = slow_sets(frame, 2)
    assume(sets)
    found = panel_sets(frame, "unit", "time", "d", n_lags=2)
    outcome = panel_outcome(found, frame, "unit", "time", "y", EVENTS, is_held=is_held)
    path = event_path(outcome, found.sets, EVENTS, view=View.RENORMALISED)
    seen = lines(frame)

    def change(unit: int, t: int, lead: int, held: float) -> float:
        later = [seen[unit, s]["d"] for s in range(t, t + lead + 1) if (unit, s) in seen]
        if (unit, t + lead) not in seen or (is_held and any(d != held for d in later)):
            return math.nan
        return seen[unit, t + lead]["y"] - seen[unit, t - 1]["y"]

    for lead in (0, 1, 2):
        effects = []
        for (i, t), mates in sets.items():
            own = change(i, t, lead, 1)
            others = [c for j in mates if not math.isnan(c := change(j, t, lead, 0))]
            if not math.isnan(own) and others:
                effects.append(own - np.mean(others))
        expected = np.mean(effects) if effects else math.nan
        assert path.mean.difference[lead + 1] == pytest.approx(expected, nan_ok=True)


def test_order_and_units_that_cannot_be_matched_change_nothing() -> None:
    frame = panel(5, gone=0)
    always = frame[frame["unit"] == 50].assign(unit=999, d=1.0, x=1e6)
    mixed = pd.concat([frame, always]).sample(frac=1, random_state=1)
    first = panel_sets(frame, "unit", "time", "d", ["x", "z"], n_lags=2, size=2)
    second = panel_sets(mixed, "unit", "time", "d", ["x", "z"], n_lags=2, size=2)
    pd.testing.assert_frame_equal(first.pairs(), second.pairs())


def test_sets_do_not_depend_on_how_the_work_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = panel_sets(panel(7), "unit", "time", "d", ["x", "z"], n_lags=1, size=2)
    monkeypatch.setattr("stats.methods.panel_sets._CELLS_A_CHUNK", 1)
    cut = panel_sets(panel(7), "unit", "time", "d", ["x", "z"], n_lags=1, size=2)
    pd.testing.assert_frame_equal(whole.pairs(), cut.pairs())


def test_any_distance_can_refine() -> None:
    def gap_of_means(
        values: NDArray[np.float64], treated: Rows, controls: Rows, pool: Rows
    ) -> NDArray[np.float64]:
        score: NDArray[np.float64] = values.mean(axis=(1, 2))
        return np.abs(score[treated, None] - score[None, controls])

    found = panel_sets(
        panel(6, gone=0), "unit", "time", "d", ["x"], n_lags=2, size=1, distance=gap_of_means
    )
    assert (found.pairs().groupby(["treated", "time"]).size() == 1).all()


def test_a_planted_effect_comes_back() -> None:
    near = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        n, n_times = 150, 8
        start = np.where(rng.random(n) < 0.4, rng.integers(3, 7, n), 99)
        level = rng.standard_normal((n, n_times)).cumsum(axis=1)
        treated = np.arange(n_times) >= start[:, None]
        frame = pd.DataFrame({
            "unit": np.repeat(np.arange(n), n_times), "time": np.tile(np.arange(n_times), n),
            "d": treated.ravel() * 1, "x": level.ravel(), "y": (level + 2 * treated).ravel(),
        })  # fmt: skip
        found = panel_sets(frame, "unit", "time", "d", ["x"], n_lags=2, size=3)
        outcome = panel_outcome(found, frame, "unit", "time", "y", EVENTS)
        band = path_band(
            outcome, found.sets, EVENTS, found.row_unit, view=View.RENORMALISED, seed=seed
        )
        near.append(abs(band.estimate[2] - 2) <= 2 * band.error[2])
    assert np.mean(near) >= 0.88


def test_what_makes_no_sets_is_refused() -> None:
    frame = panel(1, gone=0)
    with pytest.raises(ValueError, match="two lines"):
        panel_sets(pd.concat([frame, frame]), "unit", "time", "d", n_lags=1)
    with pytest.raises(ValueError, match="0 or 1"):
        panel_sets(frame.assign(d=2.0), "unit", "time", "d", n_lags=1)
    with pytest.raises(ValueError, match="same history"):
        panel_sets(frame.assign(d=0.0), "unit", "time", "d", n_lags=1)
    with pytest.raises(ValueError, match="refinement"):
        panel_sets(frame, "unit", "time", "d", ["x"], n_lags=1)
