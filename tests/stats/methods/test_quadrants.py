"""Quadrants, their shares and where users are found more often than all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stats.methods.binomial import wilson_interval
from stats.methods.quadrants import (
    NO_QUADRANT,
    QUADRANTS,
    location_quotients,
    quadrant,
    quadrant_counts,
    shares,
)

FIRMS = st.lists(
    st.tuples(st.floats(0, 100) | st.just(np.nan), st.floats(-1, 1) | st.just(np.nan)), min_size=1
)


@given(FIRMS)
@settings(deadline=None)
def test_each_known_firm_is_in_the_quadrant_of_its_sides(firms: list[tuple[float, float]]) -> None:
    x, y = np.array(firms).T
    found = quadrant(x, y, 50, 0)
    for place, (strength, growth) in zip(found.tolist(), firms, strict=True):
        if np.isnan(strength) or np.isnan(growth):
            assert place == NO_QUADRANT
            continue
        name = f"{'strong' if strength >= 50 else 'weak'}_" + (
            "growing" if growth >= 0 else "shrinking"
        )
        assert QUADRANTS[place] == name
    assert quadrant_counts(found).sum() == np.sum(~np.isnan(x) & ~np.isnan(y))


@given(st.lists(st.integers(0, 500), min_size=1, max_size=6).filter(any))
@settings(deadline=None)
def test_shares_add_to_one_within_wilsons_bounds(counts: list[int]) -> None:
    table = shares(counts)
    assert table["share"].sum() == pytest.approx(1)
    low, high = wilson_interval(counts, sum(counts))
    assert table["low"].tolist() == low.tolist()
    assert table["high"].tolist() == high.tolist()


def test_nobody_has_no_shares() -> None:
    assert shares([0, 0])[["share", "low", "high"]].isna().all().all()


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=2, max_size=6).filter(
        lambda cells: any(users for users, _ in cells)
    )
)
@settings(deadline=None)
def test_quotients_weighted_by_all_average_to_one(cells: list[tuple[int, int]]) -> None:
    users = np.array([u for u, _ in cells])
    everyone = users + np.array([others for _, others in cells])
    table = location_quotients(users, everyone, minimum=1)
    weighted = (table["quotient"] * table["share_all"])[~table["is_withheld"]]
    assert weighted.sum() == pytest.approx(1)
    shown = table[~table["is_withheld"]]
    assert (shown["low"] <= shown["quotient"] + 1e-12).all()
    assert (shown["quotient"] <= shown["high"] + 1e-12).all()
    rate = (users / np.maximum(everyone, 1)) / (users.sum() / everyone.sum())
    assert shown["quotient"].to_numpy() == pytest.approx(rate[~table["is_withheld"]])


def test_the_interval_of_a_quotient_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    everyone, lean = np.array([4_000, 3_000, 2_000, 1_000]), np.array([0.1, 0.2, 0.3, 0.4])
    truth = lean / (everyone / everyone.sum())
    hits = []
    for _ in range(1_000):
        table = location_quotients(rng.multinomial(200, lean), everyone)
        hits.append((table["low"] <= truth) & (truth <= table["high"]))
    assert np.mean(hits, axis=0) == pytest.approx(np.full(4, 0.95), abs=0.02)


def test_small_classes_are_withheld_and_impossible_counts_refused() -> None:
    table = location_quotients([3, 5], [9, 50])
    assert table["is_withheld"].tolist() == [True, False]
    assert np.isnan(table.loc[0, ["quotient", "low", "high"]].astype(float)).all()
    assert location_quotients([0, 0], [20, 30])["quotient"].isna().all()
    with pytest.raises(ValueError, match="some of everyone"):
        location_quotients([3, 5], [2, 50])
    with pytest.raises(ValueError, match="same classes"):
        location_quotients([3], [2, 50])
