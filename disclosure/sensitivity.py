"""Which cells of a magnitude table would give a contributor away."""

from __future__ import annotations

from collections.abc import Sequence

# The policy for magnitudes: at least three enterprises, and the p% rule with p = 10.
LEAST_CONTRIBUTORS = 3
P_PERCENT = 10.0
# Where only the largest contribution is known: what share of the total gives it away.
DOMINANCE = 0.85


def is_sensitive(
    n_contributor: int,
    total: float,
    largest: Sequence[float],
    *,
    least_contributors: int = LEAST_CONTRIBUTORS,
    p_percent: float = P_PERCENT,
) -> bool:
    """Whether a cell must not be published.

    ``total`` is the sum of the absolute contributions and ``largest`` holds at least the two
    largest of them, in falling order. By the p% rule a cell is sensitive when the second largest
    contributor could estimate the largest to within p percent: total − x₁ − x₂ < p/100 · x₁.
    An empty cell and a cell of zeros give nothing away. Raises ValueError when the contributions
    do not fit the total. (Hundepool et al., Statistical Disclosure Control, 2012, section 4.2.)
    """
    if n_contributor == 0:
        return False
    if n_contributor < least_contributors:
        return True
    if len(largest) < 2 or largest[0] < largest[1] or sum(largest[:2]) > total * (1 + 1e-12):
        raise ValueError("the two largest contributions must stand in falling order in the total")
    return total - largest[0] - largest[1] < p_percent / 100 * largest[0]


def is_dominated(total: float, largest: float, *, share: float = DOMINANCE) -> bool:
    """Whether the largest contribution is more than ``share`` of the total.

    For tables that come without the second largest; with it, `is_sensitive` says more.
    """
    return largest > share * total


def protection_level(
    n_contributor: int,
    total: float,
    largest: Sequence[float],
    *,
    least_contributors: int = LEAST_CONTRIBUTORS,
    p_percent: float = P_PERCENT,
) -> float:
    """How far above the value of a sensitive cell an attacker must find it possible, in its unit.

    With the two largest contributions p·x₁ − (total − x₁ − x₂), which keeps every contributor p
    percent off the largest; a cell of few contributors, or one of which only the largest is known,
    at least by p percent of its value.
    """
    by_value = p_percent / 100 * abs(total)
    if len(largest) < 2:
        return by_value
    upwards = p_percent / 100 * largest[0] - (abs(total) - largest[0] - largest[1])
    return max(upwards, by_value) if n_contributor < least_contributors else upwards
