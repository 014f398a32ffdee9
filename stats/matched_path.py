"""Users beside matched firms by years since the first use, and the difference with its band."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from queries.matching_measures import BASE_EVENT, FEWEST_USERS, PATH, SOURCES
from queries.matching_moments import plain_means
from queries.matching_specification import MatchingParameters
from queries.question import Question
from stats.matched_sample import EVENTS, Sample, matched_sample
from stats.methods.bootstrap_band import path_band
from stats.methods.event_path import event_path
from stats.methods.matched_sets import View
from store.cursor import Cursor

Numbers = NDArray[np.float64]
_VALUES = tuple(q.name for q in PATH[4:14])


def matched_path(cursor: Cursor, parameters: MatchingParameters) -> pd.DataFrame:
    """One row per event time, −3 to 8: the sets that count (``n``), the firms of both sides with a
    statement then, and the outcome of users and of matched firms: in percent of the year before
    the first use (of geometric means), or as means in yen or persons.

    ``difference`` is the change since e = −1 of users less that of matched firms, in percent, yen
    or persons, with its simultaneous band of 95 % (bootstrap of firms, 400 draws); at e = −1 it is
    0. ``difference_median`` is that of medians, ``difference_winsorised`` that of means within the
    1st and 99th percentile of each event time. ``plain_difference`` is what nobody should read as
    an effect: matched users less all firms that never used the measure, in the same fiscal years;
    ``plain_ratio`` is the same as a ratio, where changes are percents.
    Below FEWEST_USERS sets only counts are there (status ``few``).
    """
    sample = matched_sample(cursor, parameters)
    frame = pd.DataFrame({"event_year": EVENTS})
    if sample is None:
        frame[["n", "n_user_alive", "n_control_alive"]] = 0
        frame[list(_VALUES)] = np.nan
    else:
        frame = frame.assign(
            **_estimates(sample, View(parameters.alive)),
            plain_difference=_plain(sample, plain_means(cursor, parameters)),
        )
        # What is sixty times as large reads better than what is 5,900 % above.
        ratio = 1 + frame["plain_difference"] / 100
        frame["plain_ratio"] = ratio if sample.is_log else np.nan
    is_few = frame["n"] < FEWEST_USERS
    frame.loc[is_few, list(_VALUES)] = np.nan
    return frame.assign(
        unit=parameters.unit,
        specification=parameters.number,
        status=np.where(is_few, "few", ""),
    )


def _estimates(sample: Sample, view: View) -> dict[str, NDArray[Any]]:
    outcome = sample.by_event()
    # A column that nobody has gives no percentile, and is not shown.
    known = np.where(np.isfinite(outcome).any(axis=0), outcome, 0.0)
    bounds = np.nanquantile(known, [0.01, 0.99], axis=0)
    path = event_path(
        outcome, sample.sets, EVENTS, view=view, scale=sample.scale, bounds=(bounds[0], bounds[1])
    )
    band = path_band(outcome, sample.sets, EVENTS, sample.firm, view=view, scale=sample.scale)
    low, high = band.band_low.copy(), band.band_high.copy()
    low[EVENTS == BASE_EVENT] = high[EVENTS == BASE_EVENT] = 0.0
    mean, counts = path.mean, (path.n_sets, path.n_treated_alive, path.n_controls_alive)
    found: dict[str, NDArray[Any]] = {
        "user_mean": mean.treated,
        "control_mean": mean.control,
        "difference": mean.difference,
        "difference_low": low,
        "difference_high": high,
        "difference_error": band.error,
        "difference_median": path.median.difference,
        "difference_winsorised": path.winsorised.difference if path.winsorised else mean.difference,
    }
    if sample.features is not None:
        # Users as they came, and beside them the firms that the difference is one to.
        plain = event_path(sample.observed(), sample.sets, EVENTS, view=view, scale=sample.scale)
        own = plain.mean.treated
        gone = own - plain.mean.treated_base
        mean = replace(
            plain.mean,
            control=plain.mean.control_base + gone - mean.difference,
            difference=mean.difference,
        )
        found |= {"user_mean": mean.treated, "control_mean": mean.control}
    if sample.is_log:
        # The error of a percentage is that of the logarithm times the ratio.
        error = 100 * np.exp(mean.difference) * band.error
        found = {name: _percent(value) for name, value in found.items()}
        found["user_mean"] = 100 * np.exp(mean.treated - mean.treated_base)
        found["control_mean"] = 100 * np.exp(mean.control - mean.control_base)
        found["difference_error"] = error
    names = ("n", "n_user_alive", "n_control_alive")
    return {n: c.astype(np.int64) for n, c in zip(names, counts, strict=True)} | found


def _percent(value: Numbers) -> Numbers:
    return np.asarray(100 * np.expm1(value), np.float64)


def _plain(sample: Sample, means: pd.DataFrame) -> Numbers:
    plain = plain_differences(sample, means)
    return _percent(plain) if sample.is_log else plain


def plain_differences(sample: Sample, means: pd.DataFrame) -> Numbers:
    """Matched users less all other firms (``means`` by fiscal year), level against level, by event
    time, on the scale of the sample."""
    if means.empty:
        return np.full(EVENTS.size, np.nan)
    rows = sample.sets.set_rows
    level = sample.observed()[rows]
    if sample.is_log:
        level = np.sign(level) * np.log1p(np.abs(level))
    year = sample.cohort[rows][:, None] + EVENTS[None, :]
    place = year - int(means["fiscal_year"].iloc[0])
    is_inside = (place >= 0) & (place < len(means))
    other = means["mean"].to_numpy(np.float64)[np.where(is_inside, place, 0)]
    gap = np.where(is_inside, level - other, np.nan)
    n = np.isfinite(gap).sum(axis=0)
    return np.where(n > 0, np.nansum(gap, axis=0) / np.maximum(n, 1), np.nan)


QUESTION = Question(
    name="matched_path",
    function=matched_path,
    parameters=MatchingParameters,
    columns=PATH,
    sources=SOURCES,
    # At full size the match takes longer than other questions may; its reader can stop it.
    patience=4.0,
)
