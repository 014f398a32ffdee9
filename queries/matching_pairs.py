"""Users, the firms matched to them, and what became of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import ARRAY, ColumnElement, Select, Text, Uuid, cast, func, literal, select

from queries.matching_groups import NEVER, own_uses, subjects, users
from queries.matching_nearest import any_firm
from queries.matching_reuse import firms_within_cap
from queries.matching_specification import OUTCOME_COLUMNS, MatchingParameters
from store.cursor import Cursor
from store.matching_tables import FEATURE_NAMES
from store.tables import firm_path

USER, CONTROL = "user", "control"
_EXITS = (firm_path.c.default_year, firm_path.c.closed_year, firm_path.c.merged_year)


@dataclass(frozen=True, slots=True)
class MatchedOutcome:
    """What became of each row of MatchedFirms: ``values``, shape (rows, fiscal years), thousand yen
    or persons, from ``first_year`` on; NaN without a statement."""

    values: NDArray[np.float32]
    first_year: int


@dataclass(frozen=True, slots=True)
class MatchedFirms:
    """Users and the firms beside them, and how both ended.

    ``rows``: one row per user with a statement of the year before (``role`` user) and one per pair
    (``role`` control): ``user_id``, ``firm_id``, ``cohort``, the features of ``firm_id`` in the
    year before, ``tie``, the fiscal years of exit by kind, and ``censored_from``, that of a
    control's own use; of users also ``base_year``, ``missing_bits`` and TRAITS. A user without a
    pair found nobody. ``n_placed``: users with any firm in their stratum, however far, ``n_near``:
    near enough. ``read_by``: the firm of each row as the store knows it, whatever ``rows`` call it.
    ``outcomes``: the one that was asked for with the match (``matched_outcome`` gives any).
    """

    rows: pd.DataFrame
    read_by: pd.Series
    outcomes: Mapping[str, MatchedOutcome]
    n_placed: int
    n_near: int


def matched_firms(cursor: Cursor, parameters: MatchingParameters) -> MatchedFirms:
    """The users of the filter beside their nearest firms, matched once for all questions. Nothing
    of this leaves the questions as it is."""

    def match(own: Cursor) -> MatchedFirms:
        return _match(own, parameters)

    return cursor.once("matched_firms", parameters.matched_by, match)


def matched_outcome(cursor: Cursor, parameters: MatchingParameters) -> MatchedOutcome:
    """The outcome that the comparison is of, for all matched firms, read once for all questions."""
    found = matched_firms(cursor, parameters)
    if parameters.outcome in found.outcomes:
        return found.outcomes[parameters.outcome]

    def read(own: Cursor) -> MatchedOutcome:
        return _outcome(_of_firms(own, _path_of(parameters), found.read_by))

    key = {**parameters.matched_by, "outcome": parameters.outcome}
    return cursor.once("matched_outcome", key, read)


def _match(cursor: Cursor, parameters: MatchingParameters) -> MatchedFirms:
    # One statement for each step: with all in one, DuckDB 1.5.6 builds the 40 million profiles that
    # it reads twice, which do not fit, or, kept from that, waits for itself.
    of = subjects(parameters, users(parameters))
    asked = cursor.fetch(select(*of.c).order_by(of.c.tie, of.c.firm_id))
    asked = asked.rename(columns={"firm_id": "user_id"})
    found = firms_within_cap(cursor, parameters, asked)
    near = found.near
    own = asked.loc[near["place"]].reset_index(drop=True)
    lacks = own[list(FEATURE_NAMES)].isna()
    control = own[["user_id", "cohort"]].assign(
        firm_id=near["firm_id"],
        tie=near["tie"],
        # Both lack the same.
        **near[list(FEATURE_NAMES)].mask(lacks),
    )
    found_nobody = asked[~asked.index.isin(near["place"])]
    n_placed = len(asked) - len(found_nobody) + any_firm(cursor, parameters, found_nobody)
    user = asked.assign(firm_id=asked["user_id"], role=USER)
    rows = pd.concat([user, control.assign(role=CONTROL)], ignore_index=True)
    read_by = rows["firm_id"].astype(str)
    fate = _of_firms(cursor, [*_EXITS, *_path_of(parameters)], read_by)
    used = _used_years(cursor, parameters, read_by).where(rows["role"] == CONTROL)
    rows = rows.assign(censored_from=used, **{c.name: fate[c.name] for c in _EXITS})
    outcomes = {parameters.outcome: _outcome(fate)}
    return MatchedFirms(rows, read_by, outcomes, n_placed, found.n_near)


def _used_years(cursor: Cursor, parameters: MatchingParameters, firms: pd.Series) -> pd.Series:
    """For each of ``firms`` the year of its own first use of the measure, if any."""
    own = own_uses(parameters)
    uses = cursor.fetch(
        select(own.c.firm_id, own.c.first_year.label("used_year")).where(
            own.c.firm_id.in_(_numbers(firms)), own.c.first_year < NEVER
        )
    )
    used = pd.Series(uses["used_year"].to_numpy(), index=uses["firm_id"].astype(str))
    return used.reindex(firms).reset_index(drop=True)


def _path_of(parameters: MatchingParameters) -> list[ColumnElement[Any]]:
    return [firm_path.c.first_year, firm_path.c[OUTCOME_COLUMNS[parameters.outcome]].label("path")]


def _of_firms(
    cursor: Cursor, columns: Sequence[ColumnElement[Any]], firms: pd.Series
) -> pd.DataFrame:
    """One row for each of ``firms``, numbers as texts: ``columns`` of ``firm_path``."""
    firm_id = firm_path.c.firm_id
    found = cursor.fetch(select(firm_id, *columns).where(firm_id.in_(_numbers(firms))))
    by_firm = found.set_index(found["firm_id"].astype(str)).drop(columns="firm_id")
    return by_firm.reindex(firms).reset_index(drop=True)


def _outcome(fate: pd.DataFrame) -> MatchedOutcome:
    """The paths of ``fate`` (``first_year``, ``path``) side by side."""
    first = fate["first_year"].min()
    first_year = 0 if pd.isna(first) else int(first)
    start = (fate["first_year"] - first_year).fillna(0).to_numpy(np.int64)
    return MatchedOutcome(_laid_out(fate["path"], start), first_year)


def _numbers(firms: pd.Series) -> Select[tuple[UUID]]:
    # As texts: to make an object of each takes as long as to find it.
    texts = literal(firms.unique().tolist(), ARRAY(Text))
    return select(func.unnest(cast(texts, ARRAY(Uuid))))


def _laid_out(paths: pd.Series, start: NDArray[np.int64]) -> NDArray[np.float32]:
    """Lists one below the other, each from its place ``start`` on; NaN where there is nothing."""
    length = paths.map(len, na_action="ignore").fillna(0).to_numpy(np.int64)
    laid = np.full((len(paths), int((start + length).max(initial=0))), np.nan, np.float32)
    row = np.repeat(np.arange(len(paths)), length)
    place = np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
    if len(row):
        laid[row, start[row] + place] = np.concatenate(paths.dropna().to_list()).astype(np.float32)
    return laid
