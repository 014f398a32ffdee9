"""A slow reader of days by era, beside the macro of etl.macro."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from etl.fiscal_year import ERA, NUMBER, YEAR, era_named, figure_of

_DAY = re.compile(rf"({ERA})({YEAR})(?:年|[./-])({NUMBER})(?:月|[./-])({NUMBER})日?")


def parse_wareki(text: str) -> date | None:
    """The day that ``text`` names by era: 令和元年5月1日, H30/3/31, R6.4.1, 平成三十年四月一日.

    None when it has another form, or names a day that the calendar or the era does not have.
    """
    match = _DAY.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    if match is None:
        return None
    era = era_named(match[1])
    try:
        day = date(era.offset + figure_of(match[2]), figure_of(match[3]), figure_of(match[4]))
    except ValueError:
        return None
    return day if era.first_day <= day <= era.last_day else None
