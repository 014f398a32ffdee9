"""A slow reader of days by era, beside the macro of etl.macro."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from etl.fiscal_year import ERAS, Era

_ERA = "|".join(f"{era.name}|{era.letter}" for era in ERAS)
_NUMBER = r"\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[〇一二三四五六七八九]{1,2}"
_YEAR = rf"元|{_NUMBER}"
_DAY = re.compile(rf"({_ERA})({_YEAR})(?:年|[./-])({_NUMBER})(?:月|[./-])({_NUMBER})日?")
_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")}


def parse_wareki(text: str) -> date | None:
    """The day that ``text`` names by era: 令和元年5月1日, H30/3/31, R6.4.1, 平成三十年四月一日.

    None when it has another form, or names a day that the calendar or the era does not have.
    """
    match = _DAY.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    if match is None:
        return None
    era = _era(match[1])
    try:
        day = date(era.offset + _number(match[2]), _number(match[3]), _number(match[4]))
    except ValueError:
        return None
    return day if era.first_day <= day <= era.last_day else None


def _era(name: str) -> Era:
    return next(era for era in ERAS if name in (era.name, era.letter))


def _number(text: str) -> int:
    if text == "元":
        return 1
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int("".join(str(_DIGITS[c]) for c in text))
    return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0)
