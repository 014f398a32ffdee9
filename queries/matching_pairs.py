"""Users, the firms matched to them, and what became of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import ARRAY, Uuid, cast, func, select

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
class MatchedFirms:
    """Users and the firms beside them, and what became of both.

    ``rows``: one row per user with a statement of the year before (``role`` user) and one per pair
    (``role`` control): ``user_id``, ``firm_id``, ``cohort``, the features of ``firm_id`` in the
    year before, ``tie``, the fiscal years of exit by kind, and ``censored_from``, that of a
    control's own use; of users also ``base_year``, ``missing_bits`` and TRAITS. A user without a
    pair found nobody. ``outcomes``: by name of OUTCOME_COLUMNS, shape (rows, fiscal years),
    thousand yen or persons, from ``first_year`` on. ``n_placed``: users with any firm in their
    stratum, however far, ``n_near``: near enough.
    """

    rows: pd.DataFrame
    outcomes: Mapping[str, NDArray[np.float32]]
    first_year: int
    n_placed: int
    n_near: int


def matched_firms(cursor: Cursor, parameters: MatchingParameters) -> MatchedFirms:
    """The users of the filter beside their nearest firms, matched once for all questions. Nothing
    of this leaves the questions as it is."""

    def match(own: Cursor) -> MatchedFirms:
        return _match(own, parameters)

    return cursor.once("matched_firms", parameters.matched_by, match)


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
    paths = _paths(cursor, parameters, rows["firm_id"].drop_duplicates().astype(str).to_list())
    fate = paths.reindex(rows["firm_id"].astype(str)).reset_index(drop=True)
    first_year = int(paths["first_year"].min()) if len(paths) else 0
    start = (fate["first_year"] - first_year).fillna(0).to_numpy(np.int64)
    outcomes = {name: _laid_out(fate[column], start) for name, column in OUTCOME_COLUMNS.items()}
    used = fate["used_year"].where(rows["role"] == CONTROL)
    rows = rows.assign(censored_from=used, **{c.name: fate[c.name] for c in _EXITS})
    return MatchedFirms(rows, outcomes, first_year, n_placed, found.n_near)


def _paths(cursor: Cursor, parameters: MatchingParameters, firms: Sequence[str]) -> pd.DataFrame:
    """One row per firm, by its number as text: what became of it, and the year of its own first use
    of the measure (``used_year``)."""
    path, own = firm_path.c, own_uses(parameters)
    chosen = select(func.unnest(cast([UUID(firm) for firm in firms], ARRAY(Uuid))))
    columns = [path.firm_id, path.first_year, *(path[name] for name in OUTCOME_COLUMNS.values())]
    paths = cursor.fetch(select(*columns, *_EXITS).where(path.firm_id.in_(chosen)))
    uses = cursor.fetch(
        select(own.c.firm_id, own.c.first_year.label("used_year")).where(
            own.c.firm_id.in_(chosen), own.c.first_year < NEVER
        )
    )
    used = pd.Series(uses["used_year"].to_numpy(), index=uses["firm_id"].astype(str))
    paths = paths.set_index(paths["firm_id"].astype(str)).drop(columns="firm_id")
    return paths.assign(used_year=used.reindex(paths.index))


def _laid_out(paths: pd.Series, start: NDArray[np.int64]) -> NDArray[np.float32]:
    """Lists one below the other, each from its place ``start`` on; NaN where there is nothing."""
    length = paths.map(len, na_action="ignore").fillna(0).to_numpy(np.int64)
    laid = np.full((len(paths), int((start + length).max(initial=0))), np.nan, np.float32)
    row = np.repeat(np.arange(len(paths)), length)
    place = np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
    if len(row):
        laid[row, start[row] + place] = np.concatenate(paths.dropna().to_list()).astype(np.float32)
    return laid
