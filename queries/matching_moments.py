"""All firms that may stand beside users, matched or not: their means. And how many users are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    cast,
    func,
    select,
)

from queries.matching_groups import NEVER, is_of_filter, others, own_uses, users
from queries.matching_specification import OUTCOME_COLUMNS, MatchingParameters
from store.cursor import Cursor
from store.matching_tables import FEATURE_NAMES
from store.tables import firm_path


def unmatched_moments(cursor: Cursor, parameters: MatchingParameters) -> pd.DataFrame:
    """One row per fiscal year: of the other firms within the filter, for each feature the mean
    (``<feature>_mean``) and the mean square (``<feature>_square``), and their number ``n``."""
    other = others(parameters, is_of_filter(parameters)).c
    columns: list[ColumnElement[Any]] = [other.fiscal_year, func.count().label("n")]
    for name in FEATURE_NAMES:
        value = cast(other[name], Double)
        columns += [
            func.avg(value).label(f"{name}_mean"),
            func.avg(value * value).label(f"{name}_square"),
        ]
    return cursor.fetch(select(*columns).group_by(other.fiscal_year).order_by(other.fiscal_year))


def plain_means(cursor: Cursor, parameters: MatchingParameters) -> pd.DataFrame:
    """One row per fiscal year from the first to the last that any path reaches: the mean outcome of
    all firms that never used the measure, in yen or persons, or of its signed logarithm; whatever
    the filter. NaN where none tells."""
    path = firm_path.c
    column = path[OUTCOME_COLUMNS[parameters.outcome]]
    longest = cursor.fetch(select(func.max(func.length(column)).label("n")))["n"].max()
    nobody = pd.DataFrame({"fiscal_year": [], "mean": []})
    if pd.isna(longest):
        return nobody
    own = own_uses(parameters)
    user = select(own.c.firm_id).where(own.c.first_year < NEVER)
    # Of paths that begin in one year a place is a year, and a place is had cheaper than a year.
    place = np.arange(int(longest))
    amounts = [_on_scale(func.list_extract(column, int(p) + 1), parameters) for p in place]
    begun = cursor.fetch(
        select(
            path.first_year,
            *(func.sum(amount).label(f"sum_{p}") for p, amount in enumerate(amounts)),
            *(func.count(amount).label(f"n_{p}") for p, amount in enumerate(amounts)),
        )
        .where(path.firm_id.not_in(user))
        .group_by(path.first_year)
    )
    if begun.empty:
        return nobody
    sums, counts = (
        begun[[f"{kind}_{p}" for p in place]].fillna(0).to_numpy(np.float64)
        for kind in ("sum", "n")
    )
    year = begun["first_year"].to_numpy(np.int64)[:, None] + place
    by_year = pd.DataFrame({"year": year.ravel(), "sum": sums.ravel(), "n": counts.ravel()})
    told = by_year.groupby("year").sum()
    told = told.reindex(range(int(year.min()), int(year.max()) + 1))
    mean = (told["sum"] / told["n"].where(told["n"] > 0)).to_numpy(np.float64)
    return pd.DataFrame({"fiscal_year": told.index, "mean": mean})


def _on_scale(amount: ColumnElement[Any], parameters: MatchingParameters) -> ColumnElement[float]:
    value = cast(amount, Double) * (1.0 if parameters.outcome == "employee" else 1000.0)
    if not parameters.is_log:
        return value
    logarithm: ColumnElement[float] = func.sign(value) * func.ln(1 + func.abs(value))
    return logarithm


def loss_counts(cursor: Cursor, parameters: MatchingParameters) -> pd.DataFrame:
    """One row: users (``n_user``), and those of which no earlier award is published
    (``n_first``)."""
    user, everybody = users(parameters), users(parameters, with_earlier=True)
    counts = {"n_user": everybody, "n_first": user}
    return cursor.fetch(
        select(
            *(
                cast(select(func.count()).select_from(of).scalar_subquery(), BigInteger).label(name)
                for name, of in counts.items()
            )
        )
    )
