"""A value that must stay hidden is planted, released around, and looked for in all that leaves."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from app import join
from etl.release_cubes import release_cubes
from etl.released_catalogue import read_catalogue
from queries.catalogue import QUESTIONS as QUERIES
from queries.released_cells import CUBES
from stats.catalogue import QUESTIONS as STATISTICS
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


def test_a_chamber_reads_how_the_cubes_are_protected(planted: tuple[Application, Path]) -> None:
    application, _ = planted
    response = application.client(CHAMBER).get("/export/released_cubes.csv")
    assert response.status_code == 200
    body = response.get_data().decode("utf-8-sig")
    assert read_catalogue().policy_hash in body
