"""Arrows: means by cell, and two groups compared from where they start alike."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, ttest_ind

from stats.methods.movement import arrows, compare_movement, movement_sums

FIRMS = st.lists(
    st.tuples(st.integers(0, 3), st.floats(-30, 30), st.floats(-1, 1)), min_size=1, max_size=80
)


@given(FIRMS)
@settings(deadline=None)
def test_an_arrow_is_the_mean_of_its_cell_with_its_interval(
    firms: list[tuple[int, float, float]],
) -> None:
    frame = pd.DataFrame(firms, columns=["cell", "dx", "dy"])
    table = arrows(movement_sums(*(frame[name] for name in frame)), minimum=5)
    assert table["n"].sum() == len(firms)
    for cell, moved in frame.groupby("cell"):
        row = table.set_index("cell").loc[cell]
        if len(moved) < 5:
            assert row["is_withheld"]
            assert row.drop(["n", "is_withheld"]).isna().all()
            continue
        for name in ("dx", "dy"):
            mean = moved[name].mean()
            reach = norm.ppf(0.975) * moved[name].std() / np.sqrt(len(moved))
            found = [row[name], row[f"{name}_low"], row[f"{name}_high"]]
            assert found == pytest.approx([mean, mean - reach, mean + reach], abs=1e-5)


def groups(seed: int, effect: float = 0.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both return to the middle; the first starts lower, so it rises more without any effect."""
    rng = np.random.default_rng(seed)
    made = []
    for size, lean, gain in ((300, [0.6, 0.3, 0.1], effect), (900, [0.2, 0.3, 0.5], 0.0)):
        cell = rng.choice(3, size, p=lean)
        dx = 3.0 * (1 - cell) + gain + rng.standard_normal(size) * (2 + cell)
        made.append(movement_sums(cell, dx, 0.1 * rng.standard_normal(size)))
    return made[0], made[1]


def test_a_return_to_the_middle_is_no_difference_and_a_planted_one_comes_back() -> None:
    deviations, covered = [], []
    for seed in range(200):
        found = compare_movement(*groups(seed, effect=0.8))
        error = (found.dx.high - found.dx.low) / 2 / norm.ppf(0.975)
        deviations.append((found.dx.mean - 0.8) / error)
        covered.append(found.dx.low <= 0.8 <= found.dx.high)
    assert np.mean(deviations) == pytest.approx(0, abs=0.2)
    assert 0.91 <= np.mean(covered) <= 0.98
    first, second = (group.sum() for group in groups(0))
    assert first["dx"] / first["n"] - second["dx"] / second["n"] > 1.5


def test_in_one_cell_it_is_the_difference_of_welch() -> None:
    rng = np.random.default_rng(1)
    one, two = rng.standard_normal(400) + 1, 2 * rng.standard_normal(700)
    sums = [movement_sums(np.zeros(len(x)), x, x) for x in (one, two)]
    found = compare_movement(sums[0], sums[1])
    test = ttest_ind(one, two, equal_var=False)
    reach = norm.ppf(0.975) * test.statistic**-1 * (one.mean() - two.mean())
    assert found.dx.mean == pytest.approx(one.mean() - two.mean(), abs=1e-10)
    assert (found.dx.high - found.dx.low) / 2 == pytest.approx(abs(reach), rel=1e-9)
    assert found.dy == found.dx


def test_cells_weigh_as_much_as_both_groups_tell_of_them() -> None:
    """Cell 0 has 10 and 10 firms, weight 5; cell 1 has 30 and 60, weight 20."""
    first = movement_sums([0] * 10 + [1] * 30, [4.0] * 10 + [1.0] * 30, np.zeros(40))
    second = movement_sums([0] * 10 + [1] * 60, [1.0] * 10 + [2.0] * 60, np.zeros(70))
    assert compare_movement(first, second).dx.mean == pytest.approx((5 * 3 - 20) / 25)


def test_changing_sides_changes_the_sign_alone() -> None:
    first, second = groups(3, effect=0.5)
    one, two = compare_movement(first, second), compare_movement(second, first)
    assert one.dx.mean == pytest.approx(-two.dx.mean, abs=1e-12)
    assert one.dy.low == pytest.approx(-two.dy.high, abs=1e-12)
    assert (one.n_first, one.n_second) == (two.n_second, two.n_first)


def test_cells_where_either_is_small_are_left_out_and_counted() -> None:
    first = movement_sums([0] * 20 + [1] * 9 + [2] * 30, np.arange(59.0), np.zeros(59))
    second = movement_sums([0] * 15 + [1] * 40, np.arange(55.0), np.zeros(55))
    found = compare_movement(first, second)
    assert (found.n_first, found.n_second, found.n_left_out, found.n_cells) == (20, 15, 79, 1)
    assert found.dx.mean == pytest.approx(np.arange(20.0).mean() - np.arange(15.0).mean())


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="known"):
        movement_sums([0], [np.nan], [0.0])
    lone = movement_sums([0], [1.0], [1.0])
    with pytest.raises(ValueError, match="no starting cell"):
        compare_movement(lone, lone, minimum=1)
