"""What applications are broken down by: which members, and the whole that they are parts of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, FromClause, Text, cast, select

from queries.dimensions import (
    COLUMN_OF_LEVEL,
    UNKNOWN,
    industry_level,
    region_level,
)
from queries.parameters import ApplicationParameters
from store.cursor import Cursor
from store.tables import dimension_member

P = TypeVar("P", bound=ApplicationParameters)

_STEP_DOWN = {"nation": "bureau", "bureau": "prefecture", "prefecture": "municipality"}


@dataclass(frozen=True, slots=True)
class Breakdown(Generic[P]):
    """The members of ``level`` below ``parent_code`` (where the dimension has levels), and
    ``whole``, the filter of all of them together."""

    domain: str
    level: str
    parent_code: str | None
    whole: P

    @property
    def column(self) -> str:
        """The column of a table of applications that holds their codes."""
        return COLUMN_OF_LEVEL[self.level]

    @property
    def is_complete(self) -> bool:
        """Whether members without any application are shown too: the 47 prefectures are."""
        return self.level == "prefecture" and self.parent_code is None

    def members(self, member: FromClause = dimension_member) -> list[ColumnElement[bool]]:
        """The rows of ``dimension_member`` that are these members."""
        row = member.c
        conditions = [row.domain == self.domain]
        if self.domain in ("region", "industry"):
            conditions.append(row.level == self.level)
        if self.parent_code is not None:
            conditions.append(row.parent_code == self.parent_code)
        return conditions

    def code_of(self, table: FromClause) -> ColumnElement[str]:
        """The code of the member that a row belongs to, as members write it."""
        return cast(table.c[self.column], Text)


def breakdown(cursor: Cursor, by: str, parameters: P) -> Breakdown[P]:
    """How ``parameters`` are broken down by one of queries.parameters.DIMENSIONS.

    ``region`` goes one step below the region chosen and shows a municipality among those of its
    prefecture; ``prefecture`` takes the whole nation; ``industry`` opens the division chosen, or
    that of the major group chosen. In every other dimension what is chosen plays no part.
    """
    if by == "region":
        chosen = parameters.region
        parent = chosen[:2] if region_level(chosen) == "municipality" else chosen
        level = _STEP_DOWN[region_level(parent)]
        return Breakdown(by, level, parent, replace(parameters, region=parent))
    if by == "prefecture":
        return Breakdown("region", by, None, replace(parameters, region=""))
    if by == "industry":
        parent = _division(cursor, parameters.industry)
        level = "major" if parent else "division"
        return Breakdown(by, level, parent, replace(parameters, industry=parent))
    everything = {by: "0" if by == "year" else ""}
    return Breakdown(by, by, None, replace(parameters, **everything))


def _division(cursor: Cursor, industry: str) -> str:
    """The division that a choice of industry opens; none for all and for unknown industries."""
    if industry in ("", UNKNOWN) or industry_level(industry) == "division":
        return industry.replace(UNKNOWN, "")
    row = dimension_member.c
    above = cursor.fetch(
        select(row.parent_code).where(row.domain == "industry", row.code == industry)
    )
    return str(above["parent_code"].iloc[0])
