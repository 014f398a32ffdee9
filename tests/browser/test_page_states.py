"""Every page in every state: with its menus and a card open, with a dialog, with nothing to show,
with a value nobody knows. Accessible and no wider than its window."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from playwright.sync_api import Page, expect

from tests.browser.sound import WIDTHS, WIDTHS_OF_STATES, violations
from tests.browser.visitor import Visit, Visitor

pytestmark = pytest.mark.browser

# The operator sees the pages about data as a whole, the ministry the numbers.
EXPLORED = [
    "/",
    "/awards",
    "/awards/list",
    "/awards/grants",
    "/awards/grants/list",
    "/growth",
    "/research",
    "/mapping",
    "/monitoring",
    "/matching",
]
DATA = ["/data", "/data/deliveries", "/data/items", "/data/links", "/data/lineage", "/data/runs"]
EMPTY = [
    "/?region=47&industry=B&year=2006",
    "/awards?region=47&industry=B&year=0",
    "/awards/list?region=47&industry=B&year=0",
    "/awards/grants?region=47&industry=B&year=2021",
    "/awards/grants/list?region=47&industry=B&year=2021",
    "/growth?region=47&industry=B",
    "/research?region=47&industry=B",
    "/mapping?region=47&industry=B&size=s6",
    "/monitoring?region=47&industry=B",
    "/matching?region=47&industry=B",
    "/data/items?words=zzz",
]
UNKNOWN = [
    *(f"{path}?region=99" for path in EXPLORED),
    "/data/deliveries?delivery_id=0",
    "/data/lineage?table_name=none",
    "/nowhere",
]
# All of these are one box of words.
UNKNOWN_WIDTHS = WIDTHS if WIDTHS_OF_STATES == WIDTHS else (390,)


def _check(visitor: Visitor, widths: Sequence[int] = WIDTHS_OF_STATES) -> None:
    """Look at the page as it stands in windows of these widths."""
    for width in widths:
        page = visitor.resize(width)
        assert violations(page) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def _open_card(page: Page) -> bool:
    """Unfold what the first figure rests on, where there is one."""
    button = page.locator("main").get_by_role("button", name="定義", exact=True)
    if button.count():
        button.first.click()
        expect(page.locator(".sl-definitions").first).to_be_visible()
    return button.count() > 0


def _open_menu(page: Page) -> bool:
    """Unfold the conditions that are folded, where there are any."""
    button = page.locator(".sl-more-button")
    if button.count():
        button.click()
        expect(button).to_have_attribute("aria-expanded", "true")
    return button.count() > 0


@pytest.mark.parametrize(
    ("username", "path"),
    [*(("ministry", path) for path in EXPLORED), *(("operator", path) for path in DATA)],
)
def test_a_page_with_all_that_opens_open_is_accessible(
    visit: Visit, username: str, path: str
) -> None:
    visitor = visit(username)
    page = visitor.open(path)
    opened = [_open_menu(page), _open_card(page)]
    visitor.settled()
    _check(visitor)
    # In the last, narrow window the navigation and all conditions are folded as well.
    for name in ("メニュー", "条件を変える"):
        button = page.get_by_role("button", name=name)
        if button.count():
            button.click()
    assert violations(page) == []
    assert any(opened)
    assert visitor.complaints == []


@pytest.mark.parametrize("path", EMPTY)
def test_a_page_with_nothing_to_show_is_accessible(visit: Visit, path: str) -> None:
    visitor = visit("ministry")
    page = visitor.open(path)
    expect(page.locator(".sl-empty, .ag-overlay-no-rows-center").first).to_be_visible()
    _check(visitor)
    assert visitor.complaints == []


@pytest.mark.parametrize("path", UNKNOWN)
def test_a_page_that_cannot_be_shown_is_accessible(visit: Visit, path: str) -> None:
    visitor = visit("ministry")
    visitor.open(path)
    _check(visitor, UNKNOWN_WIDTHS)


def test_the_dialog_that_saves_a_view_is_accessible(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open("/awards")
    page.get_by_role("button", name="この画面を保存").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    _check(visitor)
