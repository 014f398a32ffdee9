"""Consent at the gate: each class of users sees what firms allow it today, and at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from time import monotonic, sleep
from uuid import UUID

import pandas as pd
import pytest
from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.exc import DatabaseError

from app import join
from gate.actor import Actor, Role
from gate.answer import NO_REACH
from gate.asking import Gate
from gate.audit import AuditLog
from gate.consent import Consents, ConsentWatch
from gate.errors import ConsentUnknown
from gate.kept import Found, FrameCache
from gate.scope import ScopedCursor
from gate.snapshots import SnapshotReader
from language import catalogue
from queries.parameters import NoParameters
from queries.question import Question
from store.application import open_application_database
from store.consent_records import ConsentEntry, consent_entries, ledger_end
from store.cursor import Cursor
from store.members import Members
from store.quantity import Quantity
from store.snapshot import read_manifest
from store.tables import (
    application,
    application_outcome,
    award,
    consultation,
    measure_use,
    programme_recipient,
    support_record,
)
from store.vault import vault_path
from tests.gate.ledger import say
from tests.gate.little_store import (
    FIFTH,
    FIRST,
    FOURTH,
    SECOND,
    THIRD,
    Application,
    actor,
    layout,
    settings_for,
)

WORDS = {
    "question.application": "申請",
    "quantity.firm.label": "企業",
    "quantity.firm.definition": "企業",
}
TODAY = date(2026, 7, 1)
NOON = datetime(2025, 1, 1, 3)  # noqa: DTZ001
OWN = {
    "application": application,
    "application_outcome": application_outcome,
    "award": award,
    "consultation": consultation,
}


def _rows_of(name: str) -> Callable[[Cursor, NoParameters], pd.DataFrame]:
    def rows(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
        table = OWN[name]
        firm = select(table.c.firm_id.label("firm")).order_by(table.c.firm_id)
        frame = cursor.fetch(firm)
        return frame.assign(firm=[UUID(str(firm)).int for firm in frame["firm"]])

    return rows


def _uses_of(kind: str) -> Callable[[Cursor, NoParameters], pd.DataFrame]:
    def uses(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
        row = measure_use.c
        frame = cursor.fetch(select(row.firm_id.label("firm")).where(row.kind == kind))
        return frame.assign(firm=[UUID(str(firm)).int for firm in frame["firm"]])

    return uses


FUNCTIONS = {
    **{name: _rows_of(name) for name in OWN},
    **{f"{kind}_use": _uses_of(kind) for kind in ("subsidy", "support")},
}
QUESTIONS = [
    Question(name, function, NoParameters, (Quantity("firm"),), ())
    for name, function in FUNCTIONS.items()
]


@pytest.fixture
def watched(reader: SnapshotReader, engine: Engine) -> Gate:
    gate = Gate(QUESTIONS, reader, AuditLog(engine))
    gate.watch.look_every = 0.0
    gate.watch.today = lambda: TODAY
    return gate


def firms(gate: Gate, question: str, role: Role | Actor = Role.MINISTRY) -> set[int]:
    """The firms whose rows the actor sees, by the number in their pseudonym."""
    asking = role if isinstance(role, Actor) else actor(role)
    return set(gate.ask(asking, question, {}).frame["firm"])


def test_a_policy_table_leaves_out_who_refuses_this_class_of_users(watched: Gate) -> None:
    assert firms(watched, "application") == {1, 2, 3}
    assert firms(watched, "application", Role.ANALYST) == {1, 3}
    assert firms(watched, "application", Role.BUREAU) == {1, 2}
    assert firms(watched, "application", Role.AGENCY) == {1, 2, 3}


def test_a_use_of_a_measure_needs_the_consent_of_its_kind(watched: Gate, engine: Engine) -> None:
    """Applications are used unless refused, support only with a consent; 1 alone has given one."""
    assert firms(watched, "subsidy_use") == {1, 2, 3}
    assert firms(watched, "subsidy_use", Role.ANALYST) == {1, 3}
    assert firms(watched, "subsidy_use", Role.AGENCY) == {1, 2}
    assert firms(watched, "support_use") == {1}
    say(engine, FIRST, scope="support")
    assert firms(watched, "support_use") == set()
    assert firms(watched, "subsidy_use") == {1, 2, 3}


def test_a_table_of_two_scopes_leaves_out_who_refuses_either(watched: Gate) -> None:
    """4 refuses everyone its application, 2 the analysts; 3 refuses the agencies its statements.
    There is no row scope: aggregates are of the nation for everyone."""
    assert firms(watched, "application_outcome") == {1, 2, 3}
    assert firms(watched, "application_outcome", Role.BUREAU) == {1, 2, 3}
    assert firms(watched, "application_outcome", Role.ANALYST) == {1, 3}
    assert firms(watched, "application_outcome", Role.AGENCY) == {1, 2}


@pytest.mark.parametrize("scope", ["application", "statement", "all"])
def test_a_withdrawal_of_either_scope_takes_effect_at_the_next_question(
    watched: Gate, engine: Engine, scope: str
) -> None:
    assert 1 in firms(watched, "application_outcome")
    say(engine, FIRST, scope=scope)
    assert firms(watched, "application_outcome") == {2, 3}
    assert (1 in firms(watched, "application")) is (scope == "statement")


def test_a_withdrawal_of_another_scope_leaves_a_table_of_two_as_it_is(
    watched: Gate, engine: Engine
) -> None:
    say(engine, FIRST, scope="support")
    assert firms(watched, "application_outcome") == {1, 2, 3}


def test_an_opt_in_table_shows_who_agrees_for_this_class_of_users(watched: Gate) -> None:
    assert firms(watched, "consultation") == {1, 2, 3}
    assert firms(watched, "consultation", Role.ANALYST) == {1, 3}


def test_the_last_day_of_a_consent_counts_and_the_next_does_not(watched: Gate) -> None:
    watched.watch.today = lambda: date(2030, 3, 31)
    assert firms(watched, "consultation", Role.ANALYST) == {1, 3}
    watched.watch.today = lambda: date(2030, 4, 1)
    assert firms(watched, "consultation", Role.ANALYST) == {1}


@pytest.mark.parametrize("number", [FIRST, "g:gb1"])
def test_a_withdrawal_takes_effect_at_the_next_question_under_any_key(
    watched: Gate, engine: Engine, number: str
) -> None:
    assert 1 in firms(watched, "application") & firms(watched, "consultation")
    say(engine, number)
    assert 1 not in firms(watched, "application") | firms(watched, "consultation")
    assert 1 in firms(watched, "award")


def test_a_withdrawal_speaks_of_its_scope_its_users_and_its_days(
    watched: Gate, engine: Engine
) -> None:
    say(engine, FIRST, scope="application", user_class="research")
    say(engine, THIRD, "refuse", valid_from=date(2026, 7, 2))
    say(engine, SECOND, purpose="recommendation")
    assert firms(watched, "application", Role.ANALYST) == {3}
    assert firms(watched, "application") == {1, 2, 3}
    assert firms(watched, "consultation", Role.ANALYST) == {1, 3}
    watched.watch.today = lambda: date(2026, 7, 2)
    assert firms(watched, "application") == {1, 2}


def test_a_mistake_is_put_right_by_a_later_entry(watched: Gate, engine: Engine) -> None:
    say(engine, FIRST)
    assert firms(watched, "application") == {2, 3}
    say(engine, FIRST, "grant")
    assert firms(watched, "application") == {1, 2, 3}


def test_a_new_consent_waits_for_the_next_snapshot(watched: Gate, engine: Engine) -> None:
    """Its rows were never put into this one, or were purged from it."""
    say(engine, FOURTH, "grant")
    assert 4 not in firms(watched, "application") | firms(watched, "consultation")


def test_a_firm_that_the_snapshot_does_not_know_changes_nothing(
    watched: Gate, engine: Engine
) -> None:
    say(engine, "9999999999999")
    say(engine, FIFTH)
    assert firms(watched, "application") == {1, 2, 3}


def test_what_the_snapshot_knows_already_is_not_looked_up_again(
    watched: Gate, engine: Engine, store_dir: Path
) -> None:
    last = say(engine, FIRST, recorded_at=NOON)
    manifest = replace(read_manifest(store_dir, "s1"), consent_entry=last)
    assert watched.watch.consents(manifest).withdrawn == {}


def test_a_number_given_out_again_after_a_restore_is_a_new_entry(
    watched: Gate, engine: Engine, store_dir: Path
) -> None:
    """The copy ended before the snapshot's last entry: the next one has a number it knows."""
    manifest = replace(read_manifest(store_dir, "s1"), consent_entry=7)
    assert watched.watch.consents(manifest).withdrawn == {}
    assert say(engine, FIRST) < 7
    assert UUID(int=1) in watched.watch.consents(manifest).firms("application", Role.MINISTRY)


def test_no_frame_that_rests_on_an_older_consent_is_kept(watched: Gate, engine: Engine) -> None:
    firms(watched, "application")
    assert watched._cache._kept
    say(engine, FIRST)
    firms(watched, "award")
    kept = list(watched._cache._kept.values())
    assert len(kept) == 1
    assert 1 not in firms(watched, "application")


def test_a_frame_begun_before_a_withdrawal_is_not_handed_out_after_it(
    reader: SnapshotReader, engine: Engine
) -> None:
    begun: list[int] = []

    def slow(cursor: Cursor, parameters: NoParameters) -> pd.DataFrame:
        frame = _rows_of("application")(cursor, parameters)
        if not begun:
            begun.append(say(engine, FIRST))
        return frame

    question = Question("application", slow, NoParameters, (Quantity("firm"),), ())
    gate = Gate([question], reader, AuditLog(engine))
    gate.watch.look_every = 0.0
    assert firms(gate, "application") == {2, 3}


def test_a_question_that_meets_new_statements_every_time_is_given_up(
    reader: SnapshotReader, engine: Engine
) -> None:
    def restless(cursor: Cursor, parameters: NoParameters) -> pd.DataFrame:
        say(engine, FIRST)
        return _rows_of("application")(cursor, parameters)

    question = Question("application", restless, NoParameters, (Quantity("firm"),), ())
    gate = Gate([question], reader, AuditLog(engine))
    gate.watch.look_every = 0.0
    with pytest.raises(ConsentUnknown):
        gate.ask(actor(Role.MINISTRY), "application", {})


def test_an_older_view_neither_reads_nor_fills_the_cache() -> None:
    cache, found = FrameCache(), Found(pd.DataFrame({"n": [1]}), NO_REACH)
    new, old = ((TODAY, (n, NOON)) for n in (2, 1))
    assert cache.get(("a",), new) is None
    cache.put(("a",), found, old)
    assert cache.get(("a",), new) is None
    cache.put(("a",), found, new)
    assert cache.get(("a",), old) is None
    assert cache.get(("a",), new) is found


def test_a_row_that_is_about_no_firm_is_withheld_for_none(
    reader: SnapshotReader, members: Members
) -> None:
    with reader.reading() as snapshot, snapshot.databases["lens"].cursor() as cursor:
        scoped = ScopedCursor(cursor, actor(Role.BUREAU), members)
        amounts = scoped.fetch(select(programme_recipient.c.amount_yen))["amount_yen"]
        scoped = ScopedCursor(cursor, actor(Role.BUREAU), members, consents=Consents(TODAY))
        topics = scoped.fetch(select(support_record.c.topic))["topic"]
    assert (amounts.tolist(), topics.tolist()) == ([64_000], ["anonymous"])


def test_without_the_vault_no_row_that_depends_on_consent_is_shown(
    watched: Gate, engine: Engine, store_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = vault_path(store_dir, "s1")
    path.rename(path.with_suffix(".away"))
    assert firms(watched, "application") == {1, 2, 3}
    say(engine, FIRST)
    for question in ("application", "application_outcome", "consultation"):
        with pytest.raises(ConsentUnknown, match="同意の状況を確かめられない"):
            watched.ask(actor(Role.MINISTRY), question, {})
    assert "withdrawn" in caplog.text
    assert firms(watched, "award") == {1, 2, 3, 4}


def test_a_vault_that_is_no_database_keeps_the_rows_closed_until_it_is_mended(
    watched: Gate, engine: Engine, store_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = vault_path(store_dir, "s1")
    sound = path.read_bytes()
    path.write_bytes(b"no database" * 1000)
    say(engine, FIRST)
    monkeypatch.setattr("gate.consent.LOOK_AGAIN_AFTER_DAMAGE", 0.0)
    with pytest.raises(ConsentUnknown):
        firms(watched, "application")
    path.write_bytes(sound)
    assert firms(watched, "application") == {2, 3}


def test_without_the_ledger_nothing_is_answered(watched: Gate, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE consent_entry RENAME TO hidden_entry"))
    with pytest.raises(ConsentUnknown):
        firms(watched, "award")


def test_a_cursor_that_was_told_nothing_keeps_the_rows_closed(
    reader: SnapshotReader, members: Members
) -> None:
    with reader.reading() as snapshot, snapshot.databases["lens"].cursor() as cursor:
        scoped = ScopedCursor(cursor, actor(Role.MINISTRY), members)
        with pytest.raises(ConsentUnknown):
            scoped.fetch(select(application.c.firm_id))
        assert len(scoped.fetch(select(award.c.firm_id))) == 4


def test_the_ledger_is_looked_into_at_most_twice_a_second(
    engine: Engine, store_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []

    def look(_engine: Engine) -> tuple[int, datetime]:
        looks.append(monotonic())
        return 0, NOON

    monkeypatch.setattr("gate.consent.ledger_end", look)
    watch = ConsentWatch(engine, store_dir)
    manifest = read_manifest(store_dir, "s1")
    started = monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: watch.consents(manifest), range(400)))
    assert len(looks) <= 1 + 2 * (monotonic() - started)


def test_the_database_lets_nobody_change_or_delete_an_entry(engine: Engine) -> None:
    say(engine, FIRST)
    for statement in (update(ConsentEntry).values(kind="grant"), delete(ConsentEntry)):
        with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
            connection.execute(statement)
    assert [e.kind for e in consent_entries(engine)] == ["withdraw"]
    assert ledger_end(engine)[0] == 1


@pytest.fixture
def workers(built_store: Path, tmp_path: Path) -> Iterator[list[Application]]:
    """Two applications over one store and one application database, as two workers are."""
    shutil.copytree(built_store, tmp_path / "store")
    settings = settings_for(tmp_path, demo_password="correct-horse-battery")
    built = [Application(join(settings, QUESTIONS, layout, "")) for _ in range(2)]
    yield built
    for one in built:
        one.gate.reader.close()
        one.engine.dispose()


def test_a_withdrawal_is_seen_by_every_worker_and_in_every_file(
    workers: list[Application], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, words in WORDS.items():
        monkeypatch.setitem(catalogue("ja"), key, words)
    clients = [worker.client("ministry") for worker in workers]

    def exported(number: int) -> set[int]:
        answer = clients[number].get("/export/application.csv")
        assert answer.status_code == 200, answer.text
        frame = pd.read_csv(StringIO(answer.data.decode("utf-8-sig")))
        return set(frame.iloc[:, 0])

    assert exported(0) == exported(1) == {1, 2, 3}
    ledger = open_application_database(f"sqlite:///{tmp_path / 'store' / 'application.db'}")
    say(ledger, FIRST, valid_from=date(2020, 1, 1))
    ledger.dispose()
    until = monotonic() + 30
    unaware = {0, 1}
    while unaware and monotonic() < until:
        unaware = {number for number in unaware if exported(number) != {2, 3}}
        sleep(0.02)
    assert not unaware
