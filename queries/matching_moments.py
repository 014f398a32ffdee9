"""All firms that may stand beside users, matched or not: their means. And how many users are."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    case,
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
    """One row per fiscal year of which anybody knows: the mean outcome of all firms that never used
    the measure, in yen or persons, or of its signed logarithm; whatever the filter."""
    path = firm_path.c
    column = path[OUTCOME_COLUMNS[parameters.outcome]]
    ends = (func.min(path.first_year), func.max(path.first_year + func.length(column) - 1))
    span = cursor.fetch(select(ends[0].label("first"), ends[1].label("last"))).iloc[0]
    if pd.isna(span["first"]):
        return pd.DataFrame({"fiscal_year": [], "mean": []})
    years = range(int(span["first"]), int(span["last"]) + 1)
    own = own_uses(parameters)
    user = select(own.c.firm_id).where(own.c.first_year < NEVER)
    # A place before the first would be read from the end.
    own_places = [(year >= path.first_year, year - path.first_year + 1) for year in years]
    means = [
        _mean(case((is_known, func.list_extract(column, place))), parameters)
        for is_known, place in own_places
    ]
    row = cursor.fetch(
        select(*(mean.label(f"y{place}") for place, mean in enumerate(means))).where(
            path.firm_id.not_in(user)
        )
    )
    values = row.iloc[0].astype("float64").to_numpy()
    return pd.DataFrame({"fiscal_year": years, "mean": values})


def _mean(amount: ColumnElement[Any], parameters: MatchingParameters) -> ColumnElement[float]:
    value = cast(amount, Double) * (1.0 if parameters.outcome == "employee" else 1000.0)
    if parameters.is_log:
        value = func.sign(value) * func.ln(1 + func.abs(value))
    mean: ColumnElement[float] = func.avg(value)
    return mean


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
