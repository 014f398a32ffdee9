"""Editions of a few small packages, moved on as far as a test needs them."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime

from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from gate.accounts import actor_of, find_account
from gate.actor import Actor
from gate.edition_state import Step
from gate.editions import EditionNote, digest_of, packages_of
from gate.new_package import NewPackage
from gate.packages import RELEASES_EXTENSION
from gate.release_steps import Basis, Releases
from gate.workshop import BUILDER
from store.release_records import Edition, PackageDownload, ReleaseFile, ReleasePackage
from tests.gate.little_store import Application

PDF, CSV = "report.pdf", "data.csv"
BASIS = Basis("s1", datetime(2026, 11, 20, tzinfo=UTC).replace(tzinfo=None), "a" * 64)
STATEMENT = {"n_cell": 10, "n_hidden": 2, "n_attacked": 2, "n_package": 4, "n_number": 3}
# Scope keys, and the region and industry of each.
SCOPES = {"04": ("04", ""), "04-E": ("04", "E"), "13": ("13", ""), "japan": ("", "")}
HEAD = "fiscal_year,region_code,industry_code,category_code,variable,value,status\r\n"


def data_of(*lines: str) -> bytes:
    return (HEAD + "".join(f"{line}\r\n" for line in lines)).encode("utf-8-sig")


def new_package(key: str, data: bytes = b"", inputs: str = "1") -> NewPackage:
    region, industry = SCOPES[key]
    files = {
        PDF: f"%PDF of {key}".encode(),
        "report.xlsx": b"PK",
        "report.html": b"<p>",
        CSV: data or data_of("2025,,,,n_award,3,"),
        "variables.csv": b"a\r\nb\r\n",
        "preview-1.png": b"\x89PNG of " + key.encode(),
        "manifest.json": b"{}",
    }
    return NewPackage(key, region, industry, "", inputs, files, 1, 1, 1)


def releases_of(application: Application) -> Releases:
    found: Releases = application.server.extensions[RELEASES_EXTENSION]
    return found


def checked_edition(
    application: Application, month: str, data: dict[str, bytes] | None = None
) -> EditionNote:
    """An edition that waits for somebody to look it through."""
    releases = releases_of(application)
    edition = releases.open_edition(month, BASIS, BUILDER)
    for key in SCOPES:
        releases.keep(edition, new_package(key, (data or {}).get(key, b"")))
    digest = digest_of(packages_of(application.engine, edition.edition_id))
    releases.check(edition, digest, STATEMENT, BUILDER)
    return releases.edition(edition.name)


def public_edition(
    application: Application, month: str, data: dict[str, bytes] | None = None
) -> EditionNote:
    """An edition that the analyst reviewed and the ministry approved."""
    edition = checked_edition(application, month, data)
    for step, username in ((Step.REVIEW, "analyst"), (Step.APPROVE, "ministry")):
        actor = actor_named(application, username)
        edition = releases_of(application).decide(edition.name, step, actor)
    return edition


def clear_editions(application: Application) -> None:
    """Leave nothing of any edition, so that tests may share an application."""
    with Session(application.engine) as session:
        for table in (PackageDownload, ReleaseFile, ReleasePackage, Edition):
            session.execute(delete(table))
        session.commit()
    folder = releases_of(application).folder
    if folder.is_dir():
        for path in [folder, *folder.rglob("*")]:
            if path.is_dir():
                path.chmod(0o700)
        shutil.rmtree(folder)


def actor_named(application: Application, username: str) -> Actor:
    account = find_account(application.engine, username)
    assert account is not None
    return actor_of(account)


def post(client: FlaskClient, edition: str, step: str, reason: str = "") -> TestResponse:
    """A step with the token of a page of the same session."""
    page = client.get("/_dash-layout").get_data(as_text=True)
    token = re.search(r'"token": ?"([^"]+)"', page)
    assert token is not None
    return client.post(
        f"/reports/desk/{edition}/{step}",
        data={"csrf_token": token.group(1), "reason": reason},
    )
