"""How many applications there were and what became of them, counted over everyone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, func, literal, select

from queries.application_series import Rows, Series, united
from queries.breakdown import Breakdown
from queries.measures import (
    GRANTED_YEN,
    N_ADOPTED,
    N_APPLICATION,
    N_REJECTED,
    REQUESTED_YEN,
    total,
)
from store.cursor import Cursor
from store.tables import application_cell, dimension_member

COUNTS = tuple(q.name for q in (N_APPLICATION, N_ADOPTED, N_REJECTED, REQUESTED_YEN, GRANTED_YEN))


def application_cells(cursor: Cursor, series: Sequence[Series]) -> pd.DataFrame:
    """One row per series and value of its column: COUNTS; amounts in yen. A series without a
    column always has its row; nothing applied for is zero."""
    return cursor.fetch(united([_counted(one) for one in series]))


def application_members(cursor: Cursor, parts: Breakdown[Any]) -> pd.DataFrame:
    """One row for the whole (empty ``code`` and ``name``), and one per member with applications,
    of the prefectures all 47: COUNTS; amounts in yen.

    Applications whose member is not known, or not published, are in the whole alone.
    """
    whole = _counted(Series("whole", parts.whole)).subquery("whole")
    found = _counted(Series("member", parts.whole, parts.column)).subquery("found")
    member = dimension_member
    place = member.join(found, found.c.code == member.c.code, isouter=parts.is_complete)
    filled: list[ColumnElement[Any]] = [
        func.coalesce(found.c[name], 0).label(name) for name in COUNTS
    ]
    return cursor.fetch(
        united(
            [
                select(
                    whole.c.series,
                    whole.c.code,
                    literal("").label("name"),
                    *(whole.c[name] for name in COUNTS),
                ),
                select(literal("member").label("series"), member.c.code, member.c.name, *filled)
                .select_from(place)
                .where(*parts.members()),
            ]
        )
    )


def _counted(series: Series) -> Rows:
    cell = application_cell.c
    return series.rows_of(
        application_cell, [func.coalesce(total(cell[name]), 0).label(name) for name in COUNTS]
    )
