"""Random draws that depend on the seed, the step and the chunk, never on the order of the work."""

from __future__ import annotations

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def dice(seed: int, step: str, chunk: int = 0) -> np.random.Generator:
    """The generator of one step of one chunk."""
    return np.random.Generator(np.random.PCG64([seed, crc32(step.encode()), chunk]))


def part_of(total: float, first: int, size: int, whole: int) -> int:
    """How many of ``total`` fall to the places ``first`` to ``first + size`` of ``whole``.

    The parts of adjoining chunks add up to the rounded total.
    """
    return round(total * (first + size) / whole) - round(total * first / whole)


def cumulative(weights: Floats) -> Floats:
    """Running shares of ``weights``, ready for ``choose``; the last one is 1 unless all are 0."""
    total = np.cumsum(weights)
    return total / total[-1] if len(total) and total[-1] > 0 else total


def choose(rng: np.random.Generator, shares: Floats, n: int) -> Ints:
    """``n`` positions drawn with replacement; none where no position has a weight."""
    if not len(shares) or shares[-1] <= 0:
        return np.zeros(0, np.int64)
    return np.searchsorted(shares, rng.random(n), side="right").clip(max=len(shares) - 1)


def choose_apart(rng: np.random.Generator, weights: Floats, n: int) -> Ints:
    """Up to ``n`` different positions; the heavier ones are likelier to be among them."""
    positions = np.flatnonzero(weights > 0)
    # The smallest of exponential waiting times are a draw without replacement.
    waits = rng.exponential(size=len(positions)) / weights[positions]
    n = min(n, len(positions))
    if n == len(positions):
        return positions
    return np.sort(positions[np.argpartition(waits, n)[:n]])


def spread(rng: np.random.Generator, n: int, shares: dict[str, float]) -> Ints:
    """For each of ``n`` the position of one of ``shares``, by its share."""
    return choose(rng, cumulative(np.array(list(shares.values()))), n)
