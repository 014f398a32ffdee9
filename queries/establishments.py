"""Establishments of each prefecture, the denominator of rates."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import and_, func, select

from queries.dimensions import REGION_CODE, REGION_NAME
from queries.measures import N_ESTABLISHMENT
from queries.parameters import AwardParameters
from queries.question import Question
from store.cursor import Cursor
from store.tables import dimension_member, prefecture_statistic

# SSDSE-E items (economic census, private establishments); only these industries are published.
ALL_INDUSTRIES = "C2108"
ITEM_OF_INDUSTRY = {
    "": ALL_INDUSTRIES,
    "D": "C210836",
    "E": "C210837",
    "G": "C210839",
    "I": "C210841",
    "M": "C210847",
    "N": "C210848",
    "P": "C210850",
}


def establishments(cursor: Cursor, parameters: AwardParameters) -> pd.DataFrame:
    """One row per prefecture: private establishments of the chosen industry in the latest year
    counted. No rows for an industry that the statistic does not list.
    """
    item = ITEM_OF_INDUSTRY.get(parameters.industry, "")
    number, place = prefecture_statistic.c, dimension_member.c
    latest = select(func.max(number.year)).where(number.item_code == item).scalar_subquery()
    return cursor.fetch(
        select(
            place.code.label("region_code"),
            place.name.label("region_name"),
            number.amount.label("n_establishment"),
        )
        .select_from(
            prefecture_statistic.join(
                dimension_member,
                and_(place.domain == "region", place.code == number.prefecture_code),
            )
        )
        .where(number.item_code == item, number.year == latest, number.amount > 0)
        .order_by(place.position)
    )


QUESTION = Question(
    name="establishments",
    function=establishments,
    parameters=AwardParameters,
    columns=(REGION_CODE, REGION_NAME, N_ESTABLISHMENT),
    sources=("prefecture_statistic",),
)
