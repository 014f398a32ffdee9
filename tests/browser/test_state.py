"""The address is the state: links, selects, back, reload and a second window agree."""

from __future__ import annotations

import csv
import re
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import Visit, Visitor

pytestmark = pytest.mark.browser

NUMBERS = ".sl-keys dd.sl-value, figure h2, .sl-table td, .sl-tile, .sl-rank b"
# All years: the demo has few applications in a single one.
DRILLS = ["/awards?year=0", "/awards/grants?year=0"]


def _numbers(page: Page) -> list[str]:
    texts: list[str] = page.locator(NUMBERS).all_inner_texts()
    return texts


def _choose(visitor: Visitor, name: str, value: str) -> Page:
    """Choose a value in a filter and wait until the address says so."""
    page = visitor.page
    if not page.locator(f"select[name={name}]").is_visible():
        page.get_by_role("button", name="ほかの条件").click()
    page.select_option(f"select[name={name}]", value)
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get(name, [""]) == [value])
    return visitor.settled()


@pytest.mark.parametrize("path", DRILLS)
def test_going_down_by_click_and_up_by_the_trail(visit: Visit, path: str) -> None:
    visitor = visit("ministry")
    page = visitor.open(path)
    page.locator(".sl-tile", has_text="宮城").click()
    page.wait_for_url("**region=04*")
    visitor.settled()
    expect(page.locator("nav .breadcrumb")).to_contain_text("東北局")
    page.locator("#areas .sl-table a", has_text="仙台市").first.click()
    page.wait_for_url("**region=041*")
    visitor.settled()
    page.locator("nav .breadcrumb a", has_text="全国").click()
    page.wait_for_url(lambda url: "region=" not in url)


def test_a_chart_and_its_table_are_two_addresses_of_one_answer(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open("/awards/grants?year=2022")
    page.locator("#trend").get_by_role("link", name="表で見る").click()
    visitor.settled()
    expect(page.locator("#trend table")).to_be_visible()
    page.locator("#trend").get_by_role("link", name="図で見る").click()
    visitor.settled()
    expect(page.locator("#trend .dash-graph")).to_be_visible()


def test_a_click_on_a_bar_sets_its_programme(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open("/awards/grants?year=2022")
    page.locator("#programme .barlayer .point path").first.click(force=True)
    page.wait_for_url("**programme=**")
    visitor.settled()
    expect(page.locator(".sl-chip")).to_contain_text("制度")


def test_the_file_holds_what_the_table_shows(visit: Visit) -> None:
    visitor = visit("analyst")
    page = visitor.open("/awards/grants?region=04&year=0&table=areas")
    link = page.locator("#areas").get_by_role("link", name="CSV")
    n_said = int("".join(filter(str.isdigit, link.inner_text())))
    with page.expect_download() as waiting:
        link.click()
    raw = waiting.value.path().read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(raw.decode("utf-8-sig"))))
    shown = page.locator("#areas tbody tr")
    assert len(rows) == n_said == shown.count()
    for place, row in enumerate(rows):
        cells = shown.nth(place).locator("th, td").all_inner_texts()
        assert cells[0] == row["地域"]
        assert cells[1].replace(",", "") == row["採択（件）"]
        assert cells[2].replace(",", "") == row["交付先（者）"]


def test_the_list_shows_its_first_rows_and_fetches_more_by_scrolling(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open("/awards/grants/list?year=0")
    expect(page.locator(".ag-row").first).to_contain_text(re.compile(r"20\d\d-\d\d-\d\d"))
    n = page.locator(".ag-row").count()
    assert 0 < n < 100
    page.locator(".ag-body-viewport").evaluate("e => e.scrollTop = 40 * 300")
    expect(page.locator(".ag-row[row-index='300']").first).to_be_visible()


@pytest.mark.parametrize("path", DRILLS)
def test_keys_alone_reach_a_prefecture(visit: Visit, path: str) -> None:
    visitor = visit("ministry")
    page = visitor.open(path)
    page.locator(".sl-tile[tabindex='0'], .sl-tile").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**region=**")
    visitor.settled()
