"""Demo accounts: one for each role, while the data are synthetic and only this machine can ask."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gate.accounts import UNUSABLE, fits, hash_password
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

    def is_one_click(self) -> bool:
        """Whether a role may be entered without its password: only while the data are synthetic."""
        manifest, _ = self.reader.state()
        return self.is_on() and manifest is not None and manifest.is_synthetic

    def _prepare(self) -> None:
        """Add the accounts that are missing and give them the demo password.

        An account that was disabled stays so. Without a password only the demo buttons open them.
        """
        names = [name for name, *_ in DEMO_ACCOUNTS]
        with Session(self.engine) as session:
            present = session.scalars(select(Account).where(Account.username.in_(names))).all()
            known = {account.username: account for account in present}
            ours = [account for account in present if account.is_demo]
            password_hash = self._password_hash({account.password_hash for account in ours})
            for account in ours:
                account.password_hash = password_hash
            for username, role, regions, programmes in DEMO_ACCOUNTS:
                # A person may have the name already; then the demo does without it.
                if username not in known:
                    session.add(
                        Account(
                            username=username,
                            password_hash=password_hash,
                            role=role.value,
                            regions=list(regions),
                            programmes=list(programmes),
                            is_demo=True,
                        )
                    )
            try:
                session.commit()
            except IntegrityError:
                # Another worker was first.
                session.rollback()
        self._is_prepared = True

    def _password_hash(self, present: set[str]) -> str:
        """One hash for all seven, so that a start costs one comparison, not seven."""
        if not self.password:
            return UNUSABLE
        for password_hash in present if len(present) == 1 else ():
            if fits(password_hash, self.password):
                return password_hash
        return hash_password(self.password)
