"""A source is late when it was expected, and has not come, for longer than its grace days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest

from language import speaking
from pages.data_parts.freshness import _freshness_finding
from pages.data_parts.schedule import (
    Standing,
    arrived_cell,
    covers_cell,
    next_cell,
    standing,
    state_cell,
)
from tests.components.drawn import words

TODAY = date(2026, 11, 20)


def _row(
    next_date: Any = date(2026, 11, 11), grace: int = 3, n_file: int = 1, rhythm: str = "month"
) -> dict[str, Any]:
    return {
        "source": "consultation",
        "n_file": n_file,
        "next_date": next_date,
        "grace_days": grace,
        "rhythm": rhythm,
    }


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (_row(), Standing("late", 9)),
        (_row(pd.Timestamp("2026-11-11")), Standing("late", 9)),
        (_row(grace=9), Standing("on_time")),
        (_row(grace=8), Standing("late", 9)),
        (_row(date(2026, 12, 10)), Standing("on_time")),
        (_row(None), Standing("on_time")),
        (_row(pd.NaT), Standing("on_time")),
        (_row(None, n_file=0), Standing("missing")),
    ],
)
def test_how_a_source_stands(row: dict[str, Any], expected: Standing) -> None:
    assert standing(row, TODAY) == expected


def test_it_is_said_in_words_with_a_mark() -> None:
    late: Any = state_cell(_row(), TODAY)
    assert (words(late), late.className) == ("9日遅れ", "sl-state is-warn")
    assert words(state_cell(_row(None), TODAY)) == "予定どおり"
    missing: Any = state_cell(_row(n_file=0), TODAY)
    assert (words(missing), missing.className) == ("届いていない", "sl-state is-wait")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (_row(date(2026, 11, 24), rhythm="week"), "毎週"),
        (_row(date(2026, 11, 20), rhythm="day"), "毎日"),
        (_row(rhythm="week"), "11月11日"),
        (_row(date(2026, 9, 30), rhythm="year"), "9月30日"),
        (_row(), "11月11日"),
        (_row(date(2027, 1, 5)), "令和9年1月5日"),
        (_row(date(2027, 9, 30), rhythm="year"), "来年9月"),
        (_row(date(2026, 12, 1), rhythm="year"), "12月"),
        (_row(None, rhythm="none"), "未定"),
        (_row(None, rhythm="month"), "未定"),
    ],
)
def test_the_next_arrival_is_as_exact_as_its_rhythm(row: dict[str, Any], expected: str) -> None:
    assert words(next_cell(row, TODAY)) == expected


def test_days_are_those_of_japan_and_name_their_year_where_it_is_another() -> None:
    assert words(arrived_cell(datetime(2026, 11, 19, 16, 0), TODAY)) == "11月20日"  # noqa: DTZ001
    assert words(arrived_cell(datetime(2023, 6, 1, 0, 0), TODAY)) == "令和5年6月1日"  # noqa: DTZ001
    assert words([arrived_cell(pd.NaT, TODAY)]) == "-"
    assert words([covers_cell(pd.Timestamp("2026-03-31"))]) == "令和8年3月31日"


def test_the_finding_names_what_is_late_longest_and_what_has_not_come() -> None:
    rows = [
        {"source": s} for s in ("consultation", "support_record", "firm_key", "estat_statistic")
    ]
    fine, gone = Standing("on_time"), Standing("missing")
    assert _freshness_finding(rows, [fine] * 4) == "届いている4の出典は、すべて予定どおり。"
    assert _freshness_finding(rows, [Standing("late", 9), fine, fine, gone]) == (
        "届いている3の出典のうち2が予定どおり。相談記録（経営指導員カルテ）が9日遅れています。"
        "1の出典はまだ届いていません。"
    )
    late = [Standing("late", 9), Standing("late", 12), fine, fine]
    assert "最も遅れているのは支援記録で、12日です。" in _freshness_finding(rows, late)
    with speaking("en"):
        assert "9 days late" in _freshness_finding(rows, [Standing("late", 9), fine, fine, fine])
