"""Shrunken effects against statsmodels and simulated truths; small cells against a recursion."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal
from statsmodels.stats.meta_analysis import combine_effects

from stats.methods.shrinkage import Variance, between_variance, merged_cells, shrunken_effects

SEEDS = st.integers(0, 10_000)


# statsmodels lets a variance fall below 0, and then takes roots of it.
@pytest.mark.filterwarnings("ignore:invalid value encountered in sqrt")
@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(2, 20), st.floats(0, 2))
def test_the_variance_between_fits_the_squared_distances(seed: int, n: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    v = rng.uniform(0.1, 2, n)
    y = rng.standard_normal(n) * np.sqrt(v + spread)
    moments = combine_effects(y, v, method_re="dl").tau2
    assert between_variance(y, v, "dl") == pytest.approx(max(0.0, moments), abs=1e-9)
    # Paule and Mandel's makes the squared distances as many as there are degrees of freedom.
    found = between_variance(y, v, "pm")
    mean = np.average(y, weights=1 / (v + found))
    distance = float(((y - mean) ** 2 / (v + found)).sum())
    assert distance == pytest.approx(n - 1, abs=1e-6) if found > 0 else distance <= n - 1


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_no_variance_is_likelier_than_that_of_the_restricted_likelihood(seed: int) -> None:
    rng = np.random.default_rng(seed)
    v = rng.uniform(0.05, 1, 6)
    y = rng.standard_normal(6) * np.sqrt(v + 0.5)
    # Contrasts with the first sub-group do not know the mean: their density is the likelihood.
    contrast = np.column_stack([-np.ones(5), np.eye(5)])

    def loss(tau2: float) -> float:
        covariance = contrast @ np.diag(v + tau2) @ contrast.T
        return -float(multivariate_normal(np.zeros(5), covariance).logpdf(contrast @ y))

    ours = between_variance(y, v, "reml")
    assert loss(ours) <= min(loss(tau2) for tau2 in np.linspace(0, 10, 300)) + 1e-9


@pytest.mark.parametrize("method", ["dl", "reml", "pm"])
def test_shrunken_effects_are_nearer_to_the_truth_and_covered(method: Variance) -> None:
    covered, own_loss, shrunken_loss = [], 0.0, 0.0
    for seed in range(120):
        rng = np.random.default_rng(seed)
        truth = 1 + (0.2, 0.5, 1.0)[seed % 3] * rng.standard_normal(40)
        error = rng.uniform(0.3, 1.2, 40)
        estimate = truth + error * rng.standard_normal(40)
        found = shrunken_effects(estimate, error, variance=method)
        covered.append(np.mean((found.low <= truth) & (truth <= found.high)))
        own_loss += float(((estimate - truth) ** 2).sum())
        shrunken_loss += float(((found.shrunken - truth) ** 2).sum())
    assert shrunken_loss < 0.5 * own_loss
    assert 0.92 <= np.mean(covered) <= 0.97


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_order_changes_nothing_and_a_missing_estimate_stays_missing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    y, s = rng.standard_normal(9), rng.uniform(0.2, 1, 9)
    order = rng.permutation(9)
    first = shrunken_effects(y, s)
    second = shrunken_effects(np.r_[y[order], np.nan], np.r_[s[order], 1])
    np.testing.assert_allclose(second.shrunken[:9], first.shrunken[order], atol=1e-5)
    np.testing.assert_allclose(second.false_discovery[:9], first.false_discovery[order])
    assert np.isnan(second.shrunken[9])
    assert not second.is_marked[9]


def test_equal_effects_are_one_mean_and_marks_are_few() -> None:
    false = 0.0
    for seed in range(120):
        estimate = np.random.default_rng(seed).standard_normal(30)
        false += float(shrunken_effects(estimate, np.ones(30)).is_marked.any())
    assert false / 120 <= 0.09
    alike = shrunken_effects(np.full(5, 2.0), np.ones(5))
    np.testing.assert_allclose(alike.shrunken, 2)
    assert alike.between == 0


def slow_place(cell: str, counts: dict[str, tuple[int, int]], parent: dict[str, str]) -> str | None:
    def below(name: str) -> list[str]:
        inner = [c for c in counts if parent.get(c) == name]
        outer = {p for p in parent.values() if parent.get(p) == name}
        found = [name] if name in counts else []
        for child in {*inner, *outer}:
            found += below(child)
        return sorted(set(found))

    members = below(cell)
    users, sets = (sum(counts[m][k] for m in members) for k in (0, 1))
    if users >= 30 and sets >= 10:
        return cell
    return slow_place(parent[cell], counts, parent) if cell in parent else None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 14)), min_size=6, max_size=6))
def test_a_small_cell_is_shown_in_its_nearest_ancestor_that_is_large_enough(
    sizes: list[tuple[int, int]],
) -> None:
    cells = ["a1", "a2", "b1", "b2", "b3", "c1"]
    areas = {"a": "east", "b": "east", "c": "all", "east": "all"}
    parent = {cell: cell[0] for cell in cells} | areas
    counts = dict(zip(cells, sizes, strict=True))
    found = merged_cells(cells, [s[0] for s in sizes], [s[1] for s in sizes], parent)
    assert list(found.shown_in) == [slow_place(cell, counts, parent) for cell in cells]
    for place, cell in enumerate(cells):
        assert found.is_merged[place] == (found.shown_in[place] != cell)
        if found.shown_in[place] is not None:
            assert found.n_treated[place] >= 30
            assert found.n_sets[place] >= 10


def test_what_makes_no_table_is_refused() -> None:
    with pytest.raises(ValueError, match="two"):
        shrunken_effects([1.0, np.nan], [1.0, 1.0])
    with pytest.raises(ValueError, match="positive"):
        shrunken_effects([1.0, 2.0], [1.0, 0.0])
    with pytest.raises(ValueError, match="round"):
        merged_cells(["a"], [1], [1], {"a": "b", "b": "a"})
    with pytest.raises(ValueError, match="twice"):
        merged_cells(["a", "a"], [1, 1], [1, 1], {})
