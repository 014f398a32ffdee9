"""Demo accounts: one for each role, while the data are synthetic and only this machine can ask."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gate.accounts import UNUSABLE, has_password, hash_password
from gate.actor import Role
from gate.snapshots import SnapshotReader
from store.application import Account

# (username, role, regions, programmes) in the order of the sign-in page.
DEMO_ACCOUNTS: tuple[tuple[str, Role, tuple[str, ...], tuple[str, ...]], ...] = (
    ("ministry", Role.MINISTRY, (), ()),
    ("bureau-kanto", Role.BUREAU, ("b03",), ()),
    ("agency", Role.AGENCY, (), ("sapoin", "gotech")),
    ("analyst", Role.ANALYST, (), ()),
    ("chamber-miyagi", Role.CHAMBER, ("04",), ()),
    ("operator", Role.OPERATOR, (), ()),
    ("admin", Role.ADMIN, (), ()),
)


@dataclass(slots=True)
class Demo:
    """Whether demo accounts may sign in, and the accounts themselves.

    ``is_local`` says that the server listens on loopback only and stands behind no proxy.
    """

    engine: Engine
    reader: SnapshotReader
    password: str = field(repr=False)
    is_local: bool
    _is_prepared: bool = field(default=False, init=False)

    def is_on(self) -> bool:
        """On while the serving snapshot is synthetic or a demo password is set, on loopback.

        A snapshot of real data switches the accounts off, sessions included.
        """
        if not self.is_local:
            return False
        manifest, _ = self.reader.state()
        is_on = bool(self.password) or (manifest is not None and manifest.is_synthetic)
        if is_on and not self._is_prepared:
            self._prepare()
        return is_on

    def _prepare(self) -> None:
        """Add the accounts that are missing and give them the demo password.

        An account that was disabled stays so. Without a password only the demo buttons open them.
        """
        with Session(self.engine) as session:
            demo = select(Account).where(Account.is_demo)
            known = {account.username: account for account in session.scalars(demo)}
            fresh = hash_password(self.password) if self._needs_hash(known) else UNUSABLE
            for username, role, regions, programmes in DEMO_ACCOUNTS:
                account = known.get(username)
                if account is None:
                    account = Account(
                        username=username,
                        password_hash=fresh,
                        role=role.value,
                        regions=list(regions),
                        programmes=list(programmes),
                        is_demo=True,
                    )
                    session.add(account)
                elif self.password and fresh != UNUSABLE:
                    account.password_hash = fresh
                elif not self.password:
                    account.password_hash = UNUSABLE
            try:
                session.commit()
            except IntegrityError:
                # Another worker was first, or somebody took the name; both are as they should be.
                session.rollback()
        self._is_prepared = True

    def _needs_hash(self, known: dict[str, Account]) -> bool:
        """All seven share one hash, so that a start costs one comparison, not seven."""
        if not self.password:
            return False
        hashes = {account.password_hash for account in known.values()}
        if len(known) < len(DEMO_ACCOUNTS) or len(hashes) != 1:
            return True
        return not has_password(next(iter(known.values())), self.password)
