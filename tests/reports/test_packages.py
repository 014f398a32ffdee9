"""The packages for chambers: one set of numbers in every file, marked, and the same every time."""

from __future__ import annotations

import csv
import io
import json
from hashlib import sha256
from itertools import chain

import pytest
from openpyxl import load_workbook

from reports.package.build import Ask, Package, Scope, build_package, scopes
from tests.reports.conftest import EDITION, FIELD, NAGANO, NATION
from tests.reports.delivered_package import (
    charted_ranges,
    of_csv,
    of_page,
    of_workbook,
    pdf_text,
)

Packages = dict[Scope, Package]


@pytest.fixture(params=[NATION, NAGANO, FIELD], ids=lambda scope: scope.key)
def package(request: pytest.FixtureRequest, packages: Packages) -> Package:
    return packages[request.param]


def test_all_files_hold_the_same_numbers_to_the_last_digit(package: Package) -> None:
    tidy, sheets, page = of_csv(package.files), of_workbook(package.files), of_page(package.files)
    assert len(tidy) == package.n_table > 3
    assert sum(len(values) for values in tidy.values()) == package.n_row > 60
    printed_pdf = pdf_text(package.files)
    assert set(tidy) == set(sheets) == set(page)
    for key, values in tidy.items():
        assert [value for row in sheets[key] for value in row] == values, key
        assert [value for row in page[key] for value in row] == values, key
        for row in page[key]:
            assert "".join(row) in printed_pdf, (key, row)


def test_a_changed_digit_would_be_seen(package: Package) -> None:
    """The comparison is no tautology: a row of the page with another digit is in no PDF."""
    row = max((row for rows in of_page(package.files).values() for row in rows), key=len)
    number = next(value for value in row if value.isdigit() and len(value) > 1)
    changed = "".join(str(int(number) + 1) if value is number else value for value in row)
    assert changed not in pdf_text(package.files)


def test_the_same_snapshot_gives_the_same_bytes(ask: Ask, packages: Packages) -> None:
    assert build_package(ask, NAGANO, EDITION).files == packages[NAGANO].files


def test_the_manifest_tells_every_file_question_and_the_policy(ask: Ask, package: Package) -> None:
    told = json.loads(package.files["manifest.json"])
    assert told["files"] == {
        name: {"n_byte": len(content), "sha256": sha256(content).hexdigest()}
        for name, content in package.files.items()
        if name != "manifest.json"
    }
    for asked in told["questions"]:
        assert ask(asked["question"], asked["query"]).n_row == asked["n_row"]
    cubes = ask("released_cubes", {})
    assert told["policy_hash"] == cubes.frame["policy_hash"][0]
    assert told["snapshot"] == cubes.snapshot
    assert (told["n_cell"], told["edition"]) == (package.n_row, EDITION)


def test_synthetic_data_are_marked_on_every_page(package: Package) -> None:
    mark = "見本（合成データ・数値はすべて架空）"
    assert pdf_text(package.files).count(mark) == package.n_page
    assert mark in package.files["report.html"].decode()
    book = load_workbook(io.BytesIO(package.files["report.xlsx"]))
    for sheet in book.worksheets[:-1]:
        words = " ".join(str(c.value) for row in sheet["A1:B4"] for c in row)
        assert mark in words, sheet.title


def test_the_workbook_has_native_charts_frozen_heads_and_notes(package: Package) -> None:
    book = load_workbook(io.BytesIO(package.files["report.xlsx"]))
    assert book.sheetnames[0] == "表紙"
    assert book.sheetnames[-1] == "説明"
    tables = book.worksheets[1:-1]
    assert all(sheet.freeze_panes == "B6" for sheet in tables)
    charted = b"".join(package.files["report.html"].split(b'<svg role="img"')[2:]).count(b"</svg>")
    assert len(charted_ranges(package.files)) == charted > 2
    notes = " ".join(str(c.value) for row in book.worksheets[-1].iter_rows() for c in row)
    assert "秘匿処理の報告" in notes


def test_a_chart_of_the_workbook_leaves_hidden_numbers_out(package: Package) -> None:
    """A text in a chart's range would be drawn as zero."""
    book = load_workbook(io.BytesIO(package.files["report.xlsx"]))
    for name, cells in chain.from_iterable(charted_ranges(package.files)):
        values = [row[0].value for row in book[name][cells]]
        assert len(values) > 2
        assert not any(isinstance(value, str) for value in values)


def test_the_page_needs_nothing_from_elsewhere(package: Package) -> None:
    page = package.files["report.html"].decode()
    for call in ("<script", "<link", " src=", "@import", "url(http", "fetch("):
        assert call not in page
    # Names of namespaces are no addresses that anybody asks.
    addresses = {part.split('"')[0] for part in page.split('"http')[1:]}
    assert addresses <= {"://www.w3.org/2000/svg", "://www.w3.org/1999/xlink"}


def test_the_variables_say_what_each_column_and_number_of_the_csv_is(package: Package) -> None:
    head, *lines = csv.reader(io.StringIO(package.files["variables.csv"].decode("utf-8-sig")))
    assert len(head) == 5
    said = {line[1]: line for line in lines}
    data = list(csv.DictReader(io.StringIO(package.files["data.csv"].decode("utf-8-sig"))))
    for name in {*data[0], *(line["variable"] for line in data)}:
        assert said[name][4]
    for line in data:
        assert bool(line["value"]) != bool(line["status"])


def test_there_is_a_package_for_every_area_and_industry(ask: Ask) -> None:
    every = scopes(ask)
    keys = [scope.key for scope in every]
    assert len(set(keys)) == len(keys)
    assert {"japan", "b03", "20", "20-E", "47-M"} <= set(keys)
    prefectures = {scope.region for scope in every if len(scope.region) == 2}
    assert len(prefectures) == 47
    industries = {scope.industry for scope in every} - {""}
    assert "?" not in industries
    n_own = sum(scope.region in prefectures for scope in every)
    assert n_own == 47 * (len(industries) + 1)


def test_a_report_has_at_most_ten_pages(package: Package) -> None:
    assert 4 <= package.n_page <= 10


def test_previews_are_pictures_of_the_pages(package: Package) -> None:
    pictures = [name for name in package.files if name.startswith("preview-")]
    assert pictures == [f"preview-{page}.png" for page in range(1, package.n_page + 1)]
    assert all(package.files[name].startswith(b"\x89PNG") for name in pictures)
