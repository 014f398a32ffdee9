"""How far the difference at one event time holds: other intervals, other worlds, who has left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from queries.matching_measures import BASE_EVENT
from stats.matched_sample import EVENTS, Integers, Sample
from stats.methods.bootstrap_band import path_band
from stats.methods.exit_outcome import ExitState
from stats.methods.honest_bounds import event_effects, relative_magnitude_breakdown
from stats.methods.matched_error import matched_difference
from stats.methods.matched_sets import row_weights
from stats.methods.placebo import permutation_test
from stats.methods.subgroup_effect import SetDifferences, subgroup_effects
from stats.methods.survivor_bounds import survivor_bounds

Numbers = NDArray[np.float64]
Row = dict[str, object]
_LEVEL, _REACH = 0.05, 1.959964
_STRONG_DRIFT, _MOST_DRIFT = 1.0, 10.0
# Shuffled as often, of so many sets: enough for a p-value to two digits.
_DRAWS, _MOST_SHUFFLED = 399, 2_000


def drift(sample: Sample, after: int) -> Row:
    """The M̄ up to which the difference at e = ``after`` differs from 0, if both sides drift apart
    after the first use by M̄ times as much a year as they ever did before (Rambachan and Roth)."""
    events: Integers = EVENTS[after >= EVENTS]
    outcome = sample.by_event(events)
    band = path_band(outcome, sample.sets, events, sample.firm, scale=sample.scale)
    wanted = (events[events > BASE_EVENT] == after).astype(np.float64)
    n = int(np.isfinite(outcome[sample.sets.set_rows, -1]).sum())
    try:
        effects = event_effects(
            events, band.estimate, band.covariance, base=BASE_EVENT, weights=wanted
        )
    except ValueError:
        return {"check": "drift", "is_good": False, "n": n}
    # Beyond the largest that is tried it is not told how far.
    value = min(relative_magnitude_breakdown(effects, _MOST_DRIFT), _MOST_DRIFT)
    return {"check": "drift", "value": value, "is_good": value >= _STRONG_DRIFT, "n": n}


def other_interval(sample: Sample, found: SetDifferences) -> Row:
    """The difference with the pointwise interval of Abadie and Imbens; good where it says the
    same of zero as that of the bootstrap of firms."""
    result = matched_difference(found, sample.sets)
    if not np.isfinite(result.error):
        return {"check": "other_interval", "is_good": False, "n": result.n_sets}
    everybody = np.zeros(sample.sets.set_rows.size, np.int64)
    drawn = subgroup_effects(found, sample.sets, everybody, 1, sample.firm)
    reach = _REACH * float(drawn.error[0])
    is_same = _excludes(result.low, result.high) == _excludes(
        result.estimate - reach, result.estimate + reach
    )
    return {
        "check": "other_interval",
        "value": result.estimate,
        "low": result.low,
        "high": result.high,
        "is_good": is_same,
        "n": result.n_sets,
    }


def _excludes(low: float, high: float) -> int:
    return int(low > 0) - int(high < 0)


def shuffled(sample: Sample, found: SetDifferences) -> Row:
    """How often a difference as large comes about where the user of each set is drawn by lot among
    the firms of the set."""
    sets = sample.sets
    used = np.flatnonzero(found.is_used)
    chosen = used[:: max(1, -(-used.size // _MOST_SHUFFLED))]
    is_chosen = np.zeros(sets.set_rows.size, np.bool_)
    is_chosen[chosen] = True
    is_pair = is_chosen[sets.set_of_pair] & (found.share > 0)
    rows = np.concatenate([sets.set_rows[chosen], sets.control[is_pair]])
    treated = np.arange(rows.size) < chosen.size
    stratum = np.concatenate([chosen, sets.set_of_pair[is_pair]])
    if chosen.size < 2:
        return {"check": "shuffled", "is_good": False, "n": int(chosen.size)}
    test = permutation_test(found.change[rows], treated, stratum, n_draws=_DRAWS)
    return {
        "check": "shuffled",
        "p_value": test.p_value,
        "is_good": test.p_value < _LEVEL,
        "n": int(chosen.size),
    }


def survivors(sample: Sample, after: int) -> Row:
    """``value``: the difference of those alive on both sides, set or not, which is biased where
    users leave more or less often than others; ``low`` to ``high``: the interval of the effect on
    firms that would be there either way, if the measure moves exits in one direction (Lee). Good
    where that interval says of zero what the survivors say."""
    base = EVENTS == BASE_EVENT
    at = after == EVENTS
    level = sample.by_event()
    if sample.is_log:
        level = np.sign(level) * np.log1p(np.abs(level))
    change = (level[:, at] - level[:, base])[:, 0]
    state = sample.states(EVENTS[at])[:, 0]
    is_followed = (state != ExitState.NOT_FOLLOWED) & np.isfinite(level[:, base][:, 0])
    treated, control = (w * is_followed for w in row_weights(sample.sets, len(change)))
    n = int(np.count_nonzero(treated))
    try:
        found = survivor_bounds(change, treated, control, sample.firm)
    except ValueError:
        return {"check": "survivors", "is_good": False, "n": n}
    if not np.isfinite([found.survivors_only, found.low, found.high]).all():
        return {"check": "survivors", "is_good": False, "n": n}
    side = int(np.sign(found.survivors_only))
    return {
        "check": "survivors",
        "value": found.survivors_only,
        "low": found.low,
        "high": found.high,
        "is_good": _excludes(found.low, found.high) == side,
        "n": n,
    }
