"""What a column of an answer is: a number with a unit, or a breakdown. Words live in language/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Unit(StrEnum):
    """The unit of a number; ``unit.<value>`` in the word catalogue names it."""

    YEN = "yen"
    THOUSAND_YEN = "thousand_yen"
    AWARD = "award"
    FIRM = "firm"
    RECIPIENT = "recipient"
    RECORD = "record"
    FILE = "file"
    BYTE = "byte"
    PERCENT = "percent"
    PERCENTAGE_POINT = "percentage_point"
    PER_10000_ESTABLISHMENTS = "per_10000_establishments"
    ESTABLISHMENT = "establishment"
    LINE = "line"
    ITEM = "item"
    PARTY = "party"
    PERSON = "person"
    POINT = "point"
    SECOND = "second"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class DisclosureRule(StrEnum):
    """How a number is protected before it may leave the ministry (see docs/disclosure.md)."""

    PUBLIC_COUNT = "public_count"
    MAGNITUDE = "magnitude"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Quantity:
    """One column of an answer.

    ``name`` is the column; ``quantity.<key>.label`` and ``quantity.<key>.definition`` in the word
    catalogue say what it is. ``unit`` is None for breakdowns and texts. ``numerator`` and
    ``denominator`` name quantities for shares and rates. ``key`` is ``name`` unless one
    definition serves several columns (this year and last year). ``varies_by`` names a parameter
    whose choice gives the column another meaning, with words of its own (said_of).
    """

    name: str
    unit: Unit | None = None
    rule: DisclosureRule = DisclosureRule.INTERNAL
    numerator: str = ""
    denominator: str = ""
    definition_of: str = ""
    varies_by: str = ""

    @property
    def key(self) -> str:
        return self.definition_of or self.name

    def said_of(self, query: Mapping[str, str]) -> Quantity:
        """The column as an answer to ``query`` means it; itself where the query names no choice."""
        choice = query.get(self.varies_by, "")
        return replace(self, definition_of=f"{self.key}_{choice}") if choice else self

    @property
    def is_number(self) -> bool:
        return self.unit is not None
