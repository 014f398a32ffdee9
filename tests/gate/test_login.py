"""Signing in and out: the session lives on the server, and only as long as it may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import time
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app import join
from gate import accounts
from gate.actor import Role
from gate.session_store import ABSOLUTE, IDLE
from store.application import Account, AuditRecord
from store.snapshot import point_to
from tests.gate.little_store import (
    PASSWORD,
    QUESTIONS,
    Application,
    build_snapshot,
    layout,
    settings_for,
)

COOKIE = "lens_session"
WRONG = {"username": "ministry", "password": "wrong-wrong-wrong"}
RIGHT = {"username": "ministry", "password": PASSWORD}


@pytest.fixture
def visitor(application: Application) -> Iterator[FlaskClient]:
    yield application.client()
    with application.engine.begin() as connection:
        connection.execute(update(Account).values(is_enabled=True, failed_logins=0))


def _is_in(client: FlaskClient) -> bool:
    return client.get("/_dash-layout").status_code == 200


def _sid(client: FlaskClient) -> str:
    cookie = client.get_cookie(COOKIE)
    return cookie.value if cookie else ""


def _sessions(application: Application) -> int:
    with application.engine.connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM session")) or 0)


def test_a_form_post_signs_in_and_leads_on(visitor: FlaskClient) -> None:
    response = visitor.post("/login", data={**RIGHT, "next": "/awards?year=2024"})
    assert (response.status_code, response.location) == (303, "/awards?year=2024")
    assert _is_in(visitor)


@pytest.mark.parametrize("tail", ["//evil.example", "https://evil.example", "/\\evil", "/a\nb", ""])
def test_it_never_leads_to_another_site(visitor: FlaskClient, tail: str) -> None:
    assert visitor.post("/login", data={**RIGHT, "next": tail}).location == "/"


def test_every_failure_shows_the_same_page(visitor: FlaskClient) -> None:
    pages = set()
    for form in (WRONG, {"username": "nobody", "password": PASSWORD}, {"username": "ministry"}, {}):
        response = visitor.post("/login", data=form)
        assert response.status_code == 401
        pages.add(re.sub(r'value="(ministry|nobody)?"', "", response.text))
    assert len(pages) == 1
    assert 'role="alert"' in pages.pop()
    assert not _is_in(visitor)


def test_what_was_typed_is_shown_as_text(visitor: FlaskClient) -> None:
    response = visitor.post("/login", data={"username": '"><script>1</script>', "password": "x"})
    assert "<script>" not in response.text


def test_the_session_gets_a_new_name_at_sign_in(visitor: FlaskClient) -> None:
    visitor.post("/login", data=RIGHT)
    first = _sid(visitor)
    visitor.post("/login", data=RIGHT)
    assert first
    assert _sid(visitor) != first
    stale = visitor.application.test_client()
    stale.set_cookie(COOKIE, first)
    assert not _is_in(stale)


def test_a_name_that_the_browser_brings_along_is_not_taken(visitor: FlaskClient) -> None:
    visitor.set_cookie(COOKIE, "chosen-by-somebody-else")
    visitor.post("/login", data=RIGHT)
    assert _sid(visitor) != "chosen-by-somebody-else"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: FlaskClient) -> None:
    header = visitor.post("/login", data=RIGHT).headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Expires" not in header


def test_the_database_does_not_hold_the_name_of_a_session(
    application: Application, visitor: FlaskClient
) -> None:
    visitor.post("/login", data=RIGHT)
    with application.engine.connect() as connection:
        rows = connection.execute(text("SELECT session_id, data FROM session")).all()
    assert rows
    assert _sid(visitor) not in str(rows)


def test_signing_out_drops_the_session_on_the_server(
    application: Application, visitor: FlaskClient
) -> None:
    visitor.post("/login", data=RIGHT)
    token, kept = _form_token(visitor), _sid(visitor)
    before = _sessions(application)
    response = visitor.post("/logout", data={"csrf_token": token})
    assert (response.status_code, response.location) == (303, "/login")
    assert _sessions(application) == before - 1
    visitor.set_cookie(COOKIE, kept)
    assert not _is_in(visitor)


def test_signing_out_needs_the_token_of_this_session(visitor: FlaskClient) -> None:
    visitor.post("/login", data=RIGHT)
    other = visitor.application.test_client()
    other.post("/login", data=RIGHT)
    for token in ("", "forged", _form_token(other)):
        assert visitor.post("/logout", data={"csrf_token": token}).status_code == 403
    assert _is_in(visitor)


def _form_token(client: FlaskClient) -> str:
    """The token, as the layout of a page would write it into its form."""
    found = re.search(r'"token":"([^"]+)"', client.get("/_dash-layout").text)
    assert found
    return found[1]


def test_a_disabled_account_is_out_at_its_next_request(
    application: Application, visitor: FlaskClient
) -> None:
    visitor.post("/login", data=RIGHT)
    accounts.disable_account(application.engine, "ministry")
    assert not _is_in(visitor)
    assert visitor.post("/login", data=RIGHT).status_code == 401
    assert visitor.post("/login/demo", data={"username": "ministry"}).status_code == 404


def test_a_new_password_ends_the_sessions_opened_with_the_old_one(
    application: Application, visitor: FlaskClient
) -> None:
    accounts.add_account(application.engine, "tanaka", PASSWORD, Role.ANALYST)
    visitor.post("/login", data={"username": "tanaka", "password": PASSWORD})
    assert _is_in(visitor)
    accounts.set_password(application.engine, "tanaka", "a-second-password")
    assert not _is_in(visitor)


@pytest.mark.parametrize(
    ("later", "is_in"),
    [
        (IDLE.total_seconds() - 60, True),
        (IDLE.total_seconds() + 1, False),
        (ABSOLUTE.total_seconds() + 1, False),
    ],
)
def test_a_session_ends_when_it_is_not_used(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch, later: float, is_in: bool
) -> None:
    visitor.post("/login", data=RIGHT)
    start = time()
    monkeypatch.setattr("gate.guard.time", lambda: start + later)
    assert _is_in(visitor) is is_in


def test_a_session_ends_after_twelve_hours_however_much_it_is_used(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.post("/login", data=RIGHT)
    start, step = time(), IDLE.total_seconds() / 2
    lasted = 0.0
    while lasted < 2 * ABSOLUTE.total_seconds():
        lasted += step
        monkeypatch.setattr("gate.guard.time", lambda now=start + lasted: now)
        if not _is_in(visitor):
            break
    assert ABSOLUTE.total_seconds() <= lasted <= ABSOLUTE.total_seconds() + step


def test_signing_in_failing_and_signing_out_are_recorded(
    application: Application, visitor: FlaskClient
) -> None:
    with Session(application.engine) as session:
        last = max(session.scalars(select(AuditRecord.audit_id)), default=0)
    visitor.post("/login", data=WRONG)
    visitor.post("/login", data={"username": "a-password-typed-here", "password": "x"})
    visitor.post("/login", data=RIGHT)
    visitor.post("/logout", data={"csrf_token": _form_token(visitor)})
    with Session(application.engine) as session:
        records = session.scalars(select(AuditRecord).where(AuditRecord.audit_id > last))
        written = [(r.username, r.action) for r in records]
    assert written == [
        ("ministry", "sign_in_failed"),
        ("", "sign_in_failed"),
        ("ministry", "sign_in"),
        ("ministry", "sign_out"),
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("path", ["/login", "/login/demo", "/language", "/logout"])
def test_a_post_from_another_site_is_refused(
    visitor: FlaskClient, path: str, headers: dict[str, str]
) -> None:
    response = visitor.post(path, data={**RIGHT, "language": "en"}, headers=headers)
    assert response.status_code == 403
    assert not _is_in(visitor)


def test_a_post_from_our_own_page_is_taken(visitor: FlaskClient) -> None:
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert visitor.post("/login", data=RIGHT, headers=headers).status_code == 303


def test_the_demo_buttons_open_their_accounts_only(application: Application) -> None:
    accounts.add_account(application.engine, "keeper", PASSWORD, Role.ADMIN)
    client = application.client()
    assert client.post("/login/demo", data={"username": "keeper"}).status_code == 404
    assert client.post("/login/demo", data={"username": "nobody"}).status_code == 404
    assert client.post("/login/demo", data={"username": "chamber-miyagi"}).status_code == 303


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
        {"headers": {"Host": "lens.example.jp"}},
        {"headers": {"Host": "localhost.evil.example"}},
    ],
)
def test_the_demo_is_closed_to_other_machines_and_names(
    visitor: FlaskClient, elsewhere: dict[str, Any]
) -> None:
    assert visitor.post("/login/demo", data={"username": "admin"}, **elsewhere).status_code == 404
    assert visitor.post("/login", data=RIGHT, **elsewhere).status_code == 401
    assert "役割を選んで試す" not in visitor.get("/login", **elsewhere).text


def test_the_page_says_that_the_data_are_invented_and_what_each_role_sees(
    visitor: FlaskClient,
) -> None:
    page = visitor.get("/login?next=/awards").text
    assert "ここにあるデータはすべて架空です" in page
    assert page.count('name="username" value=') == 8
    assert 'lang="ja"' in page
    assert page.count("btn-primary") == 1
    assert page.count('value="/awards"') == 2


def test_the_language_is_chosen_once(visitor: FlaskClient) -> None:
    response = visitor.post("/language", data={"language": "en", "next": "/login"})
    assert (response.status_code, response.location) == (303, "/login")
    page = visitor.get("/login").text
    assert 'lang="en"' in page
    assert "All data here are synthetic" in page
    assert visitor.post("/language", data={"language": "fr"}).status_code == 400


def test_failures_from_one_address_are_slowed_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gate.login.authenticate", lambda *_: None)
    application = Application(join(settings_for(tmp_path), QUESTIONS, layout, ""))
    client = application.client()
    codes = [
        client.post("/login", data={"username": f"n{n}", "password": "x"}).status_code
        for n in range(32)
    ]
    assert codes == [401] * 30 + [429] * 2
    application.gate.reader.close()


def test_real_data_close_the_demo_and_its_sessions(store_dir: Path) -> None:
    settings = settings_for(store_dir.parent)
    application = Application(join(settings, QUESTIONS, layout, ""))
    application.gate.reader.look_every = 0.0
    client = application.client("ministry")
    assert _is_in(client)
    build_snapshot(store_dir, "s2", is_synthetic=False)
    point_to(store_dir, "s2")
    application.gate.reader._next_look = 0.0
    assert not _is_in(client)
    assert client.post("/login/demo", data={"username": "ministry"}).status_code == 404
    application.gate.reader.close()


def test_a_demo_password_on_real_data_opens_no_door_without_it(store_dir: Path) -> None:
    build_snapshot(store_dir, "s2", is_synthetic=False)
    point_to(store_dir, "s2")
    settings = replace(settings_for(store_dir.parent), demo_password=PASSWORD)
    application = Application(join(settings, QUESTIONS, layout, ""))
    client = application.client()
    assert "架空" not in client.get("/login").text
    assert client.post("/login/demo", data={"username": "ministry"}).status_code == 404
    right = {"username": "ministry", "password": PASSWORD}
    assert client.post("/login", data=right).status_code == 303
    application.gate.reader.close()
