"""A package as its readers have it: the tables of each file, read with other libraries."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from html.parser import HTMLParser

import pikepdf
from openpyxl import load_workbook
from pypdf import PdfReader

# The values of each table by rows, as they are printed.
Printed = dict[str, list[list[str]]]
HEAD_ROWS = 5


def printed(number: Decimal) -> str:
    """A number as the house prints it."""
    digits = f"{abs(number):,}"
    return f"▲{digits}" if number < 0 else digits


def of_csv(files: Mapping[str, bytes]) -> dict[str, list[str]]:
    """The values of each table in one row, since a line of the CSV is a value."""
    found: dict[str, list[str]] = {}
    lines = csv.DictReader(io.StringIO(files["data.csv"].decode("utf-8-sig")))
    for line in lines:
        value = printed(Decimal(line["value"])) if line["value"] else line["status"]
        found.setdefault(line["table"], []).append(value)
    return found


def of_workbook(files: Mapping[str, bytes]) -> Printed:
    """The values of each sheet of a table, with as many decimals as its format shows."""
    book = load_workbook(io.BytesIO(files["report.xlsx"]))
    found: Printed = {}
    for sheet in book.worksheets[1:-1]:
        rows: list[list[str]] = []
        width = 0
        while sheet.cell(HEAD_ROWS, width + 2).value is not None:
            width += 1
        for row in range(HEAD_ROWS + 1, sheet.max_row + 1):
            if sheet.cell(row, 1).value is None:
                break
            cells = [sheet.cell(row, column) for column in range(2, width + 2)]
            rows.append([_printed_cell(cell.value, cell.number_format) for cell in cells])
        found[sheet.title] = rows
    return found


def charted_ranges(files: Mapping[str, bytes]) -> list[list[tuple[str, str]]]:
    """Of each native chart of the workbook, the sheets and ranges that its series draw."""
    found = []
    with zipfile.ZipFile(io.BytesIO(files["report.xlsx"])) as parts:
        for name in parts.namelist():
            if name.startswith("xl/charts/chart"):
                drawn = re.findall(r"<c:val>.*?<c:f>(.*?)</c:f>", parts.read(name).decode())
                pairs = [str(each).replace("$", "").split("!") for each in drawn]
                found.append([(sheet.strip("'"), cells) for sheet, cells in pairs])
    return found


def _printed_cell(value: object, number_format: str) -> str:
    if isinstance(value, str):
        return value
    decimals = 1 if "0.0" in number_format else 0
    number = Decimal(str(value))
    exact = number.quantize(Decimal(1).scaleb(-decimals))
    assert exact == number
    return printed(exact)


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: Printed = {}
        self._key = ""
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = dict(attrs)
        if words.get("role") == "region" and (words.get("aria-label") or "").startswith("表"):
            self._key = (words["aria-label"] or "").split("　")[0]
            self.found[self._key] = []
        elif tag == "tr" and self._key:
            self.found[self._key].append([])
        elif tag == "td":
            self._in_cell = True
            self.found[self._key][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self._in_cell = False
        elif tag == "table":
            self.found[self._key] = [row for row in self.found[self._key] if row]
            self._key = ""

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.found[self._key][-1][-1] += data


def of_page(files: Mapping[str, bytes]) -> Printed:
    """The cells of each table of the HTML."""
    parser = _Tables()
    parser.feed(files["report.html"].decode())
    return parser.found


def pdf_text(files: Mapping[str, bytes]) -> str:
    """The text of all pages without spaces."""
    return re.sub(r"\s", "", _spaced_text(files["report.pdf"]))


def _spaced_text(pdf: bytes) -> str:
    reader = PdfReader(io.BytesIO(pdf))
    return "\n".join(page.extract_text() for page in reader.pages)


def everything(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Every byte a reader gets, unpacked: parts of the workbook, streams of the PDF, its text."""
    for name, content in files.items():
        yield name, content
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                for part in parts.namelist():
                    yield f"{name}/{part}", parts.read(part)
        if name.endswith(".pdf"):
            with pikepdf.open(io.BytesIO(content)) as pdf:
                for place, each in enumerate(pdf.objects):
                    if isinstance(each, pikepdf.Stream):
                        yield f"{name}/{place}", each.read_bytes()
                    else:
                        yield f"{name}/{place}", each.unparse(resolved=False)
            yield f"{name}/text", _spaced_text(content).encode()
