"""The error of a matched difference at one event time, after Abadie and Imbens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from stats.methods.matched_sets import MatchedSets, sums_by
from stats.methods.matching.abadie_imbens import Roles, squared_error
from stats.methods.subgroup_effect import SetDifferences

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MatchedDifference:
    """The mean difference of the sets that count, its error and its pointwise interval."""

    estimate: float
    error: float
    low: float
    high: float
    n_sets: int


def matched_difference(
    found: SetDifferences, sets: MatchedSets, level: float = 0.95
) -> MatchedDifference:
    """The mean difference with the error of Abadie and Imbens, which knows that controls are
    reused and how much the differences of the treated vary.

    The variance of a control's change is that among the controls of the sets it stands in: they
    are each other's nearest, too. A row is a unit, so what a firm has in common with itself in
    another cohort is not seen. NaN with fewer than two sets, or where no set has two controls.
    (Abadie & Imbens, Econometrica 74, 2006, theorem 7.)
    """
    by_set = found.by_set(sets)
    used = np.flatnonzero(found.is_used)
    if used.size < 2:
        return MatchedDifference(float("nan"), *(float("nan"),) * 3, int(used.size))
    estimate = float(by_set[used].mean())
    n_row = found.change.size
    effects, focal = np.zeros(n_row), np.zeros(n_row)
    focal[sets.set_rows[used]] = 1.0
    effects[sets.set_rows[used]] = by_set[used]
    served, squares = (
        np.bincount(sets.control, found.share**power, n_row).astype(np.float64) for power in (1, 2)
    )
    spread = _spread(found, sets)
    error = float(np.sqrt(squared_error(Roles(focal, served, squares, effects), spread, estimate,
                                        "population")))  # fmt: skip
    reach = float(norm.ppf((1 + level) / 2)) * error
    return MatchedDifference(estimate, error, estimate - reach, estimate + reach, int(used.size))


def _spread(found: SetDifferences, sets: MatchedSets) -> Numbers:
    """The variance of the change of each control: the mean of those within its sets."""
    is_pair = found.share > 0
    place, n_sets = sets.set_of_pair[is_pair], sets.set_rows.size
    change = found.change[sets.control[is_pair]]
    n, total = (np.bincount(place, w, n_sets) for w in (np.ones(change.size), change))
    gap = change - (total / np.maximum(n, 1))[place]
    with np.errstate(divide="ignore", invalid="ignore"):
        within = np.where(n > 1, np.bincount(place, gap**2, n_sets) / (n - 1), np.nan)
    known = np.isfinite(within[place])
    rows = sets.control[is_pair][known]
    sums = sums_by(
        np.column_stack([within[place][known], np.ones(rows.size)]), rows, found.change.size
    )
    # Without a second control anywhere nothing is known; one that always stands alone has the mean.
    usual = float(np.nanmean(within)) if np.isfinite(within).any() else float("nan")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(sums[:, 1] > 0, sums[:, 0] / sums[:, 1], usual)
