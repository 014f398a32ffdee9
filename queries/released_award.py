"""The award numbers that chambers may read, from the protected store."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import and_, select

from queries.dimensions import FISCAL_YEAR, REGION_CODE, REGION_LEVEL, region_level
from queries.measures import AMOUNT_YEN, N_AWARD, N_FIRM
from queries.parameters import Parameters, chosen_from
from queries.question import Question
from queries.released_cells import KEPT_SINCE, STATUS, kept_since
from store.cursor import Cursor
from store.tables import released_award_count, released_cell


@dataclass(frozen=True, slots=True)
class ReleasedParameters(Parameters):
    """A region: empty (nation), a bureau or a prefecture."""

    region: str = chosen_from("region")


def released_award(cursor: Cursor, parameters: ReleasedParameters) -> pd.DataFrame:
    """One row per fiscal year of the region: awards and recipients, and the amount (yen).

    The amount is missing where it is hidden (``status`` is ``x``) and where the year is released
    for larger regions only. ``kept_since`` (UTC) is when the amounts of a year were made that stand
    as they were published, missing where they are up to date.
    """
    count, cell = released_award_count.c, released_cell.c
    return cursor.fetch(
        select(
            count.region_level,
            count.region_code,
            count.fiscal_year,
            count.n_award,
            count.n_firm,
            cell.value.label("amount_yen"),
            cell.status,
            kept_since("award_amount", year=count.fiscal_year),
        )
        .select_from(
            released_award_count.outerjoin(
                released_cell,
                and_(
                    cell.cube == "award_amount",
                    cell.measure == "amount_yen",
                    cell.division_code == "",
                    cell.category_code == "",
                    cell.region_level == count.region_level,
                    cell.region_code == count.region_code,
                    cell.fiscal_year == count.fiscal_year,
                ),
            )
        )
        .where(
            count.region_level == region_level(parameters.region),
            count.region_code == parameters.region,
        )
        .order_by(count.fiscal_year)
    )


QUESTION = Question(
    name="released_award",
    function=released_award,
    parameters=ReleasedParameters,
    columns=(
        REGION_LEVEL,
        REGION_CODE,
        FISCAL_YEAR,
        N_AWARD,
        N_FIRM,
        AMOUNT_YEN,
        STATUS,
        KEPT_SINCE,
    ),
    sources=("gbiz_subsidy",),
    database="released",
)
