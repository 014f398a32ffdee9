"""The names of files: what was chosen, in words, short enough for every file system."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime

import pandas as pd
import pytest

from gate.answer import Answer
from gate.file_name import file_name, value_word
from language import catalogue, speaking
from queries.catalogue import QUESTIONS
from stats.catalogue import QUESTIONS as STATISTICS
from store.members import Member, Members

DOMAINS = {
    "region": {
        "b02": Member("b02", "東北局", "Tohoku", "bureau", ""),
        "04": Member("04", "宮城県", "Miyagi", "prefecture", "b02"),
        "06": Member("06", "山形県", "Yamagata", "prefecture", "b02"),
    },
    "industry": {
        "E": Member("E", "製造業", "Manufacturing", "division", ""),
        "?": Member("?", "業種不明", "Unknown industry", "division", ""),
    },
    "technology": {"03": Member("03", "精密加工", "Precision machining", "technology", "")},
    "programme": {"mono": Member("mono", "ものづくり補助金", "Monodzukuri", "programme", "")},
    "size": {"s2": Member("s2", "6〜20人", "6–20", "size", "")},
    "year": {
        "2024": Member("2024", "2024", "2024", "year", ""),
        "0": Member("0", "0", "0", "year", ""),
    },
}
MEMBERS = Members(DOMAINS, {"year": "2024"})
DAY = "20261126"


@pytest.fixture(autouse=True)
def _words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(catalogue("ja"), "question.breakdown", "申請の内訳")
    monkeypatch.setitem(catalogue("en"), "question.breakdown", "Breakdown")


def _name(query: dict[str, str], usual: dict[str, str] | None = None) -> str:
    answer = Answer(
        "breakdown", query, pd.DataFrame(), (), "s1", datetime(2026, 11, 26, tzinfo=UTC), True, ()
    )
    return file_name(answer, DAY, MEMBERS, usual or {})


def test_every_choice_is_a_word() -> None:
    query = {
        "region": "04", "industry": "E", "year": "2024", "technology": "03", "size": "s2",
        "versus": "06", "versus_industry": "?", "by": "prefecture", "after": "5",
        "sort": "n_award", "cohort": "2006_2008", "start": "100", "rows": "50",
    }  # fmt: skip
    assert _name(query) == (
        "申請の内訳_宮城県_製造業_2024年度_精密加工_6〜20人_山形県と比較_業種不明と比較_"
        f"都道府県別_完了5年後_採択の順_2006〜2008年度申請_{DAY}"
    )
    with speaking("en"):
        assert _name({"region": "04", "year": "0", "by": "size", "after": "5"}) == (
            f"Breakdown_Miyagi_all-years_by-size_5-years-after-completion_{DAY}"
        )


def test_what_is_as_usual_and_hardly_changed_is_left_out() -> None:
    usual = {"year": "2024", "by": "region", "after": "3", "sort": "n_award", "decision": "all"}
    assert _name(usual, usual) == f"申請の内訳_2024年度_地域別_{DAY}"
    assert _name(usual | {"after": "1"}, usual) == f"申請の内訳_2024年度_地域別_完了1年後_{DAY}"


def test_a_long_name_keeps_its_day() -> None:
    name = _name({"words": "あ" * 60, "source": "b" * 64, "table_name": "c" * 64})
    assert name.endswith(f"_{DAY}")
    assert len(f"{name}.variables.csv".encode()) < 255


def test_no_word_breaks_a_path() -> None:
    name = _name({"words": 'a/b\\c:d*e?"f<g>h|i\nj_k l'})
    assert re.fullmatch(r"[^/\\:*?\"<>|\n ]+", name)
    assert name.count("_") == 2


def _choices() -> Iterator[tuple[str, str]]:
    """Every fixed value that a parameter of any question may take."""
    for question in (*QUESTIONS, *STATISTICS):
        for field in fields(question.parameters):
            for value in field.metadata.get("choices", ()):
                if value:
                    yield field.name, value


@pytest.mark.parametrize(("name", "value"), sorted(set(_choices())))
def test_no_choice_is_named_by_its_code(name: str, value: str) -> None:
    with speaking("ja"):
        word = value_word(name, value, MEMBERS)
    assert word == "EBPM" or re.search(r"[\u3041-\u30ff\u4e00-\u9fff]", word), word
    with speaking("en"):
        assert "_" not in value_word(name, value, MEMBERS)
