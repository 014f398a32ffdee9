"""Ratios into the columns of a credit model, and columns times coefficients into its predictor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stats.methods.credit_ratios import (
    OTHER,
    Numbers,
    Preparation,
    industry_places,
    transformed,
)

_BLOCK = 1 << 14


def design_matrix(
    preparation: Preparation,
    values: Mapping[str, ArrayLike],
    industry: Any,
    year: ArrayLike,
    dtype: type[np.float64] | type[np.float32] = np.float64,
) -> NDArray[Any]:
    """The design of n statements, n × len(preparation.columns), in the order of these columns.

    A missing ratio is 0 in its own columns (the mean of training) and 1 in its flag; where it was
    never missing in training it is NaN. ``np.float32`` halves the memory of three million rows.
    Raises ValueError as `linear_predictor` does.
    """
    blocks = _Blocks(preparation, values, industry, year)
    design = np.empty((blocks.n, len(preparation.columns)), dtype)
    for rows in blocks:
        for number, column in enumerate(blocks.columns(rows)):
            design[rows, number] = column
    return design


def linear_predictor(
    preparation: Preparation,
    coefficients: ArrayLike,
    values: Mapping[str, ArrayLike],
    industry: Any,
    year: ArrayLike,
) -> Numbers:
    """The logit of the probability of default of n statements, column by column in little memory.

    Credit strength is its negative. ``values`` holds n per ratio (NaN is missing), ``industry``
    codes as text or a pandas Categorical, ``year`` whole numbers; ``coefficients`` stand in the
    order of ``preparation.columns``. NaN where a ratio is missing that never was in training.
    Raises ValueError for a ratio that is not given, arrays of unequal length, infinite values or
    the wrong number of coefficients.
    """
    betas = np.asarray(coefficients, np.float64)
    if betas.shape != (len(preparation.columns),):
        raise ValueError(f"there are {len(preparation.columns)} coefficients, not {betas.size}")
    blocks = _Blocks(preparation, values, industry, year)
    predictor = np.zeros(blocks.n)
    for rows in blocks:
        for beta, column in zip(betas, blocks.columns(rows), strict=True):
            predictor[rows] += beta * column
    return predictor


class _Blocks:
    """Statements in blocks of rows that stay in the processor's cache, column by column."""

    def __init__(
        self,
        preparation: Preparation,
        values: Mapping[str, ArrayLike],
        industry: Any,
        year: ArrayLike,
    ) -> None:
        self._preparation = preparation
        self._place = industry_places(industry, preparation.industries)
        years = np.asarray(year, np.int64)
        self.n = len(years)
        if len(self._place) != self.n:
            raise ValueError("industry and year have one value per statement")
        first, last = preparation.first_year, preparation.last_year
        self._cell = self._place * (last - first + 1) + (np.clip(years, first, last) - first)
        self._values: dict[str, Numbers] = {}
        for ratio in preparation.ratios:
            if ratio.name not in values:
                raise ValueError(f"{ratio.name} is not given")
            x = np.asarray(values[ratio.name], np.float64)
            if len(x) != self.n:
                raise ValueError(f"{ratio.name} has {len(x)} values for {self.n} statements")
            self._values[ratio.name] = x

    def __iter__(self) -> Iterator[slice]:
        return (slice(start, start + _BLOCK) for start in range(0, self.n, _BLOCK))

    def columns(self, rows: slice) -> Iterator[NDArray[Any]]:
        """The columns of the design for these rows, in order."""
        place, cell = self._place[rows], self._cell[rows]
        yield np.ones(len(cell))
        for ratio in self._preparation.ratios:
            x = transformed(ratio, self._values[ratio.name][rows], cell)
            is_missing = np.isnan(x)
            for piece in ratio.pieces:
                above = x if piece.knot is None else np.maximum(x - piece.knot, 0)
                column = (above - piece.centre) / piece.scale
                if ratio.flag:
                    column[is_missing] = 0.0
                yield column
            if ratio.flag:
                yield is_missing
        industries = self._preparation.industries
        for code in self._preparation.industry_columns:
            yield place == (len(industries) if code == OTHER else industries.index(code))
