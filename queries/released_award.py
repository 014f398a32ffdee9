"""The award numbers that chambers may read, from the protected store."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import and_, select

from queries.dimensions import FISCAL_YEAR, REGION_CODE, REGION_LEVEL, region_level
from queries.measures import AMOUNT_YEN, N_AWARD, N_FIRM
from queries.parameters import Parameters, chosen_from
from queries.question import Question
from store.cursor import Cursor
from store.tables import released_award_amount, released_award_count


@dataclass(frozen=True, slots=True)
class ReleasedParameters(Parameters):
    """A region: empty (nation), a bureau or a prefecture."""

    region: str = chosen_from("region")


def released_award(cursor: Cursor, parameters: ReleasedParameters) -> pd.DataFrame:
    """One row per fiscal year of the region: awards and recipients, and the amount (yen) where
    that year's amounts are released at this region's level; otherwise the amount is missing.
    """
    count, amount = released_award_count.c, released_award_amount.c
    return cursor.fetch(
        select(
            count.region_level,
            count.region_code,
            count.fiscal_year,
            count.n_award,
            count.n_firm,
            amount.amount_yen,
        )
        .select_from(
            released_award_count.outerjoin(
                released_award_amount,
                and_(
                    amount.region_level == count.region_level,
                    amount.region_code == count.region_code,
                    amount.fiscal_year == count.fiscal_year,
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
    columns=(REGION_LEVEL, REGION_CODE, FISCAL_YEAR, N_AWARD, N_FIRM, AMOUNT_YEN),
    sources=("gbiz_subsidy",),
    database="released",
)
