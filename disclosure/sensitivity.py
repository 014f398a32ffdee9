"""Which cells of a magnitude table would give a contributor away."""

from __future__ import annotations

from collections.abc import Sequence

# The policy for magnitudes: at least three enterprises, and the p% rule with p = 10.
LEAST_CONTRIBUTORS = 3
P_PERCENT = 10.0


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
