"""What the relation between a result and growth is computed from, added up per member."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)

from queries.breakdown import Breakdown
from queries.dimensions import in_subject
from queries.growth_sample import bounded, growth_limit, growth_of, has_result, result_of
from queries.parameters import GrowthParameters
from store.cursor import Cursor
from store.tables import application_outcome, dimension_member

WHOLE, MEMBER = "whole", "member"


def growth_moments(
    cursor: Cursor,
    parameters: GrowthParameters,
    parts: Breakdown[GrowthParameters] | None = None,
) -> pd.DataFrame:
    """One row for all applications of the filter together, ``series`` ``whole``; with ``parts``
    one for each member that has any as well, ``series`` ``member`` and its ``position``.

    ``n``, ``n_adopted``, ``n_rejected``, ``median_adopted``, ``median_rejected`` (percent);
    ``rho``, the correlation of ranks, equal values at their mean rank; ``slope``, that of the line
    through growth within its limits over the result; ``x_squares``, the squares of the result
    about its mean, added up, and ``weighted_squares``, the same times the squared residuals.
    Missing where a result or all growth is the same. Limits are those of all rows together.
    """
    sample = _sample(parameters, parts)
    limit = growth_limit(sample)
    kinds = (WHOLE, MEMBER) if parts else (WHOLE,)
    row = _ranked(sample, parameters, kinds)
    rows = [_moments(row, limit, kind) for kind in kinds]
    return cursor.fetch(union_all(*rows) if parts else rows[0])


def _sample(parameters: GrowthParameters, parts: Breakdown[GrowthParameters] | None) -> CTE:
    """One row per application: the published ``position`` of its member (missing where it is of
    none), ``is_adopted``, ``growth``, and the grant or the points as ``x``.

    Nothing else: half a million of these rows are sorted twice, by numbers sooner than by codes.
    """
    row, member = application_outcome.c, dimension_member.c
    columns: list[ColumnElement[Any]] = [
        (row.decision == "adopted").label("is_adopted"),
        growth_of(parameters).label("growth"),
    ]
    if parameters.result != "adopted":
        columns.append(result_of(parameters).label("x"))
    place: FromClause = application_outcome
    if parts:
        columns.append(member.position)
        of_row = parts.code_of(application_outcome) == member.code
        place = place.outerjoin(dimension_member, and_(of_row, *parts.members()))
    return (
        select(*columns)
        .select_from(place)
        .where(
            growth_of(parameters).is_not(None),
            *has_result(parameters),
            *in_subject(application_outcome, parts.whole if parts else parameters),
        )
        .cte("growth_sample")
    )


def _ranked(sample: CTE, parameters: GrowthParameters, kinds: tuple[str, ...]) -> CTE:
    """The rows with the ranks of ``growth`` and ``x`` among all and among those of their member."""
    ranks: list[ColumnElement[Any]] = []
    for kind in kinds:
        within = sample.c.position if kind == MEMBER else None
        ranks.append(_rank(sample.c.growth, within).label(f"y_rank_of_{kind}"))
        if parameters.result != "adopted":
            ranks.append(_rank(sample.c.x, within).label(f"x_rank_of_{kind}"))
    return select(sample, *ranks).cte("ranked")


def _rank(value: ColumnElement[Any], within: ColumnElement[Any] | None) -> ColumnElement[Any]:
    """The rank of a value; equal ones share their mean rank, that of the first and the last of
    them, halved."""
    first = func.rank().over(partition_by=within, order_by=value)
    last = func.count().over(partition_by=within, order_by=value)
    return cast(first + last, Double) / 2.0


def _result(row: CTE) -> ColumnElement[Any]:
    """What growth is set against: 1 adopted and 0 rejected, where nothing else is chosen."""
    return row.c.x if "x" in row.c else cast(row.c.is_adopted, Double)


def _moments(row: CTE, limit: CTE, kind: str) -> Select[*tuple[Any, ...]]:
    """The moments of each member, or of all rows as one."""
    fit = _fitted(row, limit, kind)
    # In a second step, about means that are known: sums of squares about zero lose digits.
    distance = _result(row) - fit.c.x_mean
    residual = bounded(row, limit) - fit.c.y_mean - fit.c.slope * distance
    is_own = fit.c.position == row.c.position if kind == MEMBER else true()
    sums: list[ColumnElement[Any]] = [
        func.sum(distance * distance).label("x_squares"),
        func.sum(distance * distance * residual * residual).label("weighted_squares"),
    ]
    spread = select(*sums).select_from(row.join(fit, is_own).join(limit, true()))
    if kind == MEMBER:
        spread = spread.add_columns(fit.c.position).group_by(fit.c.position)
    found = spread.subquery(f"spread_of_{kind}")
    moments = ("n", "n_adopted", "n_rejected", "median_adopted", "median_rejected", "rho", "slope")
    is_same = found.c.position == fit.c.position if kind == MEMBER else true()
    return select(
        literal(kind).label("series"),
        fit.c.position,
        *(fit.c[name] for name in moments),
        found.c.x_squares,
        found.c.weighted_squares,
    ).select_from(fit.join(found, is_same))


def _fitted(row: CTE, limit: CTE, kind: str) -> CTE:
    """The means, the line and the correlation of ranks of each member, or of all rows as one."""
    adopted, x, y = row.c.is_adopted, _result(row), bounded(row, limit)
    # Without any spread a correlation is 0 / 0, which one engine gives as NaN and another refuses.
    varies = (func.min(x) < func.max(x)) & (func.min(row.c.growth) < func.max(row.c.growth))
    # Of two values, the ranks say no more than the values themselves.
    x_rank = row.c[f"x_rank_of_{kind}"] if "x" in row.c else x
    rho = func.corr(x_rank, row.c[f"y_rank_of_{kind}"])
    position = row.c.position if kind == MEMBER else cast(null(), Integer)
    fitted = select(
        position.label("position"),
        cast(func.count(), BigInteger).label("n"),
        func.count().filter(adopted).label("n_adopted"),
        func.count().filter(~adopted).label("n_rejected"),
        func.median(row.c.growth).filter(adopted).label("median_adopted"),
        func.median(row.c.growth).filter(~adopted).label("median_rejected"),
        func.avg(x).label("x_mean"),
        func.avg(y).label("y_mean"),
        case((varies, rho)).label("rho"),
        case((varies, func.regr_slope(y, x))).label("slope"),
    ).select_from(row.join(limit, true()))
    if kind == MEMBER:
        # Who is of no member is in the whole alone.
        fitted = fitted.where(row.c.position.is_not(None)).group_by(row.c.position)
    return fitted.cte(f"fit_of_{kind}")
