"""Tokens of linked systems: made once, shown once, kept as a hash."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from hashlib import sha256

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from gate.audit import AuditLog
from language import has_text
from store.application import utc_now
from store.intake_token import IntakeToken

# So that a token found in a file or a log is known for what it is.
START = "lens_"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class TokenError(ValueError):
    """A token cannot be made or revoked; ``key`` names the sentence in the word catalogue."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def is_source(name: str) -> bool:
    """Whether there is a kind of delivery of this name: each has a word for the screen."""
    return has_text(f"source.{name}")


def add_token(
    audit: AuditLog, name: str, sources: Iterable[str], may_read_status: bool, made_by: str
) -> str:
    """Let a system in and return its token, which is kept nowhere. Raises TokenError."""
    allowed = sorted(set(sources))
    if not _NAME.fullmatch(name):
        raise TokenError("token.error.name")
    for source in allowed:
        if not is_source(source):
            raise TokenError("token.error.source", source=source)
    if not allowed and not may_read_status:
        raise TokenError("token.error.nothing_allowed")
    token = START + secrets.token_urlsafe(32)
    with audit.beside() as session:
        if session.scalar(select(IntakeToken).where(IntakeToken.name == name)):
            raise TokenError("token.error.taken", name=name)
        session.add(
            IntakeToken(
                name=name,
                token_hash=token_hash(token),
                sources=allowed,
                may_read_status=may_read_status,
            )
        )
        detail = {"sources": allowed, "may_read_status": may_read_status}
        audit.append(session, made_by, "operator", "token_add", name, detail)
    return token


def revoke_token(audit: AuditLog, name: str, revoked_by: str) -> None:
    """Let the system in no more, from the next request on. Raises TokenError."""
    with audit.beside() as session:
        token = session.scalar(select(IntakeToken).where(IntakeToken.name == name))
        if token is None or token.revoked_at is not None:
            raise TokenError("token.error.unknown", name=name)
        token.revoked_at = utc_now()
        audit.append(session, revoked_by, "operator", "token_revoke", name)


def list_tokens(engine: Engine) -> Sequence[IntakeToken]:
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(select(IntakeToken).order_by(IntakeToken.name)).all()


def find_token(engine: Engine, token: str) -> IntakeToken | None:
    """The system that a token lets in, looked up anew; None for one unknown or revoked."""
    with Session(engine, expire_on_commit=False) as session:
        found = session.scalar(
            select(IntakeToken).where(IntakeToken.token_hash == token_hash(token))
        )
    return found if found is not None and found.revoked_at is None else None


def token_hash(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
