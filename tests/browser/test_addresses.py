"""An address brings back what was seen: in another session, after reload, back and forward, and
after a walk through the navigation. On every page with a filter, with choices drawn by lot."""

from __future__ import annotations

import random
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page

from pages.explore_parts.view import SHARED
from tests.browser.visitor import Visit, Visitor

pytestmark = pytest.mark.browser

# Where one begins, so that most choices leave something to see; whether the navigation leads back
# to the page, and whether its filter goes along then.
APPLICATIONS = ["/?year=0", "/awards?year=0", "/awards/grants?year=0", "/growth", "/research"]
STUDIES = ["/monitoring", "/mapping", "/matching?year=0&measure=sapoin&against=rejected"]
LISTS = ["/awards/list?year=0", "/awards/grants/list?year=0", "/mapping/list"]
DATA = ["/data/items", "/data/deliveries", "/data/lineage", "/data/links"]
# All words and numbers of the page, also those in drawings, and what its fields are set to. The
# grid's hidden panel of pages is no part of it: it counts on while the first rows already stand.
_SEEN = """() => {
  const main = document.querySelector("main"), fields = main.querySelectorAll("select, input");
  const hidden = main.querySelector(".ag-paging-panel")?.textContent ?? "";
  return main.textContent.replace(hidden, "")
    + [...fields].map(field => `${field.name}=${field.value}`).join();
}"""

# The first row stands empty until it has come.
_HAS_ROWS = """() => document.querySelector(".ag-overlay-no-rows-center")
  || [...document.querySelectorAll(".ag-row .ag-cell")].some(cell => cell.textContent.trim())"""


def _seen(page: Page) -> str:
    """What the page says; a list has come with its first rows."""
    if page.locator(".ag-root").count():
        page.wait_for_function(_HAS_ROWS)
    words: str = page.evaluate(_SEEN)
    assert any(letter.isdigit() for letter in words)
    return words


def _names(page: Page) -> list[str]:
    names: list[str] = page.locator(".sl-filters select:enabled").evaluate_all(
        """selects => selects
             .filter(one => one.querySelectorAll("option:enabled").length > 1)
             .map(one => one.name)"""
    )
    return names


def _choose_one(visitor: Visitor, names: Sequence[str], dice: random.Random) -> Page:
    """Choose another value in one of the fields, unfolding them where it is folded."""
    page, name = visitor.page, dice.choice(names)
    select = page.locator(f"select[name={name}]")
    if not select.is_visible():
        page.locator(".sl-more-button").click()
    values = select.locator("option:enabled").evaluate_all("all => all.map(one => one.value)")
    value = dice.choice([other for other in values if other != select.input_value()])
    select.select_option(value)
    expected = "" if value == "*" else value
    page.wait_for_url(
        lambda url: parse_qs(urlsplit(url).query).get(name, [""]) == [expected], wait_until="commit"
    )
    return visitor.settled()


def _walk(visitor: Visitor, name: str, path: str) -> Page:
    """Follow the navigation to another page."""
    page = visitor.page
    page.locator("header nav a", has_text=name).first.click()
    page.wait_for_url(lambda url: urlsplit(url).path == path)
    return visitor.settled()


@pytest.mark.parametrize("path", [*APPLICATIONS, *STUDIES, *LISTS, *DATA])
def test_an_address_brings_back_what_was_seen(visit: Visit, path: str) -> None:
    dice = random.Random(path)
    visitor = visit("ministry")
    page = visitor.open(path)
    before = _seen(page)
    page = _choose_one(visitor, _names(page), dice)
    first_url, first = page.url, _seen(page)
    page = _choose_one(visitor, _names(page), dice)
    url, words = page.url, _seen(page)
    assert len({before, first, words}) == 3
    other = visit("ministry", desk="other").open(url.removeprefix(visitor.address))
    assert _seen(other) == words
    page.reload()
    assert _seen(visitor.settled()) == words
    page.go_back()
    page.wait_for_url(first_url)
    assert _seen(visitor.settled()) == first
    page.go_forward()
    page.wait_for_url(url)
    assert _seen(visitor.settled()) == words
    _walk(visitor, "来歴" if path.startswith("/data") else "データ", _elsewhere(path))
    page.go_back()
    page.wait_for_url(url)
    assert _seen(visitor.settled()) == words
    assert visitor.complaints == []


def _elsewhere(path: str) -> str:
    if not path.startswith("/data"):
        return "/data"
    return "/data/lineage"


@pytest.mark.parametrize("path", APPLICATIONS)
def test_the_navigation_leads_back_to_the_same_numbers(visit: Visit, path: str) -> None:
    dice = random.Random(f"{path} by the navigation")
    visitor = visit("ministry")
    page = visitor.open(path)
    own = urlsplit(path).path
    for _ in range(2):
        page = _choose_one(visitor, [n for n in _names(page) if n in SHARED], dice)
    words = _seen(page)
    way_back = page.locator("header nav a[aria-current=page]").all_inner_texts()
    _walk(visitor, "データ", "/data")
    for name in way_back[:-1]:
        _walk(visitor, name, "/awards")
    assert _seen(_walk(visitor, way_back[-1], own)) == words


def test_tables_of_the_credit_model_come_back_by_their_address(visit: Visit) -> None:
    """The page has no filter: its state is which figures are tables."""
    visitor = visit("ministry")
    page = visitor.open("/mapping/model")
    before = _seen(page)
    page.locator("#calibration").get_by_role("link", name="表で見る").click()
    page.wait_for_url(lambda url: "table=calibration" in url)
    words = _seen(visitor.settled())
    assert words != before
    other = visit("ministry", desk="other").open("/mapping/model?table=calibration")
    assert _seen(other) == words
    page.go_back()
    page.wait_for_url(lambda url: "table" not in url)
    assert _seen(visitor.settled()) == before
