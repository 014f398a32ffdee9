"""How many users of a measure had left by when and how, beside firms of the same industries."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from queries.measures import FEWEST_FIRMS
from queries.monitoring_exits import exit_counts, reference_exits
from queries.monitoring_measures import (
    EXIT_RATES,
    EXIT_STATE,
    N_AT_RISK,
    N_EXIT,
    SINCE_USE,
    SOURCES,
    STATUS,
)
from queries.monitoring_values import BY_EVENT
from queries.parameters import MonitoringParameters
from queries.question import Question
from stats.methods.binomial import wilson_interval
from store.cursor import Cursor
from store.monitoring_tables import EXIT_STATES, LAST_EVENT_YEAR

_RATES = ["exit_rate", "exit_rate_low", "exit_rate_high", "reference_exit_rate"]


def monitoring_exit(cursor: Cursor, parameters: MonitoringParameters) -> pd.DataFrame:
    """One row per year since the first use, 0 to 8, and way of leaving (default, missing statement,
    closure, merger): users at risk that are followed so long, how many of them had left in that
    way by then, their share in percent with its interval of 95 % (Wilson), and the share of all
    firms of the users' industries and years.

    A firm leaves once. At risk is who had a statement in the year before the first use and had
    not left by then. Shares of different years are of different users: they may fall.
    """
    found = exit_rates(cursor, parameters, BY_EVENT)
    rows = pd.DataFrame(
        list(product(range(LAST_EVENT_YEAR + 1), EXIT_STATES)), columns=["event_year", "exit_state"]
    )
    frame = rows.merge(found, "left", on=["event_year", "exit_state"])
    frame["n_at_risk"] = frame["n_at_risk"].fillna(0).astype("int64")
    return frame.assign(status=frame["status"].fillna("few"))


def exit_rates(cursor: Cursor, parameters: MonitoringParameters, by: str) -> pd.DataFrame:
    """One row per member of ``by`` (queries.monitoring_values) that has users at risk, and way of
    leaving, in the order of EXIT_STATES. Below FEWEST_FIRMS at risk only their number is there."""
    counted = exit_counts(cursor, parameters, by)
    names = {f"n_{state}": state for state in EXIT_STATES}
    long = counted.rename(columns=names).melt(
        [by, "n_at_risk"], [*EXIT_STATES], var_name="exit_state", value_name="n_exit"
    )
    whole = reference_exits(cursor, parameters, by).melt(
        [by], [*EXIT_STATES], var_name="exit_state", value_name="reference_exit_rate"
    )
    frame = long.merge(whole, "left", on=[by, "exit_state"])
    n, k = frame["n_at_risk"], frame["n_exit"].astype("int64")
    low, high = wilson_interval(k, n)
    frame = frame.assign(n_exit=k, exit_rate=k / n, exit_rate_low=low, exit_rate_high=high)
    is_few = frame["n_at_risk"] < FEWEST_FIRMS
    frame[_RATES] = (100.0 * frame[_RATES].astype("float64")).mask(is_few)
    # Who of four has defaulted is nobody's business.
    frame["n_exit"] = frame["n_exit"].astype("Int64").mask(is_few)
    place = frame["exit_state"].map({state: i for i, state in enumerate(EXIT_STATES)})
    frame = frame.assign(status=np.where(is_few, "few", ""), place=place)
    return frame.sort_values([by, "place"], ignore_index=True).drop(columns="place")


QUESTION: Question[Any] = Question(
    "monitoring_exit",
    monitoring_exit,
    MonitoringParameters,
    (SINCE_USE, EXIT_STATE, N_AT_RISK, N_EXIT, *EXIT_RATES, STATUS),
    SOURCES,
)
