"""How the result of applying goes with growth afterwards: rank correlation and slope."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from queries.breakdown import breakdown
from queries.dimensions import MEMBER_CODE, MEMBER_NAME
from queries.growth_measures import FEWEST_APPLICATIONS, FEWEST_OF_A_SIDE, RELATION
from queries.growth_moments import MEMBER, WHOLE, growth_moments
from queries.growth_sample import SOURCES
from queries.member_names import member_names
from queries.parameters import GrowthParameters
from queries.question import Question
from stats.methods.correlation import (
    correlation_p_value,
    false_discovery_rates,
    normal_interval,
    robust_error,
    spearman_interval,
)
from store.cursor import Cursor

MARKED_BELOW = 0.05
# One unit of the slope: adopted against rejected, a doubling of the grant, 10 points.
SLOPE_STEP = {"adopted": 1.0, "granted": 1.0, "points": 10.0}
_COUNTS = ["n", "n_adopted", "n_rejected"]
_ESTIMATES = ["median_adopted", "median_rejected", "rho", "slope", "x_squares", "weighted_squares"]


def growth_relation(cursor: Cursor, parameters: GrowthParameters) -> pd.DataFrame:
    """One row: the relation over all applications that the filter leaves, as it is chosen.

    ``by`` plays no part; ``q_value`` is missing, for there is one test only.
    """
    return _estimated(growth_moments(cursor, parameters), parameters)


def growth_correlation(cursor: Cursor, parameters: GrowthParameters) -> pd.DataFrame:
    """One row for the whole (``member_code`` empty), then one per member with known growth: the
    highest rank correlation first, members with too few applications last, then by code; size
    classes in their order, prefectures always all 47.

    Members and their whole are those of queries.breakdown. Too few (status ``few``) are fewer than
    FEWEST_APPLICATIONS applications, or than FEWEST_OF_A_SIDE adopted or rejected ones where they
    are compared: then nothing but the counts is there. ``q_value`` (Benjamini and Hochberg) is
    taken over the members with an estimate; the whole is marked by its own p-value.
    """
    parts = breakdown(cursor, parameters.by, parameters)
    moments = growth_moments(cursor, parameters, parts)
    names = member_names(cursor, parts)
    how: Literal["left", "inner"] = "left" if parts.is_complete else "inner"
    members = names.merge(moments[moments["series"] == MEMBER], how, on="position")
    members["series"] = MEMBER
    frame = _estimated(pd.concat([moments[moments["series"] == WHOLE], members]), parameters)
    frame = frame.rename(columns={"code": "member_code", "name": "member_name"})
    frame.loc[0, ["member_code", "member_name"]] = ""
    order = ["position"] if parameters.by == "size" else ["rho", "member_code"]
    first, rest = frame.iloc[:1], frame.iloc[1:]
    rest = rest.sort_values(order, ascending=[name != "rho" for name in order])
    return pd.concat([first, rest], ignore_index=True)


def _estimated(moments: pd.DataFrame, parameters: GrowthParameters) -> pd.DataFrame:
    """The moments with intervals and tests; their estimates are missing where too few count."""
    frame = moments.reset_index(drop=True)
    frame[_COUNTS] = frame[_COUNTS].fillna(0).astype("int64")
    frame[_ESTIMATES] = frame[_ESTIMATES].astype("float64")
    is_few = frame["n"] < FEWEST_APPLICATIONS
    if parameters.result == "adopted":
        is_few |= frame[["n_adopted", "n_rejected"]].min(axis=1) < FEWEST_OF_A_SIDE
    frame.loc[is_few, _ESTIMATES] = np.nan
    # A median of too few is not shown either, whatever the relation.
    for side in ("adopted", "rejected"):
        frame.loc[frame[f"n_{side}"] < FEWEST_OF_A_SIDE, f"median_{side}"] = np.nan
    n, rho = frame["n"], frame["rho"].clip(-1, 1)
    frame["rho"] = rho
    frame["rho_low"], frame["rho_high"] = spearman_interval(rho, n)
    step = SLOPE_STEP[parameters.result]
    frame["slope"] *= step
    error = step * robust_error(n, frame["x_squares"], frame["weighted_squares"])
    frame["slope_low"], frame["slope_high"] = normal_interval(frame["slope"], error)
    p_value = correlation_p_value(rho, n)
    is_member = (frame["series"] == MEMBER).to_numpy()
    q_value = false_discovery_rates(np.where(is_member, p_value, np.nan))
    frame["p_value"], frame["q_value"] = p_value, q_value
    frame["is_marked"] = np.where(is_member, q_value, p_value) < MARKED_BELOW
    frame["status"] = np.where(is_few, "few", "")
    return frame


RELATION_QUESTION = Question(
    name="growth_relation",
    function=growth_relation,
    parameters=GrowthParameters,
    columns=RELATION,
    sources=SOURCES,
)
CORRELATION_QUESTION = Question(
    name="growth_correlation",
    function=growth_correlation,
    parameters=GrowthParameters,
    columns=(MEMBER_CODE, MEMBER_NAME, *RELATION),
    sources=SOURCES,
)
