"""The nearest firms of each user: exact strata, a caliper, ties by what their statements fix.

A sample of all firms says how far a user's nearest are at most; of all others only firms within
that distance are ranked. Of 8,000 firms within the caliper of a user fifty are left, and the answer
is that of ranking all.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Double,
    Integer,
    SmallInteger,
    Subquery,
    and_,
    cast,
    func,
    select,
)
from sqlalchemy.types import TypeEngine

from queries.matching_groups import allowed, filled, stratum_of
from queries.matching_specification import CALIPERS, COVARIATES, MatchingParameters
from store.cursor import Cursor
from store.matching_tables import FEATURE_NAMES
from store.tables import matching_profile

# Where distances agree to this, the firm whose number comes first is the nearer one.
_TIE = 1e-10
# The share of firms that the sample holds: a user's bound lets about so many of them pass each.
_SAMPLE = 1 / 16
# The features, from what tells firms of one stratum apart most: what it drops is not compared on.
_APART = (
    "log_age",
    "equity_ratio",
    "debt_ratio",
    "growth_2",
    "roa",
    "growth_1",
    "log_gross_profit",
    "log_employees",
    "log_sales",
)
# What is compared here was computed elsewhere, to fifteen digits.
_SLACK = 1e-9
_BEYOND_ALL = 1e9
# Sales are cut into bins, so many a caliper: who is near enough stands in one of the bins around.
_BINS = 2


def nearest_firms(
    cursor: Cursor, parameters: MatchingParameters, asked: pd.DataFrame, k: int
) -> pd.DataFrame:
    """One row per user of ``asked`` and one of its ``k`` nearest firms, nearest first: ``place``
    (the row of ``asked``), ``firm_id``, ``tie``, the features, 0 for what is missing (both lack the
    same), and ``distance``, squared, with what tells apart firms at the same one.

    ``asked``: ``stratum``, ``missing_bits``, ``tie`` and the features, standard deviations.
    """
    if asked.empty:
        return pd.DataFrame(columns=["place", "firm_id", "tie", *FEATURE_NAMES, "distance"])
    bound = _bounds(cursor, parameters, asked, k)
    candidate = _candidates(_users(asked, bound), parameters)
    may_stand, condition = allowed(candidate, parameters)
    by = candidate.c.distance + cast(candidate.c.tie, Double) * _TIE
    order = (by, candidate.c.firm_id)
    rank = func.row_number().over(partition_by=candidate.c.place, order_by=order).label("rank")
    kept = [candidate.c[name] for name in ("place", "firm_id", "tie", *FEATURE_NAMES)]
    ranked = (
        select(*kept, by.label("distance"), rank)
        .select_from(may_stand)
        .where(condition)
        .subquery("ranked")
    )
    return cursor.fetch(
        select(*(column for column in ranked.c if column.key != "rank"))
        .where(ranked.c.rank <= k)
        .order_by(ranked.c.place, ranked.c.rank)
    )


def any_firm(cursor: Cursor, parameters: MatchingParameters, asked: pd.DataFrame) -> int:
    """How many users of ``asked`` have any firm in their stratum, however far."""
    if asked.empty:
        return 0
    key = ["stratum", "missing_bits"]
    keys = asked[key].drop_duplicates()
    of = select(
        *(_values(keys[name], SmallInteger() if name != "stratum" else Integer()) for name in key)
    ).cte("stratum_of_user")
    row = matching_profile.c
    is_there = and_(
        stratum_of(matching_profile, parameters) == of.c.stratum,
        row.missing_bits == of.c.missing_bits,
    )
    there = (
        select(of.c.stratum, of.c.missing_bits, row.firm_id, row.fiscal_year)
        .select_from(of.join(matching_profile, is_there))
        .subquery("there")
    )
    may_stand, condition = allowed(there, parameters)
    found = cursor.fetch(
        select(*(there.c[name] for name in key)).select_from(may_stand).where(condition).distinct()
    )
    return len(asked[key].merge(found.astype("int64"), on=key))


def _bounds(
    cursor: Cursor, parameters: MatchingParameters, asked: pd.DataFrame, k: int
) -> pd.Series:
    """For each row of ``asked`` a distance within which its ``k`` nearest firms lie."""
    near = _candidates(_users(asked), parameters, is_sample=True)
    may_stand, condition = allowed(near, parameters)
    farthest: ColumnElement[float] = func.list_extract(func.min(near.c.distance, k), k)
    found = cursor.fetch(
        select(near.c.place, func.sqrt(farthest).label("bound"))
        .select_from(may_stand)
        .where(condition)
        .group_by(near.c.place)
    )
    bound = found.set_index("place")["bound"].reindex(range(len(asked)))
    return (bound.astype("float64") * (1 + _SLACK) + _SLACK).fillna(_BEYOND_ALL)


def _users(asked: pd.DataFrame, bound: pd.Series | None = None) -> CTE:
    """The rows of ``asked`` as a part of a statement, ``place`` their number."""
    known = asked[list(FEATURE_NAMES)].astype("float64").fillna(0.0)
    far = pd.Series(_BEYOND_ALL, asked.index) if bound is None else bound
    return select(
        _values(pd.Series(range(len(asked)), name="place"), Integer()),
        _values(asked["stratum"], Integer()),
        _values(asked["missing_bits"], SmallInteger()),
        *(_values(known[name], Double()) for name in FEATURE_NAMES),
        _values(far.rename("bound"), Double()),
    ).cte("asked")


def _values(values: pd.Series, kind: TypeEngine[Any]) -> ColumnElement[Any]:
    return func.unnest(cast(values.to_list(), ARRAY(kind)), type_=kind).label(str(values.name))


def _candidates(asked: CTE, parameters: MatchingParameters, *, is_sample: bool = False) -> Subquery:
    """One row per user and firm of its stratum within the caliper and the user's bound: ``place``,
    ``firm_id``, ``fiscal_year``, ``tie``, the features, and ``distance`` (squared, in standard
    deviations; what both lack adds nothing)."""
    width = CALIPERS[parameters.caliper]
    names = COVARIATES[parameters.covariates]

    def bin_of(value: ColumnElement[float]) -> ColumnElement[int]:
        return cast(func.floor(value * (_BINS / width)), Integer)

    shift = func.unnest(cast(list(range(-_BINS, _BINS + 1)), ARRAY(Integer)), type_=Integer())
    reach = {name: _reach(asked, name, parameters, width) for name in names}
    user = select(
        *asked.c,
        (bin_of(asked.c.log_sales) + shift).label("bin"),
        *((asked.c[name] - far).label(f"{name}_low") for name, far in reach.items()),
        *((asked.c[name] + far).label(f"{name}_high") for name, far in reach.items()),
    ).subquery("shifted")
    row = matching_profile.c
    other = (
        select(
            row.firm_id,
            row.fiscal_year,
            row.tie,
            row.missing_bits,
            stratum_of(matching_profile, parameters).label("stratum"),
            *(filled(row[name]) for name in FEATURE_NAMES),
        )
        .where(*([row.tie < _SAMPLE] if is_sample else []))
        .subquery("other")
    )
    # Ranges, not distances: a join drops what lies outside them before it puts rows together.
    is_near = and_(
        other.c.stratum == user.c.stratum,
        other.c.missing_bits == user.c.missing_bits,
        bin_of(other.c.log_sales) == user.c.bin,
        *(
            side
            for name in sorted(reach, key=_APART.index)
            for side in (
                other.c[name] >= user.c[f"{name}_low"],
                other.c[name] <= user.c[f"{name}_high"],
            )
        ),
    )
    gaps = [user.c[name] - other.c[name] for name in names]
    distance: ColumnElement[float] = sum((gap * gap for gap in gaps[1:]), gaps[0] * gaps[0])
    return (
        select(
            user.c.place,
            other.c.firm_id,
            other.c.fiscal_year,
            other.c.tie,
            *(other.c[name] for name in FEATURE_NAMES),
            distance.label("distance"),
        )
        .select_from(user.join(other, is_near))
        # Of the corners that the ranges leave, six in seven lie outside the distance.
        .where(distance <= user.c.bound * user.c.bound + _SLACK)
        .subquery("candidate")
    )


def _reach(
    asked: CTE, name: str, parameters: MatchingParameters, width: float
) -> ColumnElement[float]:
    """How far a firm's feature may lie from the user's: no farther than the whole distance, and,
    where the caliper counts, no farther than that."""
    is_bounded = name == "log_sales" or parameters.caliper_on == "every"
    return func.least(width, asked.c.bound) if is_bounded else asked.c.bound
