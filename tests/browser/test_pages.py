"""Every page in a real browser: accessible, quiet, self-contained, at three widths."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.sound import WIDTHS, assert_is_sound, violations
from tests.browser.visitor import Visit

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/awards",
    "/awards/list",
    "/awards/grants",
    "/awards/grants/list",
    "/mapping",
    "/mapping/model",
    "/mapping/list",
    "/monitoring",
    "/matching",
    "/data",
    "/data/deliveries",
    "/data/items",
    "/data/links",
    "/data/lineage",
    "/data/runs",
]
# The same pages with other figures on them.
VIEWS = [
    "/awards?region=04&year=0&table=map,trend",
    "/awards?region=b03&industry=E&year=0&versus=b05&versus_industry=I&map=ranking",
    "/awards?year=0&measure=median_growth&map=ranking",
    "/awards/grants?region=04&year=0&table=map,trend",
    "/mapping?later=1&window=1&quadrant=weak_growing&table=plane,movement",
    "/mapping?versus_measure=monodzukuri",
    "/mapping?growth_of=employees&window=1&table=movement",
    "/mapping/list?listed=everyone&quadrant=weak_growing",
    "/mapping/model?table=calibration,quality,terms",
    "/monitoring?measure=support_turnaround&centre=mean&table=path,exits",
    "/matching?measure=sapoin&against=rejected&scale=level&table=paths,balance,losses",
    "/data/lineage?table_name=award",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_and_asks_for_nothing_outside(visit: Visit, path: str) -> None:
    visitor = visit("ministry")
    assert_is_sound(visitor, path)
    expect(visitor.page.get_by_text("この画面の数値はすべて架空です").first).to_be_in_viewport()


@pytest.mark.parametrize("path", VIEWS)
def test_a_view_of_a_page_is_accessible(visit: Visit, path: str) -> None:
    assert_is_sound(visit("ministry"), path, widths=(1024,))


@pytest.mark.parametrize("username", ["chamber-miyagi", "operator", "admin", "bureau-kanto"])
def test_the_home_of_each_role_is_accessible(visit: Visit, username: str) -> None:
    visitor = visit(username)
    page = visitor.open("/")
    assert violations(page) == []
    assert visitor.complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_sign_in_page_is_accessible(browser: Browser, address: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="ja-JP")
    page = context.new_page()
    page.goto(f"{address}/login")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_opened_parts_are_accessible(visit: Visit) -> None:
    page = visit("ministry").open("/awards?region=04&year=0")
    page.get_by_role("button", name="ほかの条件").click()
    page.get_by_role("button", name="定義").first.click()
    assert violations(page) == []


def test_an_empty_answer_says_why_and_offers_a_way_on(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open("/awards?region=47&industry=B&year=0")
    expect(page.get_by_text("この条件に合う申請はありません")).to_be_visible()
    assert violations(page) == []
    page.locator(".sl-empty a.btn").first.click()
    visitor.settled()
    expect(page.locator(".sl-keys")).to_be_visible()
    page = visitor.open("/awards/grants?region=47&industry=B&year=2021")
    expect(page.get_by_text("この条件に合う交付はありません")).to_be_visible()
    assert violations(page) == []
    page.locator(".sl-empty a.btn").first.click()
    visitor.settled()
    expect(page.locator(".sl-keys")).to_be_visible()


def test_a_value_the_snapshot_does_not_know_is_named(visit: Visit) -> None:
    page = visit("ministry").open("/awards?region=99")
    expect(page.locator("main")).to_contain_text("99")


def test_no_chart_offers_to_be_shared_elsewhere(visit: Visit) -> None:
    page = visit("ministry").open("/awards/grants")
    assert page.locator(".modebar-btn").count() == 0
    assert page.locator(".dash-graph").count() >= 3
    expect(page.get_by_text("Share", exact=False)).to_have_count(0)
    expect(page.locator("[data-title*='hare'], [aria-label*='hare']")).to_have_count(0)


def test_one_click_signs_a_visitor_of_the_demo_in(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="ja-JP")
    page = context.new_page()
    page.goto(f"{address}/login")
    page.get_by_role("button", name="分析担当").click()
    page.wait_for_selector("main h1")
    expect(page.get_by_text("analyst")).to_be_visible()
    context.close()


def test_english_is_a_switch_away(visit: Visit) -> None:
    visitor = visit("analyst", desk="english")
    page = visitor.open("/awards?region=04")
    page.get_by_role("button", name="English").click()
    visitor.settled()
    expect(page.get_by_role("heading", level=1)).to_have_text("Award drill-down")
    assert "region=04" in page.url
    assert page.locator("html").get_attribute("lang") == "en"
