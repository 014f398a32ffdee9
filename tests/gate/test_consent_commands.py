"""The consent ledger and the tokens from the command line: checked, recorded, and said in words."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from gate.__main__ import main
from gate.audit import verify_chain
from gate.tokens import find_token, list_tokens
from store.application import AuditRecord, open_application_database
from store.consent_records import consent_entries
from store.consent_terms import FOR_EVER, japan_day
from store.migration import upgrade
from tests.gate.little_store import FIRST

WITHDRAW = ["consent", "withdraw", "--number", FIRST, "--purpose", "ebpm", "--evidence", "届12"]


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'commands.db'}"
    monkeypatch.setenv("LENS_DATABASE_URL", url)
    opened = open_application_database(url)
    upgrade(opened)
    yield opened
    opened.dispose()


def _records(engine: Engine) -> list[AuditRecord]:
    with Session(engine, expire_on_commit=False) as session:
        return list(session.scalars(select(AuditRecord).order_by(AuditRecord.audit_id)))


def test_a_withdrawal_holds_from_today_for_everything_unless_it_says_so(
    ledger: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*WITHDRAW, "--by", "佐藤"]) == 0
    [entry] = consent_entries(ledger)
    assert (entry.kind, entry.party_key, entry.scope, entry.user_class) == (
        "withdraw",
        FIRST,
        "all",
        "all",
    )
    assert (entry.valid_from, entry.valid_to) == (japan_day(), FOR_EVER)
    assert "1番" in capsys.readouterr().out.replace(" ", "")


def test_a_record_names_the_entry_and_not_the_firm(ledger: Engine) -> None:
    main([*WITHDRAW, "--by", "佐藤", "--scope", "statement", "--class", "research"])
    [record] = _records(ledger)
    assert (record.username, record.action, record.subject) == (
        "佐藤",
        "consent_withdraw",
        "ebpm/statement/research",
    )
    assert record.detail["entry_id"] == 1
    assert FIRST not in str(record.detail)
    assert verify_chain(ledger).first_broken is None


def test_a_grant_to_a_sole_proprietor_names_its_days(ledger: Engine) -> None:
    said = ["consent", "grant", "--gbizid", " ｇｂ１ ", "--purpose", "recommendation"]
    days = ["--from", "2026-04-01", "--to", "2027-03-31", "--evidence", "同意書"]
    assert main([*said, *days]) == 0
    [entry] = consent_entries(ledger)
    assert entry.party_key == "g:gb1"
    assert (entry.valid_from, entry.valid_to) == (date(2026, 4, 1), date(2027, 3, 31))


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        (["--gbizid", "x"], "一方"),
        (["--number", "1000012090001"], "法人番号"),
        (["--number", "9999999999999"], "法人番号"),
        (["--number", ""], "一方"),
        (["--number", "", "--gbizid", "x" * 65], "GビズID"),
        (["--number", "", "--gbizid", "a\u202eb"], "GビズID"),
        (["--from", "2026-04-02", "--to", "2026-04-01"], "開始日"),
        (["--evidence", " "], "根拠"),
    ],
)
def test_what_cannot_be_entered_is_said_and_leaves_nothing(
    ledger: Engine, capsys: pytest.CaptureFixture[str], changed: list[str], word: str
) -> None:
    assert main([*WITHDRAW, *changed]) == 1
    assert word in capsys.readouterr().err
    assert list(consent_entries(ledger)) == []
    assert _records(ledger) == []


@pytest.mark.parametrize("changed", [["--purpose", "x"], ["--scope", "x"], ["--class", "x"]])
def test_a_word_outside_the_closed_lists_is_a_wrong_usage(
    ledger: Engine, changed: list[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*WITHDRAW, *changed])
    assert stopped.value.code == 2


def test_the_ledger_is_shown_by_firm_and_as_it_was_known(
    ledger: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    main(WITHDRAW)
    main(["consent", "grant", "--gbizid", "gb1", "--purpose", "ebpm", "--evidence", "届"])
    capsys.readouterr()
    main(["consent", "list", "--number", FIRST])
    [line] = capsys.readouterr().out.splitlines()
    assert "撤回" in line
    assert "届12" in line
    main(["consent", "list"])
    assert len(capsys.readouterr().out.splitlines()) == 2
    main(["consent", "list", "--known-on", "2020-01-01"])
    assert capsys.readouterr().out == ""
    assert [r.action for r in _records(ledger)][2:] == ["consent_list"] * 3


def test_an_exported_ledger_is_for_its_owner_and_runs_no_formula(
    ledger: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([*WITHDRAW[:-1], "=1+1"])
    file = tmp_path / "ledger.csv"
    assert main(["consent", "export", str(file)]) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    with file.open(encoding="utf-8-sig", newline="") as stream:
        [row] = csv.DictReader(stream)
    assert (row["法人番号"], row["根拠"], row["終了日"]) == (FIRST, "'=1+1", "9999-12-31")
    assert main(["consent", "export", str(file)]) == 1
    assert "すでにあります" in capsys.readouterr().err
    assert [r.action for r in _records(ledger)][1:] == ["consent_export"]


def test_a_token_is_shown_once_and_lets_in_until_it_is_revoked(
    ledger: Engine, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["token", "add", "toas-04", "--source", "gbiz_subsidy", "--status"]) == 0
    token = capsys.readouterr().out.split()[-1]
    assert token.startswith("lens_")
    found = find_token(ledger, token)
    assert found is not None
    assert (found.name, found.sources, found.may_read_status) == ("toas-04", ["gbiz_subsidy"], True)
    assert token.encode() not in (tmp_path / "commands.db").read_bytes()
    assert main(["token", "revoke", "toas-04"]) == 0
    assert find_token(ledger, token) is None
    capsys.readouterr()
    main(["token", "list"])
    assert capsys.readouterr().out == "toas-04\tgbiz_subsidy /status\t停止\n"
    assert [r.action for r in _records(ledger)] == ["token_add", "token_revoke"]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["add", "x"], "--source"),
        (["add", "X y", "--source", "gbiz_subsidy"], "名前"),
        (["add", "x", "--source", "nonsense"], "nonsense"),
        (["revoke", "x"], "x という有効なトークンはありません"),
        (["add", "taken", "--source", "gbiz_subsidy"], "すでにあります"),
    ],
)
def test_a_token_that_cannot_be_made_is_said(
    ledger: Engine, capsys: pytest.CaptureFixture[str], arguments: list[str], word: str
) -> None:
    main(["token", "add", "taken", "--source", "gbiz_subsidy"])
    assert main(["token", *arguments]) == 1
    assert word in capsys.readouterr().err
    assert len(list_tokens(ledger)) == 1
