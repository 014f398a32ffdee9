"""Who asks: a role, its permissions, and the part of the firm-level rows it may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Database = Literal["lens", "released", "held"]


class Role(StrEnum):
    """The seven kinds of user; ``gate.role.<value>`` in the word catalogue names them."""

    MINISTRY = "ministry"
    BUREAU = "bureau"
    AGENCY = "agency"
    ANALYST = "analyst"
    CHAMBER = "chamber"
    OPERATOR = "operator"
    ADMIN = "admin"


# What a table may ask for in Table.info["permission"]. "gate" is nobody's: only the gate's own
# row scope reads such tables.
TABLE_PERMISSIONS = ("open", "provenance", "aggregate", "firm", "operate", "released", "gate")
# What the release of packages asks for: to have them, to look them through, to let them out, to
# call them back, to see who took which.
RELEASE_PERMISSIONS = (
    "package",
    "review_package",
    "approve_package",
    "withdraw_package",
    "package_ledger",
)
PERMISSIONS = (*TABLE_PERMISSIONS, *RELEASE_PERMISSIONS)

_READER = frozenset({"open", "provenance", "aggregate", "firm", "package"})
_APPROVER = frozenset({"approve_package", "withdraw_package", "package_ledger"})
_GRANTED: dict[Role, frozenset[str]] = {
    Role.MINISTRY: _READER | _APPROVER | {"review_package"},
    Role.ANALYST: _READER | {"review_package", "withdraw_package"},
    Role.BUREAU: _READER,
    Role.AGENCY: _READER,
    Role.CHAMBER: frozenset({"released", "package"}),
    Role.OPERATOR: frozenset({"open", "provenance", "operate"}),
    # Lets packages out or calls them back by what was checked and by whom, without reading them.
    Role.ADMIN: _APPROVER | {"open", "provenance"},
}


def may_read(role: Role, permission: str) -> bool:
    """Whether ``role`` may read a table that asks for ``permission``."""
    granted = _GRANTED[role]
    # What is released may leave the ministry; who sees aggregates may see it too.
    return permission in granted or (permission == "released" and "aggregate" in granted)


def roles_that_may_read(permissions: Iterable[str]) -> tuple[Role, ...]:
    """The roles that may read tables of all these permissions together."""
    asked = frozenset(permissions)
    return tuple(role for role in Role if all(may_read(role, p) for p in asked))


# Which column of Table.info["scope"] limits the firm-level rows of a role.
_LIMIT: dict[Role, str] = {Role.BUREAU: "region", Role.AGENCY: "programme"}


@dataclass(frozen=True, slots=True)
class Actor:
    """One signed-in person.

    ``regions`` are bureau codes (``b03``) for a bureau and prefecture codes (``04``) for a
    chamber; ``programmes`` are programme codes for an agency.
    """

    username: str
    role: Role
    regions: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    is_demo: bool = False

    def can(self, permission: str) -> bool:
        return permission in _GRANTED[self.role]

    @property
    def database(self) -> Database:
        """The file this actor's questions run on; a chamber never reaches the analysts' store."""
        return "released" if self.role is Role.CHAMBER else "lens"

    @property
    def limit(self) -> str:
        """The scope that narrows this actor's firm-level rows: region, programme, or none ("")."""
        return _LIMIT.get(self.role, "")
