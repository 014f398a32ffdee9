"""Intervals of a median from order statistics, without assuming any distribution."""

from __future__ import annotations

from scipy.stats import binom


def median_ranks(n: int, level: float = 0.95) -> tuple[int, int] | None:
    """The ranks (1 for the lowest of ``n`` values) between which the median lies with at least
    ``level``: the narrowest symmetric pair; None where even lowest and highest do not suffice.

    The number of values below the median is binomial (n, 1/2), so ranks j and n + 1 − j cover it
    with probability 1 − 2·P(B < j). Raises ValueError for a negative n or a level outside (0, 1).
    (Conover, Practical Nonparametric Statistics, 3rd ed., 1999, 3.2.)
    """
    if n < 0 or not 0 < level < 1:
        raise ValueError("n is no count or the level lies outside (0, 1)")
    # ppf is the least b with P(B <= b) >= tail: one below it, the tail is still smaller.
    lowest = int(binom.ppf((1 - level) / 2, n, 0.5)) if n else 0
    while lowest > 0 and 2 * binom.cdf(lowest - 1, n, 0.5) > 1 - level:
        lowest -= 1
    return (lowest, n + 1 - lowest) if lowest > 0 else None
