"""Weighted bootstrap of firms for matched paths: pointwise intervals and a simultaneous band."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from stats.methods.event_path import EventChanges, Scale, event_changes, winsorised_outcome
from stats.methods.matched_sets import MatchedSets, View, sums_by

Numbers = NDArray[np.float64]
Resampling = Literal["exponential", "multinomial"]

_CELLS_A_CHUNK = 4_000_000


@dataclass(frozen=True, slots=True)
class Band:
    """Estimates with pointwise intervals and a band that holds all of them at once.

    All arrays have shape (estimates,), ``covariance`` and ``draws`` (draws, estimates).
    ``critical`` is the sup-t quantile by which the band is wide, in standard errors.
    """

    estimate: Numbers
    error: Numbers
    low: Numbers
    high: Numbers
    band_low: Numbers
    band_high: Numbers
    critical: float
    covariance: Numbers
    draws: Numbers


def path_band(
    outcome: ArrayLike,
    sets: MatchedSets,
    events: ArrayLike,
    firm: ArrayLike | None = None,
    *,
    base: int = -1,
    view: View = View.BOTH_ALIVE,
    scale: Scale = "level",
    bounds: tuple[ArrayLike, ArrayLike] | None = None,
    n_draws: int = 400,
    seed: int = 0,
    resampling: Resampling = "exponential",
    level: float = 0.95,
) -> Band:
    """The differences of mean changes by event time with their intervals, from resampled firms.

    ``firm[r]`` names the firm of row r (each row its own where it is left out): all rows of a
    firm, as user or as control of any number of sets, carry one weight in a draw. The shares of
    the matches stay as they are, and each group is weighed to its own total again. Firms that are
    in no set are not drawn. With bounds the means are winsorised. NaN errors below two sets or
    two controls. What matching makes alike between a set's firms is not taken off, so intervals
    err on the wide side.

    Raises ValueError below 400 draws, and as ``event_path`` does. (Otsu & Rai, Journal of the
    American Statistical Association 112, 2017; Montiel Olea & Plagborg-Møller, Journal of Applied
    Econometrics 34, 2019.)
    """
    if n_draws < 400:
        raise ValueError("a band needs at least 400 draws")
    values = np.asarray(outcome, np.float64)
    kept = values if bounds is None else winsorised_outcome(values, bounds)
    found = event_changes(kept, sets, events, base=base, view=view, scale=scale)
    rows = np.union1d(sets.set_rows, sets.control)
    names = np.arange(len(values)) if firm is None else np.asarray(firm)
    if names.shape != (len(values),):
        raise ValueError("firm has an entry for each row of the outcome")
    sums = firm_sums(_path_terms(found, rows), names[rows])
    is_user = np.isin(np.unique(names[rows]), names[sets.set_rows])
    drawn = resampled_sums(sums, n_draws, seed, is_user, resampling)
    estimate = _path_estimate(sums.sum(axis=0, keepdims=True))[0]
    n_used = [np.count_nonzero(w, axis=0) for w in (found.weights.treated, found.weights.control)]
    is_known = np.minimum(*n_used) >= 2
    at_base = np.asarray(events, np.int64) == base
    draws = np.where(is_known | at_base, _path_estimate(drawn), np.nan)
    return simultaneous_band(estimate, draws, level)


def firm_sums(terms: ArrayLike, firm: ArrayLike) -> Numbers:
    """The sums of the rows' terms by firm, in the order of the sorted names of firms."""
    table = np.asarray(terms, np.float64)
    _, place = np.unique(np.asarray(firm), return_inverse=True)
    return sums_by(table, place.astype(np.intp), int(place.max(initial=-1)) + 1)


def resampled_sums(
    sums: ArrayLike,
    n_draws: int,
    seed: int,
    group: ArrayLike | None = None,
    resampling: Resampling = "exponential",
) -> Numbers:
    """Totals over the firms of each draw, shape (draws, columns), for ``sums`` (firms, columns).

    "exponential" weighs each firm by an independent standard exponential (the Bayesian
    bootstrap); "multinomial" draws as many firms as there are, with replacement, within each
    ``group``. A firm's weights depend on the seed and its place alone. (Rubin, Annals of
    Statistics 9, 1981.)
    """
    table = np.asarray(sums, np.float64)
    rng = np.random.default_rng(seed)
    groups = np.zeros(len(table)) if group is None else np.asarray(group)
    members = [np.flatnonzero(groups == name) for name in np.unique(groups)]
    totals = np.empty((n_draws, table.shape[1]))
    step = max(1, _CELLS_A_CHUNK // max(1, len(table)))
    for start in range(0, n_draws, step):
        stop = min(start + step, n_draws)
        if resampling == "exponential":
            weight = rng.standard_exponential((stop - start, len(table)))
        elif resampling == "multinomial":
            weight = np.empty((stop - start, len(table)))
            for draw in weight:
                for places in members:
                    chosen = rng.integers(0, places.size, places.size)
                    draw[places] = np.bincount(chosen, minlength=places.size)
        else:
            raise ValueError("the resampling is exponential or multinomial")
        totals[start:stop] = weight @ table
    return totals


def simultaneous_band(estimate: ArrayLike, draws: ArrayLike, level: float = 0.95) -> Band:
    """Normal intervals and a sup-t band from bootstrap draws, shape (draws, estimates).

    Estimates without spread (a base) stay out of the band's quantile; those whose draws are not
    known have NaN errors. Raises ValueError for a level outside (0, 1).
    """
    if not 0 < level < 1:
        raise ValueError("the level lies between 0 and 1")
    centre, drawn = np.asarray(estimate, np.float64), np.asarray(draws, np.float64)
    is_known = np.isfinite(drawn).mean(axis=0) > 0.5
    whole = drawn[np.isfinite(drawn[:, is_known]).all(axis=1)]
    covariance = np.full((centre.size, centre.size), np.nan)
    if len(whole) > 1 and is_known.any():
        covariance[np.ix_(is_known, is_known)] = np.cov(whole[:, is_known], rowvar=False)
    error = np.sqrt(np.diag(covariance))
    moves = error > 0
    critical = reach = float(norm.ppf((1 + level) / 2))
    if moves.any():
        distance = np.abs(whole[:, moves] - whole[:, moves].mean(axis=0)) / error[moves]
        critical = max(reach, float(np.quantile(distance.max(axis=1), level)))
    return Band(
        centre,
        error,
        centre - reach * error,
        centre + reach * error,
        centre - critical * error,
        centre + critical * error,
        critical,
        covariance,
        drawn,
    )


def _path_terms(found: EventChanges, rows: NDArray[np.intp]) -> Numbers:
    treated, control = found.weights.treated[rows], found.weights.control[rows]
    change = found.change[rows]
    return np.hstack([treated * change, treated, control * change, control])


def _path_estimate(sums: Numbers) -> Numbers:
    above_treated, treated, above_control, control = np.split(sums, 4, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return above_treated / treated - above_control / control
