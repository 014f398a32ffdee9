"""Fiscal years and moments as they are read: 和暦 in Japanese, plain years in English."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from language import text

TOKYO = ZoneInfo("Asia/Tokyo")

# Name, first day, first fiscal year counted with the era's number: the fiscal year takes the era
# that most of it lies in, so FY2019 is 令和元年度 although it began in 平成31年.
_ERAS = (
    ("reiwa", date(2019, 5, 1), 2019),
    ("heisei", date(1989, 1, 8), 1989),
    ("showa", date(1926, 12, 25), 1926),
)


def _era_of_fiscal_year(year: int) -> tuple[str, int]:
    for era, _, first in _ERAS:
        if year >= first:
            return era, year - first + 1
    raise ValueError(f"no fiscal year before 1926 is named: {year}")


def _numbered(era: str, number: int, pattern: str, **values: object) -> str:
    shown = text("era.first") if number == 1 else str(number)
    return text(pattern, era=text(f"era.{era}.name"), number=shown, **values)


def fiscal_year_text(year: int) -> str:
    """``令和5年度`` for 2023. Raises ValueError before 1926."""
    era, number = _era_of_fiscal_year(year)
    return _numbered(era, number, "era.fiscal_year", year=year)


def fiscal_year_label(year: int) -> str:
    """``令和5年度（2023）`` for 2023: the form of filters."""
    era, number = _era_of_fiscal_year(year)
    return _numbered(era, number, "era.fiscal_year_label", year=year)


def short_era(year: int) -> str:
    """``R5`` for 2023: the form of axes; the plain year in English."""
    era, number = _era_of_fiscal_year(year)
    return text("era.short", letter=text(f"era.{era}.letter"), number=number, year=year)


def _tokyo_date(day: date | datetime) -> date:
    return tokyo_time(day).date() if isinstance(day, datetime) else day


def tokyo_time(moment: datetime) -> datetime:
    """A moment as the clock in Tokyo shows it; one without a zone is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(TOKYO)


def date_text(day: date | datetime) -> str:
    """``令和8年11月20日``; datetimes are UTC. Raises ValueError before 1926-12-25."""
    local = _tokyo_date(day)
    for era, first_day, first_year in _ERAS:
        if local >= first_day:
            return _numbered(
                era,
                local.year - first_year + 1,
                "era.date",
                year=local.year,
                month=local.month,
                month_name=text(f"era.month.{local.month}"),
                day=local.day,
            )
    raise ValueError(f"no day before 1926-12-25 is named: {local}")


def day_text(day: date | datetime) -> str:
    """``11月20日``, for days whose year is plain from the context."""
    local = _tokyo_date(day)
    month_name = text(f"era.month.{local.month}")
    return text("era.day", month=local.month, month_name=month_name, day=local.day)


def month_text(day: date) -> str:
    """``11月``, for months whose year is plain from the context."""
    return text(f"era.month.{day.month}")


def _clock_text(moment: datetime) -> str:
    local = tokyo_time(moment)
    return text("era.clock", hour=local.hour, minute=local.minute)


def moment_text(moment: datetime) -> str:
    """``11月20日 16時30分`` in Tokyo, from a UTC datetime."""
    return text("era.moment", day=day_text(moment), clock=_clock_text(moment))


def full_moment_text(moment: datetime) -> str:
    """``令和8年11月20日 16時30分`` in Tokyo, from a UTC datetime."""
    return text("era.moment", day=date_text(moment), clock=_clock_text(moment))
