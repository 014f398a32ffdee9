"""Days as whole numbers (since 1970), fiscal years of them, and how they are written."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.dice import Bools, Ints
from etl.demo.numbers import as_text

_EPOCH = date(1970, 1, 1)


def day(year: int, month: int, of_month: int) -> int:
    """A day as a number."""
    return (date(year, month, of_month) - _EPOCH).days


def days(years: Ints, months: Ints, of_month: Ints) -> Ints:
    """Days as numbers; ``of_month`` may run past the month's end."""
    firsts = ((years - 1970) * 12 + months - 1).astype("datetime64[M]").astype("datetime64[D]")
    return np.asarray(firsts.astype(np.int64) + of_month - 1)


def parts(numbers: Ints) -> tuple[Ints, Ints, Ints]:
    """Year, month and day of the month."""
    dates = numbers.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    since = months.astype(np.int64)
    return since // 12 + 1970, since % 12 + 1, (dates - months).astype(np.int64) + 1


def fiscal_years(numbers: Ints) -> Ints:
    """The fiscal year, from April to March, of each day."""
    years, months, _ = parts(numbers)
    return np.asarray(years - (months < 4))


def month_ends(years: Ints, months: Ints) -> Ints:
    """The last days of months."""
    return days(years, months + 1, np.zeros_like(years))


def working_days(numbers: Ints) -> Ints:
    """The same days, those of a weekend moved to the Friday before."""
    weekday = (numbers + 3) % 7
    return np.asarray(numbers - (weekday - 4).clip(0))


def iso(numbers: Ints, is_given: Bools | None = None) -> Any:
    """2024-08-27; empty where not given."""
    texts = pc.strftime(pa.array(numbers.astype("datetime64[D]")), format="%Y-%m-%d")
    return texts if is_given is None else pc.if_else(pa.array(is_given), texts, "")


def _era(numbers: Ints) -> tuple[Ints, Ints]:
    """Position of the era (昭和, 平成, 令和) and the year in it."""
    years, _, _ = parts(numbers)
    era = np.searchsorted([day(1989, 1, 8), day(2019, 5, 1)], numbers, "right")
    return era, years - np.array([1925, 1988, 2018])[era]


def wareki(numbers: Ints, is_short: Bools) -> Any:
    """平成26年3月31日, or H26.3.31 where ``is_short``."""
    era, year = _era(numbers)
    _, month, of_month = (as_text(part) for part in parts(numbers))
    number = pc.if_else(pa.array((year == 1) & ~is_short), "元", as_text(year))
    names, letters = (
        pa.array(x).take(pa.array(era)) for x in (["昭和", "平成", "令和"], list("SHR"))
    )
    long = pc.binary_join_element_wise(names, number, "年", month, "月", of_month, "日", "")
    short = pc.binary_join_element_wise(letters, number, ".", month, ".", of_month, "")
    return pc.if_else(pa.array(is_short), short, long)


def slashed(numbers: Ints) -> Any:
    """2024/8/27."""
    return pc.binary_join_element_wise(*(as_text(part) for part in parts(numbers)), "/")


def fiscal_year_texts(years: Ints, style: Ints) -> Any:
    """2014, 平成26年度 or H26, by ``style`` 0 to 2."""
    era = (years >= 2019).astype(np.int64)
    number = as_text(years - np.where(era, 2018, 1988))
    names = pa.array(["平成", "令和"]).take(pa.array(era))
    long = pc.binary_join_element_wise(names, number, "年度", "")
    short = pc.binary_join_element_wise(pa.array(["H", "R"]).take(pa.array(era)), number, "")
    return pc.if_else(
        pa.array(style == 0), as_text(years), pc.if_else(pa.array(style == 1), long, short)
    )
