"""The demo's financial statements: one file per fiscal year, an archive of research applicants."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.calendar_days import iso, month_ends, parts, wareki
from etl.demo.delivery import Delivery
from etl.demo.dice import Ints, dice
from etl.demo.ledger import FLOWS, ITEMS
from etl.demo.life import LAST_DAY
from etl.demo.numbers import as_text
from etl.demo.plan import ARCHIVE_YEAR, FIRST_YEAR, LAST_YEAR
from etl.demo.population import Population
from etl.demo.rendering import figures, header, joined, repeated, replaced, spoil
from etl.demo.words import divisions, listed

_ITEM_NAMES = (
    "売上高", "売上原価", "販売費及び一般管理費", "営業利益", "支払利息", "経常利益", "当期純利益",
    "減価償却費", "人件費", "現預金", "売上債権", "棚卸資産", "流動資産", "固定資産", "総資産",
    "買入債務", "短期借入金", "長期借入金", "流動負債", "固定負債", "純資産",
)  # fmt: skip
_UNITS = {"円": 1, "千円": 1_000, "百万円": 1_000_000}
_THOUSAND = 1_000
# Statements that never arrive, that arrive twice, and that have something odd in them.
_MISSING, _TWICE, _ODD = 0.012, 0.001, 0.0003
_CORRECTED, _NO_INDUSTRY, _ONLY_DIVISION = 0.003, 0.004, 0.01
_WORDS = ("", "延滞3ヶ月以上", "実質破綻先", "破綻先", "代位弁済")
_CHANGED_CLOSING = 0.04
_SPOILED = ("impossible_date", "column_missing", "control_character")
CORRECTED_YEAR = 2021
CORRECTION = "crd_teisei_2021.csv"


@dataclass(frozen=True, slots=True)
class StatementFile:
    """A file and the fiscal years in it."""

    name: str
    years: tuple[int, ...]
    unit: str
    encoding: str

    @property
    def header(self) -> str:
        fixed = ("企業コード", "法人番号", "決算年月", "決算月数", "業種コード", "都道府県コード",
                 "法人個人区分", "設立年")  # fmt: skip
        items = [f"{name}({self.unit})" for name in _ITEM_NAMES]
        return header((*fixed, *items, "従業員数", "デフォルト区分", "デフォルト年月日"))


def _yearly(year: int) -> StatementFile:
    unit = "円" if year in (2014, 2020) else "千円"
    return StatementFile(f"crd_{year}.csv", (year,), unit, "cp932" if year < 2017 else "utf-8")


FILES = (
    StatementFile("crd_archive_2003_2006.csv", tuple(range(ARCHIVE_YEAR, 2007)), "百万円", "cp932"),
    StatementFile("crd_archive_2007_2010.csv", tuple(range(2007, 2011)), "千円", "cp932"),
    StatementFile("crd_archive_2011_2013.csv", tuple(range(2011, FIRST_YEAR)), "千円", "utf-8"),
    *(_yearly(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)),
)


class Statements:
    """All statement files, filled chunk by chunk."""

    def __init__(self, out: Path) -> None:
        self._files = {
            file.name: Delivery(out, file.name, file.encoding, file.header) for file in FILES
        }
        model = _yearly(CORRECTED_YEAR)
        self._correction = Delivery(out, CORRECTION, "utf-8", model.header)

    def add(self, people: Population) -> None:
        """The statements of a chunk, year by year."""
        course = people.course
        calendar = _calendar(people)
        for file in FILES:
            for year in file.years:
                if year not in course.items or (year < FIRST_YEAR and not course.n_applicant):
                    continue
                rng = dice(course.plan.seed, f"statements:{year}", course.chunk.number)
                lines = _lines(rng, people, calendar, file, year)
                is_spoiled = course.chunk.number == 0 and year in (2015, 2018, 2022)
                lines, _ = spoil(
                    rng, lines, 3 * is_spoiled, number=0, day=2, title=30, ways=_SPOILED
                )
                self._files[file.name].append(lines)
                if year == CORRECTED_YEAR:
                    self._correction.append(_lines(rng, people, calendar, file, year, _CORRECTED))

    def close(self) -> None:
        for file in (*self._files.values(), self._correction):
            file.close()


@dataclass(frozen=True, slots=True)
class _Calendar:
    """When firms close their books: month of the fiscal year, and from when another one."""

    first: Ints
    second: Ints
    changed: Ints
    founded_month: Ints
    founded_year: Ints


def _calendar(people: Population) -> _Calendar:
    """A few corporations move their closing forward once, which makes a short year."""
    rng = dice(people.course.plan.seed, "calendar", people.course.chunk.number)
    n = people.n
    founded_year, month, _ = parts(people.founded)
    founded_month = (month - 4) % 12
    # Who is founded after the month of closing closes in March.
    is_new = (founded_year - (month < 4)) == people.first_year
    first = np.where(
        is_new & people.is_corporate & (founded_month > people.closing), 11, people.closing
    )
    can = people.is_corporate & (first > 2) & (rng.random(n) < _CHANGED_CLOSING)
    second = (first * rng.uniform(0.1, 0.8, n)).astype(int)
    changed = np.where(can, rng.integers(FIRST_YEAR + 1, LAST_YEAR, n), LAST_YEAR + 99)
    changed = np.where(changed > people.first_year + 1, changed, LAST_YEAR + 99)
    return _Calendar(first, second, changed, founded_month, founded_year - (month < 4))


def _lines(
    rng: np.random.Generator, people: Population, calendar: _Calendar, file: StatementFile,
    year: int, corrected: float = 0.0,
) -> Any:  # fmt: skip
    course = people.course
    t = course.row(year)
    n = len(course.items[year]["sales"])
    firm = course.holder[t, :n]
    # A few large applicants carry the mean of the published comparison: theirs always arrive.
    complete = firm < course.n_applicant
    given = complete | (rng.random(n) >= _MISSING)
    if corrected:
        given = ~complete & (rng.random(n) < corrected)
    # The archive is one of applicants, not of who came into their places.
    given &= (firm == np.arange(n)) if year < FIRST_YEAR else firm >= 0
    rows = np.flatnonzero(given)
    firm = firm[rows]
    closing, n_month = _closing(calendar, firm, year)
    money = _money(rng, course.items[year], rows, n_month, _UNITS[file.unit], bool(corrected))
    code, date = _default(rng, course.default[t, rows], closing)
    founded, _, _ = parts(people.founded[firm])
    taken = pa.array(firm)
    n = len(rows)
    columns: list[Any] = [
        people.firm_codes.take(taken),
        _numbers_given(rng, people, firm, year),
        _closing_texts(rng, closing),
        as_text(n_month),
        _industries(rng, people, firm),
        as_text(people.prefecture[firm] + 1, 2),
        listed(("個人", "法人"), people.is_corporate[firm].astype(int)),
        as_text(founded),
        *(figures(rng, money[name], _ODD / 3 if name == "sales" else 0.0) for name in ITEMS),
        as_text(course.heads[t, rows]),
        listed(_WORDS if file.encoding == "cp932" else ("", "1", "2", "3", "4"), code),
        iso(date, code > 0),
    ]
    lines = joined(columns)
    return lines if corrected else lines.take(pa.array(repeated(rng, n, _TWICE)))


def _closing(calendar: _Calendar, firm: Ints, year: int) -> tuple[Ints, Ints]:
    """The last day of the closing month, and of how many months the year is."""
    before = np.where(
        year - 1 >= calendar.changed[firm], calendar.second[firm], calendar.first[firm]
    )
    now = np.where(year >= calendar.changed[firm], calendar.second[firm], calendar.first[firm])
    n_month = 12 - (before - now)
    is_first = (calendar.founded_year[firm] == year) & (calendar.founded_month[firm] <= now)
    n_month = np.where(is_first, now - calendar.founded_month[firm] + 1, n_month)
    months = (now + 3) % 12 + 1
    return month_ends(year + (months < 4), months), n_month


def _money(
    rng: np.random.Generator, items: dict[str, Ints], rows: Ints, n_month: Ints, unit: int,
    is_corrected: bool,
) -> dict[str, Ints]:  # fmt: skip
    """The items in the file's unit; sums are made again after rounding, so the balance holds."""
    money = {}
    for name in ITEMS:
        value = items[name][rows]
        if name in FLOWS:
            value = np.where(n_month == 12, value, value * n_month // 12)
        if unit == 1:
            value = value * _THOUSAND + np.where(
                value == 0, 0, rng.integers(0, _THOUSAND, len(rows))
            )
        elif unit > _THOUSAND:
            value = np.rint(value / (unit // _THOUSAND)).astype(np.int64)
        money[name] = value
    if is_corrected:
        money["sales"] = money["sales"] + money["sales"] // 50
    money["cost_of_sales"] = np.minimum(money["cost_of_sales"], money["sales"])
    gross = money["sales"] - money["cost_of_sales"]
    money["operating_profit"] = gross - money["selling_admin"]
    money["total_assets"] = money["current_assets"] + money["fixed_assets"]
    money["net_assets"] = (
        money["total_assets"] - money["current_liabilities"] - money["fixed_liabilities"]
    )
    return money


def _default(rng: np.random.Generator, kind: Ints, closing: Ints) -> tuple[Ints, Ints]:
    """Kind and day of the default in the year after the closing, 0 while it is not yet known."""
    date = closing + rng.integers(20, 366, len(kind))
    return np.where(date <= LAST_DAY, kind, 0), date


def _numbers_given(rng: np.random.Generator, people: Population, firm: Ints, year: int) -> Any:
    """Numbers are encrypted; those of the archive's applicants and a few others stand open."""
    share = 0.3 if year < FIRST_YEAR else 0.002
    given = rng.random(len(firm)) < share
    numbers = people.number_texts.take(pa.array(firm))
    return pc.if_else(pa.array(given), numbers, pa.scalar(None, pa.string()))


def _closing_texts(rng: np.random.Generator, closing: Ints) -> Any:
    texts = pc.utf8_slice_codeunits(iso(closing), 0, 7)
    odd = rng.random(len(closing)) < _ODD
    if not odd.any():
        return texts
    long = wareki(closing[odd], np.zeros(int(odd.sum()), bool))
    return replaced(texts, odd, pc.replace_substring_regex(long, r"(月).*$", r"\1"))


def _industries(rng: np.random.Generator, people: Population, firm: Ints) -> Any:
    draw = rng.random(len(firm))
    codes = people.majors.take(pa.array(firm))
    letters = listed(divisions(), people.division[firm])
    codes = pc.if_else(pa.array(draw < _ONLY_DIVISION), letters, codes)
    return pc.if_else(pa.array(draw > 1 - _NO_INDUSTRY), "", codes)
