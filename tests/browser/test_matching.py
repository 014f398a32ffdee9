"""The page on matched comparison in a real browser: sub-groups, the permanent link, the files."""

from __future__ import annotations

import csv
import json
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.visitor import Visit, Visitor

pytestmark = pytest.mark.browser

START = "/matching?year=0&measure=sapoin&against=rejected"


def _file(visitor: Visitor, link: Locator) -> str:
    response = visitor.context.request.get(f"{visitor.address}{link.get_attribute('href')}")
    assert response.status == 200
    return response.body().decode("utf-8-sig")


def test_a_sub_group_narrows_the_page_and_another_breakdown_is_one_click_away(
    visit: Visit,
) -> None:
    visitor = visit("ministry")
    page = visitor.open(f"{START}&table=groups")
    page.locator("#groups").get_by_role("link", name="業種別", exact=True).click()
    visitor.settled()
    assert "group=industry" in page.url
    row = page.locator("#groups tbody a").first
    name = row.inner_text()
    row.click()
    visitor.settled()
    assert parse_qs(urlsplit(page.url).query)["industry"]
    expect(page.locator("#groups")).to_contain_text(name)


def test_the_specification_and_the_pairs_can_be_taken_along(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open(START)
    losses = page.locator("#losses")
    said = losses.locator(".sl-spec").inner_text()
    whole = json.loads(_file(visitor, losses.get_by_role("link", name="仕様（JSON）")))
    assert whole["snapshot"] in said
    assert whole["rows"][0]["specification"] in said
    assert whole["rows"][0]["match_table"] in said
    pairs = list(
        csv.DictReader(StringIO(_file(visitor, losses.get_by_role("link", name="組の表"))))
    )
    assert len(pairs) == whole["rows"][0]["n_pair"] > 0
    link = losses.locator(".sl-spec a").first.get_attribute("href") or ""
    title = page.locator("blockquote").inner_text()
    assert visitor.open(link).locator("blockquote").inner_text() == title
