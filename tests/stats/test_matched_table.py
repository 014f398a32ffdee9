"""The table of pairs can be verified again: by its weights, by brute force, by its number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from math import isclose, sqrt
from typing import Any
from uuid import UUID

import pytest

from gate.actor import Role
from gate.consent import Consents
from gate.errors import Refused
from gate.scope import ScopedCursor
from queries.matching_specification import CALIPERS
from stats.matched_balance import LOSS_QUESTION
from stats.matched_table import QUESTION as TABLE
from store.cursor import StoreCursor
from store.members import Member, Members
from tests.gate.little_store import actor
from tests.queries.little_matching import matching_store
from tests.stats import matching_twin
from tests.stats.test_matched_questions import SPECIFICATIONS, WORLD


@pytest.fixture(scope="module")
def store() -> Iterator[StoreCursor]:
    connection, cursor = matching_store(WORLD)
    yield cursor
    connection.close()


@pytest.mark.parametrize("asked", SPECIFICATIONS[:4], ids=lambda p: p.number)
def test_the_table_is_matched_again_by_brute_force(store: StoreCursor, asked: Any) -> None:
    frame: Any = TABLE.answer(store, asked)
    expected = matching_twin.candidates(WORLD, asked)
    cohorts = matching_twin.users(WORLD, asked)
    seen: set[UUID] = set()
    for user_text, rows in frame.groupby("user_id", sort=False):
        user = UUID(user_text)
        seen.add(user)
        nearest = expected[user][: int(asked.nearest)]
        assert isclose(rows["weight"].sum(), 1)
        assert len(rows) == len(nearest)
        known = {firm: value for value, firm in expected[user]}
        for row, (value, _) in zip(rows.itertuples(), nearest, strict=True):
            assert row.cohort == cohorts[user] == row.base_year + 1
            assert isclose(row.distance, sqrt(value), rel_tol=1e-3, abs_tol=1e-3)
            assert isclose(row.distance, sqrt(known[UUID(row.control_id)]), abs_tol=1e-3)
            assert row.sales_gap <= CALIPERS[asked.caliper] + 1e-6
    assert seen == {user for user, firms in expected.items() if firms}


def test_the_number_of_the_table_is_made_of_its_lines(store: StoreCursor) -> None:
    asked = SPECIFICATIONS[0]
    frame: Any = TABLE.answer(store, asked)
    loss: Any = LOSS_QUESTION.answer(store, asked)
    lines = sorted(f"{r.user_id},{r.control_id},{r.cohort}\n" for r in frame.itertuples())
    number = sha256("".join(lines).encode()).hexdigest()[:8]
    assert set(loss["match_table"]) == {number}
    assert set(loss["n_pair"]) == {len(frame)}


def test_rows_of_firms_are_for_those_who_may_see_them(store: StoreCursor) -> None:
    asked = SPECIFICATIONS[0]
    whole: Any = TABLE.answer(store, asked)
    for role in (Role.AGENCY, Role.CHAMBER, Role.OPERATOR, Role.ADMIN):
        with pytest.raises(Refused):
            TABLE.answer(_scoped(store, role), asked)
    own: Any = TABLE.answer(_scoped(store, Role.BUREAU), asked)
    assert set(own["bureau_code"]) == {"b03"}
    assert len(own) == (whole["bureau_code"] == "b03").sum() > 0
    assert len(TABLE.answer(_scoped(store, Role.ANALYST), asked)) == len(whole)


def _scoped(store: StoreCursor, role: Role) -> ScopedCursor:
    """A cursor of a role with its scope; that of the bureau is Kanto."""
    tokyo = Member("13", "東京都", "Tokyo", "prefecture", "b03")
    members = Members({"region": {"13": tokyo}}, {})
    return ScopedCursor(store, actor(role), members, consents=Consents(date(2026, 7, 1)))
