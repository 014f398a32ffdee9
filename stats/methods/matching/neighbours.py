"""The nearest admissible donors of each seeker, exactly, stratum by stratum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]

_CELLS_AT_ONCE = 2_000_000
# Above so many pairs in one stratum a tree is quicker than looking at all of them.
_PAIRS_FOR_A_TREE = 50_000_000
_MOST_PAIRS = 100_000_000
_NO_POSITIONS: Positions = np.empty(0, np.intp)


@dataclass(frozen=True, slots=True)
class Space:
    """Where the units lie and who may meet whom; arrays have one row a unit.

    ``points`` (n, q) coordinates, ``strata`` (n,) codes that must be equal, ``fences`` (n, c)
    covariates whose difference may not exceed ``calipers`` (c,); no pair is farther apart than
    ``reach``. Distances that differ by less than ``tolerance`` (a share) are ties.
    """

    points: Floats
    strata: NDArray[np.int64]
    fences: Floats
    calipers: Floats
    reach: float = np.inf
    tolerance: float = 1e-10

    @property
    def crumb(self) -> float:
        """A distance that is nothing but rounding: beside an exact 0 no share could tell it."""
        return float(1e-12 * np.sqrt(self.points.var(axis=0).sum()))

    def squares(self, seekers: Positions, donors: Positions) -> Floats:
        """Squared distances (seekers, donors); infinite where a caliper or the reach forbids it."""
        result = np.zeros((len(seekers), len(donors)))
        for column in self.points.T:
            gap = column[seekers][:, None] - column[donors]
            result += gap * gap
        result[result > self.reach**2] = np.inf
        for column, caliper in zip(self.fences.T, self.calipers, strict=True):
            gap = np.abs(column[seekers][:, None] - column[donors])
            result[gap > caliper] = np.inf
        return result


class Links(NamedTuple):
    """Pairs as three columns, sorted by seeker, then donor."""

    seekers: Positions
    donors: Positions
    distances: Floats


def strata_of(
    strata: NDArray[np.int64], seekers: Positions, donors: Positions
) -> Iterator[tuple[Positions, Positions]]:
    """The seekers and donors of each stratum that has seekers; both keep their order."""
    if not len(seekers):
        return
    seekers = seekers[np.argsort(strata[seekers], kind="stable")]
    donors = donors[np.argsort(strata[donors], kind="stable")]
    codes, starts = np.unique(strata[seekers], return_index=True)
    lows = np.searchsorted(strata[donors], codes, "left")
    highs = np.searchsorted(strata[donors], codes, "right")
    ends = np.append(starts[1:], len(seekers))
    for start, end, low, high in zip(starts, ends, lows, highs, strict=True):
        yield seekers[start:end], donors[low:high]


def nearest(
    space: Space, seekers: Positions, donors: Positions, k: int, keep_ties: bool = True
) -> Links:
    """The ``k`` nearest admissible donors of each seeker, never the seeker itself.

    With ``keep_ties`` all donors as near as the k-th are returned, otherwise exactly k, those of
    the smallest positions among equals. Fewer where fewer are admissible.
    """
    found: list[tuple[Positions, Positions, Floats]] = []
    crumb, n_found = space.crumb, 0
    for some, others in strata_of(space.strata, seekers, donors):
        if not len(others):
            continue
        if not len(space.calipers) and len(some) * len(others) > _PAIRS_FOR_A_TREE:
            blocks = _by_tree(space, some, others, k, crumb)
        else:
            blocks = _by_window(space, some, others)
        for block in blocks:
            found.append(_pick(block, k, space.tolerance, crumb, keep_ties))
            n_found += len(found[-1][0])
            if n_found > _MOST_PAIRS:
                raise ValueError("too many ties: add covariates or strata, or take the first only")
    if not found:
        return Links(_NO_POSITIONS, _NO_POSITIONS, np.empty(0))
    seeker, donor, square = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((donor, seeker))
    return Links(seeker[order], donor[order], np.sqrt(square[order]))


class _Block(NamedTuple):
    """Squared distances of seekers (rows) to candidates: (rows, m) positions, or (m,) for all."""

    seekers: Positions
    donors: Positions
    squares: Floats


def _by_window(space: Space, seekers: Positions, donors: Positions) -> Iterator[_Block]:
    """All donors, or of those that the first caliper can let in, for some seekers at a time."""
    has_window = len(space.calipers) > 0 and len(donors) > 2_000
    if has_window:
        fence, reach = space.fences[:, 0], space.calipers[0] * (1 + 1e-9)
        seekers = seekers[np.argsort(fence[seekers], kind="stable")]
        donors = donors[np.argsort(fence[donors], kind="stable")]
        lows = np.searchsorted(fence[donors], fence[seekers] - reach, "left")
        highs = np.searchsorted(fence[donors], fence[seekers] + reach, "right")
    step = max(1, min(64 if has_window else len(seekers), _CELLS_AT_ONCE // len(donors)))
    for start in range(0, len(seekers), step):
        some = seekers[start : start + step]
        others = donors
        if has_window:
            others = donors[lows[start] : highs[start : start + step][-1]]
            if not len(others):
                continue
        squares = space.squares(some, others)
        squares[some[:, None] == others] = np.inf
        yield _Block(some, others, squares)


def _by_tree(
    space: Space, seekers: Positions, donors: Positions, k: int, crumb: float
) -> Iterator[_Block]:
    """For each seeker the donors up to the k-th and all that might tie with it."""
    tree = cKDTree(space.points[donors], balanced_tree=False, compact_nodes=False)
    # One more than k, in case the seeker is its own nearest donor.
    asked = min(k + 1, len(donors))
    last = np.asarray(tree.query(space.points[seekers], [asked])[0], np.float64)[:, 0]
    for seeker, radius in zip(seekers, last * (1 + 1e-9) + 2 * crumb, strict=True):
        ball = tree.query_ball_point(space.points[seeker], radius)
        others = donors[np.sort(np.asarray(ball, np.intp))]
        some = np.array([seeker])
        squares = space.squares(some, others)
        squares[0, others == seeker] = np.inf
        yield _Block(some, others, squares)


def _pick(
    block: _Block, k: int, tolerance: float, crumb: float, keep_ties: bool
) -> tuple[Positions, Positions, Floats]:
    squares = block.squares
    is_short = squares.shape[1] <= k
    last = squares.max(axis=1) if is_short else np.partition(squares, k - 1, axis=1)[:, k - 1]
    bound = np.sqrt(last)
    above = (bound * (1 + tolerance) + crumb) ** 2
    row, column = np.nonzero((squares <= above[:, None]) & np.isfinite(squares))
    donor, square = block.donors[column], squares[row, column]
    if not keep_ties:
        below = np.clip(bound * (1 - tolerance) - crumb, 0, None)[row] ** 2
        # Surely nearer first, then the ties by position.
        order = np.lexsort((donor, square >= below, row))
        row, donor, square = row[order], donor[order], square[order]
        kept = np.arange(len(row)) - np.searchsorted(row, row, "left") < k
        row, donor, square = row[kept], donor[kept], square[kept]
    return block.seekers[row], donor, square
