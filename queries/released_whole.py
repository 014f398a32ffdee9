"""All that is released of one cube, for whoever checks what leaves."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import select

from queries.parameters import Parameters, one_of
from queries.question import Question
from queries.released_cells import CELL_COLUMNS, CUBES, SOURCES
from store.cursor import Cursor
from store.tables import released_cell


@dataclass(frozen=True, slots=True)
class ReleasedWholeParameters(Parameters):
    """A cube, everywhere and in all years."""

    cube: str = one_of(*CUBES)


def released_whole(cursor: Cursor, parameters: ReleasedWholeParameters) -> pd.DataFrame:
    """One row per cell and measure of a cube in all regions; ``value`` is missing and ``status``
    is ``x`` where it is hidden."""
    cell = released_cell.c
    columns = [cell[quantity.name] for quantity in CELL_COLUMNS]
    return cursor.fetch(select(*columns).where(cell.cube == parameters.cube).order_by(*columns))


QUESTION = Question(
    name="released_whole",
    function=released_whole,
    parameters=ReleasedWholeParameters,
    columns=CELL_COLUMNS,
    sources=SOURCES,
    database="released",
)
