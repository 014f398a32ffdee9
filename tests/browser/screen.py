"""What a reader sees of a page: its key figures, its tables, and numbers as they are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from playwright.sync_api import Locator, Page

_FACTORS = {"億円": 10**8, "万円": 10**4, "MB": 10**6, "KB": 10**3}
_NUMBER = re.compile(r"([▲−+±]?)(\d[\d,]*(?:\.\d+)?)(億円|万円| ?MB| ?KB)?")

_LASTED = re.compile(r"(\d+)分(\d+)秒")
# A unit that a head has in its words.
_IN_WORDS = re.compile(r"（(億円|万円)）$")

_TABLE = """table => {
  const words = cell => cell.innerText.trim();
  const unit = cell => cell.querySelector(".sl-unit")?.innerText.trim() || "";
  const heads = [...table.querySelectorAll("thead th")];
  return {
    heads: heads.map(head => words(head).replace(/[↓↑]/g, "").replace(unit(head), "").trim()),
    units: heads.map(unit),
    is_number: heads.map(head => head.classList.contains("n")),
    rows: [...table.querySelectorAll("tbody tr")].map(row => [...row.children].map(words)),
  };
}"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A number on the screen and half of its last digit, both in the unit of the store."""

    value: Decimal
    half_step: Decimal

    def is_of(self, value: Any) -> bool:
        """Whether ``value`` is written like this."""
        return abs(Decimal(repr(float(value))) - self.value) <= self.half_step * Decimal("1.0001")


def numbers(words: str, unit: str = "") -> list[Shown]:
    """The numbers in ``words``; ``unit`` is that of a column, where it stands in the head."""
    found = []
    words = _LASTED.sub(lambda span: str(60 * int(span[1]) + int(span[2])), words)
    for sign, digits, own in _NUMBER.findall(words):
        factor = _FACTORS.get(own.strip() or unit, 1)
        value = Decimal(digits.replace(",", "")) * factor
        decimals = len(digits.partition(".")[2])
        half_step = Decimal(factor).scaleb(-decimals) / 2
        found.append(Shown(-value if sign in ("▲", "−") else value, half_step))
    return found


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it is read: its heads without units, the units, which columns are of numbers, its
    rows of words."""

    heads: list[str]
    units: list[str]
    is_number: list[bool]
    rows: list[list[str]]

    def cell(self, row: str, head: str) -> Shown:
        """The one number where the row whose name begins with ``row`` meets the column."""
        place = self.heads.index(head)
        cells = next(cells for cells in self.rows if cells[0].startswith(row))
        (number,) = numbers(cells[place], self.units[place])
        return number


def table_in(figure: Locator) -> Table:
    """The table of a figure."""
    seen = figure.locator("table").first.evaluate(_TABLE)
    heads = [re.sub(r"\s+", "", head) for head in seen["heads"]]
    units = [
        unit or (found[1] if (found := _IN_WORDS.search(head)) else "")
        for head, unit in zip(heads, seen["units"], strict=True)
    ]
    return Table(heads, units, seen["is_number"], seen["rows"])


def key_figure(page: Page, label: str) -> Locator:
    """The key figure whose label is ``label``."""
    own = page.locator("dt").filter(has_text=re.compile(f"^{re.escape(label)}$"))
    return page.locator(".sl-key").filter(has=own)


def key_number(page: Page, label: str) -> Shown:
    """The number of a key figure."""
    (number,) = numbers(key_figure(page, label).locator(".sl-value").inner_text().replace("\n", ""))
    return number
