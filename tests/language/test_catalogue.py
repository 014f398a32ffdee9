"""The languages say the same things, and nothing on screen lacks a word."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

import pytest

from language import LANGUAGES, Language, catalogue, speaking, text
from queries.catalogue import QUESTIONS
from queries.question import Question
from release.catalogue import read_catalogue
from release.estimates import PARTS
from stats.catalogue import QUESTIONS as METHOD_QUESTIONS
from store.contract import readable_tables
from store.quantity import Quantity, Unit

ALL_QUESTIONS = (*QUESTIONS, *METHOD_QUESTIONS)


def test_both_languages_have_the_same_keys() -> None:
    assert set(catalogue("ja")) == set(catalogue("en"))


@pytest.mark.parametrize("question", ALL_QUESTIONS, ids=lambda q: q.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_and_column_has_its_words(
    question: Question[Any], language: Language
) -> None:
    words = catalogue(language)
    assert f"question.{question.name}" in words
    for column in question.columns:
        for said in (column, *_varied(column, question)):
            assert words[f"quantity.{said.key}.label"]
            assert words[f"quantity.{said.key}.definition"]


def _varied(column: Quantity, question: Question[Any]) -> list[Quantity]:
    """The column as each choice means it that an address names."""
    if not column.varies_by:
        return []
    rule = next(f for f in fields(question.parameters) if f.name == column.varies_by)
    return [column.said_of({rule.name: choice}) for choice in rule.metadata["choices"][1:]]


def test_every_unit_and_table_has_a_name() -> None:
    units = {column.unit for table in readable_tables() for column in table.columns}
    for unit in (units | {unit.value for unit in Unit}) - {""}:
        assert text(f"unit.{unit}")
    for table in readable_tables():
        assert text(f"store_table.{table.name}")


def test_the_english_catalogue_holds_no_japanese() -> None:
    japanese = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
    # The name of the other language is written in that language.
    allowed = {"gate.login.language", "shell.other_language"}
    found = {key for key, words in catalogue("en").items() if japanese.search(words)}
    assert found <= allowed


def test_every_cube_and_its_numbers_have_words() -> None:
    for cube in read_catalogue().cubes:
        for key in (
            f"released_cube.{cube.name}",
            *(f"released_measure.{m.name}" for m in cube.measures),
            *(f"released_measure.{o}_{part}" for o in cube.estimates for part in PARTS),
        ):
            assert text(f"{key}.label")
            assert text(f"{key}.definition")
        assert text(f"file_name.cube.{cube.name}")


def test_a_missing_word_is_an_error() -> None:
    with speaking("en"), pytest.raises(KeyError):
        text("no.such.word")
