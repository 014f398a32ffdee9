"""The languages say the same things, and nothing on screen lacks a word."""

from __future__ import annotations

import re
import string

import pytest

from language import LANGUAGES, catalogue, speaking, text
from queries.catalogue import QUESTIONS
from stats.catalogue import QUESTIONS as METHOD_QUESTIONS
from store.contract import readable_tables
from store.quantity import Unit

ALL_QUESTIONS = (*QUESTIONS, *METHOD_QUESTIONS)


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert set(catalogue("ja")) == set(catalogue("en"))


def test_both_languages_fill_in_the_same_values() -> None:
    japanese, english = catalogue("ja"), catalogue("en")
    differing = [key for key in japanese if _fields(japanese[key]) != _fields(english[key])]
    # A Japanese sentence may name a value that the English one leaves to its context.
    assert [k for k in differing if not _fields(english[k]) <= _fields(japanese[k])] == []


@pytest.mark.parametrize("question", ALL_QUESTIONS, ids=lambda q: q.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_and_column_has_its_words(question: object, language: str) -> None:
    words = catalogue(language)  # type: ignore[arg-type]
    assert f"question.{question.name}" in words  # type: ignore[attr-defined]
    for column in question.columns:  # type: ignore[attr-defined]
        assert words[f"quantity.{column.key}.label"]
        assert words[f"quantity.{column.key}.definition"]


def test_every_unit_and_table_has_a_name() -> None:
    units = {column.unit for table in readable_tables() for column in table.columns}
    for unit in (units | {unit.value for unit in Unit}) - {""}:
        assert text(f"unit.{unit}")
    for table in readable_tables():
        assert text(f"store_table.{table.name}")


def test_the_english_catalogue_holds_no_japanese() -> None:
    japanese = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
    allowed = ("scale.", "login.language", "shell.")
    found = [k for k, v in catalogue("en").items() if japanese.search(v) and k[:6] != "scale."]
    assert [key for key in found if not key.startswith(allowed)] == []


def test_a_missing_word_is_an_error() -> None:
    with speaking("en"), pytest.raises(KeyError):
        text("no.such.word")
