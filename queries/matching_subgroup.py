"""What sub-group each user belongs to: its region, its industry, the field of its project."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import and_, func, select

from queries.dimensions import UNKNOWN
from queries.matching_groups import subjects, users
from queries.matching_specification import MatchingParameters
from store.cursor import Cursor
from store.tables import application_outcome, dimension_member, matching_profile

# The domains whose members name the parts of a sub-group.
DOMAINS = {"region": "region", "industry": "industry", "field": "technology"}


def user_traits(cursor: Cursor, parameters: MatchingParameters) -> pd.DataFrame:
    """One row per user with a statement of the year before: ``user_id``, the bureau (``region``)
    and the division (``industry``) of that statement, and the technology of the project it was
    first adopted with (``field``); UNKNOWN where nobody knows. Support and most programmes have
    no technology."""
    of = subjects(parameters, users(parameters))
    row, applied = matching_profile.c, application_outcome.c
    is_base = and_(row.firm_id == of.c.firm_id, row.fiscal_year == of.c.base_year)
    technology = (
        select(
            applied.firm_id,
            applied.fiscal_year,
            # Of several projects of one year the first field by code.
            func.min(applied.technology_code).label("technology_code"),
        )
        .where(
            applied.programme_code == parameters.measure,
            applied.decision == "adopted",
            applied.technology_code != UNKNOWN,
        )
        .group_by(applied.firm_id, applied.fiscal_year)
        .subquery("technology")
    )
    is_own = and_(technology.c.firm_id == of.c.firm_id, technology.c.fiscal_year == of.c.cohort)
    return cursor.fetch(
        select(
            of.c.firm_id.label("user_id"),
            func.coalesce(row.bureau_code, UNKNOWN).label("region"),
            row.division_code.label("industry"),
            func.coalesce(technology.c.technology_code, UNKNOWN).label("field"),
        ).select_from(of.join(matching_profile, is_base).outerjoin(technology, is_own))
    )


def names_of_members(cursor: Cursor, trait: str) -> dict[str, str]:
    """The Japanese name of each code of a trait."""
    member = dimension_member.c
    found = cursor.fetch(select(member.code, member.name).where(member.domain == DOMAINS[trait]))
    return dict(zip(found["code"].astype(str), found["name"].astype(str), strict=True))
