"""Exit as an outcome: how many treated firms and controls have left by when, and how."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stats.methods.bootstrap_band import (
    Band,
    Resampling,
    firm_sums,
    resampled_sums,
    simultaneous_band,
)
from stats.methods.covariate_gap import control_slopes
from stats.methods.matched_sets import MatchedSets, row_weights

Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]


class ExitState(IntEnum):
    """What a firm is at an event time; NOT_FOLLOWED lies outside the data or after a censoring."""

    NOT_FOLLOWED = -1
    ALIVE = 0
    DEFAULT = 1
    MISSING_STATEMENT = 2
    CLOSURE = 3
    MERGER = 4


EXITS = (
    ExitState.DEFAULT,
    ExitState.MISSING_STATEMENT,
    ExitState.CLOSURE,
    ExitState.MERGER,
)


@dataclass(frozen=True, slots=True)
class FirstExits:
    """Each row's exit, shape (rows,): event time (NaN for none), its kind (ALIVE for none) and the
    last event time at which the row was followed."""

    event: Numbers
    kind: Integers
    followed_to: Integers


@dataclass(frozen=True, slots=True)
class Incidence:
    """The share that has left in one way by each event time, shape (event times,) each;
    ``difference`` is the share of the treated less that of the controls with its intervals."""

    treated: Numbers
    control: Numbers
    difference: Band


@dataclass(frozen=True, slots=True)
class ExitIncidence:
    """Incidence of each kind of exit at the event times after the base.

    The counts at risk are of treated rows and of control rows in sets.
    """

    events: Integers
    n_treated_at_risk: Integers
    n_controls_at_risk: Integers
    by_state: dict[ExitState, Incidence]


def first_exits(states: ArrayLike, events: ArrayLike) -> FirstExits:
    """When and how each row left, from its states, shape (rows, event times).

    Default, closure and merger are final: the first of them counts. A missing statement is an
    exit only where no statement and no other exit follows it; its time is the first of that last
    gap. Raises ValueError for a code that is no ExitState.
    """
    codes, times = np.asarray(states, np.int64), np.asarray(events, np.int64)
    if codes.ndim != 2 or codes.shape[1] != times.size:
        raise ValueError("the states have a column for each event time")
    if not np.isin(codes, [state.value for state in ExitState]).all():
        raise ValueError("a code is no state of exit")
    is_followed = codes != ExitState.NOT_FOLLOWED
    followed_to = np.where(is_followed, times, times[0] - 1).max(axis=1)
    is_final = np.isin(codes, [ExitState.DEFAULT, ExitState.CLOSURE, ExitState.MERGER])
    has_final = is_final.any(axis=1)
    first = is_final.argmax(axis=1)
    is_gap = codes == ExitState.MISSING_STATEMENT
    last_alive = np.where(codes == ExitState.ALIVE, np.arange(times.size), -1).max(axis=1)
    is_last_gap = is_gap & (np.arange(times.size) > last_alive[:, None])
    has_gap = is_last_gap.any(axis=1) & ~has_final
    place = np.where(has_final, first, is_last_gap.argmax(axis=1))
    has_left = has_final | has_gap
    kind = np.where(has_left, codes[np.arange(len(codes)), place], ExitState.ALIVE)
    return FirstExits(np.where(has_left, times[place], np.nan), kind, followed_to)


def exit_incidence(
    exits: FirstExits,
    sets: MatchedSets,
    events: ArrayLike,
    firm: ArrayLike | None = None,
    *,
    covariates: ArrayLike | None = None,
    base: int = -1,
    n_draws: int = 400,
    seed: int = 0,
    resampling: Resampling = "exponential",
    level: float = 0.95,
) -> ExitIncidence:
    """Cumulative incidence of each kind of exit after the base, of treated firms and of controls.

    Aalen–Johansen: a firm that left in one way is no longer at risk of another, one that is no
    longer followed (end of the data, own adoption) leaves those at risk; controls count by their
    shares in the sets. NaN from where nobody is followed any more. Intervals from the bootstrap
    of firms, a band for each kind. With ``covariates``, shape (rows, covariates), as of the base
    and without gaps, controls leave as controls with the covariates of the treated at risk would,
    by regression among the controls at risk (stats.methods.covariate_gap).

    Raises ValueError where a firm of a set had left by the base or no event time lies after it.
    (Aalen & Johansen, Scandinavian Journal of Statistics 5, 1978.)
    """
    times = np.asarray(events, np.int64)
    times = times[times > base]
    if not times.size:
        raise ValueError("no event time lies after the base")
    rows = np.union1d(sets.set_rows, sets.control)
    when, kind, last = exits.event[rows], exits.kind[rows], exits.followed_to[rows]
    if np.any(when <= base):
        raise ValueError("a firm of a set had left by the base")
    at_risk = (last[:, None] >= times) & ~(when[:, None] < times)
    leaves = [at_risk & (when[:, None] == times) & (kind[:, None] == state) for state in EXITS]
    terms = np.hstack([at_risk, *leaves]).astype(np.float64)
    treated, control = (weight[rows, None] for weight in row_weights(sets, len(exits.event)))
    beside = terms
    if covariates is not None:
        x = np.asarray(covariates, np.float64)[rows]
        beside = _as_treated(terms, times.size, x, treated, control)
    names = np.arange(len(exits.event)) if firm is None else np.asarray(firm)
    sums = firm_sums(np.hstack([treated * terms, control * beside]), names[rows])
    is_user = np.isin(np.unique(names[rows]), names[sets.set_rows])
    drawn = resampled_sums(sums, n_draws, seed, is_user, resampling)
    found = _incidences(sums.sum(axis=0, keepdims=True), times.size)[:, 0]
    spread = _incidences(drawn, times.size)
    by_state = {
        state: Incidence(
            found[0, k], found[1, k],
            simultaneous_band(found[0, k] - found[1, k], spread[0, :, k] - spread[1, :, k], level),
        )
        for k, state in enumerate(EXITS)
    }  # fmt: skip
    n_at_risk = [(at_risk & (weight > 0)).sum(axis=0) for weight in (treated, control)]
    return ExitIncidence(times, n_at_risk[0], n_at_risk[1], by_state)


def _as_treated(
    terms: Numbers, n_times: int, covariates: Numbers, treated: Numbers, control: Numbers
) -> Numbers:
    """Terms at risk and of leavers, the leavers as many as there would be with the covariates of
    the treated at risk."""
    found = terms.copy()
    for time in range(n_times):
        at_risk = terms[:, time]
        own = treated[:, 0] * at_risk
        if not own.any() or not (control[:, 0] * at_risk).any():
            continue
        gap = covariates - (own @ covariates) / own.sum()
        kinds = time + n_times * np.arange(1, 1 + len(EXITS))
        slopes = control_slopes(terms[:, kinds], gap, control[:, 0] * at_risk)
        found[:, kinds] -= at_risk[:, None] * (gap @ slopes)
    return found


def _incidences(sums: Numbers, n_times: int) -> Numbers:
    """Shape (groups, draws, kinds, event times) from sums at risk and of leavers."""
    parts = sums.reshape(len(sums), 2, 1 + len(EXITS), n_times)
    at_risk = parts[:, :, :1]
    hazard = parts[:, :, 1:] / np.where(at_risk > 0, at_risk, 1)
    stays = np.cumprod(1 - hazard.sum(axis=2), axis=2)
    before = np.concatenate([np.ones((len(sums), 2, 1)), stays[:, :, :-1]], axis=2)[:, :, None]
    # With nobody at risk all have left, which stays so, or nobody is followed any more.
    is_unknown = (at_risk <= 0) & (before > 1e-9)
    reached = np.cumsum(np.where(is_unknown, np.nan, before * hazard), axis=3)
    return np.asarray(reached.transpose(1, 0, 2, 3), np.float64)
