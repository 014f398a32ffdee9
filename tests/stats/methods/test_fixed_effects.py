"""Slopes within fixed effects against regressions with every dummy written out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from stats.methods.event_path import event_path
from stats.methods.fixed_effects import fixed_effects
from stats.methods.matched_sets import matched_sets
from tests.stats.methods.matched_worlds import EVENTS, matched_world

SEEDS = st.integers(0, 10_000)

# A dummy for every firm and every year is one too many, which statsmodels says and solves.
pytestmark = pytest.mark.filterwarnings("ignore:The design matrix is rank-deficient")


def panel(seed: int, n: int = 60) -> dict[str, NDArray[Any]]:
    """Rows of 12 firms in 6 years with gaps, large firm levels and uneven weights."""
    rng = np.random.default_rng(seed)
    firm, year = rng.integers(0, 12, n), rng.integers(0, 6, n)
    x = rng.standard_normal((n, 2)) + firm[:, None]
    y = 1e4 * firm + 30 * year + x @ [1.0, -2.0] + rng.standard_normal(n)
    return {"firm": firm, "year": year, "x": x, "y": y, "w": rng.uniform(0.2, 3, n)}


def with_dummies(world: dict[str, NDArray[Any]], names: list[str]) -> NDArray[np.float64]:
    dummies = [np.eye(12)[world[name]] for name in names]
    return np.hstack([world["x"], *dummies])


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from([["firm"], ["firm", "year"]]), st.booleans())
def test_slopes_and_errors_are_those_with_every_dummy(
    seed: int, names: list[str], is_weighted: bool
) -> None:
    world = panel(seed)
    weight = world["w"] if is_weighted else np.ones(60)
    full = sm.WLS(world["y"], with_dummies(world, names), weights=weight).fit()
    absorb = [world[name] for name in names]
    ours = fixed_effects(world["y"], world["x"], absorb, weight=weight)
    np.testing.assert_allclose(ours.coefficient, full.params[:2], atol=1e-7)
    np.testing.assert_allclose(ours.error, full.bse[:2], rtol=1e-6)
    assert ours.freedom == full.df_resid
    robust = fixed_effects(world["y"], world["x"], absorb, weight=weight, errors="robust")
    white = full.get_robustcov_results("HC1").bse[:2] * np.sqrt(robust.n / full.nobs)
    np.testing.assert_allclose(robust.error, white, rtol=1e-6)


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_clustered_errors_count_nested_effects_as_one(seed: int) -> None:
    world = panel(seed)
    ours = fixed_effects(
        world["y"], world["x"], [world["firm"], world["year"]], cluster=world["firm"]
    )
    full = sm.OLS(world["y"], with_dummies(world, ["firm", "year"])).fit(
        cov_type="cluster", cov_kwds={"groups": world["firm"], "use_correction": False}
    )
    # Firms alone in the data add clusters whose scores are nothing, and no information.
    groups, n = ours.freedom + 1, ours.n
    n_years = len(np.unique(world["year"]))
    factor = groups / (groups - 1) * (n - 1) / (n - 2 - n_years)
    np.testing.assert_allclose(ours.error, full.bse[:2] * np.sqrt(factor), rtol=1e-6)


def test_nothing_depends_on_row_order() -> None:
    world = panel(3)
    order = np.random.default_rng(0).permutation(60)
    first = fixed_effects(world["y"], world["x"], [world["firm"], world["year"]])
    second = fixed_effects(
        world["y"][order], world["x"][order], [world["firm"][order], world["year"][order]]
    )
    np.testing.assert_allclose(first.coefficient, second.coefficient, atol=1e-9)
    np.testing.assert_allclose(first.error, second.error, atol=1e-9)


def test_two_years_of_a_matched_sample_give_the_difference_of_differences() -> None:
    world = matched_world(7, n_treated=20, n_controls=30, gone=0, effect=2)
    sets = matched_sets(world.treated, world.control, world.weight)
    share = np.zeros(len(world.outcome))
    share[:20] = 1
    np.add.at(share, sets.control, sets.weight)
    rows = np.arange(len(share))
    y = np.r_[world.outcome[:, 2], world.outcome[:, 6]]
    is_later = np.repeat([0.0, 1.0], len(share))
    found = fixed_effects(
        y, is_later * (np.r_[rows, rows] < 20), [np.r_[rows, rows], is_later],
        weight=np.r_[share, share], cluster=np.r_[world.firm, world.firm],
    )  # fmt: skip
    expected = event_path(world.outcome, sets, EVENTS).mean.difference[6]
    assert found.coefficient[0] == pytest.approx(expected)


def test_a_planted_slope_comes_back_within_its_clustered_errors() -> None:
    near = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        firm, year = np.repeat(np.arange(60), 5), np.tile(np.arange(5), 60)
        x = rng.standard_normal(300).reshape(60, 5).cumsum(axis=1).ravel()
        noise = rng.standard_normal(300).reshape(60, 5).cumsum(axis=1).ravel()
        found = fixed_effects(3 * x + noise + firm, x, [firm, year], cluster=firm)
        near.append(found.low[0] <= 3 <= found.high[0])
    assert 0.89 <= np.mean(near) <= 0.99


def test_rows_without_a_value_or_alone_are_counted() -> None:
    y = np.array([1.0, 2.0, 4.0, 3.0, 7.0, np.nan, 5.0])
    x = np.array([1.0, 2.0, 3.0, 0.0, 4.0, 1.0, 1.0])
    found = fixed_effects(y, x, [[0, 0, 0, 1, 1, 1, 2]])
    assert (found.n, found.n_left_out, found.n_absorbed) == (5, 2, 2)


def test_what_does_not_vary_is_refused() -> None:
    firm = np.repeat(np.arange(5), 4)
    rng = np.random.default_rng(1)
    y, x = rng.standard_normal(20), rng.standard_normal(20)
    with pytest.raises(ValueError, match="vary"):
        fixed_effects(y, firm + 0.0, [firm])
    with pytest.raises(ValueError, match="collinear"):
        fixed_effects(y, np.column_stack([x, 2 * x + firm]), [firm])
    with pytest.raises(ValueError, match="clusters"):
        fixed_effects(y, x, [firm], cluster=np.zeros(20))
