"""Users and the firms matched to them, laid out by event time for the methods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from queries.matching_measures import BASE_EVENT, FIRST_EVENT, LAST_EVENT
from queries.matching_pairs import CONTROL, USER, matched_firms, matched_outcome
from queries.matching_specification import COVARIATES, MOST_USERS, MatchingParameters
from stats.methods.covariate_gap import adjusted_outcome
from stats.methods.event_path import Scale, event_changes
from stats.methods.exit_outcome import ExitState
from stats.methods.matched_sets import (
    MatchedSets,
    View,
    align_to_event_time,
    matched_sets,
    pair_shares,
)
from stats.methods.subgroup_effect import SetDifferences
from store.cursor import Cursor

Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]
EVENTS: Integers = np.arange(FIRST_EVENT, LAST_EVENT + 1)


@dataclass(frozen=True, slots=True)
class Sample:
    """One row per firm and cohort. ``values`` are outcomes by fiscal year from ``first_year`` on,
    shape (rows, years), in yen or persons, NaN without a statement or after a control's own use
    only once they are laid out; ``firm`` numbers the firms, ``firm_id`` are their pseudonyms, which
    stay inside."""

    values: Numbers
    first_year: int
    firm: Integers
    firm_id: NDArray[np.object_]
    cohort: Integers
    censored_from: Numbers
    exits: Numbers
    sets: MatchedSets
    is_log: bool
    # What both sides are matched by, as of the year before; None where it is not adjusted for.
    features: Numbers | None

    @property
    def scale(self) -> Scale:
        return "signed_log" if self.is_log else "level"

    def by_event(self, events: Integers = EVENTS) -> Numbers:
        """The outcomes by event time, shape (rows, event times), after the base as if all firms had
        been what the mean user was then (stats.methods.covariate_gap)."""
        outcome = self.observed(events)
        if self.features is None or BASE_EVENT not in events:
            return outcome
        return adjusted_outcome(outcome, self.sets, events, self.features, scale=self.scale)

    def observed(self, events: Integers = EVENTS) -> Numbers:
        """The outcomes by event time, shape (rows, event times), as they came."""
        rows = np.arange(len(self.values))
        return align_to_event_time(
            self.values, self.first_year, rows, self.cohort, events, self.censored_from
        )

    def states(self, events: Integers = EVENTS) -> Integers:
        """What each firm is at each event time (stats.methods.exit_outcome.ExitState)."""
        year = self.cohort[:, None] + events[None, :]
        rows = np.arange(len(self.values))
        known = align_to_event_time(self.values, self.first_year, rows, self.cohort, events)
        state = np.where(np.isfinite(known), ExitState.ALIVE, ExitState.MISSING_STATEMENT)
        kinds = (ExitState.CLOSURE, ExitState.MERGER, ExitState.DEFAULT)
        for place, kind in zip((1, 2, 0), kinds, strict=True):
            state = np.where(year >= self.exits[:, [place]], kind, state)
        last_year = self.first_year + self.values.shape[1] - 1
        # Of a control that comes to use the measure itself nothing counts from then on.
        is_over = (year > last_year) | (year >= self.censored_from[:, None])
        return np.where(is_over | (year < self.first_year), ExitState.NOT_FOLLOWED, state)


def differences(sample: Sample, view: str = View.BOTH_ALIVE) -> dict[int, SetDifferences]:
    """What each set says, by event time, of the change from the year before until then, on the
    scale of the sample."""
    chosen, sets = View(view), sample.sets
    base = int(np.flatnonzero(EVENTS == BASE_EVENT)[0])
    found = event_changes(sample.by_event(), sets, EVENTS, view=chosen, scale=sample.scale)
    share, is_used = pair_shares(np.isfinite(found.level), sets, base, chosen)
    return {
        int(event): SetDifferences(found.change[:, at], share[:, at], is_used[:, at])
        for at, event in enumerate(EVENTS)
    }


def matched_sample(
    cursor: Cursor, parameters: MatchingParameters, most: int = MOST_USERS
) -> Sample | None:
    """The users that found a firm, ``most`` at the most, and these firms; None where nobody did."""
    found = matched_firms(cursor, parameters)
    place = _places(found.rows, most)
    if not len(place):
        return None
    outcome = matched_outcome(cursor, parameters)
    frame = found.rows.iloc[place]
    firm, _ = pd.factorize(frame["firm_id"].astype(str), sort=True)
    user, _ = pd.factorize(frame["user_id"].astype(str), sort=True)
    cohort = frame["cohort"].to_numpy(np.int64)
    key = firm.astype(np.int64) * 10_000 + cohort
    _, first, row = np.unique(key, return_index=True, return_inverse=True)
    is_user = (frame["role"] == USER).to_numpy()
    row_of_user = np.zeros(user.max() + 1, np.int64)
    row_of_user[user[is_user]] = row[is_user]
    is_pair = (frame["role"] == CONTROL).to_numpy()
    scale = 1.0 if parameters.outcome == "employee" else 1_000.0
    chosen = frame.iloc[first]
    sets = matched_sets(row_of_user[user[is_pair]], row[is_pair])
    return Sample(
        values=outcome.values[place[first]].astype(np.float64) * scale,
        first_year=outcome.first_year,
        firm=firm[first].astype(np.int64),
        firm_id=chosen["firm_id"].astype(str).to_numpy(object),
        cohort=cohort[first],
        censored_from=chosen["censored_from"].to_numpy(np.float64, na_value=np.nan),
        exits=np.column_stack(
            [
                chosen[name].to_numpy(np.float64, na_value=np.nan)
                for name in ("default_year", "closed_year", "merged_year")
            ]
        ),
        sets=sets,
        is_log=parameters.is_log,
        features=_features(chosen, parameters) if parameters.adjust == "regression" else None,
    )


def _features(rows: pd.DataFrame, parameters: MatchingParameters) -> Numbers:
    """What distances are taken of; firms of a set lack the same, so any one value will do there."""
    known = rows[list(COVARIATES[parameters.covariates])].astype("float64")
    return (known - known.mean()).fillna(0.0).to_numpy(np.float64)


def _places(rows: pd.DataFrame, most: int) -> Integers:
    """Where the pairs and their users stand in ``rows``: of the first ``most`` users with a pair,
    in the order that their statements fix (``tie``)."""
    # By number: looking texts up among texts is most of what this would take.
    user, _ = pd.factorize(rows["user_id"].astype(str))
    is_paired = np.isin(user, user[(rows["role"] == CONTROL).to_numpy()])
    chosen = rows.assign(user=user)[(rows["role"] == USER).to_numpy() & is_paired]
    if len(chosen) > most:
        chosen = chosen.sort_values(["tie", "user_id"]).head(most)
    return np.flatnonzero(np.isin(user, chosen["user"])).astype(np.int64)
