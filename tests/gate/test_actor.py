"""What each role may read, written out."""

from __future__ import annotations

import pytest

from gate.actor import PERMISSIONS, TABLE_PERMISSIONS, Role
from store import tables
from tests.gate.little_store import actor

READER = {"open", "provenance", "aggregate", "firm", "package"}
APPROVER = {"approve_package", "withdraw_package", "package_ledger"}
EXPECTED = {
    Role.MINISTRY: READER | APPROVER | {"review_package"},
    Role.BUREAU: READER,
    Role.AGENCY: READER,
    Role.ANALYST: READER | {"review_package", "withdraw_package"},
    Role.CHAMBER: {"released", "package"},
    Role.OPERATOR: {"open", "provenance", "operate"},
    Role.ADMIN: APPROVER | {"open", "provenance"},
}


@pytest.mark.parametrize("role", list(Role))
def test_a_role_has_exactly_its_permissions(role: Role) -> None:
    assert {p for p in PERMISSIONS if actor(role).can(p)} == EXPECTED[role]


def test_every_table_asks_for_a_known_permission() -> None:
    asked = {t.info["permission"] for t in tables.metadata.tables.values()}
    asked |= {t.info["permission"] for t in tables.released_metadata.tables.values()}
    assert asked <= set(TABLE_PERMISSIONS)


def test_only_a_chamber_is_kept_to_the_released_database() -> None:
    assert {role for role in Role if actor(role).database == "released"} == {Role.CHAMBER}
