"""Packages over HTTP: who gets which file of which edition, who may let it out, what is kept."""

from __future__ import annotations

import hashlib
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import join
from gate.edition_state import State
from gate.editions import EditionNote, last_downloads, packages_of
from gate.package_files import DamagedFile, file_path
from gate.packages_api import FILE_RATE
from store.application import AuditRecord
from store.release_records import PackageDownload
from tests.gate.little_store import PASSWORD, QUESTIONS, Application, layout, settings_for
from tests.gate.made_editions import (
    CSV,
    PDF,
    checked_edition,
    clear_editions,
    post,
    public_edition,
    releases_of,
)

CHAMBER, BUREAU, OPERATOR = "chamber-miyagi", "bureau-kanto", "operator"
MINISTRY, ANALYST, AGENCY, ADMIN = "ministry", "analyst", "agency", "admin"
READERS = {MINISTRY, ANALYST, AGENCY, BUREAU}
EVERYBODY = [*sorted(READERS), CHAMBER, OPERATOR, ADMIN]
OWN, OTHER = {"04", "04-E", "japan"}, {"13"}
# Who may take which step, each other condition being met.
STEPS = {
    "review": {MINISTRY, ANALYST},
    "approve": {MINISTRY, ADMIN},
    "withdraw": {MINISTRY, ANALYST, ADMIN},
}


@pytest.fixture(scope="module")
def running(built_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    folder = tmp_path_factory.mktemp("releases")
    shutil.copytree(built_store, folder / "store")
    built = Application(join(settings_for(folder, demo_password=PASSWORD), QUESTIONS, layout, ""))
    yield built
    built.gate.reader.close()
    built.engine.dispose()


@pytest.fixture
def served(running: Application) -> Iterator[Application]:
    """The application without any edition, and with nobody's requests counted."""
    next(iter(running.server.extensions["limiter"])).reset()
    yield running
    clear_editions(running)


def _address(edition: EditionNote, scope: str = "04", file: str = PDF) -> str:
    return f"/reports/file/{edition.name}/{scope}/{file}"


def _picture(edition: EditionNote, scope: str = "04") -> str:
    return f"/reports/preview/{edition.name}/{scope}/1.png"


def _n_download(application: Application) -> int:
    with Session(application.engine) as session:
        return session.scalar(select(func.count()).select_from(PackageDownload)) or 0


def _actions(application: Application) -> list[tuple[str, str]]:
    with Session(application.engine) as session:
        records = session.scalars(select(AuditRecord).order_by(AuditRecord.audit_id))
        return [(record.action, record.subject) for record in records]


def test_each_role_gets_the_public_packages_that_are_for_it(served: Application) -> None:
    edition = public_edition(served, "2026-11")
    got = {
        username: {
            scope
            for scope in OWN | OTHER
            if served.client(username).get(_address(edition, scope)).status_code == 200
        }
        for username in EVERYBODY
    }
    assert got == {
        **dict.fromkeys(READERS, OWN | OTHER),
        CHAMBER: OWN,
        OPERATOR: set(),
        ADMIN: set(),
    }


def test_another_prefecture_is_refused_and_the_attempt_is_written_down(
    served: Application,
) -> None:
    edition = public_edition(served, "2026-11")
    client = served.client(CHAMBER)
    for address in (_address(edition, "13"), _picture(edition, "13")):
        response = client.get(address)
        assert response.status_code == 403
        assert b"PDF of" not in response.data
        assert _actions(served)[-1] == ("refusal", "package")
    assert _n_download(served) == 0


@pytest.mark.parametrize(
    "address",
    [
        "/reports/file/2026-11/04/manifest.json",
        "/reports/file/2026-11/04/preview-1.png",
        "/reports/file/2026-11/04/../13/report.pdf",
        "/reports/file/2026-11/04/%2e%2e%2f13%2freport.pdf",
        "/reports/file/2026-11/../../store/application.db",
        "/reports/file/2027-01/04/report.pdf",
        "/reports/file/2026-11/99/report.pdf",
        "/reports/preview/2026-11/04/2.png",
        "/reports/preview/2026-11/04/-1.png",
    ],
)
def test_nothing_else_on_the_disk_has_an_address(served: Application, address: str) -> None:
    public_edition(served, "2026-11")
    response = served.client(CHAMBER).get(address, headers={"Accept": "application/octet-stream"})
    assert response.status_code in (403, 404) or b"PDF" not in response.data
    assert _n_download(served) == 0


def test_a_stranger_is_sent_to_the_sign_in_page(served: Application) -> None:
    edition = public_edition(served, "2026-11")
    for address in (_address(edition), _picture(edition)):
        assert served.client().get(address).status_code in (302, 401)
    assert served.client().post(f"/reports/desk/{edition.name}/withdraw").status_code == 401


def test_only_those_who_look_it_through_see_what_is_not_public(served: Application) -> None:
    edition = checked_edition(served, "2026-11")
    seen = {u for u in EVERYBODY if served.client(u).get(_picture(edition)).status_code == 200}
    assert seen == {MINISTRY, ANALYST}


@pytest.mark.parametrize("step", list(STEPS))
def test_a_role_takes_the_steps_it_may_take_and_no_other(served: Application, step: str) -> None:
    for n, username in enumerate(EVERYBODY, start=1):
        month = f"2026-{n:02}"
        edition = checked_edition(served, month)
        if step == "approve":
            reviewer = ANALYST if username != ANALYST else MINISTRY
            post(served.client(reviewer), edition.name, "review")
        before = releases_of(served).edition(edition.name).state
        response = post(served.client(username), edition.name, step, "数値に誤り")
        after = releases_of(served).edition(edition.name).state
        if username in STEPS[step]:
            assert response.status_code == 303
            assert after is not before
        else:
            assert response.status_code == 403
            assert after is before


def test_two_different_people_bring_an_edition_to_the_chambers(served: Application) -> None:
    edition = checked_edition(served, "2026-11")
    chamber, ministry = served.client(CHAMBER), served.client(MINISTRY)
    assert chamber.get(_address(edition)).status_code == 404
    assert "said=review" in post(ministry, edition.name, "review").location
    # The same person, who has the permission for both, is turned away.
    assert "said=refused_same_person" in post(ministry, edition.name, "approve").location
    assert releases_of(served).edition(edition.name).state is State.REVIEWED
    assert chamber.get(_address(edition)).status_code == 404
    assert "said=approve" in post(served.client(ADMIN), edition.name, "approve").location
    found = releases_of(served).edition(edition.name)
    assert (found.author, found.approver) == (MINISTRY, ADMIN)
    assert chamber.get(_address(edition)).status_code == 200
    taken = [action for action, subject in _actions(served) if subject == "edition"]
    assert taken[-4:] == ["build", "check", "review", "approve"]


def test_a_step_without_the_token_of_the_page_changes_nothing(served: Application) -> None:
    edition = checked_edition(served, "2026-11")
    client = served.client(MINISTRY)
    for data in ({}, {"csrf_token": "made up"}):
        assert client.post(f"/reports/desk/{edition.name}/review", data=data).status_code == 403
    other = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    assert client.post(f"/reports/desk/{edition.name}/review", headers=other).status_code == 403
    assert releases_of(served).edition(edition.name).state is State.CHECKED


def test_the_machine_alone_checks(served: Application) -> None:
    edition = checked_edition(served, "2026-11")
    assert post(served.client(MINISTRY), edition.name, "check").status_code == 404


def test_what_is_withdrawn_is_gone_at_once_and_says_why(served: Application) -> None:
    edition = public_edition(served, "2026-11")
    chamber = served.client(CHAMBER)
    assert chamber.get(_address(edition)).status_code == 200
    admin = served.client(ADMIN)
    assert "said=refused_reason" in post(admin, edition.name, "withdraw", "  ").location
    assert chamber.get(_address(edition)).status_code == 200
    post(admin, edition.name, "withdraw", "平均売上高に誤り")
    for client in (chamber, served.client(MINISTRY)):
        for address in (_address(edition), _picture(edition)):
            assert client.get(address).status_code == 410
    assert releases_of(served).edition(edition.name).course.reason == "平均売上高に誤り"
    # A corrected edition of the month is another one; nothing brings this one back.
    assert "said=refused_state" in post(admin, edition.name, "approve").location
    assert public_edition(served, "2026-11").name == "2026-11-r2"
    assert chamber.get(_address(edition)).status_code == 410


def test_the_bytes_do_not_change_once_they_are_checked(served: Application) -> None:
    releases = releases_of(served)
    edition = public_edition(served, "2026-11")
    path = file_path(releases.folder, edition.name, "04", PDF)
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o500
    note = {p.scope_key: p for p in packages_of(served.engine, edition.edition_id)}["04"]
    content = served.client(CHAMBER).get(_address(edition)).data
    assert hashlib.sha256(content).hexdigest() == note.files[PDF].sha256


@pytest.mark.parametrize("damage", [b"%PDF of 05", b"", None])
def test_a_file_that_is_not_what_was_approved_is_never_served(
    served: Application, damage: bytes | None
) -> None:
    releases = releases_of(served)
    edition = public_edition(served, "2026-11")
    path = file_path(releases.folder, edition.name, "04", PDF)
    path.parent.chmod(0o700)
    path.chmod(0o600)
    path.unlink() if damage is None else path.write_bytes(damage)
    response = served.client(CHAMBER).get(_address(edition))
    assert response.status_code == 503
    assert b"PDF of" not in response.data
    assert _n_download(served) == 0
    with pytest.raises(DamagedFile):
        releases.check_sound(edition)


def test_a_damaged_edition_is_not_approved(served: Application) -> None:
    releases = releases_of(served)
    edition = checked_edition(served, "2026-11")
    path = file_path(releases.folder, edition.name, "13", CSV)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"2025,13,,,n_award,4,\r\n")
    location = post(served.client(ANALYST), edition.name, "review").location
    assert "said=refused_damaged" in location
    assert releases.edition(edition.name).state is State.CHECKED


def test_the_ledger_and_the_audit_log_have_every_download(served: Application) -> None:
    edition = public_edition(served, "2026-11")
    n_before = len(_actions(served))
    taken = [(CHAMBER, "04", PDF), (CHAMBER, "04-E", CSV), (BUREAU, "13", "report.xlsx")]
    for username, scope, file in taken:
        response = served.client(username).get(_address(edition, scope, file))
        assert response.status_code == 200
        assert "filename*=UTF-8''" in response.headers["Content-Disposition"]
        assert response.headers["Cache-Control"] == "no-store"
    lines = last_downloads(served.engine, 10)[::-1]
    assert [(line.username, line.scope_key, line.file) for line in lines] == taken
    assert {line.edition for line in lines} == {"2026-11"}
    by_scope = {p.scope_key: p for p in packages_of(served.engine, edition.edition_id)}
    assert [line.sha256 for line in lines] == [by_scope[s].files[f].sha256 for _, s, f in taken]
    assert _actions(served)[n_before:].count(("download", "package")) == 3


def test_a_download_that_cannot_be_written_down_does_not_happen(served: Application) -> None:
    edition = public_edition(served, "2026-11")
    client = served.client(CHAMBER)
    with served.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE package_download RENAME TO gone")
    before = _actions(served)
    response = client.get(_address(edition))
    with served.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO package_download")
    assert response.status_code == 503
    assert b"PDF of" not in response.data
    assert _actions(served) == before


def test_one_account_does_not_empty_the_shelf(served: Application) -> None:
    edition = public_edition(served, "2026-11")
    client = served.client(CHAMBER)
    most = int(FILE_RATE.split()[0])
    codes = [client.get(_address(edition)).status_code for _ in range(most)]
    assert codes == [200] * most
    refused = client.get(_address(edition))
    assert refused.status_code == 429
    assert "多くのファイル" in refused.get_json()["message"]
    assert served.client(BUREAU).get(_address(edition)).status_code == 200
