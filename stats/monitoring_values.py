"""Users of a measure by years since, or by year of, their first use: values with intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from queries.growth_measures import FEWEST_FOR_OUTER
from queries.measures import FEWEST_FIRMS
from queries.monitoring_values import (
    Ranks,
    change_moments,
    changes_at_ranks,
    reference_values,
    unit_of,
    value_moments,
    values_at_ranks,
)
from queries.parameters import MonitoringParameters
from stats.methods.mean_difference import student_interval
from stats.methods.median_interval import median_ranks
from store.cursor import Cursor

AtRanks = Callable[[Cursor, MonitoringParameters, str, Mapping[int, Ranks]], pd.DataFrame]
_ESTIMATES = ("median", "mean", "winsorised_mean")


def followed_values(cursor: Cursor, parameters: MonitoringParameters, by: str) -> pd.DataFrame:
    """One row per member of ``by`` (queries.monitoring_values) that has users: ``n_user``, ``n``,
    the three centres with their intervals of 95 %, what the users' industries had, the median
    change of sales since the year before, ``unit`` and ``status``.

    Mean and winsorised mean by Student's t, the latter as if its bounds were known; medians by
    order statistics, from FEWEST_FOR_OUTER values on. Below FEWEST_FIRMS values nothing but the
    counts is there.
    """
    frame = value_moments(cursor, parameters, by)
    n, is_few = frame["n"], frame["n"] < FEWEST_FIRMS
    for centre, deviation in (("mean", "deviation"), ("winsorised_mean", "winsorised_deviation")):
        low, high = student_interval(n, frame[centre], frame[deviation])
        frame[f"{centre}_low"], frame[f"{centre}_high"] = low, high
    frame = frame.drop(columns=["deviation", "winsorised_deviation"])
    frame = _with_median_interval(
        frame, cursor, parameters, by, values_at_ranks, count="n", median="median"
    )
    frame = frame.merge(reference_values(cursor, parameters, by), "left", on=by)
    shown = [f"{centre}{end}" for centre in _ESTIMATES for end in ("", "_low", "_high")]
    shown += [f"reference_{centre}" for centre in _ESTIMATES]
    frame[shown] = frame[shown].astype("float64").mask(is_few)
    frame = frame.merge(_changes(cursor, parameters, by), "left", on=by)
    counts = ["n_user", "n", "n_reference", "n_change"]
    frame[counts] = frame[counts].fillna(0).astype("int64")
    return frame.assign(unit=unit_of(parameters.outcome), status=np.where(is_few, "few", ""))


def _changes(cursor: Cursor, parameters: MonitoringParameters, by: str) -> pd.DataFrame:
    frame = _with_median_interval(
        change_moments(cursor, parameters, by),
        cursor,
        parameters,
        by,
        changes_at_ranks,
        count="n_change",
        median="median_change",
    )
    shown = ["median_change", "median_change_low", "median_change_high"]
    frame[shown] = frame[shown].astype("float64").mask(frame["n_change"] < FEWEST_FIRMS)
    return frame


def _with_median_interval(
    frame: pd.DataFrame,
    cursor: Cursor,
    parameters: MonitoringParameters,
    by: str,
    at_ranks: AtRanks,
    *,
    count: str,
    median: str,
) -> pd.DataFrame:
    """The frame with the bounds of the median beside it; the values at two ranks are fetched.

    Of few, a bound would be one firm's value near the end: it needs FEWEST_FOR_OUTER.
    """
    ranks = {
        int(place): Ranks(int(n), *pair)
        for place, n in zip(frame[by], frame[count], strict=True)
        if n >= FEWEST_FOR_OUTER and (pair := median_ranks(int(n)))
    }
    names = {end: f"{median}_{end}" for end in ("low", "high")}
    if not ranks:
        return frame.assign(**dict.fromkeys(names.values(), np.nan))
    bounds = at_ranks(cursor, parameters, by, ranks).rename(columns=names)
    return frame.merge(bounds, "left", on=by)
