"""The cells of the released cubes: what chambers may read, hidden ones without a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import ColumnElement, func, select

from queries.dimensions import (
    ALL_YEARS,
    FISCAL_YEAR,
    INDUSTRY_CODE,
    REGION_CODE,
    REGION_LEVEL,
    region_level,
)
from queries.parameters import NoParameters, Parameters, chosen_from, one_of
from queries.question import Question
from store.cursor import Cursor
from store.quantity import Quantity, Unit
from store.tables import released_cell, released_cube

CUBES = (
    "application_result",
    "award_amount",
    "adopted_statement",
    "consultation_topic",
    "commercialisation",
    "commercialisation_sales",
    "consultation_outcome",
    "mapping_quadrant",
    "mapping_firm",
    "monitoring_path",
    "monitoring_default",
    "matched_effect",
)

CUBE = Quantity("cube")
CATEGORY_CODE = Quantity("category_code")
SIZE_CODE = Quantity("size_code", definition_of="released_size")
EVENT_YEAR = Quantity("event_year", Unit.YEAR, definition_of="released_event_year")
RELEASED_MEASURE = Quantity("measure", definition_of="released_measure")
# Its unit is that of the measure.
VALUE = Quantity("value", definition_of="released_value")
STATUS = Quantity("status", definition_of="released_status")
OUTCOME = Quantity("outcome", definition_of="released_outcome")
LAYOUT = Quantity("layout")
N_CELL = Quantity("n_cell", Unit.RECORD)
N_HIDDEN = Quantity("n_hidden", Unit.RECORD)
VALUE_HIDDEN_PERCENT = Quantity("value_hidden_percent", Unit.PERCENT)
LEAST_INTERVAL_PERCENT = Quantity("least_interval_percent", Unit.PERCENT)
IS_CERTIFIED = Quantity("is_certified")
POLICY_HASH = Quantity("policy_hash")
KEPT_SINCE = Quantity("kept_since")


@dataclass(frozen=True, slots=True)
class ReleasedCellParameters(Parameters):
    """A cube and where to look in it. ``region``: empty (nation), a bureau or a prefecture.
    ``industry``: a JSIC division, or empty for all and their total. ``year``: ``0`` for all."""

    cube: str = one_of(*CUBES)
    region: str = chosen_from("region")
    industry: str = chosen_from("industry")
    year: str = chosen_from("year", default=ALL_YEARS)


def released_cells(cursor: Cursor, parameters: ReleasedCellParameters) -> pd.DataFrame:
    """One row per cell and measure of a cube in one region; ``value`` is missing and ``status`` is
    ``x`` where it is hidden. Empty codes are totals."""
    cell = released_cell.c
    statement = select(*(cell[name] for name in _CELL)).where(
        cell.cube == parameters.cube,
        cell.region_level == region_level(parameters.region),
        cell.region_code == parameters.region,
    )
    if parameters.industry:
        statement = statement.where(cell.division_code == parameters.industry)
    if parameters.year != ALL_YEARS:
        statement = statement.where(cell.fiscal_year == int(parameters.year))
    return cursor.fetch(
        statement.order_by(
            cell.fiscal_year,
            cell.division_code,
            cell.category_code,
            cell.size_code,
            cell.event_year,
            cell.measure,
        )
    )


def released_cubes(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
    """One row per cube and fiscal year, and category where these are tables apart: how finely it is
    released, how many cells are hidden, and what proves that."""
    row = released_cube.c
    return cursor.fetch(
        select(*(row[quantity.name] for quantity in _CUBE_COLUMNS)).order_by(
            row.cube, row.fiscal_year, row.category_code
        )
    )


def kept_since(
    cube: str,
    *,
    year: ColumnElement[int] | None = None,
    category: ColumnElement[str] | None = None,
) -> ColumnElement[datetime]:
    """When the table of a cube, and of a ``year`` or ``category``, was made that stands as it was
    published, to be selected as KEPT_SINCE; missing where it is up to date."""
    row = released_cube.c
    kept = select(func.max(row.kept_since)).where(row.cube == cube)
    if year is not None:
        kept = kept.where(row.fiscal_year == year)
    if category is not None:
        kept = kept.where(row.category_code == category)
    return kept.scalar_subquery().label(KEPT_SINCE.name)


CELL_COLUMNS = (
    FISCAL_YEAR,
    REGION_LEVEL,
    REGION_CODE,
    INDUSTRY_CODE,
    CATEGORY_CODE,
    SIZE_CODE,
    EVENT_YEAR,
    RELEASED_MEASURE,
    VALUE,
    STATUS,
)
_CELL = [quantity.name for quantity in CELL_COLUMNS]
_CUBE_COLUMNS = (
    CUBE,
    FISCAL_YEAR,
    CATEGORY_CODE,
    OUTCOME,
    LAYOUT,
    N_CELL,
    N_HIDDEN,
    VALUE_HIDDEN_PERCENT,
    LEAST_INTERVAL_PERCENT,
    IS_CERTIFIED,
    POLICY_HASH,
    KEPT_SINCE,
)
SOURCES = (
    "gbiz_subsidy",
    "subsidy_application",
    "sapoin_application",
    "sapoin_commercialisation",
    "financial_statement",
    "consultation",
    "support_record",
)

QUESTIONS = (
    Question(
        name="released_cells",
        function=released_cells,
        parameters=ReleasedCellParameters,
        columns=CELL_COLUMNS,
        sources=SOURCES,
        database="released",
    ),
    Question(
        name="released_cubes",
        function=released_cubes,
        parameters=NoParameters,
        columns=_CUBE_COLUMNS,
        sources=SOURCES,
        database="released",
    ),
)
