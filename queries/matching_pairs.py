"""Users beside their nearest firms: exact strata, a caliper on sales, ties by pseudonym."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import (
    CTE,
    ColumnElement,
    Double,
    FromClause,
    Integer,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from queries.matching_groups import NEVER, distance, filled, others, own_uses, subjects, users
from queries.matching_specification import (
    CALIPERS,
    COVARIATES,
    MOST_USERS,
    OUTCOME_COLUMNS,
    MatchingParameters,
)
from store.cursor import Cursor
from store.matching_tables import FEATURE_NAMES
from store.tables import firm_path, matching_profile

# Where distances agree to this, the firm whose number comes first is the nearer one.
_TIE = 1e-10
USER, CONTROL = "user", "control"


def matched_features(cursor: Cursor, parameters: MatchingParameters) -> pd.DataFrame:
    """One row per user with a statement of the year before (``role`` user) and one per pair
    (``role`` control): ``user_id``, ``firm_id``, ``cohort`` and the features of ``firm_id``.

    A user without a pair found nobody. Nothing of this leaves the questions as it is.
    """
    of = subjects(parameters, users(parameters))
    pair = pairs_of(of, parameters)
    row = matching_profile.c
    is_base = and_(row.firm_id == pair.c.firm_id, row.fiscal_year == pair.c.base_year)
    user = select(
        of.c.firm_id.label("user_id"),
        literal(USER).label("role"),
        of.c.firm_id,
        of.c.cohort,
        *(of.c[name] for name in FEATURE_NAMES),
    )
    control = select(
        pair.c.user_id,
        literal(CONTROL).label("role"),
        pair.c.firm_id,
        pair.c.cohort,
        *(row[name] for name in FEATURE_NAMES),
    ).select_from(pair.join(matching_profile, is_base))
    return cursor.fetch(union_all(user, control))


def matched_outcomes(
    cursor: Cursor, parameters: MatchingParameters, most: int = MOST_USERS
) -> pd.DataFrame:
    """One row per user with a pair and one per pair, as in ``matched_features``: ``outcome`` (an
    array, one number a fiscal year from ``first_year`` on), the fiscal years of exit by kind, and
    ``censored_from``, that of a control's own use. No more than ``most`` users."""
    pair = pairs_of(subjects(parameters, users(parameters), most), parameters)
    path = firm_path.c
    column = path[OUTCOME_COLUMNS[parameters.outcome]].label("outcome")
    followed = [path.first_year, column, path.default_year, path.closed_year, path.merged_year]
    own = own_uses(parameters)
    matched = select(pair.c.user_id, pair.c.cohort).distinct().subquery("matched")
    user = select(
        matched.c.user_id,
        literal(USER).label("role"),
        matched.c.user_id.label("firm_id"),
        matched.c.cohort,
        cast(null(), Integer).label("censored_from"),
        *followed,
    ).select_from(matched.join(firm_path, path.firm_id == matched.c.user_id))
    beside: FromClause = pair.join(firm_path, path.firm_id == pair.c.firm_id)
    control = select(
        pair.c.user_id,
        literal(CONTROL).label("role"),
        pair.c.firm_id,
        pair.c.cohort,
        cast(case((own.c.first_year < NEVER, own.c.first_year)), Integer).label("censored_from"),
        *followed,
    ).select_from(beside.outerjoin(own, own.c.firm_id == pair.c.firm_id))
    return cursor.fetch(union_all(user, control))


def pairs_of(of: CTE, parameters: MatchingParameters) -> CTE:
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
    shifted = union_all(
        *(
            select(*plain, *features, (bin_of(of.c.log_sales) + shift).label("bin"))
            for shift in (-1, 0, 1)
        )
    ).subquery("shifted")
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
