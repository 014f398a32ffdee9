"""Users beside their nearest firms: exact strata, a caliper on sales, ties by pseudonym."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Uuid,
    and_,
    cast,
    func,
    select,
)

from queries.matching_groups import NEVER, distance, filled, others, own_uses, subjects, users
from queries.matching_specification import (
    CALIPERS,
    COVARIATES,
    OUTCOME_COLUMNS,
    MatchingParameters,
)
from store.cursor import Cursor
from store.matching_tables import FEATURE_NAMES
from store.tables import firm_path, matching_profile

# Where distances agree to this, the firm whose number comes first is the nearer one.
_TIE = 1e-10
USER, CONTROL = "user", "control"
_EXITS = (firm_path.c.default_year, firm_path.c.closed_year, firm_path.c.merged_year)


@dataclass(frozen=True, slots=True)
class MatchedFirms:
    """Users and the firms beside them, and what became of both.

    ``rows``: one row per user with a statement of the year before (``role`` user) and one per pair
    (``role`` control): ``user_id``, ``firm_id``, ``cohort``, the features of ``firm_id`` in the
    year before, ``tie``, the fiscal years of exit by kind, and ``censored_from``, that of a
    control's own use. A user without a pair found nobody. ``outcomes``: by name of
    OUTCOME_COLUMNS, shape (rows, fiscal years), thousand yen or persons, from ``first_year`` on.
    """

    rows: pd.DataFrame
    outcomes: Mapping[str, NDArray[np.float32]]
    first_year: int


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
    user = cursor.fetch(
        select(
            of.c.firm_id.label("user_id"),
            of.c.firm_id,
            of.c.cohort,
            of.c.tie,
            *(of.c[name] for name in FEATURE_NAMES),
        )
    )
    row = matching_profile.c
    pair = _pairs(of, parameters)
    is_base = and_(row.firm_id == pair.c.firm_id, row.fiscal_year == pair.c.base_year)
    control = cursor.fetch(
        select(
            pair.c.user_id,
            pair.c.firm_id,
            pair.c.cohort,
            row.tie,
            *(row[name] for name in FEATURE_NAMES),
        ).select_from(pair.join(matching_profile, is_base))
    )
    rows = pd.concat([user.assign(role=USER), control.assign(role=CONTROL)], ignore_index=True)
    paths = _paths(cursor, parameters, rows["firm_id"].drop_duplicates().astype(str).to_list())
    found = paths.reindex(rows["firm_id"].astype(str)).reset_index(drop=True)
    outcomes = {name: _laid_out(found[column]) for name, column in OUTCOME_COLUMNS.items()}
    first_year = int(paths["first_year"].min()) if len(paths) else 0
    used = found["used_year"].where(rows["role"] == CONTROL)
    rows = rows.assign(censored_from=used, **{c.name: found[c.name] for c in _EXITS})
    return MatchedFirms(rows, outcomes, first_year)


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


def _laid_out(paths: pd.Series) -> NDArray[np.float32]:
    """Lists of one length, one below the other; a firm without a path has a row of NaN."""
    known = paths.dropna()
    n_year = len(known.iloc[0]) if len(known) else 0
    laid = np.full((len(paths), n_year), np.nan, np.float32)
    if len(known):
        laid[paths.notna().to_numpy()] = np.vstack(known.to_list())
    return laid


def _pairs(of: CTE, parameters: MatchingParameters) -> CTE:
    """One row per user and one of its nearest firms: ``user_id``, ``cohort``, ``base_year``,
    ``firm_id``.

    Sales are cut into bins as wide as the caliper: who is near enough stands in the same bin or
    in one beside it, so that only these are looked at.
    """
    other = others(parameters, is_filled=True)
    width = CALIPERS[parameters.caliper]

    def bin_of(value: ColumnElement[float]) -> ColumnElement[int]:
        return cast(func.floor(value / width), Integer)

    features = [filled(of.c[name]) for name in FEATURE_NAMES]
    plain = [column for column in of.c if column.key not in FEATURE_NAMES]
    shift = func.unnest(cast([-1, 0, 1], ARRAY(Integer)), type_=Integer)
    shifted = select(*plain, *features, (bin_of(of.c.log_sales) + shift).label("bin")).subquery(
        "shifted"
    )
    is_near = and_(
        other.c.fiscal_year == shifted.c.base_year,
        other.c.stratum == shifted.c.stratum,
        other.c.missing_bits == shifted.c.missing_bits,
        bin_of(other.c.log_sales) == shifted.c.bin,
        other.c.log_sales.between(shifted.c.log_sales - width, shifted.c.log_sales + width),
        other.c.firm_id != shifted.c.firm_id,
        *_within(shifted, other, parameters, width),
    )
    by = cast(distance(shifted.c, other.c, parameters), Double) + cast(other.c.tie, Double) * _TIE
    key = [shifted.c.cohort, shifted.c.base_year]
    near = (
        select(
            shifted.c.firm_id.label("user_id"),
            *key,
            func.min_by(other.c.firm_id, by, int(parameters.nearest)).label("firm_ids"),
        )
        .select_from(shifted.join(other, is_near))
        .group_by(shifted.c.firm_id, *key)
        .subquery("near")
    )
    found = func.unnest(near.c.firm_ids, type_=other.c.firm_id.type).label("firm_id")
    return select(near.c.user_id, near.c.cohort, near.c.base_year, found).cte("pair")


def _within(
    of: FromClause, other: FromClause, parameters: MatchingParameters, width: float
) -> list[ColumnElement[bool]]:
    """That every feature which distances are taken of lies within the caliper; what both lack
    does."""
    if parameters.caliper_on == "sales":
        return []
    names = [name for name in COVARIATES[parameters.covariates] if name != "log_sales"]
    return [other.c[name].between(of.c[name] - width, of.c[name] + width) for name in names]
