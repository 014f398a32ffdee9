"""Open data: the numbers of public editions for everybody, where the operator has switched it on.

GET /open-data                              the public editions
GET /open-data/<edition>                    its files, with names, sizes and hashes
GET /open-data/<edition>/<scope>/<file>     data.csv or variables.csv, as two people let them out

Nobody is asked who they are, and nothing is asked of a store: what is given out are files of
editions, which hold what may be read by anybody. Without LENS_OPEN_DATA none of these addresses
exists.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify
from flask_limiter import Limiter

from gate.actor import Actor, Role
from gate.edition_state import State
from gate.editions import EditionNote, all_editions, find_package, packages_of
from gate.package_words import edition_name, package_name
from gate.packages import SUBJECT, WithdrawnEdition, releases_of_app
from gate.packages_api import detail_of, too_often
from gate.release_steps import UnknownEdition
from gate.session import gate_of_app
from language import text

ENDPOINTS = frozenset({"open_data.editions", "open_data.files", "open_data.download"})
FILES = ("data.csv", "variables.csv")
LIST_RATE = "30 per minute"
FILE_RATE = "60 per minute"
# What the audit log calls whoever asks.
ANYBODY, ROLE = "open-data", "public"
# Names of places and branches are those that any chamber reads.
_READER = Actor(ANYBODY, Role.CHAMBER)


def editions() -> Response:
    """The public editions, newest first."""
    found = [e for e in all_editions(releases_of_app().audit.engine) if e.state is State.PUBLIC]
    return jsonify(
        title=text("release.series"),
        licence=text("open_data.licence"),
        note=text("open_data.note"),
        editions=[_about(edition) for edition in found],
    )


def files(edition: str) -> Response:
    """The files of a public edition. Raises UnknownEdition, WithdrawnEdition."""
    found = _public(edition)
    members = gate_of_app().members(_READER)
    packages = [
        {
            "scope": package.scope_key,
            "name": package_name(package, members),
            "files": [
                {
                    "url": f"/open-data/{found.name}/{package.scope_key}/{file}",
                    "bytes": package.files[file].n_byte,
                    "rows": package.files[file].n_row,
                    "sha256": package.files[file].sha256,
                }
                for file in FILES
                if file in package.files
            ],
        }
        for package in packages_of(releases_of_app().audit.engine, found.edition_id)
    ]
    return jsonify(**_about(found), packages=packages)


def download(edition: str, scope: str, file: str) -> Response:
    """The bytes that were approved, or none; the audit record comes first.

    Raises UnknownEdition, WithdrawnEdition, DamagedFile, AuditFailed.
    """
    releases, found = releases_of_app(), _public(edition)
    package = find_package(releases.audit.engine, found.edition_id, scope)
    if package is None or file not in FILES or file not in package.files:
        raise UnknownEdition
    note = package.files[file]
    content = releases.read(found.name, package.scope_key, file, note.sha256)
    detail = detail_of(found, package, note)
    releases.audit.write(ANYBODY, ROLE, "download", SUBJECT, detail, found.snapshot)
    response = Response(content, content_type="text/csv; charset=utf-8")
    name = f"sme-lens_{package.scope_key}_{found.name}_{file}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _public(name: str) -> EditionNote:
    found = releases_of_app().edition(name)
    if found.state is State.WITHDRAWN and found.was_public:
        raise WithdrawnEdition
    if found.state is not State.PUBLIC:
        raise UnknownEdition
    return found


def _about(edition: EditionNote) -> dict[str, Any]:
    return {
        "edition": edition.name,
        "name": edition_name(edition),
        "approved_at": edition.approved_at and edition.approved_at.isoformat(timespec="seconds"),
        "snapshot": edition.snapshot,
        "policy_hash": edition.policy_hash,
        "url": f"/open-data/{edition.name}",
    }


def open_data_blueprint(limiter: Limiter) -> Blueprint:
    """The addresses, each with a limit per caller; to be let through by the guard (ENDPOINTS)."""
    blueprint = Blueprint("open_data", __name__)
    for rule, name, view, rate in (
        ("/open-data", "editions", editions, LIST_RATE),
        ("/open-data/<edition>", "files", files, LIST_RATE),
        ("/open-data/<edition>/<scope>/<file>", "download", download, FILE_RATE),
    ):
        limited = limiter.limit(rate, on_breach=too_often)(view)
        blueprint.add_url_rule(rule, name, limited)
    return blueprint
