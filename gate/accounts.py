"""Accounts: who may sign in, as what, with which password."""

from __future__ import annotations

import hmac
from datetime import timedelta
from functools import cache
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from gate.actor import Actor, Role
from store.application import Account, utc_now

SHORTEST_PASSWORD = 12
FAILURES_BEFORE_LOCK = 10
LOCKED_FOR = timedelta(minutes=15)
# No password has this hash: the account can be entered by the demo buttons only.
UNUSABLE = "!"

_HASHER = PasswordHasher()


class AccountError(ValueError):
    """An account cannot be changed as asked; ``key`` names the sentence in the word catalogue."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


@cache
def _nobodys_hash() -> str:
    """What an unknown user's password is compared with, so that it takes as long as a known one."""
    return _HASHER.hash("nobody")


def authenticate(engine: Engine, username: str, password: str) -> Account | None:
    """The account, if it is enabled, not locked, and the password fits; otherwise None.

    Every failure takes one comparison and gives the same answer. Ten in a row lock the account
    for a quarter of an hour.
    """
    with Session(engine, expire_on_commit=False) as session:
        account = session.scalar(select(Account).where(Account.username == username))
        is_right = fits(account.password_hash if account else _nobodys_hash(), password)
        if account is None or not account.is_enabled or is_locked(account):
            return None
        if not is_right:
            # Counted in the database: two attempts at once are two.
            account.failed_logins = Account.failed_logins + 1
            session.flush()
            session.refresh(account)
            if account.failed_logins >= FAILURES_BEFORE_LOCK:
                account.locked_until = utc_now() + LOCKED_FOR
                account.failed_logins = 0
            session.commit()
            return None
        account.failed_logins, account.locked_until = 0, None
        if _HASHER.check_needs_rehash(account.password_hash):
            account.password_hash = hash_password(password)
        session.commit()
        return account


def fits(password_hash: str, password: str) -> bool:
    """Whether ``password`` is the one that was hashed."""
    try:
        return _HASHER.verify(password_hash, password)
    except InvalidHashError:
        # An unusable password must take as long to refuse as a wrong one.
        return fits(_nobodys_hash(), password) and False
    except VerificationError:
        return False


def is_locked(account: Account) -> bool:
    return account.locked_until is not None and account.locked_until > utc_now()


def find_account(engine: Engine, username: str) -> Account | None:
    with Session(engine, expire_on_commit=False) as session:
        return session.scalar(select(Account).where(Account.username == username))


def list_accounts(engine: Engine) -> list[Account]:
    with Session(engine, expire_on_commit=False) as session:
        return list(session.scalars(select(Account).order_by(Account.username)))


def add_account(
    engine: Engine,
    username: str,
    password: str,
    role: Role,
    regions: tuple[str, ...] = (),
    programmes: tuple[str, ...] = (),
) -> None:
    """Add an account. Raises AccountError for a short password, a name taken, a missing scope."""
    check_password(password)
    if not username or len(username) > 64:
        raise AccountError("gate.account.bad_name")
    if role in (Role.BUREAU, Role.CHAMBER) and not regions:
        raise AccountError("gate.account.region_needed")
    if role is Role.AGENCY and not programmes:
        raise AccountError("gate.account.programme_needed")
    with Session(engine) as session, session.begin():
        if session.scalar(select(Account).where(Account.username == username)):
            raise AccountError("gate.account.taken")
        session.add(
            Account(
                username=username,
                password_hash=hash_password(password),
                role=role.value,
                regions=list(regions),
                programmes=list(programmes),
            )
        )


def set_password(engine: Engine, username: str, password: str) -> None:
    """Set a new password; sessions opened with the old one end. Raises AccountError."""
    check_password(password)
    with Session(engine) as session, session.begin():
        account = _existing(session, username)
        account.password_hash = hash_password(password)
        account.failed_logins, account.locked_until = 0, None


def disable_account(engine: Engine, username: str) -> None:
    """Let the account in no more, from the next request on. Raises AccountError."""
    with Session(engine) as session, session.begin():
        _existing(session, username).is_enabled = False


def _existing(session: Session, username: str) -> Account:
    account = session.scalar(select(Account).where(Account.username == username))
    if account is None:
        raise AccountError("gate.account.unknown")
    return account


def check_password(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise AccountError("gate.account.short_password")


def actor_of(account: Account) -> Actor:
    return Actor(
        username=account.username,
        role=Role(account.role),
        regions=tuple(account.regions),
        programmes=tuple(account.programmes),
        is_demo=account.is_demo,
    )


def credential(account: Account) -> str:
    """What a session keeps of the password it was opened with: enough to see that it changed."""
    return sha256(account.password_hash.encode()).hexdigest()[:16]


def is_same_credential(account: Account, kept: str) -> bool:
    return hmac.compare_digest(credential(account), kept)
