"""How many firms stand in each cell of the plane of credit strength and growth."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, FromClause, Integer, cast, func, select

from queries.credit_map_sample import bin_of, in_counts, in_map, kept_margin, users_in_map
from queries.parameters import CreditMapParameters
from store.credit_map_tables import credit_cell, credit_user
from store.credit_tables import credit_score
from store.cursor import Cursor


def cell_counts(cursor: Cursor, parameters: CreditMapParameters) -> pd.DataFrame:
    """One row per cell with any statement: its number and statements ``n``, in whatever quadrant;
    at most store.credit_grid.N_CELL rows, by number. Read from the stored counts where these are
    kept by what is chosen."""
    margin = kept_margin(parameters)
    if margin is None:
        return _counted(
            cursor, credit_score, bin_of(credit_score, parameters), in_map(credit_score, parameters)
        )
    chosen = in_counts(credit_cell, parameters, margin)
    return _counted(cursor, credit_cell, credit_cell.c.cell, chosen, func.sum(credit_cell.c.n))


def user_counts(cursor: Cursor, parameters: CreditMapParameters, measure: str) -> pd.DataFrame:
    """As cell_counts, of the users of ``measure`` alone, in the last fiscal year before their first
    use."""
    chosen = users_in_map(parameters, measure)
    return _counted(cursor, credit_user, bin_of(credit_user, parameters), chosen)


def both_users(cursor: Cursor, parameters: CreditMapParameters) -> int:
    """How many firms are among the users of either measure that are compared."""
    first, second = credit_user, credit_user.alias("versus_user")
    chosen = [
        *users_in_map(parameters, parameters.measure),
        second.c.measure_code == parameters.versus_measure,
        *in_map(second, parameters),
    ]
    is_same = first.c.firm_id == second.c.firm_id
    statement = select(func.count().label("n")).select_from(first.join(second, is_same))
    return int(cursor.fetch(statement.where(*chosen))["n"].iloc[0])


def _counted(
    cursor: Cursor,
    table: FromClause,
    cell: ColumnElement[int],
    chosen: list[ColumnElement[bool]],
    n: ColumnElement[int] | None = None,
) -> pd.DataFrame:
    """``table`` by ``cell``: its rows, or the sum ``n`` over them."""
    number = cast(func.count() if n is None else n, BigInteger)
    frame = cursor.fetch(
        select(cast(cell, Integer).label("cell"), number.label("n"))
        .select_from(table)
        .where(*chosen)
        .group_by(cell)
        .order_by(cell)
    )
    return frame.astype("int64")
