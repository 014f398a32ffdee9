"""The drill-down in a browser: every mark is a way in, and the same mark a way out."""

from __future__ import annotations

import csv
import re
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import Visit, Visitor

pytestmark = pytest.mark.browser

START = "/awards?year=0"


def _query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def _until(visitor: Visitor, name: str, *, is_set: bool = True) -> str:
    """Wait until the address has (or has no more) a parameter, and the page is drawn."""
    page = visitor.page
    page.wait_for_url(lambda url: (name in parse_qs(urlsplit(url).query)) is is_set)
    visitor.settled()
    return _query(page).get(name, "")


def test_marks_of_four_figures_narrow_the_page_in_any_order(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open(START)
    page.locator("#programme .sl-rank a").first.click()
    programme = _until(visitor, "programme")
    page.locator("#size .sl-rank a").first.click()
    size = _until(visitor, "size")
    page.locator(".sl-tile", has_text="東京").click()
    _until(visitor, "region")
    page.locator("#industry .sl-rank a").first.click()
    industry = _until(visitor, "industry")
    assert _query(page) | {"after": "3"} == {
        "year": "0",
        "after": "3",
        "programme": programme,
        "size": size,
        "region": "13",
        "industry": industry,
    }
    expect(page.locator(".sl-chip")).to_have_count(2)
    expect(page.locator("#programme .sl-rank a[aria-current]")).to_have_count(1)
    # The same mark again, and its condition is gone.
    page.locator("#programme .sl-rank a[aria-current]").click()
    _until(visitor, "programme", is_set=False)
    assert _query(page)["size"] == size


def test_keys_alone_set_a_condition_and_take_it_away(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open(START)
    page.locator("#technology .sl-rank a").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    _until(visitor, "technology")
    page.locator("#technology .sl-rank a[aria-current]").focus()
    page.keyboard.press("Enter")
    _until(visitor, "technology", is_set=False)


def test_going_down_by_the_table_and_up_by_the_trails(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open(START)
    page.locator("#areas tbody a", has_text="関東").first.click()
    assert _until(visitor, "region") == "b03"
    page.locator("#areas tbody a", has_text="東京都").click()
    page.wait_for_url("**region=13**")
    visitor.settled()
    expect(page.locator("nav .breadcrumb")).to_contain_text("関東局")
    page.locator("nav .breadcrumb a", has_text="関東局").click()
    page.wait_for_url("**region=b03**")
    visitor.settled()
    page.locator("nav .breadcrumb a", has_text="全国").click()
    _until(visitor, "region", is_set=False)


def test_a_year_is_chosen_by_its_bar_and_by_its_row(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open(START)
    page.locator("#years tbody a").nth(1).click()
    page.wait_for_url(re.compile(r"year=20\d\d"))
    visitor.settled()
    chosen = _query(page)["year"]
    expect(page.locator("#years tr[aria-current]")).to_have_count(1)
    page.locator("#trend .barlayer .point path").first.click(force=True)
    page.wait_for_url(lambda url: f"year={chosen}" not in url)


def test_one_answer_is_a_map_a_ranking_and_a_table(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open(START)
    figure = page.locator("#map")
    expect(figure.locator(".sl-tile")).to_have_count(47)
    figure.get_by_role("link", name="順位で見る").click()
    _until(visitor, "map")
    assert 10 <= figure.locator(".sl-rank a").count() <= 16
    first = figure.locator(".sl-rank a").first.inner_text()
    figure.get_by_role("link", name="表で見る").click()
    _until(visitor, "table")
    rows = figure.locator("tbody tr")
    expect(rows).to_have_count(48)
    name = rows.nth(1).locator("th").inner_text()
    assert first.startswith(name)
    figure.get_by_role("link", name="地図で見る").click()
    _until(visitor, "table", is_set=False)
    expect(figure.locator(".sl-tile")).to_have_count(47)


def test_the_table_is_ordered_by_the_head_that_is_chosen(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open(START)
    page.locator("#areas thead a", has_text="申請").click()
    assert _until(visitor, "sort") == "n_application"
    expect(page.locator("#areas th[aria-sort=descending]")).to_contain_text("申請")
    cells = page.locator("#areas tbody tr td:nth-child(2)").all_inner_texts()
    numbers = [int(cell.replace(",", "")) for cell in cells[1:]]
    assert numbers == sorted(numbers, reverse=True)


def test_what_is_compared_stands_beside(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open("/awards?year=0&region=b03&versus=b05")
    expect(page.locator("#versus h2")).to_contain_text("近畿局")
    expect(page.locator("#versus tbody tr")).to_have_count(8)
    expect(page.locator(".sl-keys")).to_contain_text("近畿局")
    expect(page.locator(".sl-chip")).to_contain_text("近畿局")


def test_the_file_of_the_areas_holds_what_the_table_shows(visit: Visit) -> None:
    visitor = visit("analyst")
    page = visitor.open("/awards?region=b03&year=0&table=areas")
    link = page.locator("#areas").get_by_role("link", name="CSV")
    n_said = int("".join(filter(str.isdigit, link.inner_text())))
    with page.expect_download() as waiting:
        link.click()
    rows = list(csv.DictReader(StringIO(waiting.value.path().read_bytes().decode("utf-8-sig"))))
    shown = page.locator("#areas tbody tr")
    assert len(rows) == n_said == shown.count()
    for place, row in enumerate(rows):
        cells = shown.nth(place).locator("th, td").all_inner_texts()
        assert cells[0] == (row["内訳"] or "関東局")
        assert cells[1].replace(",", "") == row["申請（件）"]
        assert cells[2].replace(",", "") == row["採択（件）"]


def test_the_list_is_narrowed_by_the_decision(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open("/awards/list?year=0&decision=adopted")
    expect(page.locator(".sl-chip")).to_contain_text("採択")
    cells = page.locator(".ag-cell[col-id=decision]")
    expect(cells.first).to_have_text("採択")
    assert set(cells.all_inner_texts()) == {"採択"}
    page.locator(".ag-body-viewport").evaluate("e => e.scrollTop = 40 * 200")
    expect(page.locator(".ag-row[row-index='200']").first).to_be_visible()
