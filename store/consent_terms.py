"""The words of consent: to what, for which data, for whom, and how statements rank.

A statement says of one firm, one purpose, some data and some users, from one day to another, that
its data may be used (a grant) or may not (a refusal or a withdrawal). Days are days in Japan and
both ends count. Of all statements that cover a case the latest one holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

ALL = "all"
ONCE_ONLY, RECOMMENDATION, EBPM = "once_only", "recommendation", "ebpm"
# In the order in which the forms number them: ①, ②, ③.
PURPOSES = (ONCE_ONLY, RECOMMENDATION, EBPM)
CONSULTATION = "consultation"
SCOPES = ("application", "statement", "support", CONSULTATION, "diagnosis")
USER_CLASSES = ("government", "agency", "research", "support_body")

KINDS = ("grant", "refuse", "withdraw")
# A statement without an end holds until there is another.
FOR_EVER = date(9999, 12, 31)

# public: published by law or office; consent has no say. policy, contract: used unless refused.
# opt_in: used only with a consent in force.
BASES = ("public", "policy", "contract", "opt_in")

JAPAN = timezone(timedelta(hours=9))


def japan_day(moment: datetime | None = None) -> date:
    """The day in Japan of a moment (UTC where it names no zone), of now by default."""
    if moment is None:
        moment = datetime.now(UTC)
    elif moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(JAPAN).date()


@dataclass(frozen=True, slots=True, order=True)
class Standing:
    """The rank of a statement: the day it was made, its place among those of that day, and, should
    even that be equal, a refusal before a grant."""

    stated_date: date
    place: int
    is_refusal: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """What a firm said, under one key of it (``party_key``: corporate number or g:GビズID)."""

    party_key: str
    purpose: str
    scope: str
    user_class: str
    valid_from: date
    valid_to: date
    standing: Standing

    def covers(self, purpose: str, scope: str, user_class: str, day: date) -> bool:
        return (
            self.purpose == purpose
            and self.scope in (scope, ALL)
            and self.user_class in (user_class, ALL)
            and self.valid_from <= day <= self.valid_to
        )


def holding(statements: Iterable[Statement]) -> Statement | None:
    """Of statements that cover the same case, the one that holds."""
    return max(statements, key=lambda s: s.standing, default=None)


def cells() -> Iterator[tuple[str, str]]:
    """Every pair of a scope of data and a class of users."""
    return ((scope, user_class) for scope in SCOPES for user_class in USER_CLASSES)


def party_key(corporate_number: str, gbizid: str) -> str:
    """The key under which a firm is known: its number if it has one."""
    return corporate_number or f"g:{gbizid}"
