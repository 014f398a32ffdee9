"""Words inside charts are harmless and fit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from components.chart_text import safe, text_width, wrapped


def test_markup_in_a_name_stays_text() -> None:
    assert safe('<a href="x">甲&乙</a>') == '&lt;a href="x"&gt;甲&amp;乙&lt;/a&gt;'


def test_names_break_at_joints_and_before_brackets() -> None:
    assert wrapped("電気・ガス・熱供給・水道業", 130) == "電気・ガス・熱供給・<br>水道業"
    assert wrapped("サービス業（他に分類されないもの）", 170) == (
        "サービス業<br>（他に分類されないもの）"
    )
    assert wrapped("製造業", 130) == "製造業"


@given(st.text("あいうABC、・（） ", max_size=40), st.integers(40, 200))
def test_wrapping_loses_no_letter_and_no_line_is_too_wide(words: str, most: int) -> None:
    lines = wrapped(words, most).split("<br>")
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    # A closing mark may hang over the edge rather than begin a line.
    assert all(text_width(line.rstrip("）、・")) <= most for line in lines)
