"""Packages over HTTP: the file, the pages of its preview, and the steps of the release.

GET  /reports/file/<edition>/<scope>/<file>          the file, once the ledger has it
GET  /reports/preview/<edition>/<scope>/<n>.png      a page as a picture
POST /reports/desk/<edition>/<step>                  review, approve, withdraw; 303 to the desk
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask import Blueprint, Response, g, redirect, request
from flask_limiter import Limiter, RequestLimit
from flask_wtf.csrf import validate_csrf
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as BaseResponse

from gate.edition_state import Step, StepRefused
from gate.editions import EditionNote, FileNote, PackageNote
from gate.errors import AuditFailed
from gate.guard import refusal
from gate.package_files import DamagedFile
from gate.package_words import download_name
from gate.packages import DOWNLOADS, SUBJECT, package_to_open, releases_of_app
from gate.release_steps import UnknownEdition, account_id
from gate.session import current_actor, members
from store.release_records import PackageDownload

FILE_RATE = "60 per minute"
# Whoever leafs through a package asks for a picture a page.
PREVIEW_RATE = "300 per minute"
STEP_RATE = "30 per minute"
DESK = "/reports/desk"
_MEDIA_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}


def download(edition: str, scope: str, file: str) -> Response:
    """The bytes that were approved, or none: the ledger and the audit record come first.

    Raises Refused, UnknownEdition, WithdrawnEdition, DamagedFile, AuditFailed.
    """
    if file not in DOWNLOADS:
        raise UnknownEdition
    found, package, note = package_to_open(edition, scope, file)
    content = releases_of_app().read(edition, scope, file, note.sha256)
    _enter(found, package, note)
    extension = file.rpartition(".")[2]
    response = Response(content, content_type=_MEDIA_TYPES[extension])
    plain = f"sme-lens_{scope}_{edition}_{file}"
    words = quote(download_name(found, package, file, members()), safe="")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{words}"
    )
    if extension == "csv":
        response.headers["X-Row-Count"] = str(note.n_row)
    return response


def preview(edition: str, scope: str, page: int) -> Response:
    """A page of the report as a picture. Raises as ``download``."""
    found, package, note = package_to_open(edition, scope, f"preview-{page}.png")
    content = releases_of_app().read(edition, scope, note.name, note.sha256)
    actor, audit = current_actor(), releases_of_app().audit
    detail = detail_of(found, package, note)
    audit.write(actor.username, actor.role, "preview", SUBJECT, detail, found.snapshot)
    return Response(content, content_type="image/png")


def take_step(edition: str, step: str) -> BaseResponse:
    """A step of the release, with the form token: 303 to the desk, which says what came of it.

    Raises Refused without the permission, UnknownEdition, AuditFailed.
    """
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValueError:
        # wtforms.ValidationError: no token, another session's, or not one of ours.
        return refusal(403, "gate.error.cross_site")
    if step not in (Step.REVIEW, Step.APPROVE, Step.WITHDRAW):
        raise UnknownEdition
    try:
        reason = request.form.get("reason", "")
        releases_of_app().decide(edition, Step(step), current_actor(), reason)
        said = step
    except StepRefused as error:
        said = f"refused_{error.code}"
    except DamagedFile:
        said = "refused_damaged"
    return redirect(f"{DESK}?{urlencode({'edition': edition, 'said': said})}", 303)


def _enter(edition: EditionNote, package: PackageNote, note: FileNote) -> None:
    """Write a download into the ledger and the audit log, both or neither."""
    actor, audit = current_actor(), releases_of_app().audit
    try:
        with audit.beside() as session:
            session.add(
                PackageDownload(
                    account_id=account_id(session, actor),
                    role=actor.role.value,
                    package_id=package.package_id,
                    file=note.name,
                    sha256=note.sha256,
                )
            )
            detail = detail_of(edition, package, note)
            audit.append(
                session,
                actor.username,
                actor.role,
                "download",
                SUBJECT,
                detail,
                edition.snapshot,
            )
    except SQLAlchemyError as error:
        raise AuditFailed from error


def detail_of(edition: EditionNote, package: PackageNote, note: FileNote) -> dict[str, object]:
    """What the audit log says of a file that was given out."""
    return {
        "edition": edition.name,
        "package": package.scope_key,
        "file": note.name,
        "sha256": note.sha256,
    }


def _person() -> str:
    """Whose requests are counted: those of one account, wherever it is signed in."""
    return g.actor.username if "actor" in g else ""


def too_often(_limit: RequestLimit) -> Response:
    """The answer to whoever asks beyond a limit."""
    return refusal(429, "release.refused.too_often")


def packages_blueprint(limiter: Limiter) -> Blueprint:
    blueprint = Blueprint("packages", __name__)
    for rule, name, view, rate, methods in (
        ("/reports/file/<edition>/<scope>/<file>", "download", download, FILE_RATE, ["GET"]),
        (
            "/reports/preview/<edition>/<scope>/<int:page>.png",
            "preview",
            preview,
            PREVIEW_RATE,
            ["GET"],
        ),
        (f"{DESK}/<edition>/<step>", "take_step", take_step, STEP_RATE, ["POST"]),
    ):
        limited = limiter.limit(rate, key_func=_person, on_breach=too_often)(view)
        blueprint.add_url_rule(rule, name, limited, methods=methods)
    return blueprint
