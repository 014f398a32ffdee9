"""Two records side by side: what differs is marked, and said in words."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from components.comparison import Compared, comparison, marked
from tests.components.drawn import check_children, find, prop, words


def _plain(parts: list[Any]) -> str:
    return "".join(part if isinstance(part, str) else str(part.children) for part in parts)


def _marks(parts: list[Any]) -> list[str]:
    return [str(part.children) for part in parts if not isinstance(part, str)]


def test_what_one_of_two_names_lacks_is_marked_in_the_other() -> None:
    left, right = marked("さくら工業", "株式会社さくら工業")
    assert _marks(left) == []
    assert _marks(right) == ["株式会社"]


def test_widths_of_letters_do_not_count_as_a_difference() -> None:
    left, right = marked("ＡＢＣ商事１", "abc商事1")
    assert _marks(left) == _marks(right) == []


def test_texts_with_little_in_common_are_left_unmarked() -> None:
    assert marked("さくら工業", "日本海運輸") == (["さくら工業"], ["日本海運輸"])


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_letter_is_lost_by_marking(left: str, right: str) -> None:
    ours, theirs = marked(left, right)
    assert (_plain(ours), _plain(theirs)) == (left, right)


def test_every_verdict_stands_in_words_and_what_neither_has_is_left_out() -> None:
    drawn = comparison(
        [
            Compared("名称", "さくら", "さくら", "同じ", True),
            Compared("所在地", "東京", "大阪", "都道府県が違う", False, "旧所在地"),
            Compared("電話", "", "", "書かれていない"),
            Compared("番号", "", "123", ""),
        ],
        heads=("項目", "記録", "候補", "比べると"),
        label="比較",
    )
    check_children(drawn)
    assert len(find(drawn, "Tr")) == 4
    said = words(drawn)
    assert "都道府県が違う" in said
    assert "旧所在地" in said
    assert "電話" not in said
    assert prop(drawn, "aria_label") == "比較"
