"""The form of a mapping profile: what is suggested, and what is made of what a browser sends."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from etl.sources._profiles import known_profiles
from pages.mapping_parts.draft import (
    FORM,
    NOTHING,
    TARGET,
    Draft,
    draft_of,
    read_draft,
    sample_bytes,
)
from pages.mapping_parts.suggest import (
    is_code_already,
    suggested_code,
    suggested_items,
    suggested_unit,
)
from store.mapping_profile import problems_of

SHIPPED = known_profiles()
TOPICS = {
    "finance": "金融・資金繰り",
    "sales": "販路開拓",
    "it": "IT・デジタル化",
    "tax": "税務・経理",
}


@pytest.mark.parametrize("profile", SHIPPED, ids=lambda p: p.name)
def test_the_columns_of_a_known_system_are_all_recognised(profile: Any) -> None:
    header = list(profile.columns)
    assert suggested_items(header, SHIPPED, TARGET) == list(profile.columns.values())


def test_the_columns_of_an_unknown_system_are_recognised_by_their_words() -> None:
    header = [
        "相談番号",
        "対応日",
        "相談内容",
        "会社名",
        "ＴＥＬ",
        "売上高（千円）",
        "備考",
        "電話",
    ]
    assert suggested_items(header, (), TARGET) == [
        "record_number", "consulted_date", "topic", "name", "telephone", "sales_yen", "", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "unit"),
    [("売上高(百万円)", "million"), ("年間売上（千円）", "thousand"), ("sales", "yen")],
)
def test_a_unit_is_read_from_the_header(header: str, unit: str) -> None:
    assert suggested_unit(header) == unit


@pytest.mark.parametrize(
    ("word", "code"),
    [("販路開拓", "sales"), ("資金繰り", "finance"), ("it", "it"), ("経", ""), ("なんでも", "")],
)
def test_a_word_is_taken_for_a_code_only_where_it_fits_one(word: str, code: str) -> None:
    assert suggested_code("topic", word, (), TOPICS) == code


def test_a_word_is_read_as_other_profiles_read_it() -> None:
    assert suggested_code("topic", "01", SHIPPED, TOPICS) == "finance"
    assert is_code_already("industry_code", "E")
    assert not is_code_already("industry_code", "製造業")
    assert not is_code_already("topic", "E")


@pytest.mark.parametrize("profile", SHIPPED, ids=lambda p: p.name)
def test_a_profile_shown_in_the_form_and_sent_back_is_the_same(profile: Any) -> None:
    draft = draft_of(profile)
    known = {item: list(words) for item, words in profile.words.items()}
    sent = [
        draft.title,
        draft.name,
        draft.system,
        list(draft.header),
        list(draft.items),
        known,
        list(draft.units.values()),
        [{"type": "map-unit", "item": item} for item in draft.units],
        [code for words in profile.words.values() for code in words.values()],
        [
            {"type": "map-word", "item": item, "index": i}
            for item, words in known.items()
            for i in range(len(words))
        ],
        [],
        [],
        None,
    ]
    assert len(sent) == len(FORM)
    assert read_draft(sent).profile() == profile


@pytest.mark.parametrize("junk", [None, 1, "x", [], {}, [None, 3], {"a": 1}, [[1]], [{"item": 1}]])
def test_whatever_a_browser_sends_gives_a_draft(junk: Any) -> None:
    draft = read_draft([junk] * len(FORM))
    assert isinstance(draft, Draft)
    assert problems_of(draft.profile())


def test_a_column_that_is_not_used_is_named_as_such() -> None:
    draft = Draft("t", "n", "", ("番号", "備考"), ("record_number", NOTHING))
    assert draft.profile().ignored == ("備考",)
    assert draft.profile().system == "n"


def test_a_line_that_was_cut_off_is_left_out_of_a_sample() -> None:
    content = base64.b64encode(b"a,b\n1,2\n3,").decode()
    assert sample_bytes({"content": content, "is_cut": True}) == b"a,b\n1,2\n"
    assert sample_bytes({"content": content, "is_cut": False}) == b"a,b\n1,2\n3,"
    assert sample_bytes({"content": "not base64!"}) == b""
