"""A reader with a browser window."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, Request, expect


class Visitor:
    """A signed-in reader whose page notes errors and calls to anywhere else."""

    def __init__(self, context: BrowserContext, address: str, width: int = 1440) -> None:
        self.address = address
        self.context = context
        self.page: Page = context.new_page()
        self.page.set_viewport_size({"width": width, "height": 900})
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text) if message.type == "error" else None
            ),
        )
        self._pending: set[Request] = set()
        self.page.on("request", self._start)
        self.page.on("requestfinished", self._finish)
        self.page.on("requestfailed", self._finish)

    def _start(self, request: Request) -> None:
        self._pending.add(request)
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"request to {request.url}")

    def _finish(self, request: Request) -> None:
        self._pending.discard(request)

    def open(self, path: str) -> Page:
        """Open a path and wait until its page and its figures are drawn."""
        self.page.goto(f"{self.address}{path}")
        return self.settled()

    def resize(self, width: int) -> Page:
        """Make the window as wide and wait until its figures have followed."""
        self.page.set_viewport_size({"width": width, "height": 900})
        return self.settled()

    def settled(self) -> Page:
        """Wait until the server has nothing more to say and every figure is drawn."""
        self.page.wait_for_selector("main h1")
        deadline, quiet = time.monotonic() + 20, 0
        while quiet < 4:
            assert time.monotonic() < deadline, "the page does not come to rest"
            self.page.wait_for_timeout(50)
            quiet = 0 if self._pending else quiet + 1
        undrawn = self.page.locator(".dash-graph:not(:has(.main-svg))")
        expect(undrawn).to_have_count(0, timeout=20_000)
        # Charts are drawn one after the other.
        expect(self.page.locator(".dash-graph--pending")).to_have_count(0, timeout=20_000)
        return self.page


Visit = Callable[..., Visitor]
