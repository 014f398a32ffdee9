"""Packages from the desk to the chamber, by clicks: reviewed, approved, looked through, saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from gate.workshop import open_workshop
from queries.catalogue import QUESTIONS as QUERIES
from reports.edition import build_edition, check_edition
from settings import application_database_url
from tests.browser.sound import assert_is_sound, violations
from tests.browser.visitor import Visit

pytestmark = pytest.mark.browser

MONTH = "2026-11"


@pytest.fixture(scope="module")
def releases(demo_dir: Path, address: str) -> Path:
    """The folder of an edition of two packages that waits for its review."""
    store, folder = demo_dir / "store", demo_dir / "releases"
    url = application_database_url(store)
    workshop = open_workshop(store, folder, url, QUERIES)
    edition = build_edition(workshop, MONTH, lambda scope: scope.key in ("04", "04-E")).edition
    check_edition(workshop, edition)
    workshop.close()
    return folder


def test_two_people_let_it_out_and_the_chamber_takes_it(visit: Visit, releases: Path) -> None:
    analyst = visit("analyst")
    page = analyst.open("/reports/desk")
    page.get_by_role("button", name="内容を確認した").click()
    analyst.settled()
    expect(page.get_by_text("内容の確認を記録しました")).to_be_visible()
    expect(page.get_by_role("button", name="公開を承認する")).to_have_count(0)

    ministry = visit("ministry")
    page = ministry.open("/reports/desk")
    page.get_by_role("button", name="公開を承認する").click()
    ministry.settled()
    expect(page.get_by_text("公開しました。")).to_be_visible()

    chamber = visit("chamber-miyagi")
    page = chamber.open("/")
    page.get_by_role("link", name="宮城県のレポートを開く").click()
    chamber.settled()
    expect(page.get_by_role("heading", level=1)).to_have_text("宮城県のレポート")
    page.get_by_label("業種").select_option("E")
    chamber.settled()
    expect(page.get_by_role("heading", level=1)).to_have_text("宮城県・製造業のレポート")
    page.get_by_role("link", name="次のページ").click()
    chamber.settled()
    assert "sheet=2" in page.url
    picture = page.locator("img.sl-sheet")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 600
    with page.expect_download() as saving:
        page.get_by_role("link", name="PDFを保存", exact=True).click()
    saved = saving.value
    assert saved.suggested_filename.startswith("中小企業データ分析レポート_宮城県・製造業_")
    assert Path(saved.path()).read_bytes() == (releases / MONTH / "04-E/report.pdf").read_bytes()

    page = ministry.open("/reports/desk")
    expect(page.get_by_role("cell", name="chamber-miyagi")).to_be_visible()
    assert violations(page) == []


def test_the_report_is_accessible_at_a_desk_and_in_a_hand(visit: Visit, releases: Path) -> None:
    assert_is_sound(visit("chamber-miyagi"), "/reports?industry=E", widths=(1440, 390))
