"""Intake by API: a token per system, nothing half received, a receipt that tells the balance."""

from __future__ import annotations

import hashlib
import io
import os
import random
import shutil
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Semaphore, Thread
from typing import IO, Any, cast

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import EnvironBuilder, TestResponse
from werkzeug.wrappers import Response

import gate.inbox
from app import join
from etl.intake import take_in
from gate.audit import AuditLog
from gate.deliveries_api import DELIVERY_RATE, UPLOADS_AT_ONCE
from gate.tokens import add_token, revoke_token
from store.application import AuditRecord
from store.intake_token import IntakeReceipt
from tests.etl.deliveries import payment, subsidies
from tests.gate.little_store import QUESTIONS, Application, layout, settings_for

LARGEST = 100_000
CONTENT = subsidies(payment(1), payment(2), payment(2, amount="x")).encode()
DIGEST = hashlib.sha256(CONTENT).hexdigest()
ADDRESS = "/api/deliveries/gbiz_subsidy"


@dataclass(slots=True)
class System:
    """A linked system with its token."""

    application: Application
    token: str
    inbox: Path
    store: Path

    @property
    def client(self) -> FlaskClient:
        return self.application.server.test_client()

    def headers(self, **more: str) -> dict[str, str]:
        given = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.token}", **given}

    def send(self, content: bytes = CONTENT, address: str = ADDRESS, **more: str) -> TestResponse:
        return self.client.post(address, data=content, headers=self.headers(**more))

    def stream(
        self, body: IO[bytes], length: int | None = None, is_terminated: bool = True
    ) -> Response:
        """Send a body as it comes; ``is_terminated`` as gunicorn, which knows where it ends."""
        headers = list(self.headers().items())
        environ = EnvironBuilder(ADDRESS, method="POST", headers=headers).get_environ()
        environ |= {"wsgi.input": body, "wsgi.input_terminated": True}
        if not is_terminated:
            del environ["wsgi.input_terminated"]
        environ.pop("CONTENT_LENGTH", None)
        if length is not None:
            environ["CONTENT_LENGTH"] = str(length)
        return Response.from_app(self.application.server, environ, buffered=True)

    def look(self, receipt: str) -> TestResponse:
        return self.client.get(f"/api/deliveries/{receipt}", headers=self.headers())

    def files(self) -> list[str]:
        """Everything in the inbox, hidden or not."""
        if not self.inbox.exists():
            return []
        return sorted(p.name for p in self.inbox.rglob("*") if p.is_file())


@pytest.fixture
def system(built_store: Path, tmp_path: Path) -> Iterator[System]:
    shutil.copytree(built_store, tmp_path / "store")
    settings = settings_for(tmp_path, demo_password="x" * 12, max_delivery=LARGEST)
    application = Application(join(settings, QUESTIONS, layout, ""))
    audit = AuditLog(application.engine)
    token = add_token(audit, "toas-04", ["gbiz_subsidy"], False, "tester")
    yield System(application, token, tmp_path / "inbox", tmp_path / "store")
    application.gate.reader.close()
    application.engine.dispose()


def _problem(response: Response, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.get_data()
    assert response.mimetype == "application/problem+json"
    found: dict[str, Any] = response.get_json(force=True)
    assert found["type"] == f"urn:sme-lens:problem:{code}"
    assert found["title"]
    return found


def test_a_delivery_lies_in_the_inbox_under_our_name_with_its_note(system: System) -> None:
    response = system.send(X_Content_SHA256=DIGEST.upper(), X_File_Name="..%2F..%2F%E8%A3%9C.csv")
    assert response.status_code == 202
    receipt = response.get_json()
    assert (receipt["sha256"], receipt["n_byte"], receipt["records"]) == (DIGEST, len(CONTENT), 3)
    assert (receipt["state"], receipt["sender_file"]) == ("received", "../../補.csv")
    file = receipt["file"]
    assert file.startswith("gbiz_subsidy_2")
    assert file.endswith(f"_{DIGEST[:16]}.csv")
    assert system.files() == [file, f"{file}.delivery.toml"]
    assert (system.inbox / file).read_bytes() == CONTENT
    note = tomllib.loads((system.inbox / f"{file}.delivery.toml").read_text())
    assert note == {"source": "gbiz_subsidy", "sha256": DIGEST, "n_byte": len(CONTENT)}
    assert (system.inbox / file).stat().st_mode & 0o077 == 0
    assert response.headers["Location"] == f"/api/deliveries/{receipt['receipt']}"


def test_the_receipt_tells_the_balance_after_the_run(system: System) -> None:
    receipt = system.send().get_json()["receipt"]
    assert system.look(receipt).get_json()["state"] == "received"
    take_in(system.inbox, system.store, system.application.engine)
    found = system.look(receipt).get_json()
    assert (found["state"], found["state_text"]) == ("loaded", "受け入れ")
    balance = found["balance"]
    assert (balance["in"], balance["accepted"], balance["rejected"], balance["duplicate"]) == (
        3,
        2,
        1,
        0,
    )
    [reason] = balance["reasons"]
    assert reason["n"] == 1
    assert reason["text"] != reason["code"]


def test_what_another_token_may_send_is_refused_at_the_run_with_its_reason(system: System) -> None:
    audit = AuditLog(system.application.engine)
    system.token = add_token(audit, "nta", ["nta_register"], False, "tester")
    receipt = system.send(address="/api/deliveries/nta_register").get_json()["receipt"]
    take_in(system.inbox, system.store, system.application.engine)
    found = system.look(receipt).get_json()
    assert (found["state"], found["reason"]["code"]) == ("refused", "other_source")
    assert "申告されたデータの種類と違う" in found["reason"]["text"]


def test_the_same_content_has_the_same_receipt_and_lies_there_once(system: System) -> None:
    first, second = system.send().get_json(), system.send().get_json()
    assert first == second
    assert len(system.files()) == 2
    take_in(system.inbox, system.store, system.application.engine)
    for name in system.files():
        (system.inbox / name).unlink()
    # Loaded already: it does not come again.
    assert system.send().get_json()["receipt"] == first["receipt"]
    assert system.files() == []


def test_a_receipt_whose_file_was_lost_before_the_run_is_made_good(system: System) -> None:
    first = system.send().get_json()
    for name in system.files():
        (system.inbox / name).unlink()
    assert system.send().get_json() == first
    assert len(system.files()) == 2


def test_another_system_sees_no_receipt_of_this_one(system: System) -> None:
    receipt = system.send().get_json()["receipt"]
    audit = AuditLog(system.application.engine)
    system.token = add_token(audit, "other", ["gbiz_subsidy"], False, "tester")
    _problem(system.look(receipt), 404, "no_such_receipt")
    # The same content of another system is another delivery.
    assert system.send().get_json()["receipt"] != receipt


def test_a_session_sends_nothing_and_a_token_opens_no_page(system: System) -> None:
    operator = system.application.client("operator")
    _problem(operator.post(ADDRESS, data=CONTENT), 401, "no_token")
    _problem(operator.get("/api/deliveries/x"), 401, "no_token")
    assert system.client.get("/_dash-layout", headers=system.headers()).status_code == 401
    assert system.client.get("/export/award_rows.csv", headers=system.headers()).status_code == 401
    assert system.files() == []


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer lens_x", "Basic bGVuczp4", "Token x", "é"]
)
def test_without_a_token_in_force_nothing_is_read(system: System, authorization: str) -> None:
    response = system.client.post(
        ADDRESS, data=CONTENT, headers={"Authorization": authorization} if authorization else {}
    )
    found = _problem(response, 401, "no_token")
    assert "トークン" in found["detail"]
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert system.files() == []


def test_a_revoked_token_is_out_at_once(system: System) -> None:
    assert system.send().status_code == 202
    revoke_token(AuditLog(system.application.engine), "toas-04", "tester")
    _problem(system.send(), 401, "no_token")


def test_headers_of_a_browser_do_not_break_the_way_of_programs(system: System) -> None:
    sent = system.send(Origin="https://chamber.example", Sec_Fetch_Site="cross-site")
    assert sent.status_code == 202


@pytest.mark.parametrize(
    ("more", "content", "status", "code"),
    [
        ({"X_Content_SHA256": "0" * 64}, CONTENT, 400, "hash_mismatch"),
        ({"X_Content_SHA256": "abc"}, CONTENT, 400, "bad_hash"),
        ({"Content_Type": "multipart/form-data; boundary=x"}, CONTENT, 415, "not_a_plain_file"),
        ({"Content_Encoding": "gzip"}, CONTENT, 415, "not_a_plain_file"),
        ({}, b"", 400, "empty"),
        ({}, b"x" * (LARGEST + 1), 413, "too_large"),
    ],
)
def test_what_cannot_be_taken_is_said_and_not_kept(
    system: System, more: dict[str, str], content: bytes, status: int, code: str
) -> None:
    found = _problem(system.send(content, **more), status, code)
    assert found["detail"].endswith("。")
    assert system.files() == []


def test_only_what_a_token_allows_may_be_sent(system: System) -> None:
    for source in ("nta_register", "nonsense", "%2e%2e", "gbiz_subsidy%00"):
        response = system.send(address=f"/api/deliveries/{source}")
        _problem(response, 403, "source_not_allowed")
    assert system.files() == []


class Waiting:
    """A body whose parts come when their functions return."""

    def __init__(self, parts: list[Callable[[], bytes]]) -> None:
        self._parts = parts

    def read(self, _n: int = -1) -> bytes:
        return self._parts.pop(0)()


class Broken:
    """A body that ends as a connection does: after some bytes, with an error or without."""

    def __init__(self, content: bytes, error: Exception | None) -> None:
        self._content, self._error = content, error

    def read(self, _n: int = -1) -> bytes:
        content, self._content = self._content, b""
        if not content and self._error:
            raise self._error
        return content


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (None, 400, "broken_upload"),
        (ConnectionResetError(), 400, "broken_upload"),
        (ValueError("chunk"), 400, "broken_upload"),
        (TimeoutError(), 408, "stalled"),
    ],
)
@pytest.mark.parametrize("is_terminated", [True, False])
def test_a_connection_that_breaks_leaves_nothing(
    system: System, error: Exception | None, status: int, code: str, is_terminated: bool
) -> None:
    body = cast(IO[bytes], Broken(CONTENT[:20], error))
    response = system.stream(body, len(CONTENT), is_terminated)
    _problem(response, status, code)
    assert system.files() == []
    with Session(system.application.engine) as session:
        assert session.scalars(select(IntakeReceipt)).all() == []


def test_a_body_of_unknown_length_is_cut_off_at_the_cap(system: System) -> None:
    for n_byte, status in ((LARGEST, 202), (LARGEST + 1, 413)):
        response = system.stream(io.BytesIO(b"y" * n_byte))
        assert response.status_code == status
    assert len(system.files()) == 2


@pytest.mark.parametrize("fails", ["write", "note", "rename", "room"])
def test_a_full_disk_leaves_nothing_and_the_next_try_succeeds(
    system: System, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    def full(*_arguments: object, **_named: object) -> Any:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        if fails == "write":
            broken.setattr(os, "fsync", full)
        elif fails == "note":
            broken.setattr(Path, "write_text", full)
        elif fails == "rename":
            real = Path.replace

            def replace(self: Path, target: Path) -> Path:
                return full() if target.suffix == ".csv" else real(self, target)

            broken.setattr(Path, "replace", replace)
        else:
            broken.setattr(gate.inbox, "RESERVE", 1 << 62)
        response = system.send()
        _problem(response, 507, "disk_full")
        assert response.headers["Retry-After"]
        assert system.files() == []
    assert system.send().status_code == 202
    assert len(system.files()) == 2


def test_parts_of_dead_workers_are_swept_out(system: System) -> None:
    parts = system.inbox / ".parts"
    parts.mkdir(parents=True)
    for name, age in (("old", 2 * 86_400), ("young", 60)):
        (parts / name).write_text("half")
        stamp = (parts / name).stat().st_mtime - age
        os.utime(parts / name, (stamp, stamp))
    system.send()
    assert [p.name for p in parts.iterdir()] == ["young"]


def test_the_intake_never_sees_half_a_delivery(system: System) -> None:
    """While a body is on its way a run finds nothing; after it, all of it."""
    half, go_on = Event(), Event()

    def wait() -> bytes:
        half.set()
        go_on.wait(10)
        return CONTENT[30:]

    body = cast(IO[bytes], Waiting([lambda: CONTENT[:30], wait, lambda: b""]))
    sending = Thread(target=system.stream, args=(body, len(CONTENT)))
    sending.start()
    assert half.wait(10)
    engine = system.application.engine
    assert take_in(system.inbox, system.store, engine) == []
    go_on.set()
    sending.join(10)
    [delivery] = take_in(system.inbox, system.store, engine)
    assert (delivery.status, delivery.content_hash) == ("loaded", DIGEST)


def test_only_some_bodies_are_received_at_once(system: System) -> None:
    here, go_on = Semaphore(0), Event()

    def wait() -> bytes:
        here.release()
        go_on.wait(10)
        return b""

    sending = [
        Thread(target=system.stream, args=(cast(IO[bytes], Waiting([wait])),))
        for _ in range(UPLOADS_AT_ONCE)
    ]
    for thread in sending:
        thread.start()
    assert all(here.acquire(timeout=10) for _ in sending)
    _problem(system.send(), 503, "too_many_uploads")
    go_on.set()
    for thread in sending:
        thread.join(10)
    assert system.send().status_code == 202


def test_a_delivery_is_recorded_before_it_is_acknowledged(system: System) -> None:
    receipt = system.send().get_json()["receipt"]
    system.send()
    with Session(system.application.engine) as session:
        records = session.scalars(select(AuditRecord).where(AuditRecord.action == "delivery")).all()
    [record] = records
    assert (record.username, record.subject) == ("token:toas-04", "gbiz_subsidy")
    assert record.detail == {"receipt": receipt, "sha256": DIGEST}


def test_without_a_receipt_nothing_is_acknowledged(system: System) -> None:
    with system.application.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit_record RENAME TO hidden_record")
    _problem(system.send(), 503, "no_receipt")
    assert system.files() == []


def test_a_token_that_sends_too_often_has_to_wait(system: System) -> None:
    most = int(DELIVERY_RATE.split()[0])
    statuses = [system.send(X_Content_SHA256="z").status_code for _ in range(most + 1)]
    assert statuses == [400] * most + [429]
    found = system.send()
    assert "1分ほど待って" in _problem(found, 429, "http_429")["detail"]
    assert found.headers["Retry-After"] == "60"
    # Another system is not held up by it.
    audit = AuditLog(system.application.engine)
    system.token = add_token(audit, "other", ["gbiz_subsidy"], False, "tester")
    assert system.send().status_code == 202


def test_large_requests_stay_closed_everywhere_else(system: System) -> None:
    body = b"x" * 2_100_000
    client = system.application.client("ministry")
    assert client.post("/language", data=body).status_code in (400, 413)
    assert client.post("/_dash-update-component", data=body).status_code in (400, 413, 415)


METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "PROPFIND")
PATHS = (
    ADDRESS,
    "/api/deliveries/",
    "/api/deliveries/nta_register",
    "/api/deliveries/../../login",
    "/api/deliveries/%2e%2e%2fcurrent",
    "/api/deliveries/x/y",
    "/api/deliveries/" + "a" * 3000,
    "/api/deliveries/%ff%fe",
    "/api/deliveries/'; DROP TABLE intake_receipt; --",
    "/api",
    "/status",
)
VALUES = ("", "x", "0" * 64, "-1", "99999999999999999999", "é", "a" * 5000, "../../x", "%00", "'--")
NAMES = (
    "Authorization",
    "X-Content-SHA256",
    "X-File-Name",
    "Content-Type",
    "Content-Length",
    "Content-Encoding",
    "Transfer-Encoding",
    "Range",
    "Expect",
    "Cookie",
    "Host",
    "Origin",
)


def test_a_thousand_hostile_requests_meet_no_fault_of_ours_and_leave_nothing(
    system: System,
) -> None:
    dice = random.Random(11)
    seen: dict[int, int] = {}
    for number in range(1_000):
        headers = {dice.choice(NAMES): dice.choice(VALUES) for _ in range(dice.randrange(4))}
        if dice.random() < 0.5:
            headers |= system.headers()
        if number % 50 == 0:
            # A token is let through the rate cap by turns, so that its checks are met as well.
            name = f"system-{number}"
            audit = AuditLog(system.application.engine)
            system.token = add_token(audit, name, ["gbiz_subsidy"], False, "tester")
        # No body that could be a delivery: what is allowed in must be refused for another reason.
        body = dice.choice((b"", b"\x00" * 50, b"{}", b"x" * (LARGEST + 1)))
        headers.setdefault("X-Content-SHA256", "f" * 64)
        response = system.client.open(
            dice.choice(PATHS), method=dice.choice(METHODS), data=body, headers=headers
        )
        seen[response.status_code] = seen.get(response.status_code, 0) + 1
        assert response.status_code < 500, (response.status_code, headers, response.text)
        assert response.status_code != 202, headers
    assert sum(seen.values()) == 1_000
    assert {400, 401, 403, 404, 413} <= set(seen)
    assert system.files() == []
