"""Placebos: a date before the true one, an outcome out of reach, and shuffled treatment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stats.methods.bootstrap_band import Band, path_band
from stats.methods.event_path import Scale
from stats.methods.matched_sets import MatchedSets, View
from stats.methods.pre_trend import JointTest, effect_test

Numbers = NDArray[np.float64]

_CELLS_A_CHUNK = 2_000_000


@dataclass(frozen=True, slots=True)
class Placebo:
    """Effects where there can be none, by event time, and the test that all of them are 0."""

    events: NDArray[np.int64]
    band: Band
    test: JointTest


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """A difference of means, and how often shuffled treatment gives one as large or larger."""

    difference: float
    p_value: float
    shuffled: Numbers
    n_strata: int


def placebo_date(
    outcome: ArrayLike,
    sets: MatchedSets,
    events: ArrayLike,
    date: int,
    firm: ArrayLike | None = None,
    *,
    adoption: int = 0,
    view: View = View.BOTH_ALIVE,
    scale: Scale = "level",
    n_draws: int = 400,
    seed: int = 0,
) -> Placebo:
    """The effects of a treatment that is said to start at ``date``, from the time before the true
    ``adoption`` alone, against the base ``date`` − 1.

    Best with sets that were matched for that date. Raises ValueError where the date does not lie
    before the adoption, or its base is not among the events.
    """
    times = np.asarray(events, np.int64)
    if date >= adoption:
        raise ValueError("a placebo date lies before the adoption")
    early = times < adoption
    values = np.asarray(outcome, np.float64)[:, early]
    band = path_band(
        values, sets, times[early], firm, base=date - 1, view=view, scale=scale,
        n_draws=n_draws, seed=seed,
    )  # fmt: skip
    return Placebo(times[early], band, effect_test(band, times[early], date))


def placebo_outcome(
    outcome: ArrayLike,
    sets: MatchedSets,
    events: ArrayLike,
    firm: ArrayLike | None = None,
    *,
    base: int = -1,
    view: View = View.BOTH_ALIVE,
    scale: Scale = "level",
    n_draws: int = 400,
    seed: int = 0,
) -> Placebo:
    """The effects on an outcome that the measure cannot reach, tested after the base."""
    band = path_band(
        outcome, sets, events, firm, base=base, view=view, scale=scale, n_draws=n_draws, seed=seed
    )
    return Placebo(np.asarray(events, np.int64), band, effect_test(band, events, base + 1))


def permutation_test(
    outcome: ArrayLike,
    is_treated: ArrayLike,
    stratum: ArrayLike,
    *,
    n_draws: int = 999,
    seed: int = 0,
) -> PermutationTest:
    """The mean difference within strata, strata by their treated, and its permutation p-value.

    One line a firm; the outcome is a change or a level without gaps. Treatment is shuffled within
    strata; the p-value (two-sided) counts the data as one of the draws, so it is exact where
    treatment is as good as drawn within strata, whatever the outcome. Strata with one group alone
    say nothing and stay out. The answer does not depend on the order of lines.

    Raises ValueError for gaps, and where no stratum has both groups. (Fisher 1935; Rosenbaum,
    Observational Studies, 2002, chapter 2.)
    """
    y, treated = np.asarray(outcome, np.float64), np.asarray(is_treated, np.bool_)
    if not np.isfinite(y).all():
        raise ValueError("an outcome is missing")
    _, place = np.unique(np.asarray(stratum), return_inverse=True)
    n_treated = np.bincount(place, treated)
    n_control = np.bincount(place, ~treated)
    used = ((n_treated > 0) & (n_control > 0))[place]
    if not used.any():
        raise ValueError("no stratum has both treated firms and controls")
    # Within a stratum equal outcomes are alike, so this order stands for any order of lines.
    order = np.flatnonzero(used)[np.lexsort((y[used], place[used]))]
    y, treated, place = y[order], treated[order], place[order]
    total = treated.sum()
    share = n_treated / total
    mean = np.bincount(place, y) / np.maximum(1, np.bincount(place))
    with np.errstate(divide="ignore", invalid="ignore"):
        pull = share / n_treated + share / n_control
    # The controls' sum is the stratum's less the treated's, so the treated tell the difference.
    score = pull[place] * (y - mean[place])
    difference = float(score[treated].sum())
    starts = np.searchsorted(place, place)
    is_first = np.arange(place.size) - starts < n_treated[place]
    shuffled = _shuffled_sums(score, place, is_first, n_draws, seed)
    slack = 1e-12 * np.abs(score).sum()
    n_beyond = int((np.abs(shuffled) >= abs(difference) - slack).sum())
    return PermutationTest(
        difference, (1 + n_beyond) / (1 + n_draws), shuffled, int(np.unique(place).size)
    )


def _shuffled_sums(
    score: Numbers, place: NDArray[np.intp], is_first: NDArray[np.bool_], n_draws: int, seed: int
) -> Numbers:
    """Sums over as many lines of each stratum as are treated, taken at random in each draw."""
    rng = np.random.default_rng(seed)
    sums = np.empty(n_draws)
    step = max(1, _CELLS_A_CHUNK // place.size)
    for start in range(0, n_draws, step):
        stop = min(start + step, n_draws)
        mixed = np.argsort(place + rng.random((stop - start, place.size)), axis=1)
        sums[start:stop] = score[mixed[:, is_first]].sum(axis=1)
    return sums
