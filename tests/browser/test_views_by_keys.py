"""A view is saved, handed on, renamed and dropped by keys alone; filters go along between pages."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.sound import violations
from tests.browser.visitor import Visit

pytestmark = pytest.mark.browser


def _press(page: Page, button: str) -> None:
    """Put the focus on a button and press Enter, as whoever has no mouse."""
    page.get_by_role("button", name=button).first.focus()
    page.keyboard.press("Enter")


def test_a_view_is_saved_shared_renamed_and_dropped_by_keys(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open("/awards?region=04&year=2022")
    _press(page, "この画面を保存")
    dialog = page.get_by_role("dialog", name="この画面を保存")
    name = dialog.get_by_label("名前")
    expect(name).to_be_focused()
    expect(name).to_have_value(re.compile("^補助金　宮城県、.*令和4年度"))
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="この画面を保存")).to_be_focused()
    page.keyboard.press("Enter")
    expect(name).to_be_focused()
    page.keyboard.type("宮城の令和4年度")
    page.keyboard.press("Enter")
    expect(page.locator(".sl-copied", has_text="保存しました")).to_be_visible()
    expect(dialog).to_be_hidden()

    page = visitor.open("/")
    # The Enter that opened the dialog has not saved anything.
    expect(page.locator("#saved tbody tr")).to_have_count(1)
    row = page.locator("#saved tbody tr", has_text="宮城の令和4年度")
    expect(row).to_contain_text("宮城県、令和4年度")
    assert violations(page) == []
    link = row.get_by_role("link", name="宮城の令和4年度")
    short = str(link.get_attribute("href"))
    assert re.fullmatch(r"/v/[\w-]{16}", short)
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/awards?**")
    visitor.settled()
    assert parse_qs(urlsplit(page.url).query) == {"region": ["04"], "year": ["2022"]}

    # Another reader opens the link with the rights of the other.
    analyst = visit("analyst")
    page = analyst.open(short)
    assert parse_qs(urlsplit(page.url).query) == {"region": ["04"], "year": ["2022"]}
    chamber = visit("chamber-miyagi")
    expect(chamber.open(short).locator("main")).to_contain_text("いまの役割では開けません")

    page = visitor.open("/")
    _press(page, "「宮城の令和4年度」の名前を変える")
    name = page.get_by_role("dialog", name="名前を変える").get_by_label("名前")
    expect(name).to_have_value("宮城の令和4年度")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="1〜60文字")).to_be_visible()
    assert violations(page) == []
    page.keyboard.type("みやぎ")
    page.keyboard.press("Enter")
    expect(page.locator("#saved-said")).to_have_text("名前を変えました")
    expect(page.locator("#saved tbody")).to_contain_text("みやぎ")

    _press(page, "「みやぎ」を削除")
    dialog = page.get_by_role("dialog", name="保存した画面を削除")
    expect(dialog).to_contain_text("「みやぎ」を削除します")
    page.keyboard.press("Escape")
    expect(page.locator("#saved tbody")).to_contain_text("みやぎ")
    _press(page, "「みやぎ」を削除")
    dialog.get_by_role("button", name="削除").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#saved-said")).to_have_text("削除しました")
    expect(page.locator("#saved-said")).to_be_focused()
    expect(page.locator("#saved")).to_contain_text("保存した画面はまだありません")
    assert visitor.complaints == []
    response = page.request.get(f"{visitor.address}{short}")
    assert response.status == 404


def test_the_link_of_a_view_can_be_copied(visit: Visit) -> None:
    visitor = visit("ministry")
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.open("/data/items?words=売上")
    _press(page, "この画面を保存")
    page.keyboard.press("Enter")
    expect(page.locator(".sl-copied", has_text="保存しました")).to_be_visible()
    page = visitor.open("/")
    row = page.locator("#saved tbody tr").first
    row.get_by_role("button", name=re.compile("のリンクをコピー")).click()
    expect(row.get_by_text("コピーしました")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == visitor.address + str(row.get_by_role("link").get_attribute("href"))
    assert visitor.open(copied.removeprefix(visitor.address)).url.endswith(
        "/data/items?words=%E5%A3%B2%E4%B8%8A"
    )


def test_a_saved_value_that_is_no_longer_published_is_named(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open("/awards?region=99")
    expect(page.locator("main")).to_contain_text("99")
    expect(page.locator("main")).to_contain_text("条件の値が見つかりません")


def test_what_was_chosen_goes_along_from_page_to_page(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open("/awards?region=13&industry=E&year=2022")

    def follow(name: str, path: str) -> None:
        page.locator("nav a", has_text=name).first.click()
        page.wait_for_url(lambda url: urlsplit(url).path == path)
        visitor.settled()
        query = parse_qs(urlsplit(page.url).query)
        assert {n: query[n] for n in ("region", "industry", "year")} == {
            "region": ["13"],
            "industry": ["E"],
            "year": ["2022"],
        }

    follow("採択×成長", "/growth")
    follow("データ", "/data")
    follow("届いたファイル", "/data/deliveries")
    page.locator("#balance tbody th a").first.click()
    page.wait_for_url("**delivery_id=*")
    visitor.settled()
    follow("来歴", "/data/lineage")
    follow("サポイン検証", "/research")
    follow("ホーム", "/")
    expect(page.locator("select[name=region]")).to_have_value("13")
    page.locator(".sl-questions a").first.click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/awards")
    visitor.settled()
    expect(page.locator("select[name=industry]")).to_have_value("E")


def test_a_bureau_begins_with_its_own_region_and_can_leave_it(visit: Visit) -> None:
    visitor = visit("bureau-kanto", desk="anew")
    page = visitor.page
    visitor.context.clear_cookies()
    page.goto(f"{visitor.address}/login")
    page.get_by_role("button", name="地方経済産業局").click()
    page.wait_for_url("**/?region=b03")
    visitor.settled()
    page.select_option("select[name=region]", "*")
    page.wait_for_url(lambda url: "b03" not in url)
    visitor.settled()
    expect(page.locator("select[name=region]")).to_have_value("*")
