"""Firms in the plane of credit strength and growth: cells, their density, where most firms are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import gaussian_filter

Numbers = NDArray[np.float64]
Cells = NDArray[np.uint16]

# The greatest USMALLINT stands for firms of which one of the two measures is not known.
NO_CELL = 65_535
_MOST_BINS = 255


@dataclass(frozen=True, slots=True)
class Axis:
    """``n_bins`` bins of which the first lies below ``low``, the last from ``high`` on, and the
    others part what is between evenly. Raises ValueError unless low < high and 3 ≤ bins ≤ 255."""

    low: float
    high: float
    n_bins: int = 64

    def __post_init__(self) -> None:
        if not -np.inf < self.low < self.high < np.inf:
            raise ValueError("an axis runs from a finite number up to a greater one")
        if not 3 <= self.n_bins <= _MOST_BINS:
            raise ValueError(f"an axis has 3 to {_MOST_BINS} bins")

    @property
    def width(self) -> float:
        return (self.high - self.low) / (self.n_bins - 2)

    @property
    def edges(self) -> Numbers:
        """The n_bins + 1 edges; the outer ones are infinite."""
        inner = self.low + self.width * np.arange(self.n_bins - 2)
        return np.concatenate([[-np.inf], inner, [self.high, np.inf]])

    def index(self, values: ArrayLike) -> NDArray[np.int64]:
        """The bin of each value, −1 where it is NaN.

        0 below ``low``, n_bins − 1 from ``high`` on, otherwise 1 + floor((value − low) / width), at
        most n_bins − 2: what a database computes with the same numbers.
        """
        x = np.asarray(values, np.float64)
        held = np.clip(np.nan_to_num(x, nan=self.low), self.low, self.high)
        inner = np.minimum(1 + np.floor((held - self.low) / self.width), self.n_bins - 2)
        bins = np.where(x < self.low, 0, np.where(x >= self.high, self.n_bins - 1, inner))
        return np.where(np.isnan(x), -1, bins).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of two axes; the cell of bins (i of x, j of y) is number j · x.n_bins + i."""

    x: Axis
    y: Axis

    @property
    def n_cells(self) -> int:
        return self.x.n_bins * self.y.n_bins


def cell_index(grid: Grid, x: ArrayLike, y: ArrayLike) -> Cells:
    """The number of each firm's cell as USMALLINT; NO_CELL where x or y is NaN."""
    i, j = grid.x.index(x), grid.y.index(y)
    packed = np.where((i < 0) | (j < 0), NO_CELL, j * grid.x.n_bins + i)
    return packed.astype(np.uint16)


def cell_counts(grid: Grid, cells: ArrayLike) -> NDArray[np.int64]:
    """Firms by cell, y.n_bins × x.n_bins; those with NO_CELL are left out.

    Raises ValueError for a number that is no cell of the grid.
    """
    numbers = np.asarray(cells, np.int64)
    numbers = numbers[numbers != NO_CELL]
    if ((numbers < 0) | (numbers >= grid.n_cells)).any():
        raise ValueError("there are numbers that are no cell of the grid")
    counts = np.bincount(numbers, minlength=grid.n_cells)
    return counts.reshape(grid.y.n_bins, grid.x.n_bins).astype(np.int64)


def density(grid: Grid, counts: ArrayLike) -> pd.DataFrame:
    """Share and density of the firms in each cell that has any; one row per cell, by number.

    ``counts`` is y.n_bins × x.n_bins. Columns: cell, x_low, x_high, y_low, y_high, n, share (of all
    firms counted; the shares add to 1) and density (share per unit of x and of y; NaN in the open
    cells at the ends, which have no area). Raises ValueError for another shape, negative counts or
    no firms.
    """
    n = _checked(grid, counts)
    rows, columns = np.nonzero(n)
    share = n[rows, columns] / n.sum()
    x, y = grid.x.edges, grid.y.edges
    area = (x[columns + 1] - x[columns]) * (y[rows + 1] - y[rows])
    return pd.DataFrame(
        {
            "cell": rows * grid.x.n_bins + columns,
            "x_low": x[columns],
            "x_high": x[columns + 1],
            "y_low": y[rows],
            "y_high": y[rows + 1],
            "n": n[rows, columns],
            "share": share,
            "density": np.where(np.isfinite(area), share / area, np.nan),
        }
    )


def smoothed(grid: Grid, counts: ArrayLike, bandwidth: float) -> Numbers:
    """Counts spread by a normal kernel whose deviation is ``bandwidth`` bins, for contours.

    Only the closed cells are smoothed, among themselves: the open cells at the ends hold all that
    lies beyond and would spread it over the edge. The sum stays. Raises ValueError as `density`
    does and for a negative bandwidth.
    """
    n = _checked(grid, counts).copy()
    if bandwidth < 0:
        raise ValueError("the bandwidth is 0 or more")
    n[1:-1, 1:-1] = gaussian_filter(n[1:-1, 1:-1], bandwidth, mode="reflect")
    return n


def contours(
    grid: Grid, counts: ArrayLike, shares: tuple[float, ...] = (0.5, 0.8, 0.95)
) -> pd.DataFrame:
    """The levels above which the densest cells hold these shares of all firms; one row per share.

    The region of a level is the smallest set of cells that holds the share; all cells as full as
    its emptiest belong to it, so it may hold more. Columns: share, level (the count of that cell),
    held (the share it really holds), n_cells. Raises ValueError as `density` does and for shares
    outside 0 and 1. (Hyndman, American Statistician 50, 1996.)
    """
    if not all(0 < share < 1 for share in shares):
        raise ValueError("the shares lie between 0 and 1")
    ordered = np.sort(_checked(grid, counts), axis=None)[::-1]
    held = np.cumsum(ordered) / ordered.sum()
    # A share that is met exactly may fall short by rounding.
    last = np.minimum(np.searchsorted(held, np.asarray(shares) - 1e-12), len(ordered) - 1)
    levels = ordered[last]
    n_cells = np.searchsorted(-ordered, -levels, side="right")
    return pd.DataFrame(
        {"share": shares, "level": levels, "held": held[n_cells - 1], "n_cells": n_cells}
    )


def _checked(grid: Grid, counts: ArrayLike) -> Numbers:
    n = np.asarray(counts, np.float64)
    if n.shape != (grid.y.n_bins, grid.x.n_bins):
        raise ValueError(f"the counts are {grid.y.n_bins} × {grid.x.n_bins}, not {n.shape}")
    if not (n >= 0).all() or not n.sum() > 0:
        raise ValueError("the counts are 0 or more and there are firms")
    return n
