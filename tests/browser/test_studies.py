"""The pages on growth and on research support in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.sound import assert_is_sound
from tests.browser.visitor import Visit

pytestmark = pytest.mark.browser

VIEWS = ["/growth?result=granted&table=region", "/research?table=paths,fields&measure=employee"]


@pytest.mark.parametrize("path", ["/growth", "/research"])
def test_a_study_is_accessible_and_asks_for_nothing_outside(visit: Visit, path: str) -> None:
    assert_is_sound(visit("ministry"), path)


@pytest.mark.parametrize("path", VIEWS)
def test_a_view_of_a_study_is_accessible(visit: Visit, path: str) -> None:
    assert_is_sound(visit("ministry"), path, widths=(1024,))


def test_a_year_without_growth_leads_to_all_years(visit: Visit) -> None:
    visitor = visit("ministry")
    year = (
        visitor.open("/growth")
        .locator("#filter-year option:not([hidden])")
        .first.get_attribute("value")
    )
    page = visitor.open(f"/growth?year={year}&window=5")
    expect(page.get_by_text("伸びを測れる申請はありません")).to_be_visible()
    page.get_by_role("link", name="全年度にする").click()
    expect(page.locator(".sl-keys")).to_be_visible()
    assert "year=0" in page.url


def test_a_row_narrows_the_page_and_keeps_what_was_chosen(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open("/growth?growth=employee&table=region")
    page.locator("#region tbody a").first.click()
    visitor.settled()
    assert "region=b0" in page.url
    assert "growth=employee" in page.url
    expect(page.get_by_text("都道府県別の順位相関")).to_be_visible()


def test_the_other_middle_is_one_click_away(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open("/research")
    page.get_by_role("link", name="中央値で見る").click()
    visitor.settled()
    assert "centre=median" in page.url
    expect(page.locator("#paths")).to_contain_text("売上高の中央値")


def test_a_part_of_the_study_can_be_led_to(visit: Visit) -> None:
    page = visit("ministry").open("/research#funnel")
    expect(page.locator("#funnel")).to_be_in_viewport()
