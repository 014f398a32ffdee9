"""Doubtful links: who sees them, what is decided, and that a decision can be taken back."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from flask import g
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import join
from gate import review
from gate.actor import Role
from gate.errors import Refused
from store.application import AuditRecord
from store.link_records import read_decisions
from store.vault import vault_path
from tests.gate.little_store import QUESTIONS, Application, actor, layout, settings_for

FIRST, OTHER, NAMESAKE = "4000012090001", "7000012050002", "8000020130001"
# party, name typed, number typed, rule, candidate, records by source
DOUBTS: list[tuple[str, str, str | None, str, str, dict[str, int]]] = [
    ("a" * 32, "さくら工業", None, "core_alone", FIRST, {"consultation": 2}),
    (
        "b" * 32,
        "株式会社うめ",
        OTHER,
        "number_name_conflict",
        FIRST,
        {"sapoin_member": 7, "consultation": 1},
    ),
    ("c" * 32, "もも", None, "core_alone", OTHER, {"support_record": 1}),
]


def _build_vault(path: Path) -> None:
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as vault:
        vault.execute(
            """
            CREATE TABLE identity (corporate_number VARCHAR, firm_id UUID, name VARCHAR,
                                   address VARCHAR, party_key VARCHAR);
            CREATE TABLE name_history (corporate_number VARCHAR, name VARCHAR, first_seen DATE,
                                       last_seen DATE);
            CREATE TABLE party (party_hash VARCHAR, number_as_written VARCHAR,
                corporate_number VARCHAR, number_status VARCHAR, name VARCHAR, address VARCHAR,
                telephone VARCHAR, gbizid VARCHAR);
            CREATE TABLE party_link (party_hash VARCHAR, status VARCHAR, corporate_number VARCHAR,
                candidate_number VARCHAR, rule VARCHAR, score DOUBLE, evidence VARCHAR);
            CREATE TABLE party_record (party_hash VARCHAR, source VARCHAR, n_record BIGINT);
            """
        )
        firms = [(FIRST, 1, "株式会社さくら工業"), (OTHER, 2, "株式会社もも")]
        for own, place, registered in [*firms, (NAMESAKE, 3, "株式会社さくら工業")]:
            vault.execute(
                "INSERT INTO identity VALUES (?, ?, ?, '東京都千代田区', ?)",
                [own, uuid.UUID(int=place), registered, own],
            )
        vault.execute(
            "INSERT INTO name_history VALUES (?, 'さくら製作所', '2015-10-05', '2019-03-31'), "
            "(?, '株式会社さくら工業', '2019-04-01', '2026-01-01')",
            [FIRST, FIRST],
        )
        for party, name, number, rule, candidate, records in DOUBTS:
            status = "valid" if number else "missing"
            vault.execute(
                "INSERT INTO party VALUES (?, ?, ?, ?, ?, NULL, NULL, NULL)",
                [party, number, number, status, name],
            )
            vault.execute(
                "INSERT INTO party_link VALUES (?, 'review', NULL, ?, ?, 0.6, ?)",
                [party, candidate, rule, json.dumps({"name_agreement": "no_form"})],
            )
            for source, n in records.items():
                vault.execute("INSERT INTO party_record VALUES (?, ?, ?)", [party, source, n])
        vault.execute(
            "INSERT INTO party_link VALUES ('d', 'linked', ?, NULL, 'x', 1, '{}')", [FIRST]
        )


@pytest.fixture
def served(built_store: Path, tmp_path: Path) -> Iterator[Application]:
    shutil.copytree(built_store, tmp_path / "store")
    _build_vault(vault_path(tmp_path / "store", "s1"))
    built = Application(join(settings_for(tmp_path), QUESTIONS, layout, ""))
    with built.server.test_request_context("/"):
        g.actor = actor(Role.OPERATOR)
        yield built
    built.gate.reader.close()
    built.engine.dispose()


def _audit(served: Application) -> list[AuditRecord]:
    with Session(served.engine) as session:
        return list(session.scalars(select(AuditRecord).order_by(AuditRecord.audit_id)))


def test_what_stands_behind_most_records_comes_first(served: Application) -> None:
    queue = review.review_queue()
    assert (queue.n_all, queue.n_left, queue.n_record_left) == (3, 3, 11)
    assert queue.rules == {"core_alone": 2, "number_name_conflict": 1}
    assert queue.sources == {"consultation": 2, "sapoin_member": 1, "support_record": 1}
    case = queue.case
    assert case is not None
    assert case.party.name == "株式会社うめ"
    assert case.party.sources == (("sapoin_member", 7), ("consultation", 1))
    assert case.candidate is not None
    assert case.candidate.name == "株式会社さくら工業"
    assert [name for name, _ in case.candidate.old_names] == ["さくら製作所"]
    # The firm whose number was typed, and another of the candidate's name.
    assert [firm.corporate_number for firm in case.alternatives] == [OTHER, NAMESAKE]
    assert not case.states[FIRST].is_closed


def test_the_queue_can_be_narrowed_and_passed_through(served: Application) -> None:
    queue = review.review_queue(rule="core_alone")
    assert (queue.n_all, queue.n_left) == (2, 2)
    assert queue.case is not None
    assert queue.case.party.name == "さくら工業"
    later = review.review_queue(rule="core_alone", skip=1).case
    assert later is not None
    assert later.party.name == "もも"
    again = review.review_queue(rule="core_alone", skip=2).case
    assert again is not None
    assert again.party.name == "さくら工業"
    assert review.review_queue(source="sapoin_member").n_left == 1
    assert review.review_queue(rule="no_such_rule").case is None


def test_another_candidate_can_be_compared_and_confirmed(served: Application) -> None:
    case = review.review_queue(party_hash="b" * 32, candidate=OTHER).case
    assert case is not None
    assert case.candidate is not None
    assert case.candidate.corporate_number == OTHER
    assert [firm.corporate_number for firm in case.alternatives] == [FIRST, NAMESAKE]
    review.decide("b" * 32, OTHER, "confirmed")
    assert review.review_queue().n_left == 2


def test_a_decision_is_kept_and_the_next_case_follows(served: Application) -> None:
    review.decide("b" * 32, FIRST, "refused")
    queue = review.review_queue()
    assert (queue.n_all, queue.n_left) == (3, 2)
    kept = read_decisions(served.engine)
    assert [(d.party_hash, d.corporate_number, d.verdict, d.decided_by) for d in kept] == [
        ("b" * 32, FIRST, "refused", "operator")
    ]
    shown = review.review_queue(party_hash="b" * 32).case
    assert shown is not None
    assert shown.decision == kept[0]
    listed = review.decided_cases()
    assert [(d.typed_name, d.firm_name) for d in listed] == [("株式会社うめ", "株式会社さくら工業")]


def test_a_decision_taken_back_leaves_the_case_undecided_and_the_log_whole(
    served: Application,
) -> None:
    review.decide("a" * 32, FIRST, "confirmed")
    review.decide("b" * 32, FIRST, "confirmed")
    taken = review.take_back()
    assert taken is not None
    assert (taken.party_hash, taken.verdict) == ("b" * 32, "withdrawn")
    assert review.review_queue().n_left == 2
    assert review.take_back() is not None
    assert review.review_queue().n_left == 3
    assert review.take_back() is None
    verdicts = [d.verdict for d in read_decisions(served.engine)]
    assert verdicts == ["confirmed", "confirmed", "withdrawn", "withdrawn"]


def test_one_operator_does_not_take_back_what_another_decided(served: Application) -> None:
    review.decide("a" * 32, FIRST, "confirmed")
    g.actor = actor(Role.OPERATOR).__class__("second", Role.OPERATOR)
    assert review.take_back() is None


@pytest.mark.parametrize(
    ("party", "number"),
    [("d", FIRST), ("e" * 32, FIRST), ("a" * 32, OTHER), ("a" * 32, "1")],
)
def test_only_a_candidate_of_a_doubtful_party_can_be_decided_on(
    served: Application, party: str, number: str
) -> None:
    with pytest.raises(review.NotInDoubt):
        review.decide(party, number, "confirmed")
    assert read_decisions(served.engine) == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPERATOR])
def test_nobody_but_an_operator_sees_or_decides(served: Application, role: Role) -> None:
    g.actor = actor(role)
    with pytest.raises(Refused):
        review.review_queue()
    with pytest.raises(Refused):
        review.decide("a" * 32, FIRST, "confirmed")
    with pytest.raises(Refused):
        review.decided_cases()
    with pytest.raises(Refused):
        review.take_back()
    assert [record.action for record in _audit(served)] == ["refusal"] * 4
    assert read_decisions(served.engine) == []


def test_the_audit_log_says_who_looked_at_what_without_a_name_in_it(served: Application) -> None:
    review.review_queue()
    review.decide("b" * 32, FIRST, "confirmed")
    records = _audit(served)
    assert [record.action for record in records] == ["review", "confirmed"]
    assert {record.subject for record in records} == {"link_review"}
    assert records[0].detail == {"party": "b" * 32}
    written = json.dumps([record.detail for record in records], ensure_ascii=False)
    for _, name, number, _, candidate, _ in DOUBTS:
        assert name not in written
        assert candidate not in written
        assert not number or number not in written


def test_a_vault_without_links_is_said_to_be(built_store: Path, tmp_path: Path) -> None:
    shutil.copytree(built_store, tmp_path / "store")
    built = Application(join(settings_for(tmp_path), QUESTIONS, layout, ""))
    with built.server.test_request_context("/"):
        g.actor = actor(Role.OPERATOR)
        with pytest.raises(review.NoVault, match="保管庫"):
            review.review_queue()
        vault_path(tmp_path / "store", "s1").unlink()
        with pytest.raises(review.NoVault, match="保管庫"):
            review.review_queue()
    built.gate.reader.close()
    built.engine.dispose()
