"""Accounts: passwords, locks, and what an administrator may do from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import process_time

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, update

from gate import accounts
from gate.__main__ import main
from gate.accounts import AccountError, add_account, authenticate, find_account
from gate.actor import Role
from gate.audit import AuditLog
from gate.demo import DEMO_ACCOUNTS, Demo
from gate.snapshots import SnapshotReader
from store.application import Account, open_application_database, utc_now
from store.migration import upgrade
from tests.gate.little_store import PASSWORD


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A cheap hash for the many tests that do not look at the clock."""
    _use(monkeypatch, PasswordHasher(time_cost=1, memory_cost=64))
    yield
    accounts._nobodys_hash.cache_clear()


def _use(monkeypatch: pytest.MonkeyPatch, hasher: PasswordHasher) -> None:
    monkeypatch.setattr(accounts, "_HASHER", hasher)
    accounts._nobodys_hash.cache_clear()


@pytest.fixture
def sato(engine: Engine) -> str:
    add_account(engine, "sato", PASSWORD, Role.BUREAU, ("b03",))
    return "sato"


def test_the_right_password_gives_the_account_and_its_actor(engine: Engine, sato: str) -> None:
    account = authenticate(engine, sato, PASSWORD)
    assert account is not None
    actor = accounts.actor_of(account)
    assert (actor.role, actor.regions, actor.is_demo) == (Role.BUREAU, ("b03",), False)


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("sato", "wrong-wrong-wrong"),
        ("nobody", PASSWORD),
        ("sato", ""),
        ("", ""),
        ("SATO", PASSWORD),
    ],
)
def test_anything_else_gives_nothing(
    engine: Engine, sato: str, username: str, password: str
) -> None:
    assert authenticate(engine, username, password) is None


def test_an_unknown_user_costs_as_much_time_as_a_known_one(
    engine: Engine, sato: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use(monkeypatch, PasswordHasher())
    accounts.set_password(engine, sato, PASSWORD)
    authenticate(engine, "nobody", "x")

    def seconds(username: str) -> float:
        # Of the processor: what else runs beside the test does not count.
        start = process_time()
        for _ in range(3):
            authenticate(engine, username, "wrong-wrong-wrong")
        return process_time() - start

    assert 0.4 < seconds("nobody") / seconds(sato) < 2.5


def test_ten_failures_lock_the_account_for_a_quarter_of_an_hour(engine: Engine, sato: str) -> None:
    for _ in range(accounts.FAILURES_BEFORE_LOCK):
        assert authenticate(engine, sato, "wrong-wrong-wrong") is None
    assert authenticate(engine, sato, PASSWORD) is None
    _shift_lock(engine, timedelta(minutes=-16))
    assert authenticate(engine, sato, PASSWORD) is not None


def test_a_success_in_between_starts_the_count_again(engine: Engine, sato: str) -> None:
    for _ in range(3):
        for _ in range(accounts.FAILURES_BEFORE_LOCK - 1):
            authenticate(engine, sato, "wrong-wrong-wrong")
        assert authenticate(engine, sato, PASSWORD) is not None


def test_an_old_hash_is_renewed_at_sign_in(engine: Engine, sato: str) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=128).hash(PASSWORD)
    with engine.begin() as connection:
        connection.execute(update(Account).values(password_hash=weak))
    assert authenticate(engine, sato, PASSWORD) is not None
    renewed = find_account(engine, sato)
    assert renewed is not None
    assert renewed.password_hash != weak


@pytest.mark.parametrize(
    ("role", "regions", "programmes", "password", "key"),
    [
        (Role.MINISTRY, (), (), "short", "short_password"),
        (Role.BUREAU, (), (), PASSWORD, "region_needed"),
        (Role.CHAMBER, (), (), PASSWORD, "region_needed"),
        (Role.AGENCY, (), (), PASSWORD, "programme_needed"),
    ],
)
def test_an_account_without_password_or_scope_is_not_made(
    engine: Engine,
    role: Role,
    regions: tuple[str, ...],
    programmes: tuple[str, ...],
    password: str,
    key: str,
) -> None:
    with pytest.raises(AccountError, match=key):
        add_account(engine, "new", password, role, regions, programmes)
    assert find_account(engine, "new") is None


def test_a_name_is_given_once(engine: Engine, sato: str) -> None:
    with pytest.raises(AccountError, match="taken"):
        add_account(engine, sato, PASSWORD, Role.ANALYST)
    with pytest.raises(AccountError, match="bad_name"):
        add_account(engine, "", PASSWORD, Role.ANALYST)


def test_demo_accounts_are_made_once_and_stay_disabled_if_they_were(
    engine: Engine, reader: SnapshotReader
) -> None:
    assert Demo(engine, reader, PASSWORD, is_local=True).is_on()
    assert {a.username for a in accounts.list_accounts(engine)} == {n for n, *_ in DEMO_ACCOUNTS}
    accounts.disable_account(engine, "analyst")
    assert Demo(engine, reader, PASSWORD, is_local=True).is_on()
    analyst = find_account(engine, "analyst")
    assert analyst is not None
    assert not analyst.is_enabled
    assert authenticate(engine, "bureau-kanto", PASSWORD) is not None


def test_a_changed_demo_password_holds_from_the_next_start(
    engine: Engine, reader: SnapshotReader
) -> None:
    for password in (PASSWORD, "another-demo-password", ""):
        Demo(engine, reader, password, is_local=True).is_on()
        entered = [p for p in (PASSWORD, "another-demo-password") if _enters(engine, p)]
        assert entered == ([password] if password else [])


def test_a_demo_leaves_a_person_of_the_same_name_alone(
    engine: Engine, reader: SnapshotReader
) -> None:
    add_account(engine, "admin", "the-password-of-a-person", Role.ANALYST)
    assert Demo(engine, reader, PASSWORD, is_local=True).is_on()
    admin = find_account(engine, "admin")
    assert admin is not None
    assert (admin.role, admin.is_demo) == ("analyst", False)
    assert _enters(engine, PASSWORD)
    assert authenticate(engine, "admin", PASSWORD) is None


def test_demo_is_off_outside_this_machine(engine: Engine, reader: SnapshotReader) -> None:
    assert not Demo(engine, reader, PASSWORD, is_local=False).is_on()
    assert accounts.list_accounts(engine) == []


def _enters(engine: Engine, password: str) -> bool:
    return authenticate(engine, "ministry", password) is not None


def _shift_lock(engine: Engine, by: timedelta) -> None:
    with engine.begin() as connection:
        connection.execute(
            update(Account).values(locked_until=utc_now() + timedelta(minutes=15) + by)
        )


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'commands.db'}"
    monkeypatch.setenv("LENS_DATABASE_URL", url)
    monkeypatch.setenv("LENS_NEW_PASSWORD", PASSWORD)
    opened = open_application_database(url)
    upgrade(opened)
    yield opened
    opened.dispose()


def test_the_commands_add_change_disable_and_list(
    commands: Engine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["adduser", "suzuki", "--role", "agency", "--programme", "sapoin"]) == 0
    monkeypatch.setenv("LENS_NEW_PASSWORD", "a-second-password")
    assert main(["passwd", "suzuki"]) == 0
    assert authenticate(commands, "suzuki", "a-second-password") is not None
    assert main(["disable", "suzuki"]) == 0
    assert authenticate(commands, "suzuki", "a-second-password") is None
    capsys.readouterr()
    assert main(["list"]) == 0
    assert capsys.readouterr().out == "suzuki\t関係機関\tsapoin\t停止\n"


def test_the_commands_say_what_is_wrong_and_leave_with_one(
    commands: Engine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["disable", "nobody"]) == 1
    assert "nobody というアカウントはありません" in capsys.readouterr().err
    monkeypatch.setenv("LENS_NEW_PASSWORD", "short")
    assert main(["adduser", "suzuki", "--role", "analyst"]) == 1
    assert "12文字以上" in capsys.readouterr().err
    monkeypatch.setenv("LENS_PORT", "eighty")
    assert main(["list"]) == 1


def test_the_safety_check_says_what_it_found(
    commands: Engine,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LENS_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("LENS_SECRET_KEY", raising=False)
    assert main(["doctor"]) == 1
    assert "LENS_SECRET_KEY がありません" in capsys.readouterr().out
    monkeypatch.setenv("LENS_SECRET_KEY", "0f9e8d7c6b5a49382716f5e4d3c2b1a0")
    assert main(["doctor"]) == 0
    assert capsys.readouterr().out == "問題はありません。\n"


def test_the_chain_is_verified_from_the_command_line(
    commands: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    AuditLog(commands).write("someone", "ministry", "answer", "award_rows")
    assert main(["verify-audit"]) == 0
    assert "1件" in capsys.readouterr().out
    with commands.begin() as connection:
        connection.exec_driver_sql("UPDATE audit_record SET username = 'other'")
    assert main(["verify-audit"]) == 1
    assert "監査記録 1" in capsys.readouterr().err
