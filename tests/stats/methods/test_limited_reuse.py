"""Matches where a control serves only so often: greedy against a plain loop, optimal against all
assignments."""

from __future__ import annotations

from itertools import permutations
from typing import Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stats.methods.matching import match
from tests.stats.methods.small_worlds import admissible, ids, random_table, straight, tables


def _greedy(frame: pd.DataFrame, turn: list[int], k: int, cap: int) -> list[tuple[int, int]]:
    room = dict.fromkeys(frame.index[frame["treat"] == 0], cap)
    pairs: list[tuple[int, int]] = []
    for _ in range(k):
        for seeker in turn:
            free = [
                other
                for other in admissible(frame, seeker, exact=["stratum"], caliper={"x": 3.0})
                if room[other] > 0 and (seeker, other) not in pairs
            ]
            if free:
                best = min(free, key=lambda other: (straight(frame, ["x"], seeker, other), other))
                room[best] -= 1
                pairs.append((seeker, best))
    return sorted(pairs)


@given(
    tables(), st.integers(1, 3), st.integers(1, 3), st.sampled_from(["id", "largest", "smallest"])
)
@settings(max_examples=100, deadline=None)
def test_greedy_matches_are_those_of_a_plain_loop(
    frame: pd.DataFrame, k: int, cap: int, order: Literal["id", "largest", "smallest"]
) -> None:
    matches = match(
        frame,
        "treat",
        ["x"],
        exact=["stratum"],
        k=k,
        metric="euclidean",
        caliper={"x": 3.0},
        reuse_cap=cap,
        score="z",
        order=order,
    )
    sign = {"id": 0.0, "largest": -1.0, "smallest": 1.0}[order]
    scores = dict(zip(frame.index, frame["z"], strict=True))
    turn = sorted(ids(frame), key=lambda unit: (sign * scores[unit], unit))
    found = list(zip(matches.pairs["treated"], matches.pairs["control"], strict=True))
    assert sorted(found) == _greedy(frame, turn, k, cap)
    assert matches.pairs["control"].value_counts().max() <= cap or matches.pairs.empty


@given(tables())
@settings(max_examples=60, deadline=None)
def test_the_hardest_to_match_comes_first(frame: pd.DataFrame) -> None:
    matches = match(
        frame,
        "treat",
        ["x"],
        exact=["stratum"],
        k=1,
        metric="euclidean",
        caliper={"x": 3.0},
        with_replacement=False,
    )
    ease = {}
    for unit in ids(frame):
        others = admissible(frame, unit, exact=["stratum"], caliper={"x": 3.0})
        ease[unit] = min((straight(frame, ["x"], unit, o) for o in others), default=-np.inf)
    turn = sorted(ease, key=lambda unit: (-ease[unit], unit))
    found = list(zip(matches.pairs["treated"], matches.pairs["control"], strict=True))
    assert sorted(found) == _greedy(frame, turn, 1, 1)


@given(tables())
@settings(max_examples=60, deadline=None)
def test_the_closest_pair_comes_first(frame: pd.DataFrame) -> None:
    matches = match(
        frame, "treat", ["x"], k=1, metric="euclidean", with_replacement=False, order="closest"
    )
    treated, free = ids(frame), set(ids(frame, treated=False))
    expected = []
    while treated and free:
        pairs = [(straight(frame, ["x"], t, c), t, c) for t in treated for c in free]
        _, seeker, control = min(pairs)
        expected.append((seeker, control))
        treated.remove(seeker)
        free.remove(control)
    found = zip(matches.pairs["treated"], matches.pairs["control"], strict=True)
    assert sorted(found) == sorted(expected)


@given(tables().filter(lambda frame: frame["treat"].sum() <= 3 and len(frame) <= 9))
@settings(max_examples=60, deadline=None)
def test_no_assignment_is_better_than_the_optimal(frame: pd.DataFrame) -> None:
    matches = match(
        frame,
        "treat",
        ["x"],
        k=1,
        metric="euclidean",
        caliper={"x": 2.0},
        with_replacement=False,
        method="optimal",
    )
    gaps = {
        (seeker, control): straight(frame, ["x"], seeker, control)
        for seeker in ids(frame)
        for control in admissible(frame, seeker, caliper={"x": 2.0})
    }
    nobody = [-1] * len(ids(frame))
    best = (0, 0.0)
    for chosen in set(permutations([*ids(frame, treated=False), *nobody], len(nobody))):
        pairs = [pair for pair in zip(ids(frame), chosen, strict=True) if pair in gaps]
        best = min(best, (-len(pairs), sum(gaps[pair] for pair in pairs)))
    assert (-len(matches.pairs), matches.pairs["distance"].sum()) == pytest.approx(best)


def test_optimal_matches_are_never_farther_in_sum_than_greedy_ones() -> None:
    frame = random_table(300, seed=1)
    totals = [
        match(
            frame,
            "treat",
            ["x", "z"],
            exact=["stratum"],
            k=2,
            with_replacement=False,
            method=method,
        ).pairs["distance"]
        for method in ("optimal", "greedy")
    ]
    assert totals[0].sum() < totals[1].sum() or len(totals[0]) > len(totals[1])


def test_whoever_finds_all_controls_taken_is_told_so() -> None:
    frame = pd.DataFrame({"treat": [1, 1, 0], "x": [0.0, 1.0, 0.2]}, index=["p", "q", "c"])
    matches = match(frame, "treat", ["x"], metric="euclidean", with_replacement=False, order="id")
    assert matches.pairs["treated"].tolist() == ["p"]
    assert matches.unmatched["reason"].tolist() == ["controls_used_up"]
