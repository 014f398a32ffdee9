"""Matches with replacement: nearest, admissible, and the same however the table is written."""

from __future__ import annotations

from importlib import import_module
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from stats.methods.matching import Matches, match, neighbours
from tests.stats.methods.small_worlds import (
    admissible,
    ids,
    nearest_of,
    random_table,
    straight,
    tables,
)


def _partners(matches: Matches) -> dict[int, set[int]]:
    partners: dict[int, set[int]] = {}
    for treated, control in zip(matches.pairs["treated"], matches.pairs["control"], strict=True):
        partners.setdefault(treated, set()).add(control)
    return partners


@given(tables(), st.integers(1, 4), st.booleans(), st.sampled_from([None, 0.0, 1.0, 2.0]))
@settings(max_examples=150, deadline=None)
def test_every_match_is_the_nearest_admissible_control(
    frame: pd.DataFrame, k: int, is_exact: bool, width: float | None
) -> None:
    exact = ["stratum"] if is_exact else []
    caliper = {} if width is None else {"x": width, "z": 2 * width}
    matches = match(
        frame, "treat", ["x", "z"], exact=exact, k=k, metric="euclidean", caliper=caliper
    )
    expected = {}
    for seeker in ids(frame):
        others = admissible(frame, seeker, exact=exact, caliper=caliper)
        found = nearest_of({o: straight(frame, ["x", "z"], seeker, o) for o in others}, k)
        if found:
            expected[seeker] = found
    assert _partners(matches) == expected
    pairs = zip(matches.pairs["treated"], matches.pairs["control"], strict=True)
    distances = [straight(frame, ["x", "z"], *pair) for pair in pairs]
    assert matches.pairs["distance"].tolist() == pytest.approx(distances)


@given(tables(), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_the_first_of_equally_near_controls_are_those_of_the_smallest_ids(
    frame: pd.DataFrame, k: int
) -> None:
    matches = match(frame, "treat", ["x"], k=k, metric="euclidean", ties="first")
    for seeker, partners in _partners(matches).items():
        others = admissible(frame, seeker)
        order = sorted(others, key=lambda other: (straight(frame, ["x"], seeker, other), other))
        assert partners == set(order[:k])


@given(tables(), st.integers(1, 3), st.sampled_from(["att", "atc", "ate"]))
@settings(max_examples=60, deadline=None)
def test_the_weights_of_each_set_sum_to_one(frame: pd.DataFrame, k: int, estimand: str) -> None:
    weighted = frame.assign(weight=frame["y"] + 5)
    matches = match(
        weighted,
        "treat",
        ["x", "z"],
        k=k,
        metric="euclidean",
        estimand=estimand,  # type: ignore[arg-type]
        weights="weight",
    )
    owner = matches.pairs["treated"].where(
        matches.pairs["focal"] == "treated", matches.pairs["control"]
    )
    sums = matches.pairs["weight"].groupby(owner).sum()
    assert np.allclose(sums, 1)
    assert len(sums) == {"att": frame["treat"].sum(), "ate": len(frame)}.get(
        estimand, (frame["treat"] == 0).sum()
    )


@given(tables(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_rows_changes_nothing(frame: pd.DataFrame, random: Random) -> None:
    shuffled = list(frame.index)
    random.shuffle(shuffled)
    for choices in ({}, {"with_replacement": False}, {"reuse_cap": 2}):
        first, second = (
            match(table, "treat", ["x", "z"], k=2, exact=["stratum"], **choices)
            for table in (frame, frame.loc[shuffled])
        )
        pd.testing.assert_frame_equal(first.pairs, second.pairs)
        pd.testing.assert_frame_equal(first.unmatched, second.unmatched)


@pytest.mark.parametrize("metric", ["mahalanobis", "inverse_variance", "robust_mahalanobis"])
def test_the_units_of_the_covariates_change_nothing(metric: str) -> None:
    frame = random_table(400, seed=1)
    scaled = frame.assign(x=frame["x"] * 1e6 + 3, z=frame["z"] / 700)
    first, second = (
        match(table, "treat", ["x", "z"], k=2, metric=metric, exact=["stratum"])  # type: ignore[arg-type]
        for table in (frame, scaled)
    )
    pd.testing.assert_frame_equal(first.pairs, second.pairs, rtol=1e-6)


@pytest.mark.parametrize("spread", ["sample", "population", "pooled", "treated", "controls"])
def test_distances_are_those_of_the_textbook(spread: str) -> None:
    frame = random_table(80, seed=2)
    values = frame[["x", "z"]].to_numpy()
    groups = [values[frame["treat"] == 1], values[frame["treat"] == 0]]
    inner = sum(np.cov(group.T) * (len(group) - 1) for group in groups)
    covariance = {
        "sample": np.cov(values.T),
        "population": np.cov(values.T, ddof=0),
        "pooled": inner / (len(frame) - 2),
        "treated": np.cov(groups[0].T),
        "controls": np.cov(groups[1].T),
    }[spread]
    distance = cdist(values, values, "mahalanobis", VI=np.linalg.inv(covariance))
    pairs = match(frame, "treat", ["x", "z"], spread=spread).pairs  # type: ignore[arg-type]
    expected = distance[pairs["treated"], pairs["control"]]
    assert np.allclose(pairs["distance"], expected, rtol=1e-9)


def test_a_weighting_matrix_weighs() -> None:
    frame = random_table(80, seed=3)
    matrix = np.array([[2.0, 0.3], [0.3, 0.5]])
    pairs = match(frame, "treat", ["x", "z"], metric=matrix).pairs
    gap = frame.loc[pairs["treated"], ["x", "z"]].to_numpy()
    gap = gap - frame.loc[pairs["control"], ["x", "z"]].to_numpy()
    assert np.allclose(pairs["distance"] ** 2, np.einsum("ij,jk,ik->i", gap, matrix, gap))


def test_collinear_and_constant_covariates_do_no_harm() -> None:
    frame = random_table(200, seed=4).assign(same=0.1, twice=lambda table: 2 * table["x"] + 1)
    plain = match(frame, "treat", ["x", "z"])
    for metric in ("mahalanobis", "inverse_variance", "robust_mahalanobis"):
        more = match(frame, "treat", ["x", "z", "same"], metric=metric)
        assert np.isfinite(more.pairs["distance"]).all()
    again = match(frame, "treat", ["x", "z", "same", "twice"])
    assert plain.pairs[["treated", "control"]].equals(again.pairs[["treated", "control"]])


def test_nearest_neighbours_of_each_stratum_are_those_of_scikit_learn() -> None:
    frame = random_table(3_000, seed=5)
    matches = match(frame, "treat", ["x", "z"], exact=["stratum"], k=3, metric="euclidean")
    neighbors = import_module("sklearn.neighbors")
    expected: dict[int, set[int]] = {}
    for _, stratum in frame.groupby("stratum"):
        controls = stratum[stratum["treat"] == 0]
        treated = stratum[stratum["treat"] == 1]
        finder = neighbors.NearestNeighbors(n_neighbors=3).fit(controls[["x", "z"]].to_numpy())
        places = finder.kneighbors(treated[["x", "z"]].to_numpy(), return_distance=False)
        for unit, row in zip(treated.index, places, strict=True):
            expected[unit] = set(controls.index[row])
    assert _partners(matches) == expected


@pytest.mark.parametrize("caliper", [None, {"x": 0.05}])
def test_large_strata_are_searched_as_small_ones(
    caliper: dict[str, float] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Rounded, so that many are tied; enough controls for the window of a caliper.
    frame = random_table(4_000, seed=6, share=0.05).round({"x": 1, "z": 1})
    covariates = ["x", "z"]
    matches = match(frame, "treat", covariates, k=2, metric="euclidean", caliper=caliper)
    monkeypatch.setattr(neighbours, "_PAIRS_FOR_A_TREE", 0)
    by_tree = match(frame, "treat", covariates, k=2, metric="euclidean", caliper=caliper)
    pd.testing.assert_frame_equal(matches.pairs, by_tree.pairs)
    for seeker in ids(frame)[:5]:
        others = admissible(frame, seeker, caliper=caliper)
        distances = {other: straight(frame, covariates, seeker, other) for other in others}
        assert _partners(matches).get(seeker, set()) == nearest_of(distances, 2)


def test_whoever_stays_alone_has_a_reason() -> None:
    frame = pd.DataFrame(
        {
            "treat": [1, 1, 1, 1, 0, 0],
            "x": [0.0, 5.0, 0.0, np.nan, 0.5, np.nan],
            "stratum": ["a", "a", "b", "a", "a", "a"],
        },
        index=list("pqrsuv"),
    )
    matches = match(frame, "treat", ["x"], exact=["stratum"], metric="euclidean", caliper={"x": 1})
    assert matches.pairs["treated"].tolist() == ["p"]
    assert matches.pairs["control"].tolist() == ["u"]
    reasons = dict(zip(matches.unmatched["unit"], matches.unmatched["reason"], strict=True))
    assert reasons == {
        "q": "outside_caliper",
        "r": "no_control_in_stratum",
        "s": "missing_covariate",
    }
    assert (matches.n_treated, matches.n_control) == (4, 2)


def test_missing_is_a_stratum_of_its_own() -> None:
    frame = pd.DataFrame(
        {"treat": [1, 1, 0, 0], "x": 0.0, "industry": ["a", None, None, "a"]}, index=[1, 2, 3, 4]
    )
    pairs = match(frame, "treat", ["x"], exact=["industry"], metric="euclidean").pairs
    assert dict(zip(pairs["treated"], pairs["control"], strict=True)) == {1: 4, 2: 3}


def test_a_caliper_in_standard_deviations_is_measured_over_all_units() -> None:
    frame = random_table(200, seed=7)
    in_units = match(frame, "treat", ["x"], caliper={"z": 0.2 * frame["z"].std()})
    in_deviations = match(frame, "treat", ["x"], caliper={"z": 0.2}, caliper_unit="sd")
    pd.testing.assert_frame_equal(in_units.pairs, in_deviations.pairs)


def test_no_pair_is_farther_apart_than_the_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = random_table(300, seed=10)
    anyhow = match(frame, "treat", ["x", "z"], k=4).pairs
    near = match(frame, "treat", ["x", "z"], k=4, reach=0.3).pairs
    expected = anyhow.loc[anyhow["distance"] <= 0.3, ["treated", "control"]]
    assert 0 < len(expected) < len(anyhow)
    assert near[["treated", "control"]].equals(expected.reset_index(drop=True))
    monkeypatch.setattr(neighbours, "_PAIRS_FOR_A_TREE", 0)
    pd.testing.assert_frame_equal(near, match(frame, "treat", ["x", "z"], k=4, reach=0.3).pairs)


def test_more_ties_than_memory_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "_MOST_PAIRS", 100)
    frame = random_table(100, seed=11).assign(same=lambda table: table["x"] > 0)
    with pytest.raises(ValueError, match="too many ties"):
        match(frame, "treat", ["same"])
    match(frame, "treat", ["same"], ties="first", k=1)


def test_units_can_be_named_by_a_column() -> None:
    frame = random_table(60, seed=8).assign(firm=lambda table: table.index.astype(str))
    by_column = match(frame, "treat", ["x"], unit="firm").pairs
    by_index = match(frame.set_index("firm"), "treat", ["x"]).pairs
    pd.testing.assert_frame_equal(by_column, by_index)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"k": 0}, "k must"),
        ({"metric": "manhattan"}, "unknown metric"),
        ({"metric": "score"}, "needs the column score"),
        ({"spread": "everyone"}, "unknown spread"),
        ({"exact": ["nowhere"]}, "no column nowhere"),
        ({"with_replacement": False, "ties": "all"}, "ties can be kept"),
        ({"with_replacement": False, "estimand": "ate"}, "att and atc apart"),
        ({"reuse_cap": 0}, "cap must"),
        ({"caliper": {"x": -1.0}}, "caliper must"),
        ({"reach": -1.0}, "caliper must"),
        ({"caliper": {"x": 1.0}, "caliper_unit": "yen"}, "unknown caliper unit"),
        ({"ties": "some"}, "unknown ties"),
        ({"method": "genetic"}, "unknown method"),
        ({"method": "optimal"}, "limit on reuse"),
        ({"estimand": "late"}, "unknown estimand"),
        ({"order": "random", "with_replacement": False}, "unknown order"),
        ({"order": "largest", "with_replacement": False}, "needs a score"),
        ({"metric": np.eye(3)}, "symmetric"),
        ({"unit": "stratum"}, "repeat"),
        ({"treatment": "x"}, "must be 0 or 1"),
    ],
)
def test_choices_that_do_not_fit_are_refused(choices: dict[str, object], message: str) -> None:
    frame = random_table(30, seed=9)
    arguments: dict[str, object] = {"treatment": "treat", "covariates": ["x", "z"], **choices}
    with pytest.raises(ValueError, match=message):
        match(frame, **arguments)  # type: ignore[arg-type]
