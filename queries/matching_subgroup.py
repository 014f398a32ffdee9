"""What sub-group each user belongs to: its region, its industry, the field of its project."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import func, select

from queries.dimensions import UNKNOWN
from queries.matching_pairs import USER, matched_firms
from queries.matching_specification import MatchingParameters
from store.cursor import Cursor
from store.tables import application_outcome, dimension_member

# The domains whose members name the parts of a sub-group.
DOMAINS = {"region": "region", "industry": "industry", "field": "technology"}


def user_traits(cursor: Cursor, parameters: MatchingParameters) -> pd.DataFrame:
    """One row per user with a statement of the year before: ``user_id``, the bureau (``region``)
    and the division (``industry``) of that statement, and the technology of the project it was
    first adopted with (``field``); UNKNOWN where nobody knows. Support and most programmes have
    no technology."""
    rows = matched_firms(cursor, parameters).rows
    user = rows[rows["role"] == USER]
    applied = application_outcome.c
    technology = cursor.fetch(
        select(
            applied.firm_id,
            applied.fiscal_year.label("cohort"),
            # Of several projects of one year the first field by code.
            func.min(applied.technology_code).label("field"),
        )
        .where(
            applied.programme_code == parameters.measure,
            applied.decision == "adopted",
            applied.technology_code != UNKNOWN,
        )
        .group_by(applied.firm_id, applied.fiscal_year)
    )
    traits = user.rename(columns={"bureau_code": "region", "division_code": "industry"})
    key = ["firm_id", "cohort"]
    traits = traits[["user_id", "region", "industry", *key]].merge(technology, on=key, how="left")
    return traits.drop(columns=key).fillna({"region": UNKNOWN, "field": UNKNOWN})


def names_of_members(cursor: Cursor, trait: str) -> dict[str, str]:
    """The Japanese name of each code of a trait."""
    member = dimension_member.c
    found = cursor.fetch(select(member.code, member.name).where(member.domain == DOMAINS[trait]))
    return dict(zip(found["code"].astype(str), found["name"].astype(str), strict=True))
