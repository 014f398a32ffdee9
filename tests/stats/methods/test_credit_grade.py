"""Deviation scores and grades: peers by hand, order kept, exact tests of inversions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from stats.methods.credit_grade import (
    GRADE_BOUNDS,
    NO_GRADE,
    deviation_score,
    grade,
    grade_table,
    peer_table,
)

PROBABILITIES = st.lists(st.floats(0, 1), min_size=1, max_size=50)


@given(PROBABILITIES)
@settings(deadline=None)
def test_grades_never_fall_with_the_probability(drawn: list[float]) -> None:
    p = np.sort(drawn)
    grades = grade(p)
    assert (np.diff(grades) >= 0).all()
    for probability, found in zip(p, grades, strict=True):
        assert found == 1 + sum(probability >= bound for bound in GRADE_BOUNDS)


def test_a_bound_belongs_to_the_weaker_grade_and_nothing_known_to_none() -> None:
    assert grade([0.0, 0.001, 0.256, 1.0, np.nan]).tolist() == [1, 2, 10, 10, NO_GRADE]


@pytest.mark.parametrize("bounds", [[], [0.1, 0.1], [0.2, 0.1], [0.0, 0.5], [0.5, 1.0]])
def test_bounds_that_do_not_rise_are_refused(bounds: list[float]) -> None:
    with pytest.raises(ValueError, match="rise"):
        grade([0.1], bounds)


def test_what_is_no_probability_is_refused() -> None:
    with pytest.raises(ValueError, match="probabilities"):
        grade([1.1])
    with pytest.raises(ValueError, match="one outcome"):
        grade_table([0.1], [2])


def test_the_table_counts_each_grade_and_leaves_out_whom_it_cannot_grade() -> None:
    p = np.array([0.0005, 0.0005, 0.01, 0.02, 0.02, np.nan])
    table = grade_table(p, [0, 0, 1, 0, 1, 1], (0.001, 0.015)).set_index("grade")
    assert table["n"].tolist() == [2, 1, 2]
    assert table["n_events"].tolist() == [0, 1, 1]
    assert table["expected_rate"].tolist() == pytest.approx([0.0005, 0.01, 0.02])
    assert table["is_inverted"].tolist() == [False, False, True]
    assert table["least"].tolist() == [0, 0.001, 0.015]
    assert table["below"].tolist() == [0.001, 0.015, 1]


@given(st.lists(st.tuples(st.integers(1, 40), st.floats(0, 1)), min_size=3, max_size=3))
@settings(deadline=None)
def test_an_inversion_has_the_exact_p_value_of_fisher(cells: list[tuple[int, float]]) -> None:
    n = [size for size, _ in cells]
    k = [round(size * share) for size, share in cells]
    p = np.repeat([0.05, 0.15, 0.5], n)
    outcome = np.concatenate([np.arange(size) < events for size, events in zip(n, k, strict=True)])
    table = grade_table(p, outcome, (0.1, 0.2))
    assert np.isnan(table["inversion_p"][0])
    for g in (1, 2):
        square = np.array([[k[g], n[g] - k[g]], [k[g - 1], n[g - 1] - k[g - 1]]])
        expected = fisher_exact(square, alternative="less").pvalue
        assert table["inversion_p"][g] == pytest.approx(expected, abs=1e-9)
        assert table["is_inverted"][g] == (k[g] * n[g - 1] < k[g - 1] * n[g])


def test_an_empty_grade_is_passed_over() -> None:
    p = np.repeat([0.05, 0.5], 10)
    outcome = np.r_[np.ones(5), np.zeros(15)]
    table = grade_table(p, outcome, (0.1, 0.2))
    assert table["n"].tolist() == [10, 0, 10]
    assert table["is_inverted"].tolist() == [False, False, True]
    assert np.isnan(table["observed_rate"][1])
    assert np.isnan(table["low"][1])


def test_peers_have_a_mean_score_of_50_and_a_deviation_of_10() -> None:
    rng = np.random.default_rng(1)
    n = 4_000
    industry, year = rng.choice(["D", "E"], n), rng.integers(2019, 2021, n)
    strength = rng.standard_normal(n) * 0.5 + (industry == "D") + year / 10
    table = peer_table(strength, industry, year)
    assert not table["is_pooled"].any()
    assert len(table) == 4
    for _, peers in table.iterrows():
        is_peer = (industry == peers["industry"]) & (year == peers["fiscal_year"])
        score, is_cut = deviation_score(strength[is_peer], peers["mean"], peers["deviation"])
        assert peers["n"] == is_peer.sum()
        # Nobody of so few lies beyond three deviations often enough to move these.
        assert np.mean(score) == pytest.approx(50, abs=0.05)
        assert np.std(score) == pytest.approx(10, abs=0.1)
        assert is_cut.sum() <= 10


def test_a_small_industry_takes_all_of_its_year() -> None:
    strength = np.array([0.0, 2.0, 4.0, 9.0, 100.0, np.nan])
    industry = np.array(["D", "D", "D", None, "D", "D"], object)
    year = [2020, 2020, 2020, 2020, 2021, 2020]
    table = peer_table(strength, industry, year, minimum=3)
    of_year = [0.0, 2.0, 4.0, 9.0]
    found = table.sort_values(["industry", "fiscal_year"]).to_numpy(object).tolist()
    assert found == [
        ["", 2020, 4, np.mean(of_year), pytest.approx(np.std(of_year)), True],
        ["D", 2020, 3, 2.0, pytest.approx((8 / 3) ** 0.5), False],
        ["D", 2021, 1, 100.0, 0.0, True],
    ]
    with pytest.raises(ValueError, match="nobody"):
        peer_table([np.nan], ["D"], [2020])


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=30))
@settings(deadline=None)
def test_scores_stay_within_20_and_80_in_order_and_tell_where_they_were_cut(
    drawn: list[float],
) -> None:
    score, is_cut = deviation_score(np.sort(drawn), 1.0, 5.0)
    assert (np.diff(score) >= 0).all()
    for value, found, cut in zip(sorted(drawn), score, is_cut, strict=True):
        bare = 50 + 10 * (value - 1) / 5
        assert found == pytest.approx(min(max(bare, 20), 80))
        assert cut == (not 20 <= bare <= 80)


def test_without_strength_or_spread_there_is_no_score() -> None:
    score, is_cut = deviation_score([np.nan, 1.0], [0.0, 0.0], [1.0, 0.0])
    assert np.isnan(score).all()
    assert not is_cut.any()
