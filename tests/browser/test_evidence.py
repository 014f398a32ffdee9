"""Every figure can be relied on and taken along: its card, its link, its pictures, its files."""

from __future__ import annotations

import re
import struct
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import Visit

pytestmark = pytest.mark.browser

PAGE = "/awards/grants?region=04"


def _open_card(page: Page, figure: str) -> None:
    page.locator(f"#{figure}").get_by_role("button", name="定義", exact=True).click()
    expect(page.locator(f"#{figure}-definitions")).to_contain_text("この図を開く")


def test_the_card_leads_back_to_the_figure_with_the_year_written_out(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open(PAGE)
    _open_card(page, "trend")
    card = page.locator("#trend-definitions")
    for words in ("いつまでの記録か", "見られる人", "中小企業庁", "スナップショット", "円"):
        expect(card).to_contain_text(words)
    expect(card).not_to_contain_text("経営指導員")
    link = card.get_by_role("link", name="この図を開く").get_attribute("href") or ""
    assert urlsplit(link).fragment == "trend"
    assert parse_qs(urlsplit(link).query)["region"] == ["04"]
    assert parse_qs(urlsplit(link).query)["year"][0].isdigit()
    other = visit("analyst", width=390)
    opened = other.open(link)
    expect(opened.locator("#trend")).to_be_in_viewport()
    expect(opened.locator("#trend")).to_be_focused()
    assert other.complaints == []


@pytest.mark.parametrize("figure", ["map", "programme"])
def test_a_picture_says_what_it_is_of_and_asks_for_nothing(visit: Visit, figure: str) -> None:
    visitor = visit("ministry")
    page = visitor.open(PAGE)
    _open_card(page, figure)
    title = page.locator(f"#{figure} h2").inner_text()
    snapshot = page.locator(f"#{figure} .sl-evidence .sl-hash").first.get_attribute("title") or "?"
    with page.expect_download() as waiting:
        page.locator(f"#{figure}").get_by_role("button", name="画像 SVG").click()
    assert re.fullmatch(r".+_\d{8}\.svg", waiting.value.suggested_filename)
    svg = waiting.value.path().read_text(encoding="utf-8")
    written = re.sub(r"<[^>]+>", "", svg)
    assert re.sub(r"\s", "", title) in re.sub(r"\s", "", written)
    assert snapshot in written
    assert "出典" in written
    assert not re.search(r"(?:href|src)=\"(?!#|data:)", svg)
    with page.expect_download() as waiting:
        page.locator(f"#{figure}").get_by_role("button", name="画像 PNG").click()
    png = waiting.value.path().read_bytes()
    width, height = struct.unpack(">II", png[16:24])
    assert png.startswith(b"\x89PNG")
    assert width > 900
    assert height > 400
    expect(page.locator("#waiting")).to_contain_text("保存しました")
    assert visitor.complaints == []


def test_a_file_says_how_many_rows_it_holds_and_a_refusal_why(visit: Visit) -> None:
    visitor = visit("ministry")
    page = visitor.open(PAGE)
    link = page.locator("#trend").get_by_role("link", name="CSV").first
    n_said = re.sub(r"\D", "", link.inner_text())
    with page.expect_download() as waiting:
        link.click()
    assert re.fullmatch(r"採択の推移_宮城県_.+_\d{8}\.csv", waiting.value.suggested_filename)
    rows = waiting.value.path().read_bytes().decode("utf-8-sig").strip().split("\r\n")
    assert len(rows) - 1 == int(n_said)
    expect(page.locator("#waiting")).to_contain_text(f"{n_said}行を保存しました")
    link.evaluate("a => a.setAttribute('href', '/export/nothing.csv')")
    link.click()
    expect(page.locator("#waiting")).to_contain_text("その集計はありません。")
