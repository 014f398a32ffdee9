"""Sessions on the server: what the browser holds is a random name and nothing else."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from flask import Flask, current_app, session
from flask_session.sqlalchemy import SqlAlchemySessionInterface
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import URL

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)


class SessionStore(SqlAlchemySessionInterface):  # type: ignore[misc]
    """Flask-Session on the application database, under hashed names.

    Whoever reads the database finds no session that could be taken over.
    """

    def _get_store_id(self, sid: str) -> str:
        return sha256(sid.encode()).hexdigest()


def keep_sessions_in(server: Flask, url: URL, is_behind_tls: bool) -> None:
    """Keep the sessions of ``server`` in the database at ``url``, in a table of their own."""
    server.config.update(
        SQLALCHEMY_DATABASE_URI=url,
        SESSION_COOKIE_NAME="__Host-lens_session" if is_behind_tls else "lens_session",
        SESSION_COOKIE_SECURE=is_behind_tls,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=IDLE,
        # The guard marks a session as used once a minute; not every request has to write.
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    database = SQLAlchemy()
    database.init_app(server)
    # Once in some hundred requests the expired sessions are swept out.
    server.session_interface = SessionStore(
        server, database, permanent=False, table="session", cleanup_n_requests=500
    )


def rotate_session() -> None:
    """Give the session a new name and drop the row under the old one."""
    store: SessionStore = current_app.session_interface  # type: ignore[assignment]
    store.regenerate(session)
