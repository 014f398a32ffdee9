"""Saved views: a reader keeps the address of a page under a name and may hand on a short link.

A view holds no data and grants nothing. Whoever opens it is sent to its address and sees there
what their own role allows, of the snapshot that serves then.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, current_app, redirect
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from gate.actor import Actor
from gate.errors import AuditFailed, GateError, Refused
from gate.origin import own_path
from gate.session import current_actor, gate_of_app
from store.application import Account, utc_now
from store.saved_view import LONGEST_ADDRESS, SavedView
from store.saved_view import LONGEST_NAME as LONGEST_NAME

# The paths of the pages there are, as app.py knows them.
PAGES_EXTENSION = "lens_pages"
SUBJECT = "saved_view"
MOST_PER_ACCOUNT = 200
_MOST_FIELDS = 100
_TOKEN_BYTES = 12


class ViewError(GateError):
    """A view cannot be kept or changed as asked; ``key`` names the sentence."""

    status = 400

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(**values)
        self.key = key


class UnknownView(ViewError):
    """There is no such view, or it is somebody else's."""

    status = 404

    def __init__(self) -> None:
        super().__init__("saved.error.unknown")


@dataclass(frozen=True, slots=True)
class KeptView:
    """One view of the signed-in account. ``link`` is what may be handed on; times are UTC."""

    view_id: int
    name: str
    address: str
    link: str
    created_at: datetime
    used_at: datetime | None


def saved_views() -> list[KeptView]:
    """The views of the signed-in account, those used or kept last first. Raises Refused."""
    actor = current_actor()
    with Session(gate_of_app().audit.engine) as session:
        account_id = _account_id(session, actor)
        latest = func.coalesce(SavedView.used_at, SavedView.created_at)
        found = session.scalars(
            select(SavedView)
            .where(SavedView.account_id == account_id)
            .order_by(latest.desc(), SavedView.view_id.desc())
        )
        return [_kept(view) for view in found]


def save(name: str, address: str) -> KeptView:
    """Keep ``address`` (path and query of a page) under ``name``.

    Raises ViewError for a name or an address that cannot be kept, a name taken, or an account
    that is full, Refused, and AuditFailed, in which case nothing is kept.
    """
    named, kept_address = checked_name(name), checked_address(address)
    actor = current_actor()
    with _audited() as session:
        account_id = _account_id(session, actor)
        own = select(func.count()).where(SavedView.account_id == account_id)
        if (session.scalar(own) or 0) >= MOST_PER_ACCOUNT:
            raise ViewError("saved.error.full", n=MOST_PER_ACCOUNT)
        _check_free(session, account_id, named)
        view = SavedView(
            account_id=account_id,
            name=named,
            address=kept_address,
            token=secrets.token_urlsafe(_TOKEN_BYTES),
        )
        session.add(view)
        session.flush()
        _note(session, actor, "save", view)
        return _kept(view)


def rename(view_id: int, name: str) -> None:
    """Give one's own view another name. Raises UnknownView, ViewError, Refused, AuditFailed."""
    named = checked_name(name)
    actor = current_actor()
    with _audited() as session:
        view = _own(session, actor, view_id)
        if view.name != named:
            _check_free(session, view.account_id, named)
            view.name = named
        _note(session, actor, "rename", view)


def delete(view_id: int) -> None:
    """Drop one's own view; its link leads nowhere from now on. Raises as ``rename``."""
    actor = current_actor()
    with _audited() as session:
        view = _own(session, actor, view_id)
        session.delete(view)
        _note(session, actor, "delete", view)


def checked_name(name: object) -> str:
    """The name as it is kept: NFKC, single blanks, 1 to 60 characters. Raises ViewError."""
    words = " ".join(unicodedata.normalize("NFKC", name).split()) if isinstance(name, str) else ""
    if not 1 <= len(words) <= LONGEST_NAME or not words.isprintable():
        raise ViewError("saved.error.name", n=LONGEST_NAME)
    return words


def checked_address(address: object) -> str:
    """The address in one spelling, if it is that of a page of this application.

    Raises ViewError for any other, and for one that is too long.
    """
    if not isinstance(address, str) or not 0 < len(address) <= LONGEST_ADDRESS:
        raise ViewError("saved.error.address")
    path, query = urlsplit(address).path, urlsplit(address).query
    if own_path(address) != address or path not in current_app.extensions[PAGES_EXTENSION]:
        raise ViewError("saved.error.address")
    try:
        fields = urlencode(parse_qsl(query, max_num_fields=_MOST_FIELDS))
    except ValueError:
        # Too many fields, or text that nothing can encode.
        raise ViewError("saved.error.address") from None
    kept = f"{path}?{fields}" if fields else path
    if len(kept) > LONGEST_ADDRESS:
        raise ViewError("saved.error.address")
    return kept


def open_shared(token: str) -> Response:
    """GET /v/<token>: on to the address of a view, for whoever is signed in. Raises UnknownView."""
    actor = current_actor()
    with _audited() as session:
        view = session.scalar(select(SavedView).where(SavedView.token == token))
        if view is None:
            raise UnknownView
        address = _still_there(view.address)
        view.used_at = utc_now()
        _note(session, actor, "open", view)
    return redirect(address, 302)


def _still_there(address: str) -> str:
    """Pages come and go: what was kept leads to one that there is, or nowhere."""
    try:
        return checked_address(address)
    except ViewError:
        raise UnknownView from None


def saved_view_blueprint() -> Blueprint:
    blueprint = Blueprint("saved_views", __name__)
    blueprint.add_url_rule("/v/<token>", "open", open_shared)
    return blueprint


@contextmanager
def _audited() -> Iterator[Session]:
    """A transaction that stands or falls with its audit record."""
    try:
        with gate_of_app().audit.beside() as session:
            yield session
    except SQLAlchemyError as error:
        raise AuditFailed from error


def _account_id(session: Session, actor: Actor) -> int:
    found = session.scalar(select(Account.account_id).where(Account.username == actor.username))
    if found is None:
        raise Refused
    return found


def _own(session: Session, actor: Actor, view_id: int) -> SavedView:
    view = session.get(SavedView, view_id)
    if view is None or view.account_id != _account_id(session, actor):
        raise UnknownView
    return view


def _check_free(session: Session, account_id: int, name: str) -> None:
    same = select(SavedView.view_id).where(
        SavedView.account_id == account_id, SavedView.name == name
    )
    if session.scalar(same) is not None:
        raise ViewError("saved.error.taken", name=name)


def _note(session: Session, actor: Actor, action: str, view: SavedView) -> None:
    detail = {"view_id": view.view_id, "address": view.address}
    gate_of_app().audit.append(session, actor.username, actor.role, action, SUBJECT, detail)


def _kept(view: SavedView) -> KeptView:
    return KeptView(
        view.view_id,
        view.name,
        view.address,
        f"/v/{view.token}",
        view.created_at,
        view.used_at,
    )
