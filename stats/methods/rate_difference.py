"""The difference of two shares, with an interval made from the intervals of each."""

from __future__ import annotations

from math import sqrt


def rate_difference(
    first: float,
    first_interval: tuple[float, float],
    second: float,
    second_interval: tuple[float, float],
) -> tuple[float, float, float]:
    """``first`` less ``second`` and its interval, in the unit of both.

    The intervals are Wilson's of the same level, of independent groups. (Newcombe, Statistics in
    Medicine 17, 1998, method 10.)
    """
    difference = first - second
    below = sqrt((first - first_interval[0]) ** 2 + (second_interval[1] - second) ** 2)
    above = sqrt((first_interval[1] - first) ** 2 + (second - second_interval[0]) ** 2)
    return difference, difference - below, difference + above
