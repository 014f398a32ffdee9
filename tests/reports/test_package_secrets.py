"""What is hidden is in no byte of a package: canary amounts planted before protection."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from release.catalogue import read_catalogue
from release.cubes import release_cubes
from reports.package.build import Package, build_package
from store.snapshot import (
    LENS,
    RELEASED,
    current_snapshot,
    file_hash,
    read_manifest,
    write_manifest,
)
from tests.reports.asked import asking
from tests.reports.conftest import EDITION, NATION
from tests.reports.delivered_package import everything

# Alone in an industry of the nation, its amount is hidden.
CANARY = 734_219_000
CATALOGUE = read_catalogue()


def _written(yen: int) -> re.Pattern[bytes]:
    """How a number may be written: in yen, thousands or ten thousands, with commas or without, cut
    or rounded. Not inside a longer number, as coordinates are."""
    numbers = {yen, yen // 1_000, yen // 10_000, round(yen / 10_000)}
    forms = "|".join(form for n in numbers for form in (str(n), f"{n:,}"))
    return re.compile(rb"(?<![0-9.])(" + forms.encode() + rb")(?![0-9])")


@pytest.fixture(scope="module")
def planted(
    demo_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Package, str, int]]:
    """The nation's package of a snapshot with canaries, the industry of the hidden one, and the
    told total of the year."""
    store = tmp_path_factory.mktemp("canary") / "store"
    snapshot = str(current_snapshot(demo_dir / "store"))
    shutil.copytree(demo_dir / "store" / snapshot, store / snapshot)
    (store / "current").write_text(snapshot)
    folder = store / snapshot
    year, industry, whole = _plant(folder / LENS)
    with duckdb.connect(str(folder / RELEASED)) as work:
        for table in ("released_cell", "released_cube", "released_office"):
            work.execute(f"DROP TABLE {table}")
        cubes = [cube for cube in CATALOGUE.cubes if cube.name == "award_amount"]
        release_cubes(work, folder / LENS, None, CATALOGUE.with_cubes(cubes))
        status = work.execute(
            "SELECT status FROM released_cell WHERE measure = 'amount_yen' AND fiscal_year = ? "
            "AND region_level = 'nation' AND division_code = ? AND category_code = ''",
            [year, industry],
        ).fetchone()
    assert status == ("x",)
    manifest = read_manifest(store, snapshot)
    hashes = {name: file_hash(folder / name) for name in manifest.files}
    write_manifest(folder, replace(manifest, files=hashes))
    with asking(store, tmp_path_factory.mktemp("asked-canary")) as ask:
        yield build_package(ask, NATION, EDITION), industry, whole


def _plant(lens: Path) -> tuple[int, str, int]:
    with duckdb.connect(str(lens)) as connection:
        year, industry = connection.execute(
            "SELECT fiscal_year, division_code FROM award "
            "WHERE fiscal_year BETWEEN 2022 AND 2025 AND division_code IS NOT NULL "
            "GROUP BY ALL HAVING count(DISTINCT firm_id) = 1 ORDER BY ALL DESC LIMIT 1"
        ).fetchall()[0]
        # Two years are enough, and soon protected.
        connection.execute(
            "DELETE FROM award WHERE fiscal_year NOT BETWEEN ? - 1 AND ?", [year] * 2
        )
        connection.execute(
            "UPDATE award SET amount_yen = 0 WHERE fiscal_year = ? AND division_code = ?",
            [year, industry],
        )
        connection.execute(
            "UPDATE award SET amount_yen = ? WHERE award_id = (SELECT min(award_id) FROM award "
            "WHERE fiscal_year = ? AND division_code = ?)",
            [CANARY, year, industry],
        )
        whole = connection.execute(
            "SELECT sum(amount_yen)::BIGINT FROM award WHERE fiscal_year = ?", [year]
        ).fetchall()[0][0]
    return int(year), str(industry), int(whole)


def test_a_hidden_amount_is_nowhere_in_the_package(planted: tuple[Package, str, int]) -> None:
    package, industry, _ = planted
    searched = 0
    for name, content in everything(package.files):
        searched += 1
        assert not _written(CANARY).search(content), name
    assert searched > 50
    lines = csv.DictReader(io.StringIO(package.files["data.csv"].decode("utf-8-sig")))
    told = [line for line in lines if line["industry_code"] == industry]
    assert {line["status"] for line in told if line["variable"].startswith("amount")} >= {"x"}


def test_the_search_finds_a_total_that_is_told(planted: tuple[Package, str, int]) -> None:
    package, _, whole = planted
    written = _written(whole)
    found = {name for name, content in everything(package.files) if written.search(content)}
    assert {"report.html", "report.pdf/text", "data.csv"} <= found
    assert any(name.startswith("report.xlsx/xl/worksheets") for name in found)
