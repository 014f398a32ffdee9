"""Packages for whoever is signed in: what there is, what one may have, and the desk of release."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from flask import current_app
from sqlalchemy.orm import Session

from gate.actor import Actor
from gate.edition_state import PERMISSION, State, Step, possible_steps
from gate.editions import (
    DownloadNote,
    EditionNote,
    FileNote,
    PackageLine,
    PackageNote,
    all_editions,
    find_package,
    last_downloads,
    package_lines,
)
from gate.errors import GateError, Refused
from gate.package_access import may_have, may_open, may_see_desk
from gate.package_changes import Changes, changes_between
from gate.release_steps import Releases, UnknownEdition, account_id
from gate.session import current_actor, gate_of_app, members

RELEASES_EXTENSION = "lens_releases"
SUBJECT = "package"
# What may be taken away; the pages of the preview are looked at only.
DOWNLOADS = ("report.pdf", "report.xlsx", "report.html", "data.csv", "variables.csv")
DATA = "data.csv"
LEDGER_LINES = 200


class WithdrawnEdition(GateError):
    """The edition was called back."""

    status = 410
    key = "release.refused.withdrawn"


def releases_of_app() -> Releases:
    releases: Releases = current_app.extensions[RELEASES_EXTENSION]
    return releases


def editions() -> list[EditionNote]:
    """The editions that this reader is told of, newest first: those that are or were public, and
    for whoever takes part in the release all others."""
    actor = current_actor()
    found = all_editions(releases_of_app().audit.engine)
    if may_see_desk(actor):
        return found
    return [e for e in found if e.was_public] if actor.can("package") else []


def packages(edition: EditionNote) -> list[PackageLine]:
    """The packages of an edition that this reader may have; none of one that is closed to them."""
    actor = current_actor()
    if not may_open(actor, edition.state):
        return []
    known = members()
    found = package_lines(releases_of_app().audit.engine, edition.edition_id)
    return [line for line in found if may_have(actor, line.region, known)]


def package(edition: EditionNote, scope_key: str) -> PackageNote | None:
    """One of these packages with its files; None where this reader may not have it."""
    actor = current_actor()
    found = find_package(releases_of_app().audit.engine, edition.edition_id, scope_key)
    if found is None or not may_open(actor, edition.state):
        return None
    return found if may_have(actor, found.region, members()) else None


def package_to_open(
    edition_name: str, scope_key: str, file: str
) -> tuple[EditionNote, PackageNote, FileNote]:
    """A file that this reader may have. Raises Refused (written down), UnknownEdition,
    WithdrawnEdition."""
    actor, releases = current_actor(), releases_of_app()
    if not actor.can("package"):
        _refuse(edition_name, scope_key, file)
    edition = releases.edition(edition_name)
    if edition.state is State.WITHDRAWN and edition.was_public:
        raise WithdrawnEdition
    found = find_package(releases.audit.engine, edition.edition_id, scope_key)
    if not may_open(actor, edition.state) or found is None or file not in found.files:
        raise UnknownEdition
    if not may_have(actor, found.region, members()):
        _refuse(edition_name, scope_key, file)
    return edition, found, found.files[file]


def _refuse(edition: str, scope_key: str, file: str) -> NoReturn:
    """Refuse a file, and write down what was asked for."""
    actor, audit = current_actor(), releases_of_app().audit
    detail = {"edition": edition[:16], "package": scope_key[:64], "file": file[:64]}
    audit.write(actor.username, actor.role, "refusal", SUBJECT, detail)
    raise Refused


def changes(
    earlier: EditionNote, old: PackageNote, later: EditionNote, new: PackageNote
) -> Changes:
    """What is new in a package beside the same one of an earlier edition. Raises DamagedFile."""
    return changes_between(
        releases_of_app().folder,
        (earlier.name, old.scope_key, DATA, old.files[DATA].sha256),
        (later.name, new.scope_key, DATA, new.files[DATA].sha256),
    )


def desk_packages(edition: EditionNote) -> list[PackageLine]:
    """The packages of an edition by name and size, for whoever takes part in the release."""
    check_desk()
    return package_lines(releases_of_app().audit.engine, edition.edition_id)


def ledger() -> list[DownloadNote]:
    """The last lines of the ledger of downloads, newest first. Raises Refused."""
    actor, releases = current_actor(), releases_of_app()
    if not actor.can("package_ledger"):
        releases.audit.write(actor.username, actor.role, "refusal", "package_ledger")
        raise Refused
    releases.audit.write(actor.username, actor.role, "answer", "package_ledger")
    return last_downloads(releases.audit.engine, LEDGER_LINES)


def may_read_ledger() -> bool:
    return current_actor().can("package_ledger")


def check_desk() -> Actor:
    """Whoever takes part in the release; raises Refused for everyone else."""
    actor = current_actor()
    if not may_see_desk(actor):
        audit = gate_of_app().audit
        audit.write(actor.username, actor.role, "refusal", "release_desk")
        raise Refused
    return actor


def own_steps(edition: EditionNote) -> Sequence[Step]:
    """What this reader may do with an edition now."""
    actor, engine = current_actor(), releases_of_app().audit.engine
    with Session(engine) as session:
        person = account_id(session, actor)
    return [s for s in possible_steps(edition.course, person) if actor.can(PERMISSION[s])]
