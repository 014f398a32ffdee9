"""A page that takes long says so and can be stopped; one that fails says why."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.visitor import Visit

pytestmark = pytest.mark.browser

CALLBACKS = "**/_dash-update-component*"
FIRST, SECOND = "/data/runs", "/data/lineage"


def _is_page(route: Route) -> bool:
    return '"_pages_content"' in (route.request.post_data or "")


class Held:
    """Keeps back whatever asks for a page, until it is let go."""

    def __init__(self, page: Page) -> None:
        self.routes: list[Route] = []
        self.is_open = False
        page.route(CALLBACKS, self._meet)

    def _meet(self, route: Route) -> None:
        if self.is_open or not _is_page(route):
            route.continue_()
        else:
            self.routes.append(route)

    def let_go(self) -> None:
        self.is_open = True
        for route in self.routes:
            route.continue_()


def _leave(page: Page) -> None:
    page.locator("nav a", has_text="来歴").first.click()
    page.wait_for_url(f"**{SECOND}")


def test_a_slow_page_is_announced_and_can_be_stopped(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open(FIRST)
    title = page.locator("h1").inner_text()
    held = Held(page)
    _leave(page)
    expect(page.locator("#_pages_content[data-dash-is-loading]")).to_have_count(1)
    expect(page.locator("#_pages_content[aria-busy=true]")).to_have_count(1)
    status = page.locator("#waiting")
    expect(status).to_contain_text("読み込んでいます")
    with page.expect_response("**/cancel") as stopped:
        status.get_by_role("button", name="やめる").click()
    assert stopped.value.status == 204
    # What was asked for may come after all: it is no longer wanted.
    held.let_go()
    page.wait_for_url(f"**{FIRST}")
    expect(status).to_contain_text("前の画面に戻りました")
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("#_pages_content[aria-busy]")).to_have_count(0)
    _leave(page)
    visitor.settled()
    expect(page.locator("h1")).not_to_have_text(title)
    assert status.inner_text() == ""
    assert visitor.complaints == []


def test_escape_stops_as_well_and_a_quick_page_is_not_announced(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open(FIRST)
    _leave(page)
    visitor.settled()
    assert page.locator("#waiting").inner_text() == ""
    held = Held(page)
    page.locator("nav a", has_text="取り込みの記録").first.click()
    expect(page.locator("#waiting")).to_contain_text("読み込んでいます")
    page.keyboard.press("Escape")
    page.wait_for_url(f"**{SECOND}")
    held.let_go()
    expect(page.locator("#waiting")).to_contain_text("前の画面に戻りました")


def test_a_page_that_fails_says_why_and_offers_to_try_again(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open(FIRST)

    def broken(route: Route) -> None:
        if not _is_page(route):
            route.continue_()
            return
        body = json.dumps({"message": "処理できませんでした。番号 0a1b2c3d"})
        route.fulfill(status=500, content_type="application/json", body=body)

    page.route(CALLBACKS, broken)
    _leave(page)
    expect(page.locator("#waiting")).to_contain_text("番号 0a1b2c3d")
    page.unroute(CALLBACKS)
    page.get_by_role("button", name="もう一度試す").click()
    visitor.settled()
    assert page.url.endswith(SECOND)
    assert page.locator("#waiting").inner_text() == ""
