"""Learning how to prepare ratios for a credit model: on the training years alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stats.methods.credit_ratios import (
    OTHER,
    Codes,
    Numbers,
    Piece,
    Preparation,
    PreparedRatio,
    Ratio,
    industry_places,
    numbered,
    transformed,
)

Limits = tuple[tuple[float, ...], ...]


def learn_preparation(
    ratios: Sequence[Ratio],
    values: Mapping[str, ArrayLike],
    industry: Any,
    year: ArrayLike,
    *,
    train_until: int,
    tail: float = 0.01,
    minimum: int = 200,
    has_industry_columns: bool = True,
) -> Preparation:
    """Limits, centres, scales and flags from the statements of the years up to ``train_until``.

    One row per statement: ``values`` holds an array of n per ratio (NaN is missing), ``industry``
    n codes (None is missing), ``year`` n whole numbers. Later rows are not looked at. It needs no
    outcomes, so it wants a plain sample: where defaults are sampled more densely, they would set
    the limits. Winsorised ratios are held between the quantiles ``tail`` and 1 − ``tail`` of the
    same industry and year; a cell with fewer than ``minimum`` values takes those of the year, a
    year with fewer those of all years. Industries with fewer than ``minimum`` rows are OTHER.
    Scales are standard deviations of the values present (n − 1 in the denominator).

    Raises ValueError without rows up to that year, for arrays of unequal length, for a ratio that
    is never there or never varies, for infinite values and for odd tails and knots.
    """
    years = np.asarray(year, np.int64)
    rows = np.flatnonzero(years <= train_until)
    if not len(rows):
        raise ValueError(f"there is no statement up to {train_until}")
    if not 0 < tail < 0.5:
        raise ValueError("the tail lies between 0 and one half")
    numbers, names = numbered(industry)
    columns = {ratio.name: np.asarray(values[ratio.name], np.float64) for ratio in ratios}
    if any(len(column) != len(years) for column in (numbers, *columns.values())):
        raise ValueError("ratios, industry and year have one value per statement")
    counts: Counter[str] = Counter()
    for name, n in zip(names, np.bincount(numbers[rows], minlength=len(names)), strict=True):
        counts[name] += int(n)
    industries = tuple(sorted(code for code, n in counts.items() if n >= minimum))
    trained = years[rows]
    first, last = int(trained.min()), int(trained.max())
    cells = _Cells(
        industry_places(industry, industries)[rows],
        trained - first,
        len(industries),
        last - first + 1,
    )
    prepared = tuple(
        _prepare(ratio, columns[ratio.name][rows], cells, minimum, tail) for ratio in ratios
    )
    counts[OTHER] = int(np.sum(cells.place == cells.n_industries))
    shown = [*industries, *([OTHER] if counts[OTHER] >= minimum else [])]
    frequent = max(shown, key=lambda code: (counts[code], code), default=None)
    apart = tuple(code for code in shown if code != frequent) if has_industry_columns else ()
    return Preparation(prepared, industries, first, last, apart, len(rows))


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Industry and year of each training row; OTHER has the place n_industries."""

    place: Codes
    year: NDArray[np.int64]
    n_industries: int
    n_years: int

    @property
    def number(self) -> Codes:
        return (self.place * self.n_years + self.year).astype(np.intp)


def _prepare(ratio: Ratio, x: Numbers, cells: _Cells, minimum: int, tail: float) -> PreparedRatio:
    present = x[~np.isnan(x)]
    if not len(present):
        raise ValueError(f"{ratio.name} is never there in training")
    if np.isinf(present).any():
        raise ValueError(f"{ratio.name} holds infinite values; give NaN for what is not known")
    low: Limits = ()
    high: Limits = ()
    if ratio.transform == "winsorised":
        low, high = _limits(x, cells, minimum, tail)
    n_missing = len(x) - len(present)
    bare = PreparedRatio(ratio.name, ratio.transform, low, high, (), n_missing)
    values = transformed(bare, x, cells.number)
    values = values[~np.isnan(values)]
    return PreparedRatio(ratio.name, ratio.transform, low, high, _pieces(ratio, values), n_missing)


def _pieces(ratio: Ratio, values: Numbers) -> tuple[Piece, ...]:
    if any(not 0 < knot < 1 for knot in ratio.knots):
        raise ValueError(f"the knots of {ratio.name} are shares of firms between 0 and 1")
    knots = sorted({float(knot) for knot in np.quantile(values, ratio.knots)})
    columns: list[tuple[str, float | None, Numbers]] = [(ratio.name, None, values)]
    for number, knot in enumerate(knots, start=1):
        columns.append((f"{ratio.name}_above_{number}", knot, np.maximum(values - knot, 0)))
    pieces = []
    for name, knot_of, column in columns:
        scale = float(np.std(column, ddof=1)) if len(column) > 1 else 0.0
        # A constant column has a deviation of rounding, not always of exactly zero.
        if scale <= 1e-12 * max(1.0, float(np.abs(column).max())):
            raise ValueError(f"{name} does not vary in training")
        pieces.append(Piece(name, knot_of, float(np.mean(column)), scale))
    return tuple(pieces)


def _limits(x: Numbers, cells: _Cells, minimum: int, tail: float) -> tuple[Limits, Limits]:
    is_present = ~np.isnan(x)
    values = x[is_present]
    limits = np.empty((cells.n_industries + 1, cells.n_years, 2))
    limits[:] = np.quantile(values, [tail, 1 - tail])
    for year, of_year in _quantiles(values, cells.year[is_present], minimum, tail):
        limits[:, year] = of_year
    for cell, of_cell in _quantiles(values, cells.number[is_present], minimum, tail):
        place, year = divmod(cell, cells.n_years)
        if place < cells.n_industries:
            limits[place, year] = of_cell
    low, high = (tuple(tuple(row) for row in limits[:, :, side].tolist()) for side in (0, 1))
    return low, high


def _quantiles(
    values: Numbers, group: NDArray[np.integer], minimum: int, tail: float
) -> Iterator[tuple[int, Numbers]]:
    """The lower and upper quantile of every group of at least ``minimum`` values."""
    # The smallest type that holds the groups: sixteen bits are sorted by counting.
    narrow = group.astype(np.min_scalar_type(int(group.max())))
    order = np.argsort(narrow, kind="stable")
    found, starts = np.unique(narrow[order], return_index=True)
    for number, part in zip(found.tolist(), np.split(values[order], starts[1:]), strict=True):
        if len(part) >= minimum:
            yield number, np.quantile(part, [tail, 1 - tail])
