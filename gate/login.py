"""Signing in and out, and choosing the language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, session
from flask_limiter import Limiter
from flask_wtf.csrf import validate_csrf
from sqlalchemy import Engine
from werkzeug.wrappers import Response as BaseResponse

from gate.accounts import actor_of, authenticate, find_account
from gate.audit import AuditLog
from gate.demo import DEMO_ACCOUNTS, Demo
from gate.guard import LANGUAGE_COOKIE, open_session, refusal
from gate.origin import is_from_this_machine, own_path
from language import LANGUAGES, current_language, text
from store.application import Account

FAILURES_PER_ADDRESS = "30 per minute"
_A_YEAR = 31_536_000


@dataclass(slots=True)
class Login:
    """The views of the sign-in page."""

    engine: Engine
    audit: AuditLog
    demo: Demo
    is_behind_tls: bool

    def show(self) -> BaseResponse:
        """GET /login"""
        return self._page()

    def sign_in(self) -> BaseResponse:
        """POST /login with ``username`` and ``password``: 303 to ``next``, or 401 and the page.

        Other programs post here as well, so no form token is asked for; the guard refuses posts
        from other sites.
        """
        username, password = request.form.get("username", ""), request.form.get("password", "")
        account = authenticate(self.engine, username, password)
        if account is None or (account.is_demo and not self._is_demo_open()):
            known = find_account(self.engine, username)
            # An unknown name may be a password typed into the wrong field: it is not kept.
            self.audit.write(known.username if known else "", "", "sign_in_failed", "login")
            return self._page(error=text("gate.login.wrong"), status=401)
        return self._enter(account)

    def sign_in_demo(self) -> BaseResponse:
        """POST /login/demo with ``username``: one click, from this machine, in demo mode only."""
        if not self._is_one_click():
            return refusal(404, "gate.error.http_404")
        account = find_account(self.engine, request.form.get("username", ""))
        if account is None or not account.is_demo or not account.is_enabled:
            return refusal(404, "gate.error.http_404")
        return self._enter(account)

    def sign_out(self) -> BaseResponse:
        """POST /logout with the form token: drops the session on the server."""
        try:
            validate_csrf(request.form.get("csrf_token"))
        except ValueError:
            # wtforms.ValidationError: no token, another session's, or not one of ours.
            return refusal(403, "gate.error.cross_site")
        self.audit.write(g.actor.username, g.actor.role, "sign_out", "login")
        session.clear()
        return redirect("/login", 303)

    def choose_language(self) -> BaseResponse:
        """POST /language with ``language`` (ja or en) and ``next``."""
        language = request.form.get("language", "")
        if language not in LANGUAGES:
            return refusal(400, "gate.error.bad_request")
        response = redirect(own_path(request.form.get("next")), 303)
        response.set_cookie(
            LANGUAGE_COOKIE,
            language,
            max_age=_A_YEAR,
            secure=self.is_behind_tls,
            httponly=True,
            samesite="Lax",
        )
        return response

    def _enter(self, account: Account) -> BaseResponse:
        self.audit.write(account.username, account.role, "sign_in", "login")
        open_session(account)
        following = own_path(request.form.get("next") or request.args.get("next"))
        return redirect(_own_home(account) if following == "/" else following, 303)

    def _is_demo_open(self) -> bool:
        return is_from_this_machine(request) and self.demo.is_on()

    def _is_one_click(self) -> bool:
        return is_from_this_machine(request) and self.demo.is_one_click()

    def _page(self, error: str = "", status: int = 200) -> Response:
        following = own_path(request.values.get("next"))
        page = render_template(
            "login.html",
            text=text,
            language=current_language(),
            next=following,
            error=error,
            username=request.form.get("username", ""),
            demo_accounts=[name for name, *_ in DEMO_ACCOUNTS] if self._is_one_click() else [],
            roles={name: role.value for name, role, *_ in DEMO_ACCOUNTS},
        )
        return make_response(page, status)


def _own_home(account: Account) -> str:
    """The home page as it is first shown: a bureau begins with its own region, and can leave it."""
    actor = actor_of(account)
    if actor.limit == "region" and len(actor.regions) == 1:
        return f"/?{urlencode({'region': actor.regions[0]})}"
    return "/"


def login_blueprint(login: Login, limiter: Limiter) -> Blueprint:
    """The routes; sign-ins that fail are limited by address, besides the lock of the account."""
    blueprint = Blueprint("login", __name__, template_folder="templates")
    limited: Callable[..., BaseResponse] = limiter.limit(
        FAILURES_PER_ADDRESS, deduct_when=lambda response: response.status_code == 401
    )(login.sign_in)
    blueprint.add_url_rule("/login", "show", login.show, methods=["GET"])
    blueprint.add_url_rule("/login", "sign_in", limited, methods=["POST"])
    blueprint.add_url_rule("/login/demo", "sign_in_demo", login.sign_in_demo, methods=["POST"])
    blueprint.add_url_rule("/logout", "sign_out", login.sign_out, methods=["POST"])
    blueprint.add_url_rule("/language", "choose_language", login.choose_language, methods=["POST"])
    return blueprint
