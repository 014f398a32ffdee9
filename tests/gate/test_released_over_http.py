"""A value that must stay hidden is planted, released around, and looked for in all that leaves."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import join
from gate.edition_state import Step
from gate.packages import DOWNLOADS, RELEASES_EXTENSION
from gate.release_steps import Releases
from gate.workshop import Workshop
from queries.catalogue import QUESTIONS as QUERIES
from queries.released_cells import CUBES
from release.catalogue import read_catalogue
from release.cubes import release_cubes
from reports.edition import build_edition, check_edition
from stats.catalogue import QUESTIONS as STATISTICS
from store.application import AuditRecord
from store.snapshot import (
    LENS,
    RELEASED,
    current_snapshot,
    file_hash,
    read_manifest,
    write_manifest,
)
from tests.gate.little_store import PASSWORD, Application, layout, settings_for

CHAMBER = "chamber-miyagi"
CANARY = 987_654_321_012


def _plant(lens: Path) -> tuple[int, str, str]:
    """Give the canary's amount to the only award of a prefecture's industry in a year; which."""
    with duckdb.connect(str(lens)) as connection:
        found = connection.execute(
            "SELECT fiscal_year, prefecture_code, division_code FROM award "
            "WHERE prefecture_code <> '04' AND division_code IS NOT NULL "
            "GROUP BY ALL HAVING count(*) = 1 ORDER BY 1 DESC, 2, 3 LIMIT 1 OFFSET 20"
        ).fetchone()
        assert found is not None
        connection.execute(
            "UPDATE award SET amount_yen = ? WHERE fiscal_year = ? AND prefecture_code = ? "
            "AND division_code = ?",
            [CANARY, *found],
        )
    return found


@pytest.fixture(scope="module")
def planted(
    demo_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Application, Path]]:
    """The application over a copy of the demo store, released anew with the canary in it."""
    folder = tmp_path_factory.mktemp("canary")
    snapshot = str(current_snapshot(demo_dir / "store"))
    store = folder / "store"
    shutil.copytree(demo_dir / "store" / snapshot, store / snapshot)
    here = store / snapshot
    _plant(here / LENS)
    catalogue = read_catalogue()
    award = catalogue.with_cubes(c for c in catalogue.cubes if c.name == "award_amount")
    with duckdb.connect() as work:
        release_cubes(work, here / LENS, None, award)
        work.execute(f"ATTACH '{here / RELEASED}' AS released")
        work.execute(
            "DELETE FROM released.released_cell WHERE cube = 'award_amount';"
            "INSERT INTO released.released_cell FROM released_cell;"
            "CHECKPOINT released"
        )
    manifest = read_manifest(store, snapshot)
    files = {name: file_hash(here / name) for name in manifest.files}
    write_manifest(here, replace(manifest, files=files))
    (store / "current").write_text(snapshot, encoding="ascii")
    built = Application(
        join(settings_for(folder, demo_password=PASSWORD), [*QUERIES, *STATISTICS], layout, "")
    )
    yield built, here
    built.gate.reader.close()
    built.engine.dispose()


def test_the_planted_value_is_in_no_byte_of_the_released_file(
    planted: tuple[Application, Path],
) -> None:
    _, here = planted
    content = (here / RELEASED).read_bytes()
    assert CANARY.to_bytes(8, "little") not in content
    assert str(CANARY).encode() not in content
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{here / RELEASED}' AS released (READ_ONLY)")
        near = connection.execute(
            "SELECT count(*) FROM released.released_cell WHERE abs(value - ?) <= 0.1 * ?",
            [CANARY, CANARY],
        ).fetchall()
        n_hidden = connection.execute(
            "SELECT count(*) FROM released.released_cell WHERE status = 'x' AND value IS NULL"
        ).fetchall()
    # Not even the totals above it are nearer than the second largest recipient may get.
    assert near == [(0,)]
    assert n_hidden[0][0] > 50


def test_no_answer_to_a_chamber_holds_the_planted_value(
    planted: tuple[Application, Path],
) -> None:
    application, _ = planted
    client = application.client(CHAMBER)
    n_hidden = 0
    regions = ["", *(f"b{i:02}" for i in range(1, 10)), *(f"{i:02}" for i in range(1, 48))]
    asked = [f"released_cells.csv?cube={cube}&region={r}" for cube in CUBES for r in regions[:12]]
    asked += [f"released_cells.csv?cube=award_amount&region={region}" for region in regions[12:]]
    asked += [f"released_award.csv?region={region}" for region in regions]
    for address in asked:
        response = client.get(f"/export/{address}")
        assert response.status_code == 200, address
        body = response.get_data().decode("utf-8-sig")
        assert str(CANARY) not in body.replace(",", "")
        for row in csv.reader(io.StringIO(body)):
            if "x" in row:
                assert "" in row
                n_hidden += 1
    assert n_hidden > 100
    # What is looked for is there, for those who may see single awards.
    listed = application.client("ministry").get("/export/award_list.csv?year=0&rows=100000")
    assert str(CANARY) in listed.get_data().decode("utf-8-sig")


def test_no_package_for_chambers_holds_the_planted_value(
    planted: tuple[Application, Path], caplog: pytest.LogCaptureFixture
) -> None:
    application, _ = planted
    region, division = _place_of(application)
    releases: Releases = application.server.extensions[RELEASES_EXTENSION]
    workshop = Workshop(application.gate, releases)
    keys = {"04", f"{region}-{division}"}
    edition = build_edition(workshop, "2026-11", lambda scope: scope.key in keys).edition
    statement = check_edition(workshop, edition)
    assert (statement["n_package"], statement["n_number"] > 100) == (2, True)
    assert statement["n_attacked"] > 50
    for step, username in ((Step.REVIEW, "analyst"), (Step.APPROVE, "ministry")):
        releases.decide(edition.name, step, workshop.person(username))

    # Whatever the form of a file, its text and its parts.
    for path in sorted(releases.folder.rglob("*.*")):
        for part in _parts_of(path):
            assert not _tells(part), path
    chamber = application.client(CHAMBER)
    for key in sorted(keys):
        for file in (*DOWNLOADS, "manifest.json"):
            response = chamber.get(f"/reports/file/2026-11/{key}/{file}")
            is_own = key == "04" and file in DOWNLOADS
            assert (response.status_code == 200) == is_own, (key, file)
            assert not _tells(response.data)
    with Session(application.engine) as session:
        assert not any(_tells(str(r.detail).encode()) for r in session.scalars(select(AuditRecord)))
    assert not _tells(caplog.text.encode())
    # What is looked for is there: the row of the year and industry is hidden, not missing.
    data = (releases.folder / "2026-11" / f"{region}-{division}" / "data.csv").read_text(
        "utf-8-sig"
    )
    assert any(
        line["status"] == "x" and line["variable"] == "amount_man"
        for line in csv.DictReader(io.StringIO(data))
    )


def _place_of(application: Application) -> tuple[str, str]:
    """The prefecture and the industry of the planted amount."""
    with application.gate.reader.reading() as snapshot:
        cursor = snapshot.databases["lens"].connection.cursor()
        found = cursor.execute(
            "SELECT prefecture_code, division_code FROM award WHERE amount_yen = ?", [CANARY]
        ).fetchone()
        cursor.close()
    assert found is not None
    return found


def _tells(content: bytes) -> bool:
    """Whether bytes hold the planted amount in yen or units of ten thousand, however written."""
    plain = content.replace(b",", b"")
    return any(str(CANARY // unit).encode() in plain for unit in (1, 10_000))


def _parts_of(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and what they unpack to."""
    content = path.read_bytes()
    yield content
    if path.suffix == ".xlsx":
        with ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    if path.suffix == ".pdf":
        yield from (page.extract_text().encode() for page in PdfReader(path).pages)


def test_a_chamber_reads_how_the_cubes_are_protected(planted: tuple[Application, Path]) -> None:
    application, _ = planted
    response = application.client(CHAMBER).get("/export/released_cubes.csv")
    assert response.status_code == 200
    body = response.get_data().decode("utf-8-sig")
    assert read_catalogue().policy_hash in body
