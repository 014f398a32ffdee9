"""What the recipients of each prefecture were awarded."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import and_, select

from queries.dimensions import (
    REGION_CODE,
    REGION_NAME,
    award_columns,
    filled,
    in_filter,
    in_year,
)
from queries.measures import AWARD_MEASURES
from queries.parameters import AwardParameters
from queries.question import Question
from store.cursor import Cursor
from store.tables import award_cube, dimension_member


def award_by_prefecture(cursor: Cursor, parameters: AwardParameters) -> pd.DataFrame:
    """One row per prefecture, always all 47 in official order; the region chosen plays no part.

    A prefecture without awards has zeros, and no mean. Amounts in yen, net of returns.
    """
    measured = (
        select(award_cube.c.region_code, *award_columns())
        .where(
            award_cube.c.region_level == "prefecture",
            in_year(parameters.year),
            in_filter(parameters),
        )
        .subquery("measured")
    )
    place = dimension_member.c
    columns = filled(measured)
    return cursor.fetch(
        select(place.code.label("region_code"), place.name.label("region_name"), *columns)
        .select_from(
            dimension_member.outerjoin(measured, and_(measured.c.region_code == place.code))
        )
        .where(place.domain == "region", place.level == "prefecture")
        .order_by(place.position)
    )


QUESTION = Question(
    name="award_by_prefecture",
    function=award_by_prefecture,
    parameters=AwardParameters,
    columns=(REGION_CODE, REGION_NAME, *AWARD_MEASURES),
    sources=("gbiz_subsidy",),
)
