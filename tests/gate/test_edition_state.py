"""The way of an edition: whatever is tried in whatever order, only two people make one public."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gate.edition_state import Course, State, Step, StepRefused, advance, possible_steps
from store.application import Account
from store.release_records import Edition

PEOPLE = (1, 2, 3)
ORDER = [State.BUILT, State.CHECKED, State.REVIEWED, State.PUBLIC, State.WITHDRAWN]
tries = st.tuples(
    st.sampled_from(list(Step)),
    st.sampled_from([None, *PEOPLE]),
    st.sampled_from(["", "  ", "誤り", "x" * 501, "a\x00b"]),
)


def _steps(taken: list[tuple[Step, int | None, str]]) -> list[Course]:
    """The courses that whatever was tried led through."""
    courses = [Course()]
    for step, person, reason in taken:
        try:
            courses.append(advance(courses[-1], step, person, reason))
        except StepRefused:
            continue
    return courses


@given(st.lists(tries, max_size=12))
def test_no_way_leads_to_the_public_without_two_people(
    taken: list[tuple[Step, int | None, str]],
) -> None:
    for course in _steps(taken):
        if course.state is State.PUBLIC:
            assert course.author in PEOPLE
            assert course.approver in PEOPLE
            assert course.author != course.approver


@given(st.lists(tries, max_size=12))
def test_nothing_goes_back_and_no_step_is_left_out(
    taken: list[tuple[Step, int | None, str]],
) -> None:
    courses = _steps(taken)
    for before, after in itertools.pairwise(courses):
        assert before.state is not State.WITHDRAWN
        here, there = ORDER.index(before.state), ORDER.index(after.state)
        assert there == here + 1 or after.state is State.WITHDRAWN
        # Whoever has done something has done it for good.
        assert before.author in (None, after.author)
        assert before.approver in (None, after.approver)


@given(st.lists(tries, max_size=12))
def test_what_is_withdrawn_has_a_reason_and_somebody_who_gave_it(
    taken: list[tuple[Step, int | None, str]],
) -> None:
    last = _steps(taken)[-1]
    assert (last.state is State.WITHDRAWN) == (last.reason == "誤り")
    assert (last.state is State.WITHDRAWN) == (last.withdrawn_by is not None)


@given(st.lists(tries, max_size=12), st.sampled_from(PEOPLE))
def test_the_steps_on_offer_are_those_that_would_be_taken(
    taken: list[tuple[Step, int | None, str]], person: int
) -> None:
    course = _steps(taken)[-1]
    for step in (Step.REVIEW, Step.APPROVE, Step.WITHDRAW):
        try:
            advance(course, step, person, "誤り")
            is_taken = True
        except StepRefused:
            is_taken = False
        assert (step in possible_steps(course, person)) == is_taken


def test_the_author_is_told_that_somebody_else_must_approve() -> None:
    reviewed = advance(advance(Course(), Step.CHECK), Step.REVIEW, 1)
    with pytest.raises(StepRefused) as refused:
        advance(reviewed, Step.APPROVE, 1)
    assert refused.value.code == "same_person"
    assert str(refused.value) == "確認した人は承認できません。別の人が承認してください。"


def _edition(engine: Engine, **changes: Any) -> None:
    """Write a record past all rules of the program."""
    now = datetime.now(UTC).replace(tzinfo=None)
    usual: dict[str, Any] = {
        "month": "2026-11",
        "snapshot": "s1",
        "snapshot_at": now,
        "policy_hash": "0" * 64,
        "checked_at": now,
        "digest": "0" * 64,
    }
    with Session(engine) as session:
        session.add_all(
            Account(account_id=n, username=f"p{n}", password_hash="", role="ministry")
            for n in PEOPLE
        )
        session.add(Edition(**{**usual, **changes}))
        session.commit()


@pytest.mark.parametrize(
    "record",
    [
        {"state": "public", "author_id": 1, "approver_id": 1},
        {"state": "reviewed", "author_id": 1, "approver_id": 1},
        {"state": "public", "author_id": 1},
        {"state": "public", "approver_id": 2},
        {"state": "reviewed"},
        {"state": "checked", "digest": ""},
        {"state": "public", "author_id": 1, "approver_id": 2, "checked_at": None},
        {"state": "withdrawn", "withdrawn_by_id": 1},
        {"state": "withdrawn", "reason": "誤り"},
        {"state": "approved"},
    ],
    ids=lambda record: ",".join(record),
)
def test_the_database_itself_refuses_what_the_rules_forbid(
    engine: Engine, record: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError):
        _edition(engine, **record)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"state": "public", "author_id": 1, "approver_id": 2},
        {"state": "withdrawn", "withdrawn_by_id": 3, "reason": "誤り"},
    ],
    ids=lambda record: ",".join(record),
)
def test_the_database_takes_what_the_rules_allow(engine: Engine, record: dict[str, Any]) -> None:
    _edition(engine, **record)
