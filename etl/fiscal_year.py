"""Eras, and fiscal years as Japanese offices write them; era bounds are enforced."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Era:
    """An era with its letter and its first and last day; the last era is open."""

    name: str
    letter: str
    first_day: date
    last_day: date

    @property
    def offset(self) -> int:
        """What to add to a year of this era for the calendar year."""
        return self.first_day.year - 1


ERAS = (
    Era("令和", "R", date(2019, 5, 1), date.max),
    Era("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    Era("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
)

ERA = "|".join(f"{era.name}|{era.letter}" for era in ERAS)
NUMBER = r"\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[〇一二三四五六七八九]{1,2}"
YEAR = rf"元|{NUMBER}"
FISCAL_YEAR = re.compile(rf"(?:({ERA})\s*({YEAR})|(\d{{4}}))\s*年度")

_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")}


def fiscal_year_in(match: re.Match[str]) -> int | None:
    """The fiscal year that a match of FISCAL_YEAR names; None outside the bounds of its era.

    平成31年度 and 令和元年度 are the same year: a budget keeps the era in which it was made.
    """
    if match[3]:
        return int(match[3])
    era = era_named(match[1])
    year = era.offset + figure_of(match[2])
    return year if era.first_day.year <= year <= era.last_day.year else None


def era_named(name: str) -> Era:
    """The era of a name or a letter that ERA matches."""
    return next(era for era in ERAS if name in (era.name, era.letter))


def figure_of(text: str) -> int:
    """What a text that YEAR matches counts: 元, figures, or kanji such as 三十 and 二〇."""
    if text == "元":
        return 1
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int("".join(str(_DIGITS[c]) for c in text))
    return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0)
