"""What pages use of the gate: the same few functions, for whoever is signed in to this request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from time import time

from flask import current_app, g, request, session
from flask_wtf.csrf import generate_csrf

from gate.actor import Actor
from gate.answer import Answer
from gate.asking import Gate
from gate.errors import NotSignedIn
from gate.stops import Waiting, window_key
from language import text
from store.members import Members

GATE_EXTENSION = "gate"
MAP_EXTENSION = "lens_map"
# assets/waiting.js names the window that asks.
WINDOW_HEADER = "X-Lens-Window"


@dataclass(frozen=True, slots=True)
class SnapshotNote:
    """The snapshot that serves. ``published_at`` is UTC; ``is_fallback`` says that it stands in
    for a newer one that is damaged."""

    snapshot: str
    published_at: datetime
    is_synthetic: bool
    is_fallback: bool


def gate_of_app() -> Gate:
    gate: Gate = current_app.extensions[GATE_EXTENSION]
    return gate


def is_signed_in() -> bool:
    return "actor" in g


def current_actor() -> Actor:
    """Who is signed in to this request. Raises NotSignedIn."""
    if "actor" not in g:
        raise NotSignedIn
    actor: Actor = g.actor
    return actor


def ask(question: str, query: Mapping[str, str], action: str = "answer") -> Answer:
    """Answer a listed question for the signed-in actor; see Gate.ask for what it raises."""
    return gate_of_app().ask(current_actor(), question, query, action, _waiting())


def announce(questions: Sequence[str]) -> None:
    """Say which questions this request is going to ask, so that its reader can be told how far it
    has come."""
    g.waiting = replace(_waiting(), plan=tuple(questions))


def window_of_request() -> str:
    """The window of the browser that asks; one for all windows where it is not named."""
    name = request.headers.get(WINDOW_HEADER, "")
    return window_key(getattr(session, "sid", ""), name[:64])


def _waiting() -> Waiting:
    """This request as one whose reader may stop waiting for it."""
    if "waiting" not in g:
        g.waiting = Waiting(window_of_request(), time())
    waiting: Waiting = g.waiting
    return waiting


def members() -> Members:
    """The values that the signed-in actor's filters may take. Raises NoSnapshot."""
    return gate_of_app().members(current_actor())


def snapshot_note() -> SnapshotNote | None:
    """The snapshot that serves, or None when nothing has been published yet."""
    manifest, is_fallback = gate_of_app().reader.state()
    if manifest is None:
        return None
    return SnapshotNote(manifest.snapshot, manifest.published, manifest.is_synthetic, is_fallback)


def viewer_name() -> str:
    """Who is signed in, as the masthead says it: the role and the user name."""
    actor = current_actor()
    return text("gate.viewer", role=text(f"gate.role.{actor.role}"), username=actor.username)


def csrf_token() -> str:
    """The token that a page's forms must carry as their field ``csrf_token``."""
    token: str = generate_csrf()
    return token


def map_path() -> Path | None:
    """The file with the outlines of the prefectures, if one was given to the server."""
    path: Path | None = current_app.extensions.get(MAP_EXTENSION)
    return path
