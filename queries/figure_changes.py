"""Which figures on applications the last load changed, in the nation and in one prefecture."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import select

from queries.dimensions import APPLICATION_YEAR, REGION_CODE, region_level
from queries.parameters import Parameters, chosen_from
from queries.question import Question
from store.cursor import Cursor
from store.quantity import Quantity
from store.tables import figure_change


@dataclass(frozen=True, slots=True)
class FigureChangeParameters(Parameters):
    """The region whose changes stand beside the nation's."""

    region: str = chosen_from("region")


def figure_changes(cursor: Cursor, parameters: FigureChangeParameters) -> pd.DataFrame:
    """One row per region, fiscal year and figure (``measure``) that the last load changed:
    applications, adoptions, and the adoption rate (percent) of the last year that has ended.

    The nation (``region_code`` empty) first, then the chosen prefecture, or the one that the
    chosen municipality lies in. Bureaus have no rows of their own.
    """
    row = figure_change.c
    has_own = region_level(parameters.region) in ("prefecture", "municipality")
    regions = ["", *([parameters.region[:2]] if has_own else [])]
    return cursor.fetch(
        select(row.region_code, row.fiscal_year, row.measure, row.value_before, row.value_after)
        .where(row.region_code.in_(regions))
        .order_by(row.region_code, row.fiscal_year, row.measure)
    )


QUESTION = Question(
    name="figure_changes",
    function=figure_changes,
    parameters=FigureChangeParameters,
    columns=(
        REGION_CODE,
        APPLICATION_YEAR,
        Quantity("measure", definition_of="changed_measure"),
        Quantity("value_before"),
        Quantity("value_after"),
    ),
    sources=("subsidy_application", "sapoin_application"),
)
