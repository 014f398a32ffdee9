"""The frame of the page: navigation, head, filters, key figures, states."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from dash import html

from components import notes, states
from components.breadcrumb import Level, page_head
from components.filters import Chip, FilterField, chips, filter_bar
from components.key_figures import KeyFigure, key_figures, strong
from components.links import href, page_link
from components.questions import Question, question_list
from components.shell import NavItem, Viewer, shell
from language import speaking
from tests.components.drawn import check_children, find, prop, words

VIEWER = Viewer("中小企業庁", "token-1", "/awards?region=20")
NAV = [NavItem("ホーム", "/"), NavItem("補助金", "/awards", is_active=True)]


def page(**options: Any) -> Any:
    given: dict[str, Any] = {"viewer": VIEWER, "nav": NAV, "snapshot": "2026-11-20-a3f1"} | options
    return shell([html.H1("題"), None, html.P("文")], **given)


def fields(form: Any) -> dict[str, str]:
    return {item.name: item.value for item in find(form, "Input")}


def test_the_page_marks_where_one_is_and_lets_one_skip_to_the_text() -> None:
    drawn = page()
    current = [link for link in find(drawn, "A") if prop(link, "aria_current") == "page"]
    assert [link.href for link in current] == ["/awards"]
    assert find(drawn, "A", href="#main")
    assert find(drawn, "Main", id="main")
    check_children(drawn)


def test_language_and_sign_out_are_forms_with_the_token() -> None:
    language, sign_out = find(page(), "Form")
    assert (language.action, language.method) == ("/language", "post")
    assert fields(language) == {
        "csrf_token": "token-1",
        "language": "en",
        "next": "/awards?region=20",
    }
    assert sign_out.action == "/logout"
    assert fields(sign_out) == {"csrf_token": "token-1"}
    with speaking("en"):
        assert fields(find(page(), "Form")[0])["language"] == "ja"


def test_who_is_not_signed_in_cannot_sign_out() -> None:
    drawn = page(viewer=Viewer("", "t", is_signed_in=False), nav=())
    assert [form.action for form in find(drawn, "Form")] == ["/language"]


def test_invented_data_are_named_first_on_every_page() -> None:
    assert words(page(is_synthetic=True)).startswith("本文へ移動架空のデータ")
    assert "架空" not in words(page())


def test_an_earlier_snapshot_is_announced_before_the_page() -> None:
    main = find(page(is_fallback=True), "Main")[0]
    assert "ひとつ前の版" in words(main.children[0])


def test_the_footer_says_which_snapshot_and_when() -> None:
    drawn = page(published_at=datetime(2026, 11, 19, 21, 12, tzinfo=UTC))
    footer = words(find(drawn, "Footer"))
    assert "2026-11-20-a3f1" in footer
    assert "令和8年11月20日 6時12分 更新" in footer


def test_the_last_level_of_a_trail_is_where_one_stands() -> None:
    drawn = page_head(
        "題", "文", [[Level("全国", "?"), Level("長野県")], [], [Level("すべての業種")]]
    )
    current = [item for item in find(drawn, "Li") if prop(item, "aria_current")]
    assert [words(item) for item in current] == ["長野県", "すべての業種"]
    assert words(drawn) == "全国長野県×すべての業種題文"


REGION = FilterField("region", "地域", [("", "全国"), ("20", "長野県")], "", drops=("city", "rows"))


def test_a_select_is_named_by_its_parameter_and_its_label() -> None:
    drawn = filter_bar([REGION], summary="全国")
    select = find(drawn, "Select")[0]
    assert (select.id, select.name) == ("filter-region", "region")
    assert find(drawn, "Label", htmlFor="filter-region")
    # The empty code is the browser component's placeholder; it travels as a star.
    assert select.value == "*"
    assert [option["value"] for option in select.options] == ["*", "20"]
    assert [
        prop(div, "data-lens-drops") for div in find(drawn, "Div") if prop(div, "data-lens-drops")
    ] == ["city rows"]
    check_children(drawn)


def test_at_most_three_filters_are_visible() -> None:
    with pytest.raises(ValueError, match="not 4"):
        filter_bar([REGION] * 4, summary="")
    folded = filter_bar([REGION], [REGION, REGION], summary="", n_active=2)
    assert "ほかの条件（2）" in words(folded)
    assert "ほかの条件" not in words(filter_bar([REGION], summary=""))


def test_a_field_fixed_by_role_says_so_and_cannot_change() -> None:
    locked = FilterField("region", "地域", [("20", "長野県")], "20", is_locked=True)
    drawn = filter_bar([locked], summary="")
    assert find(drawn, "Select")[0].disabled
    assert "地域（所属で固定）" in words(drawn)


def test_chips_lead_to_the_page_without_their_condition() -> None:
    drawn = chips([Chip("制度", "ものづくり補助金", "?a=1")], "?")
    assert words(find(drawn, "A", href="?a=1")) == "制度ものづくり補助金を外す"
    assert words(find(drawn, "A", href="?")) == "条件をすべて外す"
    assert chips([], "?") is None


def test_an_address_keeps_what_it_is_not_told_to_change() -> None:
    query = {"region": "20", "year": "2025"}
    assert href(query, year="2024") == "?region=20&year=2024"
    assert href(query, year=None) == "?region=20"
    assert href(query, region="") == "?region=&year=2025"
    assert href({}, "/awards") == "/awards"
    assert href({}) == "?"
    assert href({"q": "a&b=c"}, "/x") == "/x?q=a%26b%3Dc"


def test_links_are_ordinary_links_that_the_script_may_follow() -> None:
    link = page_link("先", "/a?b=1", "btn", current="page", data_row="3")
    assert prop(link, "href") == "/a?b=1"
    assert prop(link, "data-lens-link") == ""
    assert prop(link, "data-row") == "3"
    assert prop(link, "aria_current") == "page"


def test_a_key_figure_has_a_number_a_unit_and_a_comparison() -> None:
    item = KeyFigure("採択率", "48.6", "%", ["全国 41.9%より ", strong("+6.7ポイント")])
    drawn = key_figures([item, KeyFigure("申請", "148", "件")])
    assert words(drawn) == "採択率48.6%全国 41.9%より +6.7ポイント申請148件"
    assert words(find(drawn, "B")) == "+6.7ポイント"
    with pytest.raises(ValueError, match="not 6"):
        key_figures([item] * 6)


def test_questions_are_links_with_their_answers() -> None:
    drawn = question_list(
        [Question("高いか", "全国は41.2%。", "/awards?region=20", "44.8", "%", "採択率")],
        heading="質問から始める",
    )
    assert words(find(drawn, "A", href="/awards?region=20")) == "高いか全国は41.2%。44.8%採択率"


@pytest.mark.parametrize(
    ("draw", "way"),
    [
        (lambda: states.empty("0件です。", [("外す（24件）", "?a=1")]), "?a=1"),
        (lambda: states.withheld(relax=[("広げる", "?b=1")]), "?b=1"),
        (lambda: states.too_few("18社のため", "412社", [("関東局", "?c=1")]), "?c=1"),
        (lambda: states.warning("遅れ", "9日遅れ", [("見る", "?w=1")]), "?w=1"),
        (lambda: states.error("8f2c", "?d=1"), "?d=1"),
        (lambda: states.refused(home_href="/home"), "/home"),
        (lambda: states.unknown_value("地域", "99", "?e=1"), "?e=1"),
    ],
)
def test_every_state_says_why_and_what_to_do(draw: Callable[[], Any], way: str) -> None:
    drawn = draw()
    assert find(drawn, "B")
    assert len(find(drawn, "A", href=way)) == 1
    check_children(drawn)


def test_a_failure_names_the_number_that_finds_it_in_the_log() -> None:
    assert "番号 8f2c を" in words(states.error("8f2c"))


def test_waiting_is_announced_in_words_of_the_page() -> None:
    drawn = states.loading("token-1")
    assert prop(drawn, "role") == "status"
    assert prop(drawn, "data-token") == "token-1"
    assert prop(drawn, "data-loading") == "読み込んでいます"
    assert prop(drawn, "data-saved-rows") == "{n}行を保存しました：{name}"
    assert find(drawn, "Button")[0].hidden
    assert words(drawn) == ""


def test_what_was_stopped_can_be_asked_again_at_the_same_address() -> None:
    drawn = states.stopped("やめました。", "/awards?region=04")
    again = find(drawn, "A", href="/awards?region=04")[0]
    assert words(again) == "もう一度試す"
    # A link that the page follows itself would lead nowhere: one is there already.
    assert prop(again, "data-lens-link") is None


def test_a_failed_check_is_named_in_words() -> None:
    drawn = notes.reading(
        "売上高は", "2.8%", "上回った。", checks=[notes.Check("釣り合い", "差は0.06", False)]
    )
    assert words(find(drawn, "Blockquote")) == "売上高は2.8%上回った。"
    assert "注意：釣り合い" in words(drawn)
