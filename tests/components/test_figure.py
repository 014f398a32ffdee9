"""The frame of a figure: source, arrival, edition, definition and file, always."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html

from components.definitions import definitions
from components.figure import figure_frame, figure_grid
from components.numbers import WITHHELD
from tests.components.drawn import (
    AMOUNT,
    MEAN,
    N_FIRM,
    answer,
    check_children,
    find,
    prop,
    three_prefectures,
    words,
)


def frame(**options: Any) -> Any:
    given: dict[str, Any] = {"answer": three_prefectures(), "name": "map"} | options
    return figure_frame("題", "採択（件）、令和7年度", html.Div("図"), **given)


def test_the_evidence_line_names_source_arrival_and_edition() -> None:
    evidence = words(frame(caveat="返還を差し引く"))
    assert "出典：" in evidence
    assert "令和8年11月20日到着" in evidence
    assert "返還を差し引く" in evidence
    assert "版 a3f1" in evidence
    check_children(frame())


def test_x_is_explained_where_something_is_withheld_and_only_there() -> None:
    assert "「x」は" in words(frame(answer=three_prefectures(n_withheld=1)))
    assert "「x」は" not in words(frame())
    assert WITHHELD == "x"


def test_invented_numbers_say_so_at_every_figure() -> None:
    assert "架空のデータ" in words(frame(answer=three_prefectures(is_synthetic=True)))
    assert "架空のデータ" not in words(frame())


def test_chart_and_table_lead_to_each_other() -> None:
    assert words(find(frame(table_href="?t=map"), "A", href="?t=map")) == "表で見る"
    assert words(find(frame(table_href="?", is_table=True), "A", href="?")) == "図で見る"


def test_files_say_their_rows_before_the_click() -> None:
    drawn = frame(csv_href="/export/a.csv", xlsx_href="/export/a.xlsx")
    assert words(find(drawn, "A", href="/export/a.csv")) == "CSV 3行"
    assert words(find(drawn, "A", href="/export/a.xlsx")) == "XLSX 3行"
    large = frame(csv_href="/c", n_row=12345)
    assert words(find(large, "A", href="/c")) == "CSV 12,345行"
    # A file is fetched by the browser, not followed as a page.
    assert prop(find(drawn, "A", href="/export/a.csv")[0], "data-lens-link") is None


def test_the_definition_button_opens_the_definitions_below() -> None:
    drawn = frame()
    button = find(drawn, "Button")[0]
    assert prop(button, "aria_expanded") == "false"
    assert find(drawn, "Div", id=prop(button, "aria_controls"))


def test_the_figure_is_named_by_its_title() -> None:
    drawn = frame()
    assert prop(drawn, "aria_labelledby") == find(drawn, "H2")[0].id


def test_a_figure_without_an_answer_has_an_empty_evidence_line() -> None:
    drawn = figure_frame("題", "", html.Div("図"), name="s")
    assert len(drawn.children) == 3
    assert words(drawn.children[2]) == ""
    assert len(figure_grid(drawn, drawn).children) == 2


def test_definitions_say_how_a_share_is_made_and_who_may_see_it() -> None:
    meaning = words(definitions(answer(pd.DataFrame(), (N_FIRM, AMOUNT, MEAN))))
    assert "交付額 ÷ 交付先" in meaning
    assert "単位：社" in meaning
    assert "単位：円" in meaning
    assert "秘匿処理" in meaning
    assert "2026-11-20-a3f1" in meaning
    assert "3ファイル" in meaning
    assert "令和8年10月31日まで" in meaning
