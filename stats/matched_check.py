"""What speaks against reading the difference as the measure's: checks where there is no effect."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from queries.matching_measures import BASE_EVENT, CHECK, SOURCES
from queries.matching_specification import MatchingParameters
from queries.question import Question
from stats.matched_robustness import drift, other_interval, shuffled, survivors
from stats.matched_sample import Integers, Sample, differences, matched_sample
from stats.methods.bootstrap_band import path_band
from stats.methods.event_path import event_changes
from stats.methods.group_time import Panel, group_time_effects
from stats.methods.matched_sets import View
from stats.methods.placebo import placebo_date, placebo_outcome
from stats.methods.pre_trend import pre_trend_test
from stats.methods.sensitivity import breaking_gamma, e_value_of_smd, signed_rank_bounds
from stats.methods.staggered import staggered_effects
from store.cursor import Cursor
from store.quantity import Unit

Numbers = NDArray[np.float64]
# Years before those that firms are matched on are looked at, too.
_EARLY: Integers = np.arange(-6, BASE_EVENT + 1)
_FALSE_YEAR = -3
# The years in which another outcome is followed; firms are matched by none of its changes.
_SHORTLY: Integers = np.arange(-4, BASE_EVENT + 1)
_LEVEL, _STRONG_GAMMA = 0.05, 1.5
# The second opinion keeps a number per unit and cell: a sample of firms is enough for a sign.
_MOST_UNITS = 6_000
_MOST_USERS = 5_000

Row = dict[str, object]


def matched_check(cursor: Cursor, parameters: MatchingParameters) -> pd.DataFrame:
    """One row per check; which it is says ``check``, whether it speaks for the result ``is_good``.

    * ``pre_trend``: the p-value that both sides moved alike from 6 years before on.
    * ``placebo``: the difference at e = −1 of a first use said to be two years before, in the
      unit of the row, with its band; good where the joint test does not reject.
    * ``untouched_employee`` (``untouched_gross_profit`` where employees are the outcome): how much
      that other outcome, by which nobody is matched, grew in percent from e = −4 to e = −1, with
      its band; good where the joint test of these years does not reject.
    * ``drift``, ``other_interval``, ``shuffled``, ``survivors``: stats.matched_robustness.
    * ``hidden_bias``: the Γ up to which the finding at e = ``after`` holds (Wilcoxon's signed
      rank); good from 1.5 on.
    * ``e_value``: that of the difference at e = ``after`` in standard deviations; ``low`` that of
      the nearer bound.
    * ``second_opinion``: the effect at e = ``after`` after Callaway and Sant'Anna on the same
      firms; good where it has the sign of the difference.

    Of more than 5,000 users, a sample that their statements fix is checked. A check without enough
    firms has no values.
    """
    untouched = parameters.with_(outcome=parameters.untouched, scale="log")
    sample, other = (
        matched_sample(cursor, asked, _MOST_USERS) for asked in (parameters, untouched)
    )
    rows: list[Row] = []
    if sample is not None and other is not None:
        after = int(parameters.after)
        early = sample.by_event(_EARLY)
        found = differences(sample)[after]
        changes = found.by_set(sample.sets)[found.is_used]
        n = changes.size
        rows += [
            _pre_trend(sample, early),
            _placebo(sample, early),
            _untouched(other, parameters.untouched),
            drift(sample, after),
            _in_unit(sample, other_interval(sample, found)),
            shuffled(sample, found),
            _in_unit(sample, survivors(sample, after)),
            _hidden_bias(changes, n),
            _e_value(sample, after),
            _second_opinion(sample, after, float(changes.mean()) if n else 0.0),
        ]
    frame = pd.DataFrame(rows).reindex(columns=[q.name for q in CHECK])
    for name in ("value", "low", "high", "p_value"):
        frame[name] = frame[name].astype("float64")
    is_other = frame["check"].str.startswith("untouched")
    unit = np.where(is_other, Unit.PERCENT, parameters.unit)
    return frame.assign(unit=unit, specification=parameters.number)


def _in_unit(sample: Sample, row: Row) -> Row:
    """A row in percent, where its numbers are differences of logarithms."""
    ends = {
        k: float(_shown(sample, np.array(row[k]))) for k in ("value", "low", "high") if k in row
    }
    return row | ends


def _n_sets(sample: Sample, known: Numbers) -> int:
    return int(np.isfinite(known[sample.sets.set_rows]).sum())


def _pre_trend(sample: Sample, early: Numbers) -> Row:
    band = path_band(early, sample.sets, _EARLY, sample.firm, view=_VIEW, scale=sample.scale)
    p_value = pre_trend_test(band, _EARLY).p_value
    n = _n_sets(sample, early[:, 0])
    return {"check": "pre_trend", "p_value": p_value, "is_good": p_value >= _LEVEL, "n": n}


# Before the first use nobody has left yet, but many have no statement that early.
_VIEW = View.RENORMALISED


def _placebo(sample: Sample, early: Numbers) -> Row:
    found = placebo_date(
        early, sample.sets, _EARLY, _FALSE_YEAR, sample.firm, view=_VIEW, scale=sample.scale
    )
    value, low, high = (
        float(_shown(sample, ends[-1:])[0])
        for ends in (found.band.estimate, found.band.band_low, found.band.band_high)
    )
    return {
        "check": "placebo",
        "value": value,
        "low": low,
        "high": high,
        "p_value": found.test.p_value,
        "is_good": found.test.p_value >= _LEVEL,
        "n": _n_sets(sample, early[:, _EARLY == _FALSE_YEAR - 1]),
    }


def _untouched(sample: Sample, name: str) -> Row:
    """What happened before the first use to an outcome that nobody is matched by."""
    outcome = sample.by_event(_SHORTLY)
    found = placebo_outcome(
        outcome, sample.sets, _SHORTLY, sample.firm,
        base=int(_SHORTLY[0]), view=_VIEW, scale=sample.scale,
    )  # fmt: skip
    ends = (found.band.estimate, found.band.band_low, found.band.band_high)
    value, low, high = (float(_shown(sample, end[-1:])[0]) for end in ends)
    return {
        "check": f"untouched_{name}",
        "value": value,
        "low": low,
        "high": high,
        "p_value": found.test.p_value,
        "is_good": found.test.p_value >= _LEVEL,
        "n": _n_sets(sample, outcome[:, 0]),
    }


def _shown(sample: Sample, value: Numbers) -> Numbers:
    return np.asarray(100 * np.expm1(value) if sample.is_log else value, np.float64)


def _hidden_bias(changes: Numbers, n: int) -> Row:
    if not n or not changes.any():
        return {"check": "hidden_bias", "is_good": False, "n": n}
    signed = changes if np.median(changes) >= 0 else -changes
    gamma = breaking_gamma(lambda g: signed_rank_bounds(signed, g).high)
    p_value = signed_rank_bounds(signed, 1.0).high
    return {
        "check": "hidden_bias",
        "value": gamma,
        "p_value": p_value,
        "is_good": gamma >= _STRONG_GAMMA,
        "n": n,
    }


def _e_value(sample: Sample, after: int) -> Row:
    events = np.array([BASE_EVENT, after])
    outcome = sample.by_event(events)
    band = path_band(outcome, sample.sets, events, sample.firm, scale=sample.scale)
    found = event_changes(outcome, sample.sets, events, scale=sample.scale)
    own = found.change[found.weights.treated[:, 1] > 0, 1]
    spread = float(own.std()) if own.size else 0.0
    if not (spread > 0 and np.isfinite(band.error[1])):
        return {"check": "e_value", "is_good": False, "n": int(own.size)}
    value = e_value_of_smd(band.estimate[1] / spread, band.error[1] / spread)
    return {
        "check": "e_value",
        "value": value.estimate,
        "low": value.limit,
        "is_good": value.limit > 1,
        "n": int(own.size),
    }


def _second_opinion(sample: Sample, after: int, difference: float) -> Row:
    """Firms once each: users by their cohort, the others as never treated, by fiscal year."""
    is_user = np.zeros(len(sample.values), np.bool_)
    is_user[sample.sets.set_rows] = True
    weight = np.bincount(sample.sets.control, sample.sets.weight, len(sample.values))
    weight[is_user] = 1.0
    order = np.lexsort((~is_user, sample.firm))
    _, first, place = np.unique(sample.firm[order], return_index=True, return_inverse=True)
    unit = order[first]
    total = np.bincount(place, weight[order])
    is_chosen = np.arange(unit.size) % max(1, -(-unit.size // _MOST_UNITS)) == 0
    unit, total = unit[is_chosen], total[is_chosen]
    level = sample.values[unit]
    if sample.is_log:
        level = np.sign(level) * np.log1p(np.abs(level))
    panel = Panel(
        unit.astype(object),
        sample.first_year + np.arange(level.shape[1]),
        level,
        np.where(is_user[unit], sample.cohort[unit].astype(np.float64), np.inf),
        None,
    )
    try:
        effects = group_time_effects(panel, estimator="reg", weight=total)
        found = staggered_effects(effects, "dynamic")
    except ValueError:
        return {"check": "second_opinion", "is_good": False, "n": int(is_user[unit].sum())}
    at = found.label == after
    values = [found.estimate[at], found.low[at], found.high[at]]
    value, low, high = (float(_shown(sample, v)[0]) if v.size else float("nan") for v in values)
    return {
        "check": "second_opinion",
        "value": value,
        "low": low,
        "high": high,
        "is_good": bool(np.sign(value) == np.sign(difference)),
        "n": int(is_user[unit].sum()),
    }


QUESTION = Question(
    name="matched_check",
    function=matched_check,
    parameters=MatchingParameters,
    columns=CHECK,
    sources=SOURCES,
    # At full size the match takes longer than other questions may; its reader can stop it.
    patience=4.0,
)
