"""How widely awards reach: recipients per 10,000 establishments of each prefecture."""

from __future__ import annotations

import pandas as pd

from queries.award_by_prefecture import award_by_prefecture
from queries.dimensions import REGION_CODE, REGION_NAME
from queries.establishments import establishments
from queries.measures import N_ESTABLISHMENT, N_FIRM, RATE_HIGH, RATE_LOW, RECIPIENT_RATE
from queries.parameters import AwardParameters
from queries.question import Question
from stats.methods.poisson import poisson_interval
from store.cursor import Cursor

PER = 10_000
NATION = ""


def recipient_rate(cursor: Cursor, parameters: AwardParameters) -> pd.DataFrame:
    """One row per prefecture, highest rate first, and one for the 47 together (region_code empty,
    last): recipients, establishments, recipients per 10,000 establishments and its exact 95 %
    Poisson interval.

    No rows when the statistic does not list the chosen industry. Recipients with several
    establishments, and recipients that are not firms, count once each.
    """
    columns = [q.name for q in QUESTION.columns]
    # Asked first: whoever may not see awards is refused, not told that there is nothing.
    award = award_by_prefecture(cursor, parameters)[["region_code", "n_firm"]]
    place = establishments(cursor, parameters)
    if place.empty:
        return pd.DataFrame(columns=columns)
    frame = place.merge(award, on="region_code", how="left").fillna({"n_firm": 0})
    frame = frame.assign(order=frame["n_firm"] / frame["n_establishment"])
    frame = frame.sort_values(["order", "region_code"], ascending=[False, True])
    together = {
        "region_code": NATION,
        "region_name": NATION,
        "n_firm": frame["n_firm"].sum(),
        "n_establishment": frame["n_establishment"].sum(),
    }
    frame = pd.concat([frame.drop(columns="order"), pd.DataFrame([together])], ignore_index=True)
    low, high = poisson_interval(frame["n_firm"])
    scale = PER / frame["n_establishment"]
    frame = frame.assign(
        recipient_rate=frame["n_firm"] * scale, rate_low=low * scale, rate_high=high * scale
    )
    whole = {"n_firm": "int64", "n_establishment": "int64"}
    return frame.astype(whole)[columns]


QUESTION = Question(
    name="recipient_rate",
    function=recipient_rate,
    parameters=AwardParameters,
    columns=(
        REGION_CODE,
        REGION_NAME,
        N_FIRM,
        N_ESTABLISHMENT,
        RECIPIENT_RATE,
        RATE_LOW,
        RATE_HIGH,
    ),
    sources=("gbiz_subsidy", "prefecture_statistic"),
)
