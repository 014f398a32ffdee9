"""Codes of sources, reasons and states as words, and moments that stay on one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from dash import html

from components.eras import date_text, full_moment_text, moment_text, tokyo_time
from components.numbers import MISSING
from gate.answer import Answer
from language import has_text, text


def source_name(code: object) -> str:
    """The name of a source; a file that fits none is said to."""
    key = f"source.{code}"
    return text(key) if code and has_text(key) else text("data.source_unknown")


def reason_text(code: object) -> str:
    return _worded("reason", code)


def flag_text(code: object) -> str:
    return _worded("flag", code)


def column_text(code: object) -> str:
    """The item that a reason of refusal is about; missing stays missing."""
    return _worded("staged_column", code if code == code else "")


def table_text(code: object) -> str:
    return _worded("store_table", code)


def rule_text(code: object) -> str:
    return _worded("link_rule", code)


def status_text(code: object) -> str:
    return _worded("link_status", code)


def _worded(section: str, code: object) -> str:
    key = f"{section}.{code}"
    return text(key) if code and has_text(key) else str(code or "")


def source_options(codes: Iterable[object]) -> list[tuple[str, str]]:
    """The choices of a filter of sources: all, then those of ``codes`` by name."""
    named = sorted((source_name(code), str(code)) for code in set(codes) if code)
    return [("", text("data.all_sources")), *((code, name) for name, code in named)]


def by_source_name(answer: Answer) -> Answer:
    """The answer with its rows in the order of the names that the reader sees."""
    order = sorted(range(answer.n_row), key=lambda i: source_name(answer.frame["source"].iloc[i]))
    return replace(answer, frame=answer.frame.iloc[order])


def moment_cell(value: Any) -> Any:
    """A moment that stays on one line, with its year where that is not this one."""
    if not isinstance(value, datetime) or value != value:
        return MISSING
    is_this_year = tokyo_time(value).year == tokyo_time(datetime.now(UTC)).year
    words = moment_text(value) if is_this_year else full_moment_text(value)
    return html.Span(words, className="sl-nb")


def date_cell(value: Any) -> Any:
    """A day that stays on one line."""
    if isinstance(value, datetime) and value == value:
        value = value.date()
    is_there = isinstance(value, date) and value == value
    return html.Span(date_text(value), className="sl-nb") if is_there else MISSING


def duration_text(seconds: Any) -> str:
    """``2分13秒``; ``-`` where it has not ended."""
    if seconds is None or seconds != seconds:
        return MISSING
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return text("data.hours", hours=hours, minutes=minutes)
    return (
        text("data.minutes", minutes=minutes, seconds=rest)
        if minutes
        else text("data.seconds", seconds=rest)
    )
