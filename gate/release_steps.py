"""Making editions and moving them on: each step and its audit record stand or fall together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from gate.actor import Actor
from gate.audit import AuditLog
from gate.edition_state import PERMISSION, State, Step, StepRefused, advance
from gate.editions import (
    EditionNote,
    check_files,
    course_of,
    digest_of,
    find_edition,
    package_note,
    packages_of,
)
from gate.errors import AuditFailed, GateError, Refused
from gate.new_package import NewPackage
from gate.package_files import (
    DamagedFile,
    close_edition,
    file_path,
    read_file,
    remove_package,
    write_package,
)
from store.application import Account, utc_now
from store.release_records import Edition, ReleasePackage

SUBJECT = "edition"


class UnknownEdition(GateError):
    """There is no such edition, or it is not for this reader."""

    status = 404
    key = "release.refused.unknown"


@dataclass(frozen=True, slots=True)
class Basis:
    """What an edition is made from: the snapshot, its time (UTC) and the policy of its cubes."""

    snapshot: str
    snapshot_at: datetime
    policy_hash: str


@dataclass(frozen=True, slots=True)
class Releases:
    """The editions of one installation: their records, and the folder with their files."""

    audit: AuditLog
    folder: Path

    def open_edition(self, month: str, basis: Basis, actor: Actor) -> EditionNote:
        """The edition of a month to build: the one being built from ``basis``, or a new one.

        One that is being built from another basis begins anew. After one that was withdrawn comes
        the next revision. Raises StepRefused("state") while one stands that was checked.
        """
        with self._audited() as session:
            of_month = session.scalars(
                select(Edition).where(Edition.month == month).order_by(Edition.revision)
            ).all()
            last = of_month[-1] if of_month else None
            if last is not None and last.state not in (State.BUILT, State.WITHDRAWN):
                raise StepRefused("state")
            if last is None or last.state == State.WITHDRAWN:
                last = Edition(month=month, revision=len(of_month) + 1, **_columns(basis))
                session.add(last)
                session.flush()
                self._note(session, actor, "build", last)
            elif last.snapshot != basis.snapshot or last.policy_hash != basis.policy_hash:
                for name, value in _columns(basis).items():
                    setattr(last, name, value)
                last.built_at = utc_now()
                self._note(session, actor, "build", last)
            name = last.name
        return self.edition(name)

    def is_kept(self, edition: EditionNote, scope_key: str, inputs: str) -> bool:
        """Whether a package was built from the same inputs and lies sound on the disk."""
        with Session(self.audit.engine) as session:
            found = session.scalar(_package(edition, scope_key))
            if found is None or found.inputs != inputs:
                return False
            note = package_note(found)
        try:
            check_files(self.folder, edition.name, [note])
        except DamagedFile:
            return False
        return True

    def keep(self, edition: EditionNote, package: NewPackage) -> None:
        """Put a package of an edition that is being built on the disk and in the records.

        Raises StepRefused once the edition is checked.
        """
        self._being_built(edition)
        write_package(self.folder, edition.name, package.scope_key, package.files)
        with Session(self.audit.engine) as session:
            old = session.scalar(_package(edition, package.scope_key))
            if old is not None:
                session.delete(old)
                session.flush()
            session.add(package.record(edition.edition_id))
            session.commit()

    def drop_others(self, edition: EditionNote, scope_keys: frozenset[str]) -> None:
        """Take away the packages of an edition that is being built which no longer belong to it."""
        self._being_built(edition)
        with Session(self.audit.engine) as session:
            kept = select(ReleasePackage).where(ReleasePackage.edition_id == edition.edition_id)
            for package in session.scalars(kept).all():
                if package.scope_key not in scope_keys:
                    remove_package(self.folder, edition.name, package.scope_key)
                    session.delete(package)
            session.commit()

    def check(
        self, edition: EditionNote, digest: str, statement: Mapping[str, Any], actor: Actor
    ) -> None:
        """Say that certificate and auditor have passed: the packages are now what they are.

        ``digest`` stands for the files that were checked. Raises StepRefused out of turn, without
        any package, or where they are others by now, DamagedFile, AuditFailed.
        """
        packages = packages_of(self.audit.engine, edition.edition_id)
        if not packages:
            raise StepRefused("nothing")
        if digest_of(packages) != digest:
            raise StepRefused("state")
        check_files(self.folder, edition.name, packages)
        with self._audited() as session:
            row = _row(session, edition.name)
            row.state = advance(course_of(row), Step.CHECK).state.value
            row.digest, row.statement, row.checked_at = digest, dict(statement), utc_now()
            self._note(session, actor, "check", row)
        close_edition(self.folder, edition.name)

    def decide(self, name: str, step: Step, actor: Actor, reason: str = "") -> EditionNote:
        """A person's step: review, approve or withdraw.

        Raises Refused without the permission, UnknownEdition, StepRefused (out of turn, by the
        author, without a reason), DamagedFile where a file is not what was checked, AuditFailed.
        """
        if not actor.can(PERMISSION[step]):
            self.audit.write(actor.username, actor.role, "refusal", SUBJECT, {"edition": name})
            raise Refused
        if step is not Step.WITHDRAW:
            # Long for a large edition, so nobody else waits for it; and at each download again.
            self.check_sound(self.edition(name))
        try:
            with self._audited() as session:
                row = _row(session, name)
                person = account_id(session, actor)
                course = advance(course_of(row), step, person, reason)
                row.state = course.state.value
                if step is Step.REVIEW:
                    row.author_id, row.author_role = course.author, actor.role
                    row.reviewed_at = utc_now()
                elif step is Step.APPROVE:
                    row.approver_id, row.approver_role = course.approver, actor.role
                    row.approved_at = utc_now()
                else:
                    row.withdrawn_by_id, row.reason = course.withdrawn_by, course.reason
                    row.withdrawn_at = utc_now()
                self._note(session, actor, step.value, row)
        except IntegrityError as error:
            # What the rules let pass, the database holds back.
            raise StepRefused("state") from error
        return self.edition(name)

    def check_sound(self, edition: EditionNote) -> None:
        """Whether all files are those that were checked; raises DamagedFile."""
        packages = packages_of(self.audit.engine, edition.edition_id)
        check_files(self.folder, edition.name, packages)
        if edition.digest and edition.digest != digest_of(packages):
            raise DamagedFile

    def edition(self, name: str) -> EditionNote:
        found = find_edition(self.audit.engine, name)
        if found is None:
            raise UnknownEdition
        return found

    def read(self, edition: str, scope_key: str, name: str, expected: str) -> bytes:
        """The bytes of a file as it was checked; raises DamagedFile."""
        return read_file(file_path(self.folder, edition, scope_key, name), expected)

    def _being_built(self, edition: EditionNote) -> None:
        if self.edition(edition.name).state is not State.BUILT:
            raise StepRefused("state")

    @contextmanager
    def _audited(self) -> Iterator[Session]:
        """A transaction that stands or falls with its audit record."""
        try:
            with self.audit.beside() as session:
                yield session
        except IntegrityError:
            raise
        except SQLAlchemyError as error:
            raise AuditFailed from error

    def _note(self, session: Session, actor: Actor, action: str, edition: Edition) -> None:
        detail = {"edition": edition.name, "digest": edition.digest, "reason": edition.reason}
        self.audit.append(
            session, actor.username, actor.role, action, SUBJECT, detail, edition.snapshot
        )


def _row(session: Session, name: str) -> Edition:
    """The record of an edition, as it stands inside the transaction."""
    found = next((e for e in session.scalars(select(Edition)) if e.name == name), None)
    if found is None:
        raise UnknownEdition
    return found


def _package(edition: EditionNote, scope_key: str) -> Select[ReleasePackage]:
    return select(ReleasePackage).where(
        ReleasePackage.edition_id == edition.edition_id, ReleasePackage.scope_key == scope_key
    )


def account_id(session: Session, actor: Actor) -> int:
    found = session.scalar(select(Account.account_id).where(Account.username == actor.username))
    if found is None:
        raise Refused
    return found


def _columns(basis: Basis) -> dict[str, Any]:
    return {
        "snapshot": basis.snapshot,
        "snapshot_at": basis.snapshot_at,
        "policy_hash": basis.policy_hash,
    }
