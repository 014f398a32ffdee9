"""What the recipients of each area one step below the chosen region were awarded."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import and_, select

from queries.dimensions import (
    REGION_CODE,
    REGION_LEVEL,
    REGION_NAME,
    award_columns,
    in_filter,
    in_year,
    region_level,
)
from queries.measures import AWARD_MEASURES
from queries.parameters import AwardParameters
from queries.question import Question
from store.cursor import Cursor
from store.tables import award_cube, dimension_member


def award_by_area(cursor: Cursor, parameters: AwardParameters) -> pd.DataFrame:
    """One row per area with awards below the region: bureaus of the nation, prefectures of a
    bureau, municipalities of a prefecture; for a municipality, all those of its prefecture.

    Largest amount first, then by code. Awards whose municipality is unknown are in the
    prefecture's total but in none of these rows.
    """
    parent = parameters.region
    if region_level(parent) == "municipality":
        parent = parent[:2]
    cube, place = award_cube.c, dimension_member.c
    return cursor.fetch(
        select(
            place.code.label("region_code"),
            place.name.label("region_name"),
            place.level.label("region_level"),
            *award_columns(),
        )
        .select_from(
            award_cube.join(
                dimension_member,
                and_(
                    place.domain == "region",
                    place.level == cube.region_level,
                    place.code == cube.region_code,
                ),
            )
        )
        .where(place.parent_code == parent, in_year(parameters.year), in_filter(parameters))
        .order_by(cube.amount_yen.desc(), place.code)
    )


QUESTION = Question(
    name="award_by_area",
    function=award_by_area,
    parameters=AwardParameters,
    columns=(REGION_CODE, REGION_NAME, REGION_LEVEL, *AWARD_MEASURES),
    sources=("gbiz_subsidy",),
)
