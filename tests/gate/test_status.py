"""The state of the service: open to none but those it is for, and true."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app import join
from etl.intake import take_in
from etl.ledger import end_run, record_intake, start_run
from gate.audit import AuditLog
from gate.tokens import add_token
from store.application import EtlRun
from tests.etl.deliveries import payment, subsidies
from tests.gate.ledger import say
from tests.gate.little_store import QUESTIONS, Application, layout, settings_for


@pytest.fixture
def served(built_store: Path, tmp_path: Path) -> Iterator[Application]:
    shutil.copytree(built_store, tmp_path / "store")
    (tmp_path / "inbox").mkdir()
    settings = settings_for(tmp_path, demo_password="x" * 12, max_age_hours=1)
    application = Application(join(settings, QUESTIONS, layout, ""))
    yield application
    application.gate.reader.close()
    application.engine.dispose()


def _token(served: Application, **allowed: Any) -> dict[str, str]:
    usual: dict[str, Any] = {"sources": [], "may_read_status": True}
    name = f"system-{len(allowed)}"
    token = add_token(AuditLog(served.engine), name, made_by="tester", **{**usual, **allowed})
    return {"Authorization": f"Bearer {token}"}


def _status(served: Application) -> Any:
    response = served.client("operator").get("/status")
    assert response.status_code == 200, response.text
    return response.get_json()


def test_it_is_open_to_operators_and_to_tokens_made_for_it(served: Application) -> None:
    stranger = served.client()
    assert stranger.get("/status").status_code == 401
    assert stranger.get("/status", headers={"Accept": "text/html"}).status_code == 401
    for name in ("ministry", "bureau-kanto", "agency", "analyst", "chamber-miyagi", "admin"):
        refused = served.client(name).get("/status")
        assert (refused.status_code, refused.mimetype) == (403, "application/problem+json")
    assert stranger.get("/status", headers=_token(served)).status_code == 200
    sender = _token(served, sources=["gbiz_subsidy"], may_read_status=False)
    assert stranger.get("/status", headers=sender).status_code == 403
    # A wrong token is no session, even in a browser that has one.
    wrong = {"Authorization": "Bearer lens_wrong"}
    assert served.client("operator").get("/status", headers=wrong).status_code == 401


def test_it_says_what_serves_and_how_old_it_is(served: Application) -> None:
    found = _status(served)
    assert (found["snapshot"], found["status"], found["stale"]) == ("s1", "ok", False)
    # The snapshot is made once for all tests.
    assert 0 <= found["age"] < 7_200
    assert found["consent_entries_since"] == 0
    say(served.engine, "4000012090001")
    assert _status(served)["consent_entries_since"] == 1


def test_what_waits_in_the_inbox_is_counted_until_a_run_has_seen_it(
    served: Application, tmp_path: Path
) -> None:
    inbox, content = tmp_path / "inbox", subsidies(payment(1), payment(2, amount="x"))
    (inbox / "a.csv").write_text(content)
    (inbox / "a.csv.delivery.toml").write_text("records = 2")
    (inbox / "SYNTHETIC").touch()
    (inbox / ".parts").mkdir()
    (inbox / ".parts" / "half").write_text("half")
    waiting = _status(served)["inbox"]
    assert (waiting["n_file"], waiting["n_byte"]) == (1, len(content.encode()))
    assert waiting["oldest_age"] >= 0
    take_in(inbox, tmp_path / "store", served.engine)
    found = _status(served)
    assert found["inbox"] == {"n_file": 0, "n_byte": 0, "oldest_age": None}
    [source] = found["sources"]
    assert (source["source"], source["n_loaded"]) == ("gbiz_subsidy", 1)
    assert (source["in"], source["accepted"], source["rejected"]) == (2, 1, 1)
    assert source["in"] == source["accepted"] + source["rejected"] + source["duplicate"]


def test_the_runs_are_told_with_their_counts_and_without_their_messages(
    served: Application, tmp_path: Path
) -> None:
    (tmp_path / "inbox" / "a.csv").write_text(subsidies(payment(1), payment(2, amount="x")))
    first = start_run(served.engine)
    record_intake(
        served.engine, first, take_in(tmp_path / "inbox", tmp_path / "store", served.engine)
    )
    end_run(served.engine, first, "published", "s1")
    second = start_run(served.engine)
    end_run(served.engine, second, "failed", "s1", "PermissionError: /a/secret/path")
    start_run(served.engine)
    found = _status(served)
    assert [(run["status"], run["exit_code"]) for run in found["runs"]] == [
        ("running", None),
        ("failed", 1),
        ("published", 0),
    ]
    published = found["runs"][-1]
    assert [published[name] for name in ("n_loaded", "n_accepted", "n_rejected")] == [1, 1, 1]
    assert published["seconds"] >= 0
    assert found["last_success"] == published["ended_at"]
    assert "secret" not in str(found)
    with Session(served.engine) as session:
        assert session.get_one(EtlRun, second).message


def test_an_old_snapshot_is_stale_and_without_a_limit_it_never_is(
    served: Application, tmp_path: Path
) -> None:
    manifest = next((tmp_path / "store").glob("s1/manifest.json"))
    text = manifest.read_text()
    at = text.split('"published_at": "')[1].split('"')[0]
    manifest.write_text(text.replace(at, "2020-01-01T00:00:00+00:00"))
    served.gate.reader.close()
    served.gate.reader._next_look = 0.0
    assert _status(served)["stale"] is True
    assert served.client().get("/health").get_json()["stale"] is True
    forever = Application(join(settings_for(tmp_path), QUESTIONS, layout, ""))
    assert forever.client().get("/health").get_json()["stale"] is False
    forever.gate.reader.close()
    forever.engine.dispose()


def test_without_a_snapshot_it_says_so(tmp_path: Path) -> None:
    empty = Application(join(settings_for(tmp_path), QUESTIONS, layout, ""))
    found = empty.client().get("/status", headers=_token(empty)).get_json()
    assert (found["snapshot"], found["status"], found["sources"]) == (None, "empty", [])
    assert found["inbox"]["n_file"] == 0
    empty.engine.dispose()
