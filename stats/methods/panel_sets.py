"""Matching in a panel: sets of one treatment history, refined by distance over the same lags."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from stats.methods.matched_sets import MatchedSets, align_to_event_time, matched_sets

Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]
Indexes = NDArray[np.intp]
Distance = Callable[[Numbers, Indexes, Indexes, Indexes], Numbers]

_TIE = 1e-10
_CELLS_A_CHUNK = 4_000_000


@dataclass(frozen=True, slots=True)
class PanelSets:
    """Matched sets of a panel. A row is a unit seen from a time at which somebody starts.

    ``row_unit`` is the row's place in ``units``, ``row_time`` that time; ``sets`` holds pairs of
    rows. ``treatment`` has shape (units, times) from ``first_time`` on, NaN where unknown.
    ``n_starts`` counts the starts whose history is known, ``n_unmatched`` those without a set.
    """

    units: NDArray[np.object_]
    first_time: int
    treatment: Numbers
    row_unit: Indexes
    row_time: Integers
    sets: MatchedSets
    n_starts: int
    n_unmatched: int

    def pairs(self) -> pd.DataFrame:
        """One line a pair: treated, time, control, weight; weights sum to 1 within a set."""
        treated, control = self.sets.treated, self.sets.control
        return pd.DataFrame(
            {
                "treated": self.units[self.row_unit[treated]],
                "time": self.row_time[treated],
                "control": self.units[self.row_unit[control]],
                "weight": self.sets.weight,
            }
        )


def mean_mahalanobis(
    values: Numbers, treated: Indexes, controls: Indexes, pool: Indexes
) -> Numbers:
    """The Mahalanobis distance of each treated unit to each control, the mean over the lags.

    ``values`` has shape (units, lags, columns); the covariance at each lag is that of the
    ``pool``, all treated units and controls of the time and history (``treated`` may be a part of
    them); a pseudo-inverse where it is singular.
    """
    total = np.zeros((treated.size, controls.size))
    for lag in range(values.shape[1]):
        table = values[:, lag]
        covariance = np.atleast_2d(np.cov(table[pool], rowvar=False))
        spread, axes = np.linalg.eigh(covariance)
        varies = spread > 1e-12 * max(spread.max(), np.finfo(float).tiny)
        scaled = table @ (axes[:, varies] / np.sqrt(spread[varies]))
        squares = np.zeros_like(total)
        for column in scaled.T:
            squares += (column[treated, None] - column[None, controls]) ** 2
        total += np.sqrt(squares)
    return np.asarray(total / values.shape[1], np.float64)


def panel_sets(
    frame: pd.DataFrame,
    unit: str,
    time: str,
    treatment: str,
    covariates: Sequence[str] = (),
    *,
    n_lags: int,
    size: int | None = None,
    distance: Distance = mean_mahalanobis,
) -> PanelSets:
    """For each start of treatment, the untreated units with the same treatment in the lags before.

    A start is a unit treated at t and not at t − 1; its controls are untreated at t and were
    treated just when it was from t − ``n_lags`` to t − 1. With covariates and ``size`` a set keeps
    its ``size`` nearest, and all that are as near as the last of them, by the distance over the
    covariates at those lags (``mean_mahalanobis``, or any function with its arguments and answer);
    units without one of them cannot be matched. Without, a set keeps all. Controls of a set weigh
    alike, and may stand in many sets.

    ``frame`` has a line for each unit and time, times are whole numbers, treatment 0 or 1.
    Raises ValueError where this is not so, and where no start finds a control.
    (Imai, Kim & Wang, American Journal of Political Science 67, 2023; R package PanelMatch.)
    """
    if n_lags < 1:
        raise ValueError("a treatment history has at least one lag")
    if (size is not None) != bool(covariates) or (size is not None and size < 1):
        raise ValueError("a refinement needs covariates and a size of at least 1, or neither")
    units, first_time, tables = _grids(frame, unit, time, [treatment, *covariates])
    status = tables[0]
    if not np.isin(status[np.isfinite(status)], (0, 1)).all():
        raise ValueError("the treatment is 0 or 1")
    values = np.stack(tables[1:], axis=2) if covariates else None
    found: list[tuple[int, Indexes, Indexes, Numbers]] = []
    n_starts = n_unmatched = 0
    for t in range(n_lags, status.shape[1]):
        past, now = status[:, t - n_lags : t], status[:, t]
        is_known = np.isfinite(past).all(axis=1) & np.isfinite(now)
        starts = np.flatnonzero(is_known & (now == 1) & (past[:, -1] == 0))
        n_starts += starts.size
        lagged = None if values is None else values[:, t - n_lags : t]
        if lagged is not None:
            is_known &= np.isfinite(lagged).all(axis=(1, 2))
        controls = np.flatnonzero(is_known & (now == 0))
        n_matched = 0
        for history in np.unique(past[starts], axis=0):
            mine = starts[(past[starts] == history).all(axis=1) & is_known[starts]]
            others = controls[(past[controls] == history).all(axis=1)]
            if not mine.size or not others.size:
                continue
            n_matched += mine.size
            for chosen in _nearest(lagged, mine, others, size, distance):
                found.append((t, *chosen))
        n_unmatched += starts.size - n_matched
    if not found:
        raise ValueError("no start of treatment has a control of the same history")
    times = np.repeat([t for t, *_ in found], [part[1].size for part in found])
    treated, control, weight = (np.concatenate([part[k] for part in found]) for k in (1, 2, 3))
    keys = np.r_[times * units.size + treated, times * units.size + control]
    rows, place = np.unique(keys, return_inverse=True)
    sets = matched_sets(place[: treated.size], place[treated.size :], weight)
    row_unit, row_time = rows % units.size, rows // units.size + first_time
    return PanelSets(
        units, first_time, status, row_unit.astype(np.intp), row_time, sets, n_starts, n_unmatched
    )


def panel_outcome(
    found: PanelSets,
    frame: pd.DataFrame,
    unit: str,
    time: str,
    outcome: str,
    events: ArrayLike,
    *,
    is_held: bool = True,
) -> Numbers:
    """The outcome of each row by time since the start, shape (rows, event times), for
    ``event_path`` and ``path_band`` (with ``firm=found.row_unit``).

    With ``is_held`` a row ends where its treatment is no longer what it was at the start: a
    control that starts itself, a treated unit that stops. Without, all later outcomes count, as
    in PanelMatch by default.
    """
    units, first_time, tables = _grids(frame, unit, time, [outcome])
    line = pd.Index(units).get_indexer(pd.Index(found.units))
    if (line < 0).any():
        raise ValueError("a matched unit has no outcome table")
    ends = None
    if is_held:
        t = found.row_time - found.first_time
        status = found.treatment[found.row_unit]
        is_later = np.arange(status.shape[1]) > t[:, None]
        differs = is_later & (np.abs(status - status[np.arange(t.size), t][:, None]) > 0)
        first = found.first_time + differs.argmax(axis=1)
        ends = np.where(differs.any(axis=1), first, np.nan)
    rows = line[found.row_unit]
    return align_to_event_time(tables[0], first_time, rows, found.row_time, events, ends)


def _nearest(
    lagged: Numbers | None,
    treated: Indexes,
    controls: Indexes,
    size: int | None,
    distance: Distance,
) -> list[tuple[Indexes, Indexes, Numbers]]:
    """Pairs of treated units, controls and weights."""
    if lagged is None or size is None:
        pairs = np.repeat(treated, controls.size), np.tile(controls, treated.size)
        return [(*pairs, np.full(pairs[0].size, 1 / controls.size))]
    pool = np.union1d(treated, controls)
    last = min(size, controls.size) - 1
    step = max(1, _CELLS_A_CHUNK // controls.size)
    found = []
    for start in range(0, treated.size, step):
        part = treated[start : start + step]
        distances = np.asarray(distance(lagged, part, controls, pool), np.float64)
        if distances.shape != (part.size, controls.size):
            raise ValueError("a distance has a line for each treated unit and a column a control")
        reach = np.partition(distances, last, axis=1)[:, [last]] + _TIE
        line, column = np.nonzero(distances <= reach)
        n_kept = np.bincount(line, minlength=part.size)
        found.append((part[line], controls[column], 1 / n_kept[line]))
    return found


def _grids(
    frame: pd.DataFrame, unit: str, time: str, columns: Sequence[str]
) -> tuple[NDArray[np.object_], int, list[Numbers]]:
    """The sorted units, the first time, and a table (units, times) of each column."""
    if frame.duplicated([unit, time]).any():
        raise ValueError("a unit has two lines for one time")
    times = frame[time].to_numpy()
    whole = times.astype(np.int64)
    if not np.array_equal(times, whole):
        raise ValueError("times are whole numbers")
    units, line = np.unique(frame[unit].to_numpy(), return_inverse=True)
    first = int(whole.min())
    tables = []
    for column in columns:
        table = np.full((units.size, int(whole.max()) - first + 1), np.nan)
        table[line, whole - first] = frame[column].to_numpy(np.float64)
        tables.append(table)
    return units.astype(object), first, tables
