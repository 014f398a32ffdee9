"""Matched sets over rows of outcomes by event time, and who is compared with whom at each time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

Numbers = NDArray[np.float64]
Indexes = NDArray[np.intp]
Flags = NDArray[np.bool_]


class View(StrEnum):
    """Which firms are compared at an event time, when some have left.

    BOTH_ALIVE takes a set where the treated firm and all its controls have a statement then;
    BALANCED takes the firms that have a statement at every event time of the window;
    RENORMALISED takes a set where the treated firm and at least one control have a statement
    then, and shares the weight of the others out to those in proportion to their weights. In
    BALANCED too the controls that stay share the weight of the set.
    """

    BOTH_ALIVE = "both_alive"
    BALANCED = "balanced"
    RENORMALISED = "renormalised"


@dataclass(frozen=True, slots=True)
class MatchedSets:
    """One line a pair, ordered by treated and control row; made by ``matched_sets``."""

    treated: Indexes
    control: Indexes
    weight: Numbers
    set_rows: Indexes
    set_of_pair: Indexes


@dataclass(frozen=True, slots=True)
class Comparison:
    """What each row weighs at each event time, shape (rows, event times).

    ``treated`` is 1 for the treated row of a set in use; ``control`` sums the shares that a row
    has in those sets, so both have the same total: ``n_sets``.
    """

    treated: Numbers
    control: Numbers
    n_sets: Numbers


def matched_sets(
    treated: ArrayLike, control: ArrayLike, weight: ArrayLike | None = None
) -> MatchedSets:
    """Pairs of a treated row and a control row, one set for each treated row.

    The rows are positions in the table of outcomes. Weights are scaled to sum to 1 within a set;
    without weights the controls of a set count alike. Raises ValueError for no pair, arrays of
    different length, a pair given twice, a row matched to itself, and weights that are not
    positive.
    """
    rows, others = np.asarray(treated, np.intp), np.asarray(control, np.intp)
    raw = np.ones(rows.shape) if weight is None else np.asarray(weight, np.float64)
    if not rows.ndim == 1 or not rows.shape == others.shape == raw.shape:
        raise ValueError("treated, control and weight have one entry for each pair")
    if not rows.size:
        raise ValueError("there is no pair")
    if np.any(rows < 0) or np.any(others < 0):
        raise ValueError("a row is a position from 0")
    if np.any(rows == others):
        raise ValueError("a row is matched to itself")
    if not np.all(np.isfinite(raw) & (raw > 0)):
        raise ValueError("the weight of a pair is a positive number")
    order = np.lexsort((others, rows))
    rows, others, raw = rows[order], others[order], raw[order]
    if np.any((np.diff(rows) == 0) & (np.diff(others) == 0)):
        raise ValueError("a pair is given twice")
    set_rows, set_of_pair = np.unique(rows, return_inverse=True)
    shares = raw / np.bincount(set_of_pair, raw, set_rows.size)[set_of_pair]
    return MatchedSets(rows, others, shares, set_rows, set_of_pair.astype(np.intp))


def align_to_event_time(
    values: ArrayLike,
    first_year: int,
    firm: ArrayLike,
    cohort: ArrayLike,
    events: ArrayLike,
    censored_from: ArrayLike | None = None,
) -> Numbers:
    """Outcomes by event time from outcomes by calendar year: shape (rows, event times).

    ``values`` has a line for each firm and a column for each year from ``first_year``; row r of
    the answer is firm ``firm[r]`` seen from the year ``cohort[r]``. NaN outside the years, and
    from the year ``censored_from[r]`` on (a control's own first use; NaN for none). A control
    that stands beside several cohorts has a row for each. Raises ValueError for a firm that is
    not a line of the table.
    """
    table = np.asarray(values, np.float64)
    lines, years = np.asarray(firm, np.intp), np.asarray(cohort, np.int64)
    if lines.size and (lines.min() < 0 or lines.max() >= len(table)):
        raise ValueError("a firm is not a line of the table of outcomes")
    year = years[:, None] + np.asarray(events, np.int64)[None, :]
    column = year - first_year
    is_inside = (column >= 0) & (column < table.shape[1])
    found = table[lines[:, None], np.where(is_inside, column, 0)]
    if censored_from is not None:
        is_inside &= ~(year >= np.asarray(censored_from, np.float64)[:, None])
    return np.where(is_inside, found, np.nan)


def comparison_weights(
    is_alive: ArrayLike, sets: MatchedSets, base: int, view: View = View.BOTH_ALIVE
) -> Comparison:
    """What each row weighs at each event time, given who has a statement when.

    ``is_alive`` has shape (rows, event times), ``base`` is a column of it: a firm counts at a
    time only where it also has a statement at the base, so that each change is that of one firm.
    Raises ValueError where a set names a row that the table does not have.
    """
    alive = np.asarray(is_alive, np.bool_)
    share, is_set_used = pair_shares(alive, sets, base, view)
    treated = np.zeros(alive.shape)
    treated[sets.set_rows] = is_set_used
    control = sums_by(share, sets.control, len(alive))
    return Comparison(treated, control, is_set_used.sum(axis=0, dtype=np.float64))


def pair_shares(
    is_alive: ArrayLike, sets: MatchedSets, base: int, view: View = View.BOTH_ALIVE
) -> tuple[Numbers, Flags]:
    """The share of each pair in its set, shape (pairs, event times), and which sets count, shape
    (sets, event times). The rest as in ``comparison_weights``."""
    alive = np.asarray(is_alive, np.bool_)
    if max(sets.treated.max(), sets.control.max()) >= len(alive):
        raise ValueError("a set names a row that the table of outcomes does not have")
    if view is View.BALANCED:
        counted = np.broadcast_to(alive.all(axis=1, keepdims=True), alive.shape)
    else:
        counted = alive & alive[:, [base]]
    in_use: Flags = counted[sets.control] & counted[sets.treated]
    share = sets.weight[:, None] * in_use
    n_sets = sets.set_rows.size
    if view is View.BOTH_ALIVE:
        is_set_used = sums_by((~in_use).astype(np.float64), sets.set_of_pair, n_sets) == 0
        return share * is_set_used[sets.set_of_pair], is_set_used
    total = sums_by(share, sets.set_of_pair, n_sets)
    is_set_used = total > 0
    return share / np.where(is_set_used, total, 1)[sets.set_of_pair], is_set_used


def row_weights(sets: MatchedSets, n_rows: int) -> tuple[Numbers, Numbers]:
    """What each row weighs as a treated firm and as a control, exit or not, shape (rows,) each."""
    treated = np.zeros(n_rows)
    treated[sets.set_rows] = 1
    return treated, np.bincount(sets.control, sets.weight, n_rows).astype(np.float64)


def sums_by(table: Numbers, place: Indexes, n_places: int) -> Numbers:
    """The sums of the lines of a table that have the same place, shape (places, columns)."""
    shape = (n_places, place.size)
    to_place = csr_array((np.ones(place.size), (place, np.arange(place.size))), shape)
    return np.asarray(to_place @ table, np.float64)
