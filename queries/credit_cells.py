"""How many firms stand in each cell of the plane of credit strength and growth."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, Integer, Select, cast, func, select

from queries.credit_map_sample import bin_of, in_map, of_users
from queries.parameters import CreditMapParameters
from store.credit_tables import credit_score
from store.cursor import Cursor


def cell_counts(cursor: Cursor, parameters: CreditMapParameters) -> pd.DataFrame:
    """One row per cell with any statement: its number and statements ``n``, in whatever quadrant;
    at most store.credit_grid.N_CELL rows, by number."""
    frame = cursor.fetch(_counted(parameters).select_from(credit_score))
    return frame.astype("int64")


def user_counts(cursor: Cursor, parameters: CreditMapParameters) -> pd.DataFrame:
    """As cell_counts, of the users of the chosen measure alone, in the last fiscal year before
    their first use."""
    frame = cursor.fetch(of_users(_counted(parameters), parameters))
    return frame.astype("int64")


def _counted(parameters: CreditMapParameters) -> Select[*tuple[Any, ...]]:
    cell = bin_of(parameters)
    return (
        select(cast(cell, Integer).label("cell"), cast(func.count(), BigInteger).label("n"))
        .where(*in_map(parameters))
        .group_by(cell)
        .order_by(cell)
    )
