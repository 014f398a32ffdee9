"""Charts come one by one, and what draws them comes before there is anything to draw."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.visitor import Visit

pytestmark = pytest.mark.browser

CALLBACKS = "**/_dash-update-component*"
LIBRARY = "**/plotly-cartesian*"
# How many charts stand, frame by frame.
COUNTING = """
    window.stood = [];
    (function look() {
      window.stood.push(document.querySelectorAll(".js-plotly-plot .main-svg:first-child").length);
      requestAnimationFrame(look);
    })();
"""


def _is_there(page: Page) -> bool:
    return bool(page.evaluate("Boolean(window.Plotly?.react)"))


def test_the_library_is_read_while_the_server_is_at_work_and_once(visit: Visit) -> None:
    visitor = visit("ministry")
    page, held, read = visitor.page, list[Route](), list[Request]()
    page.route(CALLBACKS, lambda route: held.append(route))
    page.on("request", lambda request: read.append(request) if "plotly" in request.url else None)
    page.goto(f"{visitor.address}/awards")
    while not (held and _is_there(page)):
        page.wait_for_timeout(50)
    expect(page.locator(".dash-graph")).to_have_count(0)
    # From here on nothing is held; what was is let go.
    page.unroute(CALLBACKS)
    visitor.settled()
    # One is the browser's own early fetch, which the script then takes.
    assert len({request.url for request in read}) == 1
    assert page.locator("script[src*=plotly]").count() == 1
    assert visitor.complaints == []


def test_the_first_chart_stands_before_the_last_is_begun(visit: Visit) -> None:
    visitor = visit("ministry")
    visitor.page.add_init_script(COUNTING)
    page = visitor.open("/research")
    n_chart = page.locator(".js-plotly-plot").count()
    assert n_chart > 1
    stood = page.evaluate("window.stood")
    assert [n for n in range(1, n_chart + 1) if n in stood] == [*range(1, n_chart + 1)]


def test_a_page_without_charts_does_not_read_it_and_the_next_one_with_charts_does(
    visit: Visit,
) -> None:
    visitor = visit("ministry")
    page = visitor.open("/data")
    assert not _is_there(page)
    page.locator("nav a", has_text="補助金").first.click()
    page.wait_for_url("**/awards*")
    visitor.settled()
    assert _is_there(page)
    assert visitor.complaints == []


def test_a_library_that_did_not_come_is_asked_for_again(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.page
    page.route(LIBRARY, lambda route: route.abort())
    page.goto(f"{visitor.address}/data")
    visitor.settled()
    page.evaluate("window.Plotly.then(() => {}, () => { window.failed = true; })")
    while not page.evaluate("window.failed"):
        page.wait_for_timeout(50)
    page.unroute(LIBRARY)
    page.evaluate("window.Plotly.then(() => {}, () => {})")
    while not _is_there(page):
        page.wait_for_timeout(50)
