"""モニタリング: users of a measure year by year after its first use, and one year by cohort."""

from __future__ import annotations

from typing import Any

import pandas as pd

from queries.monitoring_measures import (
    CENTRE_COLUMNS,
    CHANGES,
    EXIT_RATES,
    FIRST_USE,
    N_AT_RISK,
    N_CHANGE,
    N_EXIT,
    N_REFERENCE,
    N_STATED,
    N_USER,
    SINCE_USE,
    SOURCES,
    STATUS,
    UNIT,
)
from queries.monitoring_values import BY_COHORT, BY_EVENT
from queries.parameters import MonitoringParameters
from queries.question import Question
from stats.monitoring_exit import exit_rates
from stats.monitoring_values import followed_values
from store.cursor import Cursor
from store.monitoring_tables import FIRST_EVENT_YEAR, LAST_EVENT_YEAR

_COUNTS = ["n_user", "n", "n_reference", "n_change"]


def monitoring_path(cursor: Cursor, parameters: MonitoringParameters) -> pd.DataFrame:
    """One row per year since the first use, always −3 to 8: users whose year lies within the data,
    those with a statement then, the outcome in yen or persons with intervals, and the same of all
    firms of the users' industries and years.

    A year of first use enters only where the year lies within the data, so that the number of users
    falls; the firms differ from year to year. ``horizon`` plays no part. No comparison: users
    were chosen, or chose.
    """
    years = pd.DataFrame({"event_year": range(FIRST_EVENT_YEAR, LAST_EVENT_YEAR + 1)})
    frame = years.merge(followed_values(cursor, parameters, BY_EVENT), "left", on="event_year")
    frame[_COUNTS] = frame[_COUNTS].fillna(0).astype("int64")
    frame["unit"] = frame["unit"].bfill().ffill()
    return frame.assign(status=frame["status"].fillna("few"))


def monitoring_cohort(cursor: Cursor, parameters: MonitoringParameters) -> pd.DataFrame:
    """One row per year of first use, the earliest first, all of them ``horizon`` years later:
    users, the outcome as in monitoring_path, and the share that had defaulted by then.

    Years of first use that lie less than ``horizon`` years before the end of the data are left out.
    """
    values = followed_values(cursor, parameters, BY_COHORT)
    exits = exit_rates(cursor, parameters, BY_COHORT)
    defaults = exits[exits["exit_state"] == "default"].drop(columns=["exit_state", "status"])
    frame = values.merge(defaults, "left", on="first_year")
    frame["n_at_risk"] = frame["n_at_risk"].fillna(0).astype("int64")
    return frame


QUESTIONS: tuple[Question[Any], ...] = (
    Question(
        "monitoring_path",
        monitoring_path,
        MonitoringParameters,
        (
            SINCE_USE,
            N_USER,
            N_STATED,
            *CENTRE_COLUMNS,
            N_REFERENCE,
            N_CHANGE,
            *CHANGES,
            UNIT,
            STATUS,
        ),
        SOURCES,
    ),
    Question(
        "monitoring_cohort",
        monitoring_cohort,
        MonitoringParameters,
        (
            FIRST_USE,
            N_USER,
            N_STATED,
            *CENTRE_COLUMNS,
            N_AT_RISK,
            N_EXIT,
            *EXIT_RATES,
            UNIT,
            STATUS,
        ),
        SOURCES,
    ),
)
