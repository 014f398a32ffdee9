"""What several questions share is made once for the same rows, and for nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pandas as pd
import pytest
from sqlalchemy import Engine, select

from gate.actor import Actor, Role
from gate.asking import PARTS_AT_MOST, Gate
from gate.audit import AuditLog
from gate.snapshots import SnapshotReader
from queries.parameters import NoParameters
from queries.question import Question
from store.cursor import Cursor
from store.quantity import Quantity
from store.tables import application, award
from tests.gate.ledger import say
from tests.gate.little_store import FIRST, actor

Asked = Callable[[Cursor, Any], pd.DataFrame]
MADE: list[str] = []


def _shared(name: str, column: Any, key: str = "") -> Asked:
    def make(cursor: Cursor) -> list[int]:
        MADE.append(name)
        return sorted(UUID(str(v)).int for v in cursor.fetch(select(column.label("v")))["v"])

    def answer(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
        return pd.DataFrame({"n": cursor.once(name, {"key": key}, make)})

    return answer


def _plain(_cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
    return pd.DataFrame({"n": [1]})


@pytest.fixture
def shared_gate(reader: SnapshotReader, engine: Engine) -> Gate:
    MADE.clear()
    asked = {
        "first": _shared("awarded", award.c.firm_id),
        "second": _shared("awarded", award.c.firm_id),
        "other_key": _shared("awarded", award.c.firm_id, "other"),
        "applied": _shared("applied", application.c.firm_id),
        "plain": _plain,
    }
    gate = Gate(
        [Question(n, f, NoParameters, (Quantity("n"),), ()) for n, f in asked.items()],
        reader,
        AuditLog(engine),
    )
    gate.watch.look_every = 0.0
    gate.watch.today = lambda: date(2026, 7, 1)
    return gate


def _ask(gate: Gate, question: str, of: Actor) -> list[int]:
    found: list[int] = gate.ask(of, question, {}).frame["n"].tolist()
    return found


def test_two_questions_share_what_was_made_once(shared_gate: Gate) -> None:
    ministry = actor(Role.MINISTRY)
    assert _ask(shared_gate, "first", ministry) == _ask(shared_gate, "second", ministry)
    assert MADE == ["awarded"]
    _ask(shared_gate, "other_key", ministry)
    assert MADE == ["awarded", "awarded"]


def test_what_one_scope_made_is_not_seen_from_another(shared_gate: Gate) -> None:
    everything = _ask(shared_gate, "first", actor(Role.MINISTRY))
    own = _ask(shared_gate, "second", actor(Role.BUREAU))
    elsewhere = _ask(shared_gate, "first", Actor("other", Role.BUREAU, ("b02",)))
    assert (everything, own, elsewhere) == ([1, 2, 3, 4], [1, 2], [3, 4])
    assert len(MADE) == 3


def test_an_answer_made_of_a_kept_part_has_the_reach_of_its_tables(shared_gate: Gate) -> None:
    first, second = (
        shared_gate.ask(actor(Role.MINISTRY), name, {}) for name in ("first", "second")
    )
    plain = shared_gate.ask(actor(Role.MINISTRY), "plain", {})
    assert MADE == ["awarded"]
    assert second.reach == first.reach != plain.reach


def test_nothing_that_rests_on_an_older_consent_is_kept(shared_gate: Gate, engine: Engine) -> None:
    ministry = actor(Role.MINISTRY)
    assert 1 in _ask(shared_gate, "applied", ministry)
    say(engine, FIRST)
    assert 1 not in _ask(shared_gate, "applied", ministry)
    assert MADE == ["applied", "applied"]


def test_no_more_is_kept_than_fits(reader: SnapshotReader, engine: Engine) -> None:
    MADE.clear()
    n = PARTS_AT_MOST + 1
    gate = Gate(
        [
            Question(f"q{k}{end}", _shared(f"p{k}", award.c.firm_id), NoParameters,
                     (Quantity("n"),), ())
            for k in range(n) for end in ("", "_again")
        ],
        reader,
        AuditLog(engine),
    )  # fmt: skip
    for k in range(n):
        _ask(gate, f"q{k}", actor(Role.MINISTRY))
    _ask(gate, f"q{n - 1}_again", actor(Role.MINISTRY))
    assert len(MADE) == n
    _ask(gate, "q0_again", actor(Role.MINISTRY))
    assert MADE[-1] == "p0"
    assert len(MADE) == n + 1
