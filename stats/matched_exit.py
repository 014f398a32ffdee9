"""How many users and matched firms have left by when, and how: exit as an outcome."""

from __future__ import annotations

import numpy as np
import pandas as pd

from queries.matching_measures import BASE_EVENT, EXIT, FEWEST_USERS, SOURCES
from queries.matching_specification import MatchingParameters
from queries.question import Question
from stats.matched_sample import EVENTS, matched_sample
from stats.methods.exit_outcome import EXITS, exit_incidence, first_exits
from store.cursor import Cursor

_AFTER = EVENTS[EVENTS > BASE_EVENT]
_VALUES = ["user_share", "control_share", "difference", "difference_low", "difference_high"]


def matched_exit(cursor: Cursor, parameters: MatchingParameters) -> pd.DataFrame:
    """One row per kind of exit (``default``, ``missing_statement``, ``closure``, ``merger``) and
    event time from 0 to 8: the share in percent that has left in that way by then, of users and of
    matched firms (Aalen–Johansen), the difference in points with its band of 95 %, and how many
    of each side are still at risk.

    Below FEWEST_USERS users at risk only counts are there (status ``few``). No band where nobody
    has left.
    """
    sample = matched_sample(cursor, parameters)
    rows = pd.DataFrame(
        [(kind.name.lower(), int(event)) for kind in EXITS for event in _AFTER],
        columns=["kind", "event_year"],
    )
    if sample is None:
        rows[["n_user_at_risk", "n_control_at_risk"]] = 0
        rows[_VALUES] = np.nan
    else:
        events = EVENTS[EVENTS >= BASE_EVENT]
        exits = first_exits(sample.states(events), events)
        found = exit_incidence(exits, sample.sets, events, sample.firm, covariates=sample.features)
        rows["n_user_at_risk"] = np.tile(found.n_treated_at_risk, len(EXITS))
        rows["n_control_at_risk"] = np.tile(found.n_controls_at_risk, len(EXITS))
        parts = [found.by_state[kind] for kind in EXITS]
        rows["user_share"] = 100 * np.concatenate([part.treated for part in parts])
        rows["control_share"] = 100 * np.concatenate([part.control for part in parts])
        for name, of in (("", "estimate"), ("_low", "band_low"), ("_high", "band_high")):
            ends = [getattr(part.difference, of) for part in parts]
            rows[f"difference{name}"] = 100 * np.concatenate(ends)
    # Where nobody has left in this way on either side, resampling cannot tell how sure that is.
    is_sure = rows["difference_low"] == rows["difference_high"]
    rows.loc[is_sure, ["difference_low", "difference_high"]] = np.nan
    is_few = rows["n_user_at_risk"] < FEWEST_USERS
    rows.loc[is_few, _VALUES] = np.nan
    return rows.assign(specification=parameters.number, status=np.where(is_few, "few", ""))


QUESTION = Question(
    name="matched_exit",
    function=matched_exit,
    parameters=MatchingParameters,
    columns=EXIT,
    sources=SOURCES,
    # At full size the match takes longer than other questions may; its reader can stop it.
    patience=4.0,
)
