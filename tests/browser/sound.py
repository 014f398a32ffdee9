"""What every page must be in a browser: accessible, quiet, and no wider than its window."""

from __future__ import annotations

import os
from collections.abc import Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.visitor import Visitor

WIDTHS = (1440, 1024, 390)
# Pages as they open are looked at in all widths; their further states in the outer two, and in all
# where LENS_EVERY_WIDTH is set (before a release: it takes some minutes more).
WIDTHS_OF_STATES = WIDTHS if os.environ.get("LENS_EVERY_WIDTH") else (1440, 390)
RULES = {
    # What passed is not listed: it would take as long again.
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{v['id']}: {node['html'][:160]} – {node['failureSummary'][:200]}"
        for v in found
        for node in v["nodes"][:3]
    ]


def assert_is_sound(visitor: Visitor, path: str, widths: Sequence[int] = WIDTHS) -> None:
    """Open ``path`` and look at it in windows of all ``widths``."""
    visitor.open(path)
    for width in widths:
        page = visitor.resize(width)
        assert violations(page) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert visitor.complaints == []
