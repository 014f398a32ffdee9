"""Open data: off unless switched on, and then the approved data of public editions alone."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import join
from gate.edition_state import Step
from gate.open_data import FILE_RATE
from gate.package_files import file_path
from store.application import AuditRecord
from tests.gate.little_store import PASSWORD, QUESTIONS, Application, layout, settings_for
from tests.gate.made_editions import (
    CSV,
    PDF,
    SCOPES,
    actor_named,
    checked_edition,
    clear_editions,
    public_edition,
    releases_of,
)


@pytest.fixture(scope="module")
def running(built_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    folder = tmp_path_factory.mktemp("open")
    shutil.copytree(built_store, folder / "store")
    settings = settings_for(folder, demo_password=PASSWORD, is_open_data=True)
    built = Application(join(settings, QUESTIONS, layout, ""))
    yield built
    built.gate.reader.close()
    built.engine.dispose()


@pytest.fixture
def opened(running: Application) -> Iterator[Application]:
    """The application with open data, without any edition."""
    next(iter(running.server.extensions["limiter"])).reset()
    yield running
    clear_editions(running)


def test_unless_it_is_switched_on_nobody_gets_anything(application: Application) -> None:
    edition = public_edition(application, "2026-11")
    anybody = application.server.test_client()
    for address in (
        "/open-data",
        f"/open-data/{edition.name}",
        f"/open-data/{edition.name}/04/{CSV}",
    ):
        assert anybody.get(address).status_code == 401
    clear_editions(application)


def test_anybody_gets_the_bytes_that_were_approved(opened: Application) -> None:
    edition = public_edition(opened, "2026-11")
    anybody = opened.server.test_client()
    [found] = anybody.get("/open-data").get_json()["editions"]
    assert found["edition"] == edition.name
    listed = anybody.get(found["url"]).get_json()
    assert {package["scope"] for package in listed["packages"]} == set(SCOPES)
    assert {p["scope"]: p["name"] for p in listed["packages"]}["japan"] == "全国"
    for package in listed["packages"]:
        for file in package["files"]:
            response = anybody.get(file["url"])
            assert response.status_code == 200
            assert hashlib.sha256(response.data).hexdigest() == file["sha256"]
            assert len(response.data) == file["bytes"]
            assert response.headers["Content-Disposition"].startswith("attachment;")
    with Session(opened.engine) as session:
        records = session.scalars(select(AuditRecord).where(AuditRecord.username == "open-data"))
        assert {(r.role, r.action, r.subject) for r in records} == {
            ("public", "download", "package")
        }


def test_what_is_not_public_is_not_there(opened: Application) -> None:
    waiting = checked_edition(opened, "2026-10")
    public = public_edition(opened, "2026-11")
    anybody = opened.server.test_client()
    assert [e["edition"] for e in anybody.get("/open-data").get_json()["editions"]] == [public.name]
    for address in (
        f"/open-data/{waiting.name}",
        f"/open-data/{waiting.name}/04/{CSV}",
        "/open-data/2020-01",
        f"/open-data/{public.name}/99/{CSV}",
        f"/open-data/{public.name}/04/{PDF}",
        f"/open-data/{public.name}/04/manifest.json",
        f"/open-data/{public.name}/04/..%2F..%2Fapplication.db",
    ):
        assert anybody.get(address).status_code in (401, 404), address
        assert b"%PDF" not in anybody.get(address).data
    # A report is for whoever is signed in.
    assert anybody.get(f"/reports/file/{public.name}/04/{CSV}").status_code == 401


def test_what_was_called_back_or_tampered_with_is_given_to_nobody(opened: Application) -> None:
    edition = public_edition(opened, "2026-11")
    address = f"/open-data/{edition.name}/04/{CSV}"
    anybody = opened.server.test_client()
    path = file_path(releases_of(opened).folder, edition.name, "04", CSV)
    path.chmod(0o600)
    was = path.read_bytes()
    path.write_bytes(was + b"1")
    assert anybody.get(address).status_code == 503
    path.write_bytes(was)
    assert anybody.get(address).status_code == 200
    ministry = actor_named(opened, "ministry")
    releases_of(opened).decide(edition.name, Step.WITHDRAW, ministry, "誤り")
    assert anybody.get(address).status_code == 410
    assert anybody.get("/open-data").get_json()["editions"] == []


def test_one_address_may_not_ask_without_end(opened: Application) -> None:
    edition = public_edition(opened, "2026-11")
    anybody = opened.server.test_client()
    n = int(FILE_RATE.split()[0])
    address = f"/open-data/{edition.name}/04/{CSV}"
    assert {anybody.get(address).status_code for _ in range(n)} == {200}
    assert anybody.get(address).status_code == 429
