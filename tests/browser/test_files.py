"""Files hold what the screen shows: every CSV of every page beside its table and its workbook."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import urlsplit

import openpyxl
import pytest
from playwright.sync_api import APIResponse, Locator, Page

from gate.csv_file import RUNS_AS_FORMULA
from tests.browser.screen import Table, numbers, table_in
from tests.browser.visitor import Visit, Visitor

pytestmark = pytest.mark.browser

AWARDS = "table=map,trend,industry,technology,programme,size,areas,years"
RESEARCH = "table=counts,paths,score,rate,fields,regions,funnel"
EXPLORED = [
    "/?region=13&year=0&table=trend",
    f"/awards?year=0&{AWARDS}",
    f"/awards?region=b03&industry=E&year=0&versus=b05&versus_industry=I&{AWARDS}",
    f"/awards?region=13&year=0&measure=granted_yen&sort=granted_yen&{AWARDS}",
    "/awards/grants?year=0&table=map,trend,programme,industry,areas",
    "/growth?table=spread,region,industry",
    "/growth?growth=employee&window=1&result=granted&metric=slope&table=spread,region,industry",
    "/matching?year=0&measure=sapoin&against=rejected&table=balance,paths,losses,groups",
    f"/research?{RESEARCH}",
    f"/research?region=b03&after=1&cohort=all&measure=employee&centre=median&{RESEARCH}",
    "/mapping?versus_measure=sapoin&quadrant=weak_shrinking&later=1&table=plane,movement",
    "/mapping?growth_of=employees&table=plane,movement",
    "/mapping/model?table=calibration,quality,terms",
    "/monitoring?outcome=net_profit&centre=mean&table=path,exits",
]
LISTED = [
    "/awards/list?region=13&year=0",
    "/awards/grants/list?region=04&year=0",
    "/mapping/list?quadrant=weak_growing",
    "/mapping/list?quadrant=weak_growing&growth_of=employees",
]
DATA = [
    "/data",
    "/data/deliveries",
    "/data/items",
    "/data/links",
    "/data/lineage",
    "/data/lineage?table_name=award",
    "/data/runs",
]
# Two groups side by side: a row of the file is a column of the screen, and the difference of the
# two is in no file.
PAIRED = ("summary", "versus", "versus_industry")
# A row of the file is a cell of the screen, ends in this order; the fifth cell is the sum of four.
FLOWS = ("transition",)
ENDS = ([0], [1], [2], [3], [4, 5, 6, 7], [8])
# A figure that shows the rows of one year of many.
PARTIAL = ("exits",)
_FIGURES = """() => [...document.querySelectorAll("main .sl-figure")].map(figure => ({
  name: figure.id,
  files: [...figure.querySelectorAll("a[download]")].map(
    link => ({ href: link.getAttribute("href"), words: link.textContent })),
}))"""


@dataclass(frozen=True, slots=True)
class File:
    """A CSV: its head without units, and its rows."""

    head: list[str]
    rows: list[list[str]]

    @property
    def columns(self) -> dict[str, int]:
        """Where each label without its unit stands."""
        return {re.sub(r"（[^（）]*）$", "", label): i for i, label in enumerate(self.head)}


def _fetch(visitor: Visitor, href: str) -> APIResponse:
    response = visitor.context.request.get(f"{visitor.address}{href}")
    assert response.status == 200, href
    assert "attachment" in response.headers["content-disposition"]
    return response


def _said(words: str) -> int:
    """How many rows a link promises."""
    found = re.search(r"([\d,]+)行", words)
    assert found is not None, words
    return int(found[1].replace(",", ""))


def _read(response: APIResponse) -> File:
    """A CSV as a spreadsheet wants it: BOM, CRLF, cells that no spreadsheet would run."""
    raw = response.body()
    assert raw.startswith(b"\xef\xbb\xbf")
    words = raw.decode("utf-8-sig")
    assert words.endswith("\r\n")
    head, *rows = csv.reader(StringIO(words, newline=""), strict=True)
    assert all(len(row) == len(head) for row in rows)
    assert int(response.headers["x-row-count"]) == len(rows)
    for cell in (cell for row in rows for cell in row if cell.startswith(RUNS_AS_FORMULA)):
        float(cell)
    return File(head, rows)


def _check_variables(visitor: Visitor, href: str, file: File) -> dict[str, str]:
    """The file that explains the columns names each of them once, in their order; the names that
    programs use by label."""
    variables = _read(_fetch(visitor, href))
    assert [row[0] for row in variables.rows] == file.head
    for row in variables.rows:
        assert row[3], f"{row[0]} is not explained in {href}"
    return {row[1]: row[0] for row in variables.rows}


def _check_workbook(visitor: Visitor, href: str, file: File) -> None:
    """The workbook has the same head and, cell by cell, the same values."""
    response = _fetch(visitor, href)
    assert int(response.headers["x-row-count"]) == len(file.rows)
    sheet = openpyxl.load_workbook(BytesIO(response.body()), read_only=True).worksheets[0]
    head, *rows = sheet.iter_rows(values_only=True)
    assert list(head) == file.head
    assert len(rows) == len(file.rows)
    for cells, row in zip(rows, file.rows, strict=True):
        for cell, words in zip(cells, row, strict=True):
            assert _is_same(cell, words), (href, cell, words)


def _is_same(cell: Any, words: str) -> bool:
    if cell is None:
        return words == ""
    if isinstance(cell, bool):
        return words == str(cell).lower()
    if isinstance(cell, int | float):
        # A workbook keeps 16 digits.
        return abs(float(words) - cell) <= 1e-15 * abs(cell)
    if isinstance(cell, datetime):
        return date.fromisoformat(words[:10]) == cell.date()
    return words.removeprefix("'") == str(cell)


def _check_table(table: Table, file: File, *, name: str, is_ordered: bool) -> int:
    """Every number of a table stands in the same row of the file, in the column of its name where
    the file has one. Gives back how many numbers were looked at."""
    columns, n_checked = file.columns, 0
    if is_ordered:
        assert len(table.rows) == len(file.rows), name
    for place, cells in enumerate(table.rows):
        own = file.rows[place : place + 1] if is_ordered else file.rows
        wanted = []
        for head, unit, is_number, words in zip(
            table.heads[1:], table.units[1:], table.is_number[1:], cells[1:], strict=True
        ):
            column = columns.get(head)
            if is_number and (column is not None or is_ordered):
                wanted.append((column, words, numbers(words, unit)))
        assert any(_holds(row, wanted) for row in own), (name, cells, own[:1])
        n_checked += len(wanted)
    return n_checked


def _holds(row: Sequence[str], wanted: Sequence[tuple[int | None, str, Any]]) -> bool:
    for column, words, found in wanted:
        values = row if column is None else [row[column]]
        if below := re.fullmatch(r"(\d+\.\d+)未満", words):
            return any(_is_number(v) and float(v) < float(below[1]) for v in values)
        if words in ("-", "…", "x") and column is not None and values != [""]:
            return False
        if not all(any(_is_number(v) and shown.is_of(v) for v in values) for shown in found):
            return False
    return True


def _is_number(words: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", words) is not None


def _check_pairs(table: Table, file: File) -> int:
    """The numbers of the two groups stand somewhere in the file."""
    values = [cell for row in file.rows for cell in row if _is_number(cell)]
    pairs = zip(
        table.units[1:3], zip(*[cells[1:3] for cells in table.rows], strict=True), strict=True
    )
    shown = [one for unit, column in pairs for words in column for one in numbers(words, unit)]
    assert all(any(one.is_of(value) for value in values) for one in shown)
    return len(shown)


def _check_flow(table: Table, file: File) -> int:
    """Each cell is the share of its row of the file, or the sum of those that it stands for."""
    shares, cells = file.columns["割合"], [row[1:] for row in table.rows]
    n_end = sum(map(len, ENDS))
    assert len(file.rows) == n_end * len(cells)
    for place, shown in enumerate(cells):
        own = file.rows[n_end * place : n_end * (place + 1)]
        for words, ends in zip(shown, ENDS, strict=True):
            values = [own[end][shares] for end in ends]
            if words == "…":
                assert set(values) == {""}
            else:
                assert numbers(words)[0].is_of(sum(map(float, values))), (words, values)
    return len(cells) * len(ENDS)


def _check_grid(grid: Locator, file: File, labels: dict[str, str]) -> None:
    """The rows of a long list that are in view are the first rows of the file."""
    grid.locator(".ag-cell").first.wait_for()
    rows = grid.locator(".ag-center-cols-container .ag-row")
    assert rows.count() >= 3
    for place in range(3):
        for cell in rows.nth(place).locator(".ag-cell").all():
            words = cell.inner_text()
            label = labels[str(cell.get_attribute("col-id"))]
            value = file.rows[place][file.head.index(label)]
            if label.endswith(("（円）", "（件）", "（人）")):
                assert words.replace(",", "") == (value or "-"), label
            elif label in ("都道府県", "市区町村", "業種"):
                assert words == (value.removeprefix("'") or "-"), label


def _check_figure(visitor: Visitor, figure: dict[str, Any], *, is_ordered: bool) -> int:
    name = figure["name"]
    by_kind = {urlsplit(f["href"]).path.partition(".")[2]: f for f in figure["files"]}
    if "csv" not in by_kind:
        assert not by_kind, name
        return 0
    link = by_kind["csv"]
    file = _read(_fetch(visitor, link["href"]))
    assert len(file.rows) == _said(link["words"]), name
    labels = _check_variables(visitor, by_kind["variables.csv"]["href"], file)
    if "xlsx" in by_kind:
        assert _said(by_kind["xlsx"]["words"]) == len(file.rows)
        _check_workbook(visitor, by_kind["xlsx"]["href"], file)
    place = visitor.page.locator(f"#{name}")
    if place.locator(".ag-root").count():
        _check_grid(place, file, labels)
    elif place.locator("table").count():
        table = table_in(place)
        if name in PAIRED:
            return _check_pairs(table, file)
        if name in FLOWS:
            return _check_flow(table, file)
        return _check_table(table, file, name=name, is_ordered=is_ordered)
    return 0


def _figures(page: Page) -> list[dict[str, Any]]:
    figures: list[dict[str, Any]] = page.evaluate(_FIGURES)
    return [figure for figure in figures if figure["name"]]


@pytest.mark.parametrize("path", [*EXPLORED, *LISTED])
def test_the_files_of_a_page_hold_what_it_shows(visit: Visit, path: str) -> None:
    visitor = visit("ministry")
    page = visitor.open(path)
    figures = [f for f in _figures(page) if f["name"] not in ("freshness", "changes", "saved")]
    assert figures
    # The figures of the credit model show parts of one file.
    is_ordered = not path.startswith("/mapping/model")
    n_checked = sum(
        _check_figure(visitor, figure, is_ordered=is_ordered and figure["name"] not in PARTIAL)
        for figure in figures
    )
    assert n_checked or path in LISTED


@pytest.mark.parametrize("path", DATA)
def test_the_files_of_a_page_about_data_hold_what_it_shows(visit: Visit, path: str) -> None:
    visitor = visit("operator")
    page = visitor.open(path)
    for figure in _figures(page):
        _check_figure(visitor, figure, is_ordered=False)
