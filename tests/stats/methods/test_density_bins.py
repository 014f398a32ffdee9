"""Cells of the plane: every firm in one, counts add up, contours hold what they say."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import norm

from stats.methods.density_bins import (
    NO_CELL,
    Axis,
    Grid,
    cell_counts,
    cell_index,
    contours,
    density,
    smoothed,
)

GRID = Grid(Axis(20, 80), Axis(-0.5, 0.5))
SMALL = Grid(Axis(0, 4, 6), Axis(0, 3, 5))
COUNTS = arrays(np.int64, (5, 6), elements=st.integers(0, 50)).filter(lambda n: n.sum() > 0)


@given(st.floats(allow_nan=False, allow_infinity=True), st.integers(3, 255))
@settings(deadline=None)
def test_a_value_lies_between_the_edges_of_its_bin(value: float, n_bins: int) -> None:
    axis = Axis(-0.3, 1.7, n_bins)
    number = int(axis.index(value))
    assert 0 <= number < n_bins
    edges = axis.edges
    assert len(edges) == n_bins + 1
    slack = 1e-9
    assert edges[number] - slack <= value <= edges[number + 1] + slack


@given(st.lists(st.floats(-2, 3), min_size=2), st.integers(3, 255))
@settings(deadline=None)
def test_bins_rise_with_the_value(values: list[float], n_bins: int) -> None:
    assert (np.diff(Axis(-0.3, 1.7, n_bins).index(np.sort(values))) >= 0).all()


def test_ends_are_open_and_a_bound_belongs_to_the_bin_above() -> None:
    axis = Axis(20, 80)
    assert axis.width == pytest.approx(60 / 62)
    assert axis.index([-1e9, 19.999, 20, 79.999, 80, 1e9, np.nan]).tolist() == [
        0, 0, 1, 62, 63, 63, -1,
    ]  # fmt: skip


def test_a_database_computes_the_same_cells() -> None:
    rng = np.random.default_rng(1)
    n = 20_000
    x = np.where(rng.random(n) < 0.3, rng.choice(GRID.x.edges[1:-1], n), rng.normal(50, 15, n))
    y = rng.standard_t(2, n) * 0.2
    frame = pd.DataFrame({"row": np.arange(n), "x": x, "y": y})
    bins = [
        f"case when {name} < {axis.low} then 0 when {name} >= {axis.high} then {axis.n_bins - 1}"
        f" else least(1 + floor(({name} - {axis.low}) / {axis.width!r}), {axis.n_bins - 2}) end"
        for name, axis in (("x", GRID.x), ("y", GRID.y))
    ]
    connection = duckdb.connect()
    connection.register("firms", frame)
    query = f"select ({bins[1]}) * 64 + ({bins[0]}) as cell from firms order by row"  # noqa: S608
    found = connection.execute(query).df()["cell"].to_numpy()
    assert np.array_equal(found, cell_index(GRID, x, y))


def test_an_unknown_measure_has_no_cell() -> None:
    cells = cell_index(GRID, [np.nan, 50, 50], [0, np.nan, 0])
    assert cells.dtype == np.uint16
    assert cells[:2].tolist() == [NO_CELL, NO_CELL]
    assert cell_counts(GRID, cells).sum() == 1
    with pytest.raises(ValueError, match="no cell"):
        cell_counts(GRID, [4096])


@given(st.lists(st.tuples(st.floats(-1, 5), st.floats(-1, 4)), min_size=1, max_size=60))
@settings(deadline=None)
def test_counts_and_shares_add_to_everyone_in_any_order(firms: list[tuple[float, float]]) -> None:
    x, y = np.array(firms).T
    counts = cell_counts(SMALL, cell_index(SMALL, x, y))
    assert counts.sum() == len(firms)
    assert np.array_equal(counts, cell_counts(SMALL, cell_index(SMALL, x[::-1], y[::-1])))
    table = density(SMALL, counts)
    assert table["share"].sum() == pytest.approx(1, abs=1e-12)
    assert table["n"].sum() == len(firms)
    area = (table["x_high"] - table["x_low"]) * (table["y_high"] - table["y_low"])
    is_open = ~np.isfinite(area)
    assert table["density"].isna().equals(is_open)
    closed = (table["density"] * area)[~is_open].sum()
    inside = (x >= 0) & (x < 4) & (y >= 0) & (y < 3)
    assert closed == pytest.approx(inside.mean(), abs=1e-12)


@given(COUNTS)
@settings(max_examples=60, deadline=None)
def test_contours_are_the_smallest_sets_that_hold_the_share(counts: np.ndarray) -> None:
    table = contours(SMALL, counts)
    ordered = sorted(counts.ravel().tolist(), reverse=True)
    for _, (share, level, held, n_cells) in table.iterrows():
        assert held == pytest.approx(counts[counts >= level].sum() / counts.sum())
        assert n_cells == (counts >= level).sum()
        assert held >= share - 1e-9
        assert sum(n for n in ordered if n > level) / sum(ordered) < share
    assert (table["level"].diff().dropna() <= 0).all()


def test_contours_of_a_normal_cloud_hold_the_area_they_should() -> None:
    """The region of share s of a round normal is the disc of radius √(−2·ln(1 − s))."""
    grid = Grid(Axis(-5, 5, 202), Axis(-5, 5, 202))
    masses = [np.diff(norm.cdf(axis.edges)) for axis in (grid.x, grid.y)]
    table = contours(grid, np.outer(masses[1], masses[0]) * 1e6)
    area = table["n_cells"] * grid.x.width * grid.y.width
    expected = -2 * np.log(1 - table["share"]) * np.pi
    assert area.to_numpy() == pytest.approx(expected.to_numpy(), rel=0.01)


@given(COUNTS, st.floats(0.1, 3))
@settings(max_examples=60, deadline=None)
def test_smoothing_keeps_the_sum_and_the_open_cells(counts: np.ndarray, width: float) -> None:
    found = smoothed(SMALL, counts, width)
    assert found.sum() == pytest.approx(counts.sum())
    rim = np.ones(counts.shape, bool)
    rim[1:-1, 1:-1] = False
    assert (found[rim] == counts[rim]).all()
    assert (found >= 0).all()
    assert np.array_equal(smoothed(SMALL, counts, 0), counts)


def test_bad_input_is_refused() -> None:
    for low, high, n_bins in ((1, 1, 64), (2, 1, 64), (0, np.inf, 64), (0, 1, 2), (0, 1, 256)):
        with pytest.raises(ValueError, match="axis"):
            Axis(low, high, n_bins)
    with pytest.raises(ValueError, match="5 × 6"):
        density(SMALL, np.ones((6, 5)))
    with pytest.raises(ValueError, match="there are firms"):
        contours(SMALL, np.zeros((5, 6)))
    with pytest.raises(ValueError, match="shares"):
        contours(SMALL, np.ones((5, 6)), (1.0,))
    with pytest.raises(ValueError, match="bandwidth"):
        smoothed(SMALL, np.ones((5, 6)), -1)
