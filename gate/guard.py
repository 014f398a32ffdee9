"""The one check before every request: nothing is open unless it is listed here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import time
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, g, jsonify, redirect, request, session
from sqlalchemy import Engine
from werkzeug.exceptions import BadRequest as MalformedBody
from werkzeug.wrappers import Response as BaseResponse

from gate.accounts import actor_of, credential, find_account, is_same_credential
from gate.callback_shape import ShapeError, check_callback
from gate.demo import Demo
from gate.origin import is_cross_site
from gate.problem import is_for_programs, plain_problem, problem
from gate.session_store import ABSOLUTE, IDLE, rotate_session
from gate.tokens import find_token
from language import LANGUAGES, set_language, text
from store.application import Account

LANGUAGE_COOKIE = "lens_language"
CALLBACK_PATH = "/_dash-update-component"

# Flask endpoints, so that no spelling of a path can pass for another.
OPEN = frozenset(
    {
        "login.show",
        "login.sign_in",
        "login.sign_in_demo",
        "login.choose_language",
        "health.show",
        "/_favicon.ico",
        "_dash_assets.static",
    }
)
# Where programs sign in, request by request, with a token; sessions open nothing here.
BY_TOKEN = frozenset({"deliveries.receive", "deliveries.show"})
# Where a token that was made for it does, and otherwise a session.
BY_STATUS_TOKEN = frozenset({"status.show"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
# Seconds after which a request counts as a new sign of life of its session.
_USED_EVERY = 60


@dataclass(slots=True)
class Guard:
    """Default deny. ``also_open`` are endpoints that the operator has opened to everybody;
    ``callbacks`` is Dash's callback map, filled in once Dash exists."""

    engine: Engine
    demo: Demo
    also_open: frozenset[str] = frozenset()
    callbacks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def check(self) -> BaseResponse | None:
        """Registered as the first ``before_request``; a response ends the request here."""
        _choose_language()
        is_status = request.endpoint in BY_STATUS_TOKEN and "Authorization" in request.headers
        if request.endpoint in BY_TOKEN or is_status:
            # No browser adds a token to what another site sends: there is no origin to check.
            return self._check_token(is_status)
        if request.method not in _READING and is_cross_site(request):
            return refusal(403, "gate.error.cross_site")
        if request.endpoint in OPEN | self.also_open:
            return None
        account = self._account_of_session()
        if account is None:
            return _send_to_login()
        g.actor = actor_of(account)
        if request.path == CALLBACK_PATH and request.method == "POST":
            return self._check_callback()
        return None

    def _check_token(self, is_status: bool) -> BaseResponse | None:
        authorization = request.authorization
        presented = authorization.token if authorization is not None else None
        if presented is None or authorization is None or authorization.type != "bearer":
            return problem(401, "no_token")
        token = find_token(self.engine, presented)
        if token is None:
            return problem(401, "no_token")
        if is_status and not token.may_read_status:
            return problem(403, "status_not_allowed")
        g.intake_token = token
        return None

    def _account_of_session(self) -> Account | None:
        """The account signed in, looked up anew: one that was disabled is out at once."""
        username = session.get("username")
        if username is None:
            return None
        account = find_account(self.engine, username)
        if account is None or not self._may_stay(account):
            session.clear()
            return None
        if time() - session["used"] >= _USED_EVERY:
            session["used"] = int(time())
        return account

    def _may_stay(self, account: Account) -> bool:
        now = time()
        return (
            account.is_enabled
            and is_same_credential(account, session["credential"])
            and now - session["since"] < ABSOLUTE.total_seconds()
            and now - session["used"] < IDLE.total_seconds()
            and (not account.is_demo or self.demo.is_on())
        )

    def _check_callback(self) -> BaseResponse | None:
        if request.mimetype != "application/json":
            return refusal(415, "gate.error.bad_request")
        try:
            check_callback(request.get_json(), self.callbacks)
        except (ShapeError, RecursionError, MalformedBody):
            # Nothing is said about what was wrong: our own pages never send such a body.
            return refusal(400, "gate.error.bad_request")
        return None


def open_session(account: Account) -> None:
    """Sign ``account`` in, under a new session name."""
    now = int(time())
    session.clear()
    session.update(username=account.username, credential=credential(account), since=now, used=now)
    rotate_session()


def refusal(status: int, key: str, **values: object) -> Response:
    """A short answer in place of a page: JSON for programs, a sentence for people."""
    return _worded(status, text(key, **values))


def _worded(status: int, message: str) -> Response:
    if is_for_programs():
        return plain_problem(status, message)
    if wants_page() or request.path.startswith("/export/"):
        response = Response(f"{message}\n", mimetype="text/plain")
    else:
        response = jsonify(message=message)
    response.status_code = status
    return response


def wants_page() -> bool:
    """Whether a person's browser asks for a page, as opposed to a program asking for data."""
    return (
        request.method in _READING
        and not request.path.startswith("/_")
        and request.accept_mimetypes.accept_html
    )


def _send_to_login() -> BaseResponse:
    if not wants_page() or is_for_programs():
        return _worded(401, text("gate.error.not_signed_in"))
    address = request.full_path.removesuffix("?")
    return redirect(f"/login?next={quote(address, safe='')}", 302)


def _choose_language() -> None:
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    set_language(next((known for known in LANGUAGES if known == chosen), "ja"))


def install_guard(server: Flask, guard: Guard) -> None:
    """Put the guard before everything else; raises RuntimeError if something is there already."""
    if server.before_request_funcs.get(None):
        raise RuntimeError("the guard must be the first to see a request")
    server.before_request(guard.check)
