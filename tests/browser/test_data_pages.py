"""The pages about the data in a real browser: searched, followed, decided on, by keys alone."""

from __future__ import annotations

import csv
import re
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.sound import assert_is_sound, violations
from tests.browser.visitor import Visit, Visitor

pytestmark = pytest.mark.browser

OPERATORS_PAGES = [
    "/data/review",
    "/data/mapping",
    "/data/mapping?new=1",
    "/data/mapping?profile=tougou_db",
    "/data/mapping?profile=nowhere",
]
# A file of a system that nobody knows; the third record has a day that no calendar has.
SAMPLE = """相談番号,支援機関,対応日,相談内容,会社名,売上高（千円）,公開区分,備考
S-1,みやぎ商工会,R6.4.10,資金繰り,株式会社ひかり,"120,500",実名,
S-2,みやぎ商工会,R6.4.11,販路開拓,やまと食堂,"24,300",実名,再訪
S-3,みやぎ商工会,R6.4.31,創業,うみ商店,100,仮名,
"""


@pytest.mark.parametrize("path", OPERATORS_PAGES)
def test_a_page_of_operators_is_accessible(visit: Visit, path: str) -> None:
    assert_is_sound(visit("operator"), path)


def test_the_page_of_one_file_is_accessible_and_leads_to_its_tables(visit: Visit) -> None:
    visitor = visit("operator")
    page = visitor.open("/data/deliveries?source=subsidy_application")
    name = page.locator("#balance tbody th a").first.inner_text()
    page.locator("#balance tbody th a").first.click()
    page.wait_for_url("**delivery_id=*")
    visitor.settled()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator(".ag-row").first).to_be_visible()
    assert violations(page) == []
    page.locator("#tables tbody th a").first.click()
    page.wait_for_url("**/data/lineage?table_name=*")
    visitor.settled()
    expect(page.locator(".sl-path")).to_contain_text(name)
    assert visitor.complaints == []


def test_the_catalogue_is_searched_by_words_and_narrowed_by_purpose(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open("/data/items")
    page.get_by_label("項目をさがす").fill("売上")
    page.keyboard.press("Enter")
    page.wait_for_url("**words=*")
    visitor.settled()
    rows = page.locator("#items tbody tr")
    n = rows.count()
    assert 0 < n < 40
    expect(page.get_by_label("項目をさがす")).to_be_focused()
    page.select_option("select[name=purpose]", "2")
    page.wait_for_url("**purpose=2*")
    visitor.settled()
    assert 0 < rows.count() < n
    for words in rows.all_inner_texts():
        assert "②" in words
    with page.expect_download() as waiting:
        page.locator("#items").get_by_role("link", name="CSV").click()
    lines = waiting.value.path().read_text(encoding="utf-8-sig")
    assert len(list(csv.DictReader(StringIO(lines)))) == rows.count()
    page.go_back()
    page.wait_for_url(lambda url: "purpose=2" not in url)
    visitor.settled()
    assert rows.count() == n


def test_a_search_without_a_hit_offers_what_would_help(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open("/data/items?words=zzz&purpose=1")
    page.get_by_role("link", name=re.compile("さがす言葉")).click()
    page.wait_for_url(lambda url: "words=" not in url)
    visitor.settled()
    expect(page.locator("#items tbody tr").first).to_be_visible()


def _left(page: Page) -> int:
    found = re.search(r"残り([\d,]+)者", page.locator("#review-progress").inner_text())
    assert found is not None
    return int(found[1].replace(",", ""))


def _answered(page: Page, words: str) -> None:
    expect(page.locator("#review-said")).to_contain_text(words)
    page.wait_for_function("!document.querySelector('#review [data-dash-is-loading]')")


def test_a_doubtful_link_is_decided_put_off_and_taken_back_by_keys(visit: Visit) -> None:
    visitor = visit("operator")
    page = visitor.open("/data/review")
    n, first = _left(page), page.locator("#review-title").inner_text()
    page.locator("#review-confirm").focus()
    page.keyboard.press("Enter")
    _answered(page, "同じ企業と判断しました")
    assert _left(page) == n - 1
    second = page.locator("#review-title").inner_text()
    page.keyboard.press("2")
    _answered(page, "別の企業と判断しました")
    assert _left(page) == n - 2
    page.keyboard.press("3")
    _answered(page, "あとに回しました")
    assert _left(page) == n - 2
    page.keyboard.press("0")
    _answered(page, "取り消しました")
    assert page.locator("#review-title").inner_text() == second
    log = page.locator("#review-log tbody tr")
    assert [row.split("\t")[2] for row in log.all_inner_texts()[:3]] == [
        "取り消し",
        "別の企業",
        "同じ企業",
    ]
    # Whoever decided can look again, and change the mind.
    log.nth(2).get_by_role("link").click()
    page.wait_for_url("**party=*")
    visitor.settled()
    assert page.locator("#review-title").inner_text() == first
    expect(page.locator("#review-case")).to_contain_text("同じ企業と判断しています")
    assert violations(page) == []
    page.locator("#review-undo").click()
    _answered(page, "取り消しました")
    assert _left(page) == n
    assert visitor.complaints == []


def test_keys_pressed_elsewhere_decide_nothing(visit: Visit) -> None:
    page = visit("operator").open("/data/review")
    n = _left(page)
    page.locator("select[name=rule]").focus()
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.wait_for_timeout(500)
    assert _left(page) == n


def _choose_sample(visitor: Visitor, file: Path) -> Page:
    """Open the dialog by keys and choose a file in it."""
    page = visitor.page
    # The browser must know that the dialog is ours to answer before it opens.
    page.on("filechooser", lambda chooser: chooser.set_files(file))
    page.wait_for_timeout(300)
    page.locator("#mapping-choose").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".sl-mapping")).to_be_visible()
    return visitor.settled()


def test_a_profile_is_made_tried_and_kept(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "soudan.csv"
    file.write_text(SAMPLE, encoding="cp932")
    visitor = visit("operator")
    visitor.open("/data/mapping?new=1")
    page = _choose_sample(visitor, file)
    page.get_by_label("表題").fill("みやぎ 相談票")
    page.locator("#mapping-name").fill("Miyagi")
    page.get_by_role("button", name="試す").click()
    expect(page.locator("#mapping-trial")).to_contain_text("名前は英小文字で始め")
    page.locator("#mapping-name").fill("miyagi_sheet")
    # 創業 and the others are known; the words of the sample need no help here.
    page.get_by_role("button", name="試す").click()
    expect(page.locator("#mapping-trial")).to_contain_text("2行を受け入れ、1行を受け入れない")
    trial = page.locator("#mapping-trial")
    expect(trial).to_contain_text("120,500,000")
    expect(trial).to_contain_text("暦にない日付")
    assert violations(page) == []
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#mapping-saved")).to_contain_text("保存しました")
    page.get_by_role("link", name="対応表の一覧へ").click()
    page.wait_for_url("**/data/mapping")
    visitor.settled()
    expect(page.locator("main")).to_contain_text("自分の対応表")
    page.get_by_role("link", name="みやぎ 相談票").click()
    visitor.settled()
    expect(page.get_by_label("列「対応日」の項目")).to_have_value("consulted_date")
    assert visitor.complaints == []


def test_changing_an_item_asks_for_what_the_new_one_needs(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "soudan.csv"
    file.write_text(SAMPLE, encoding="utf-8")
    visitor = visit("operator")
    visitor.open("/data/mapping?new=1")
    page = _choose_sample(visitor, file)
    unit = page.get_by_role("combobox", name="売上高", exact=True)
    assert unit.input_value() == "thousand"
    page.get_by_label("列「支援機関」の項目").select_option("-")
    expect(page.get_by_label("支援機関名 *")).to_be_visible()
    page.get_by_label("支援機関名 *").fill("みやぎ商工会")
    page.get_by_label("列「売上高（千円）」の項目").select_option("-")
    expect(unit).to_have_count(0)
    assert page.get_by_label("支援機関名 *").input_value() == "みやぎ商工会"


@pytest.mark.parametrize("username", ["ministry", "analyst", "admin", "chamber-miyagi"])
@pytest.mark.parametrize("path", ["/data/review", "/data/mapping", "/data/mapping?new=1"])
def test_other_roles_are_told_that_the_page_is_not_theirs(
    visit: Visit, username: str, path: str
) -> None:
    page = visit(username).open(path)
    expect(page.locator("main")).to_contain_text("いまの役割では開けません")
    assert page.locator("#review, #mapping-choose").count() == 0
    assert page.locator(".sl-parts a[href^='/data/review']").count() == 0
