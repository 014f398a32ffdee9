"""What the members of a breakdown are called, in their published order."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import select

from queries.breakdown import Breakdown
from store.cursor import Cursor
from store.tables import dimension_member


def member_names(cursor: Cursor, parts: Breakdown[Any]) -> pd.DataFrame:
    """One row per member: ``position``, ``code`` and ``name``."""
    member = dimension_member.c
    return cursor.fetch(
        select(member.position, member.code, member.name)
        .where(*parts.members())
        .order_by(member.position, member.code)
    )
