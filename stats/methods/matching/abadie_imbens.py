"""The variance of a matching estimator (Abadie & Imbens, Econometrica 74, 2006)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from stats.methods.matching.neighbours import Links, Positions, Space, nearest
from stats.methods.matching.sample import Floats, Sample

Target = Literal["population", "sample"]


@dataclass(frozen=True, slots=True)
class Roles:
    """Arrays of one entry a unit of the sample.

    ``focal``: its weight where it was given matches, else 0. ``served``, ``served_squares``: sums
    over the sets it serves of its weight in them (times that of the focal unit), and of squares.
    ``effects``: its own effect where it is focal.
    """

    focal: Floats
    served: Floats
    served_squares: Floats
    effects: Floats


def roles_of(sample: Sample, links: Links, shares: Floats, pair_effects: Floats) -> Roles:
    """The part each unit plays in ``links``, whose ``shares`` sum to 1 for each seeker."""
    n, weight = len(sample.units), sample.weights[links.seekers]
    is_focal = np.bincount(links.seekers, minlength=n) > 0
    return Roles(
        focal=np.where(is_focal, sample.weights, 0.0),
        served=_sums(links.donors, weight * shares, n),
        served_squares=_sums(links.donors, (weight * shares) ** 2, n),
        effects=_sums(links.seekers, shares * pair_effects, n),
    )


def _sums(places: Positions, values: Floats, n: int) -> Floats:
    return np.asarray(np.bincount(places, values, n), np.float64)


def squared_error(roles: Roles, spread: Floats, estimate: float, target: Target) -> float:
    """The variance of the mean effect, with ``spread`` the outcome's variance at each unit.

    For the population the spread of the effects over the units adds to that of the outcomes.
    """
    focal, served = roles.focal, roles.served
    if target == "sample":
        total = (spread * (focal + served) ** 2).sum()
    else:
        total = (focal**2 * (roles.effects - estimate) ** 2).sum()
        total += (spread * (served**2 + 2 * focal * served - roles.served_squares)).sum()
    return float(max(total, 0.0) / focal.sum() ** 2)


def own_variances(
    sample: Sample, space: Space, y: Floats, units: Positions, neighbours: int
) -> Floats:
    """The variance of the outcome among each of ``units`` and the nearest of its own group."""
    if neighbours < 1:
        raise ValueError("a variance needs at least one neighbour")
    no_fence, no_caliper = np.empty((len(y), 0)), np.empty(0)
    strict = replace(space, fences=no_fence, calipers=no_caliper, reach=np.inf)
    loose = replace(strict, strata=np.zeros_like(space.strata))
    result = np.zeros(len(y))
    for is_treated in (False, True):
        group = np.flatnonzero((sample.treated == is_treated) & np.isfinite(y))
        own = units[sample.treated[units] == is_treated]
        if len(own) and len(group) < 2:
            raise ValueError("a robust variance needs two units with outcome in each group")
        links = nearest(strict, own, group, neighbours)
        is_short = np.bincount(links.seekers, minlength=len(y)) < neighbours
        lonely = own[is_short[own]]
        for some, found in (
            (own[~is_short[own]], links),
            (lonely, nearest(loose, lonely, group, neighbours)),
        ):
            result[some] = _variances(found, y)[some]
    return result


def _variances(links: Links, y: Floats) -> Floats:
    """The sample variance (n − 1) of the outcome of each seeker with its donors."""
    n = np.bincount(links.seekers, minlength=len(y)) + 1.0
    gap = y[links.donors] - y[links.seekers]
    mean = _sums(links.seekers, gap, len(y)) / n
    squares = _sums(links.seekers, gap**2, len(y))
    return np.asarray(np.clip((squares - n * mean**2) / np.maximum(n - 1, 1), 0, None))
