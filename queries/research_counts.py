"""Applications for research support and its budget, year by year."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from sqlalchemy import false, func, select, true

from queries.application_series import Series, united
from queries.dimensions import region_level
from queries.measures import total
from queries.parameters import ResearchParameters
from queries.research_measures import RESEARCH_PROGRAMMES
from store.cursor import Cursor
from store.tables import application_cell, budget_cube

# What narrows applications, but not the budget that is known.
_NOT_OF_BUDGET = ("industry", "technology", "size", "programme")


def research_applications(cursor: Cursor, parameters: ResearchParameters) -> pd.DataFrame:
    """One row per fiscal year of application under ``code``, and one for all years with the
    ``series`` ``whole``: ``n_application``, ``n_adopted``; the year chosen plays no part."""
    cell = application_cell.c
    every_year = replace(parameters, year="0")
    series = [Series("whole", every_year), Series("year", every_year, "fiscal_year")]
    columns = [
        func.coalesce(total(cell[name]), 0).label(name) for name in ("n_application", "n_adopted")
    ]
    is_research = cell.programme_code.in_(RESEARCH_PROGRAMMES)
    return cursor.fetch(
        united([one.rows_of(application_cell, columns, is_research) for one in series])
    )


def research_budget(cursor: Cursor, parameters: ResearchParameters) -> pd.DataFrame:
    """One row per fiscal year of the budget, ``fiscal_year`` 0 for all: ``decided_yen`` in the
    region chosen. No rows where something is chosen that the budget is not known by."""
    level = region_level(parameters.region)
    is_known = level != "municipality" and not any(
        getattr(parameters, name) for name in _NOT_OF_BUDGET
    )
    cube = budget_cube.c
    return cursor.fetch(
        select(cube.fiscal_year, cube.decided_yen).where(
            cube.region_level == level,
            cube.region_code == parameters.region,
            true() if is_known else false(),
        )
    )
