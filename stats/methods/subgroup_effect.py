"""Differences of many sub-groups of matched sets, and how sure each of them is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from stats.methods.matched_sets import Flags, MatchedSets

Numbers = NDArray[np.float64]

_CELLS_A_CHUNK = 4_000_000


@dataclass(frozen=True, slots=True)
class SetDifferences:
    """What each matched set says at one event time.

    ``change`` has an entry for each row of outcomes (its change since the base, whatever where it
    does not count), ``share`` one for each pair, ``is_used`` one for each set; made by
    ``stats.methods.matched_sets.pair_shares`` and ``stats.methods.event_path.event_changes``.
    """

    change: Numbers
    share: Numbers
    is_used: Flags

    def by_set(self, sets: MatchedSets) -> Numbers:
        """The change of the treated less that of its controls, NaN where a set does not count."""
        beside = np.bincount(
            sets.set_of_pair, self.share * self.change[sets.control], sets.set_rows.size
        )
        return np.where(self.is_used, self.change[sets.set_rows] - beside, np.nan)


@dataclass(frozen=True, slots=True)
class SubgroupEffects:
    """Estimates of sub-groups, shape (groups,): NaN without a set that counts, an error below two
    sets or two controls. ``n_sets`` are the sets that count, ``n_treated`` all sets."""

    estimate: Numbers
    error: Numbers
    n_treated: NDArray[np.int64]
    n_sets: NDArray[np.int64]


def subgroup_effects(
    found: SetDifferences,
    sets: MatchedSets,
    group: ArrayLike,
    n_groups: int,
    firm: ArrayLike,
    *,
    n_draws: int = 400,
    seed: int = 0,
) -> SubgroupEffects:
    """The mean difference of the sets of each group, with bootstrap errors from resampled firms.

    ``group`` has the group of each set, −1 for none. ``firm[r]`` names the firm of row r: a firm
    that stands in sets of several groups, or in several sets, carries one weight in a draw
    (standard exponential); shares in sets stay as they are, and users and controls of each group
    are weighed to their own totals again. All groups come of one product of two matrices.

    Raises ValueError below 400 draws and where an array has another length. (Otsu & Rai, Journal
    of the American Statistical Association 112, 2017; Rubin, Annals of Statistics 9, 1981.)
    """
    if n_draws < 400:
        raise ValueError("an error needs at least 400 draws")
    of_set = np.asarray(group, np.int64)
    if of_set.shape != sets.set_rows.shape:
        raise ValueError("each set has a group")
    change = np.where(np.isfinite(found.change), found.change, 0.0)
    is_counted = found.is_used & (of_set >= 0)
    is_pair = is_counted[sets.set_of_pair] & (found.share > 0)
    user, control = sets.set_rows[is_counted], sets.control[is_pair]
    own, beside = of_set[is_counted], of_set[sets.set_of_pair[is_pair]]
    share = found.share[is_pair]
    _, place = np.unique(np.asarray(firm), return_inverse=True)
    if place.shape != change.shape:
        raise ValueError("each row has a firm")
    # Four sums a group: changes and weights of users, changes and shares of controls.
    terms = csr_array(
        (
            np.concatenate([change[user], np.ones(user.size), share * change[control], share]),
            (
                place[np.concatenate([user, user, control, control])],
                np.concatenate([4 * own, 4 * own + 1, 4 * beside + 2, 4 * beside + 3]),
            ),
        ),
        (int(place.max(initial=-1)) + 1, 4 * n_groups),
    )
    estimate = _differences(np.asarray(terms.sum(axis=0), np.float64).reshape(1, -1))[0]
    drawn = _differences(_resampled(terms, n_draws, seed))
    n_sets = np.bincount(own, minlength=n_groups)
    n_controls = np.bincount(
        np.unique(np.column_stack([beside, place[control]]), axis=0)[:, 0], minlength=n_groups
    )
    is_sure = np.minimum(n_sets, n_controls) >= 2
    with np.errstate(invalid="ignore"):
        error = np.where(is_sure, drawn.std(axis=0, ddof=1), np.nan)
    n_treated = np.bincount(of_set[of_set >= 0], minlength=n_groups)
    return SubgroupEffects(estimate, error, n_treated, n_sets)


def _resampled(terms: csr_array, n_draws: int, seed: int) -> Numbers:
    rng = np.random.default_rng(seed)
    n_firm, n_column = terms.shape
    turned = terms.T.tocsr()
    totals = np.empty((n_draws, n_column))
    step = max(1, _CELLS_A_CHUNK // max(1, n_firm))
    for start in range(0, n_draws, step):
        stop = min(start + step, n_draws)
        totals[start:stop] = (turned @ rng.standard_exponential((stop - start, n_firm)).T).T
    return totals


def _differences(sums: Numbers) -> Numbers:
    above_user, user, above_control, control = (sums[:, k::4] for k in range(4))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(above_user / user - above_control / control, np.float64)
