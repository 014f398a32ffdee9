"""Editions and their packages as the application database has them, for pages and commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from gate.edition_state import Course, State
from gate.package_files import file_path, read_file
from store.release_records import Edition, PackageDownload, ReleaseFile, ReleasePackage


@dataclass(frozen=True, slots=True)
class FileNote:
    """One file: bytes, lines of data (0 for what is no table), SHA-256."""

    name: str
    n_byte: int
    n_row: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PackageLine:
    """What a package is about (codes, empty for all) and how large it is: of an edition of many,
    a line each."""

    scope_key: str
    region: str
    industry: str
    field: str
    n_page: int
    n_row: int
    n_table: int
    n_byte: int


@dataclass(frozen=True, slots=True)
class PackageNote:
    """A package with its files."""

    package_id: int
    scope_key: str
    region: str
    industry: str
    field: str
    n_page: int
    n_row: int
    n_table: int
    files: Mapping[str, FileNote]


@dataclass(frozen=True, slots=True)
class EditionNote:
    """An edition and who did what with it when (UTC). Persons are user names, empty where nobody
    has; ``statement`` holds the numbers of the check."""

    edition_id: int
    name: str
    month: str
    revision: int
    course: Course
    snapshot: str
    snapshot_at: datetime
    policy_hash: str
    digest: str
    statement: Mapping[str, Any]
    built_at: datetime
    checked_at: datetime | None
    author: str
    author_role: str
    reviewed_at: datetime | None
    approver: str
    approver_role: str
    approved_at: datetime | None
    withdrawn_by: str
    withdrawn_at: datetime | None
    n_package: int

    @property
    def state(self) -> State:
        return self.course.state

    @property
    def was_public(self) -> bool:
        """Whether somebody outside may have it."""
        return self.approved_at is not None


@dataclass(frozen=True, slots=True)
class DownloadNote:
    """One line of the ledger: when (UTC), who in which role, which file of which package."""

    at: datetime
    username: str
    role: str
    edition: str
    scope_key: str
    file: str
    sha256: str


def all_editions(engine: Engine) -> list[EditionNote]:
    """All editions, the newest month and correction first."""
    with Session(engine) as session:
        return [_note(session, edition) for edition in session.scalars(_editions())]


def find_edition(engine: Engine, name: str) -> EditionNote | None:
    return next((edition for edition in all_editions(engine) if edition.name == name), None)


def package_lines(engine: Engine, edition_id: int) -> list[PackageLine]:
    """The packages of an edition in the order in which they were built, without their files."""
    row = ReleasePackage
    about = (row.scope_key, row.region, row.industry, row.field)
    columns = (*about, row.n_page, row.n_row, row.n_table)
    statement = (
        select(*columns, func.sum(ReleaseFile.n_byte))
        .join(row.files)
        .where(row.edition_id == edition_id)
        .group_by(row.package_id, *columns)
        .order_by(row.package_id)
    )
    with Session(engine) as session:
        found = session.execute(statement).all()
    # PostgreSQL sums whole numbers to a decimal.
    return [PackageLine(*line[:-1], int(line[-1])) for line in found]


def find_package(engine: Engine, edition_id: int, scope_key: str) -> PackageNote | None:
    """One package of an edition with its files."""
    statement = select(ReleasePackage).where(
        ReleasePackage.edition_id == edition_id, ReleasePackage.scope_key == scope_key
    )
    with Session(engine) as session:
        found = session.scalar(statement)
        return package_note(found) if found is not None else None


def packages_of(engine: Engine, edition_id: int) -> list[PackageNote]:
    """The packages of an edition with all their files, for whoever checks them."""
    statement = (
        select(ReleasePackage)
        .where(ReleasePackage.edition_id == edition_id)
        .order_by(ReleasePackage.package_id)
        .options(selectinload(ReleasePackage.files))
    )
    with Session(engine) as session:
        return [package_note(package) for package in session.scalars(statement)]


def last_downloads(engine: Engine, n: int) -> list[DownloadNote]:
    """The newest ``n`` lines of the ledger, newest first."""
    statement = (
        select(PackageDownload)
        .order_by(PackageDownload.download_id.desc())
        .limit(n)
        .options(
            joinedload(PackageDownload.account),
            joinedload(PackageDownload.package).joinedload(ReleasePackage.edition),
        )
    )
    with Session(engine) as session:
        return [
            DownloadNote(
                row.at,
                row.account.username,
                row.role,
                row.package.edition.name,
                row.package.scope_key,
                row.file,
                row.sha256,
            )
            for row in session.scalars(statement)
        ]


def course_of(edition: Edition) -> Course:
    return Course(
        State(edition.state),
        edition.author_id,
        edition.approver_id,
        edition.withdrawn_by_id,
        edition.reason,
    )


def digest_of(packages: Sequence[PackageNote]) -> str:
    """What stands for all files of an edition: SHA-256 over their places and hashes."""
    lines = sorted(
        f"{package.scope_key}/{file.name} {file.sha256}\n"
        for package in packages
        for file in package.files.values()
    )
    return sha256("".join(lines).encode()).hexdigest()


def check_files(releases: Path, edition: str, packages: Sequence[PackageNote]) -> None:
    """Read every file of an edition; raises DamagedFile at the first that is not as it was."""
    for package in packages:
        for file in package.files.values():
            read_file(file_path(releases, edition, package.scope_key, file.name), file.sha256)


def package_note(package: ReleasePackage) -> PackageNote:
    return PackageNote(
        package.package_id,
        package.scope_key,
        package.region,
        package.industry,
        package.field,
        package.n_page,
        package.n_row,
        package.n_table,
        {file.name: _file_note(file) for file in package.files},
    )


def _file_note(file: ReleaseFile) -> FileNote:
    return FileNote(file.name, file.n_byte, file.n_row, file.sha256)


def _editions() -> Any:
    people = (Edition.author, Edition.approver, Edition.withdrawn_by)
    return (
        select(Edition)
        .order_by(Edition.month.desc(), Edition.revision.desc())
        .options(*(joinedload(person) for person in people))
    )


def _note(session: Session, edition: Edition) -> EditionNote:
    n_package = session.scalar(
        select(func.count()).where(ReleasePackage.edition_id == edition.edition_id)
    )
    return EditionNote(
        edition_id=edition.edition_id,
        name=edition.name,
        month=edition.month,
        revision=edition.revision,
        course=course_of(edition),
        snapshot=edition.snapshot,
        snapshot_at=edition.snapshot_at,
        policy_hash=edition.policy_hash,
        digest=edition.digest,
        statement=edition.statement,
        built_at=edition.built_at,
        checked_at=edition.checked_at,
        author=edition.author.username if edition.author else "",
        author_role=edition.author_role,
        reviewed_at=edition.reviewed_at,
        approver=edition.approver.username if edition.approver else "",
        approver_role=edition.approver_role,
        approved_at=edition.approved_at,
        withdrawn_by=edition.withdrawn_by.username if edition.withdrawn_by else "",
        withdrawn_at=edition.withdrawn_at,
        n_package=n_package or 0,
    )
