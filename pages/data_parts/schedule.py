"""Whether a source is on time: when it came last, when it was expected, and today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from dash import html

from components.eras import date_text, day_text, month_text, tokyo_time
from components.notes import state_mark
from components.numbers import MISSING
from language import text

State = Literal["on_time", "late", "missing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a source stands today; ``n_late`` are the days since it was expected, if it is late."""

    state: State
    n_late: int = 0


def today() -> date:
    return tokyo_time(datetime.now(UTC)).date()


def standing(row: Mapping[str, Any], day: date) -> Standing:
    """The standing on ``day`` of a row of source_freshness.

    What is not planned is never late, and a delay within the grace days is none.
    """
    if not row["n_file"]:
        return Standing("missing")
    expected = as_date(row["next_date"])
    n_late = (day - expected).days if expected else 0
    return Standing("late", n_late) if n_late > row["grace_days"] else Standing("on_time")


def as_date(value: Any) -> date | None:
    """A day of an answer, in whatever form it came; None where there is none."""
    if value is None or value != value:
        return None
    return value.date() if isinstance(value, datetime) else value


def state_cell(row: Mapping[str, Any], day: date) -> html.Span:
    """The standing in words, with a mark: filled, open, or an orange disc."""
    found = standing(row, day)
    kind: Mapping[State, Literal["good", "wait", "warn"]] = {
        "on_time": "good",
        "late": "warn",
        "missing": "wait",
    }
    return state_mark(text(f"freshness.{found.state}", n=found.n_late), kind[found.state])


def arrived_cell(value: Any, day: date) -> Any:
    """The day of arrival in Japan, with its year where that is not this one."""
    if not isinstance(value, datetime) or value != value:
        return MISSING
    arrived = tokyo_time(value).date()
    return _together(day_text(arrived) if arrived.year == day.year else date_text(arrived))


def next_cell(row: Mapping[str, Any], day: date) -> Any:
    """When the next arrival is expected, as exactly as its rhythm allows: every week, a day, a
    month. Of what is late, the day that has passed."""
    rhythm, expected = row["rhythm"], as_date(row["next_date"])
    is_late = standing(row, day).state == "late"
    if rhythm in ("day", "week") and not is_late:
        return _together(text(f"freshness.every_{rhythm}"))
    if expected is None:
        return _together(text("freshness.unplanned"))
    if rhythm in ("half_year", "year") and not is_late:
        return _together(_month(expected, day))
    return _together(day_text(expected) if expected.year == day.year else date_text(expected))


def _month(expected: date, day: date) -> str:
    if expected.year == day.year + 1:
        return text("freshness.next_year", month=month_text(expected))
    return month_text(expected)


def covers_cell(value: Any) -> Any:
    """The last day that the records reach."""
    last = as_date(value)
    return date_text(last) if last else MISSING


def _together(words: str) -> html.Span:
    return html.Span(words, className="sl-nb")
