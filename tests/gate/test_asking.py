"""Asking a question: who may, what it carries, and that nothing leaves unrecorded."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from gate.actor import Actor, Role
from gate.answer import NO_REACH, Reach
from gate.asking import Gate
from gate.audit import AuditLog
from gate.errors import AuditFailed, BadRequest, Refused, TooSlow, UnknownQuestion
from gate.kept import Found, FrameCache
from gate.snapshots import SnapshotReader
from queries.parameters import NoParameters
from queries.question import Question
from store.application import AuditRecord
from store.consent_records import NO_ENTRY
from store.cursor import Cursor
from store.quantity import Quantity
from store.tables import dimension_member
from tests.gate.little_store import QUESTIONS, actor

MINISTRY = actor(Role.MINISTRY)


def _records(engine: Engine) -> list[AuditRecord]:
    with Session(engine) as session:
        return list(session.scalars(select(AuditRecord).order_by(AuditRecord.audit_id)))


def test_an_answer_carries_what_is_needed_to_read_it(gate: Gate) -> None:
    answer = gate.ask(MINISTRY, "award_rows", {"region": "13", "year": "2024", "table": "map"})
    assert answer.frame["amount_yen"].tolist() == [1_000, 2_000]
    assert answer.query == {"region": "13", "year": "2024"}
    assert (answer.snapshot, answer.is_synthetic, answer.n_row) == ("s1", True, 2)
    loaded, absent = answer.sources
    assert (loaded.received_at, loaded.period_to) == (datetime(2025, 4, 2, 9), date(2025, 3, 31))  # noqa: DTZ001
    assert loaded.n_file == 2
    assert (absent.source, absent.n_file) == ("prefecture_statistic", 0)


def test_an_address_cannot_widen_the_scope_of_a_bureau(gate: Gate) -> None:
    bureau = actor(Role.BUREAU)
    assert gate.ask(bureau, "award_rows", {"region": "04"}).n_row == 0
    everything = gate.ask(bureau, "award_rows", {"region": ""}).frame["amount_yen"]
    assert everything.tolist() == [1_000, 2_000]


def test_the_cache_does_not_mix_what_different_actors_may_see(gate: Gate) -> None:
    elsewhere = Actor("other", Role.BUREAU, ("b02",))
    asked = [(a, gate.ask(a, "award_rows", {})) for a in (MINISTRY, actor(Role.BUREAU), elsewhere)]
    again = [gate.ask(a, "award_rows", {}) for a, _ in asked]
    assert [len(answer.frame) for _, answer in asked] == [4, 2, 2]
    for (_, first), second in zip(asked, again, strict=True):
        pd.testing.assert_frame_equal(first.frame, second.frame)


def test_what_a_reader_does_to_its_frame_does_not_reach_the_next_reader(gate: Gate) -> None:
    frame = gate.ask(MINISTRY, "award_total", {}).frame
    frame.loc[0, "amount_yen"] = 0
    assert gate.ask(MINISTRY, "award_total", {}).frame.loc[0, "amount_yen"] == 31_000


def test_the_cache_forgets_the_oldest_and_keeps_no_long_frame() -> None:
    cache = FrameCache(size=2, longest=3)
    now = (date(2026, 7, 1), NO_ENTRY)
    assert cache.get(("a",), now) is None
    short, long = (Found(pd.DataFrame({"n": range(n)}), NO_REACH) for n in (1, 4))
    for key in ("a", "b"):
        cache.put((key,), short, now)
    assert cache.get(("a",), now) is short
    cache.put(("c",), short, now)
    cache.put(("d",), long, now)
    assert [cache.get((key,), now) is not None for key in "abcd"] == [True, False, True, False]


def test_an_unlisted_question_is_refused(gate: Gate) -> None:
    with pytest.raises(UnknownQuestion) as caught:
        gate.ask(MINISTRY, "award; DROP TABLE award", {})
    assert isinstance(caught.value, Refused)


def test_a_chamber_may_ask_the_released_questions_only(gate: Gate) -> None:
    chamber = actor(Role.CHAMBER)
    assert gate.ask(chamber, "award_counts", {}).frame["n_award"].tolist() == [2]
    for name in ("award_rows", "award_total", "refused_rows"):
        with pytest.raises(Refused):
            gate.ask(chamber, name, {})


@pytest.mark.parametrize(
    ("role", "open_to_it"),
    [
        (Role.MINISTRY, {"award_rows", "award_total", "award_counts"}),
        (Role.BUREAU, {"award_rows", "award_total", "award_counts"}),
        (Role.AGENCY, {"award_rows", "award_total", "award_counts"}),
        (Role.ANALYST, {"award_rows", "award_total", "award_counts"}),
        (Role.CHAMBER, {"award_counts"}),
        (Role.OPERATOR, {"refused_rows"}),
        (Role.ADMIN, set()),
    ],
)
def test_each_role_gets_answers_to_its_questions_only(
    gate: Gate, role: Role, open_to_it: set[str]
) -> None:
    answered = set()
    for question in QUESTIONS:
        try:
            gate.ask(actor(role), question.name, {})
        except Refused:
            continue
        answered.add(question.name)
    assert answered == open_to_it


FIRM_READERS = [Role.MINISTRY, Role.BUREAU, Role.AGENCY, Role.ANALYST]


@pytest.mark.parametrize(
    ("question", "asker", "roles", "narrowed"),
    [
        ("award_rows", Role.MINISTRY, FIRM_READERS, {"firm"}),
        ("award_total", Role.BUREAU, FIRM_READERS, {"municipality"}),
        ("award_counts", Role.CHAMBER, [*FIRM_READERS, Role.CHAMBER], set()),
        ("refused_rows", Role.OPERATOR, [Role.OPERATOR], set()),
    ],
)
def test_an_answer_says_who_may_have_it_from_the_tables_it_read(
    gate: Gate, question: str, asker: Role, roles: list[Role], narrowed: set[str]
) -> None:
    # From the cache as well.
    for _ in range(2):
        reach = gate.ask(actor(asker), question, {}).reach
        assert list(reach.roles) == roles
        assert reach.narrowed == narrowed


@pytest.mark.parametrize("question", [q.name for q in QUESTIONS])
def test_the_roles_named_are_those_that_are_answered(gate: Gate, question: str) -> None:
    answered, named = set(), set()
    for role in Role:
        try:
            named = set(gate.ask(actor(role), question, {}).reach.roles)
        except Refused:
            continue
        answered.add(role)
    assert answered == named


def test_where_no_table_was_read_nobody_is_named() -> None:
    assert Reach().roles == ()


def test_a_value_that_is_not_published_is_named(gate: Gate) -> None:
    with pytest.raises(BadRequest, match=r"region.*99") as caught:
        gate.ask(MINISTRY, "award_rows", {"region": "99"})
    assert (caught.value.name, caught.value.value) == ("region", "99")


def test_every_answer_and_refusal_leaves_a_record_without_data(gate: Gate, engine: Engine) -> None:
    gate.ask(MINISTRY, "award_rows", {"region": "13"})
    gate.ask(MINISTRY, "award_rows", {"region": "13"}, "download")
    with pytest.raises(Refused):
        gate.ask(actor(Role.ADMIN), "award_rows", {})
    records = _records(engine)
    assert [(r.username, r.action, r.subject, r.snapshot) for r in records] == [
        ("ministry", "answer", "award_rows", "s1"),
        ("ministry", "download", "award_rows", "s1"),
        ("admin", "refusal", "award_rows", ""),
    ]
    assert records[0].detail == {
        "query": {"region": "13", "year": "0"},
        "regions": [],
        "programmes": [],
        "n_row": 2,
    }


def test_nothing_is_released_when_the_record_cannot_be_written(gate: Gate, engine: Engine) -> None:
    gate.ask(MINISTRY, "award_rows", {})
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE audit_record"))
    for action in ("answer", "download"):
        with pytest.raises(AuditFailed, match="記録を書けない"):
            gate.ask(MINISTRY, "award_rows", {}, action)


def test_the_record_is_written_before_the_answer_returns(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    monkeypatch.setattr(AuditLog, "write", lambda *_: order.append("record"))
    gate.ask(MINISTRY, "award_rows", {})
    order.append("answer")
    assert order == ["record", "answer"]


def test_a_statement_that_takes_too_long_is_stopped(reader: SnapshotReader, engine: Engine) -> None:
    def slow(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
        each: Any = dimension_member
        joined = [each.alias(f"m{n}") for n in range(11)]
        product = select(func.sum(func.length(joined[0].c.code)).label("n"))
        for other in joined[1:]:
            product = product.where(joined[0].c.name != other.c.name_en)
        return cursor.fetch(product)

    question = Question("slow", slow, NoParameters, (Quantity("n"),), ())
    gate = Gate([question], reader, AuditLog(engine), timeout_seconds=0.3)
    with pytest.raises(TooSlow, match="時間がかかりすぎた"):
        gate.ask(MINISTRY, "slow", {})
    assert _records(engine) == []


def test_withheld_values_are_counted(reader: SnapshotReader, engine: Engine) -> None:
    frame = pd.DataFrame({"status": ["x", "", "x"], "n": [None, 3, None]})
    question = Question(
        "protected", lambda *_: frame, NoParameters, (Quantity("status"), Quantity("n")), ()
    )
    answer = Gate([question], reader, AuditLog(engine)).ask(MINISTRY, "protected", {})
    assert answer.n_withheld == 2


def test_two_questions_of_one_name_are_a_mistake(reader: SnapshotReader, engine: Engine) -> None:
    with pytest.raises(ValueError, match="award_rows"):
        Gate([QUESTIONS[0], QUESTIONS[0]], reader, AuditLog(engine))
