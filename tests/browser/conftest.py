"""A served demo store and a real browser on it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.visitor import Visitor

ROOT = Path(__file__).resolve().parents[2]
# That of a store which is there already may be another.
PASSWORD = os.environ.get("LENS_DEMO_PASSWORD", "a password for tests only")


@pytest.fixture(scope="session")
def address(demo_dir: Path) -> Iterator[str]:
    """The address of `python app.py` serving the demo store."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "LENS_PORT": str(port),
        "LENS_DATA_DIR": str(demo_dir),
        "LENS_DEMO_PASSWORD": PASSWORD,
    }
    server = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server stopped while starting"
        try:
            with urlopen(f"{address}/health", timeout=2):  # noqa: S310
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not start within a minute")


@pytest.fixture(scope="session")
def signed_in(
    browser: Browser, address: str, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Path]:
    """The stored session of a demo account at a desk, made once by typing its password."""
    folder = tmp_path_factory.mktemp("sessions")

    def session_of(username: str, desk: str = "") -> Path:
        path = folder / f"{username}{desk}.json"
        if not path.exists():
            context = browser.new_context(locale="ja-JP")
            page = context.new_page()
            page.goto(f"{address}/login")
            page.fill("input[name=username]", username)
            page.fill("input[name=password]", PASSWORD)
            page.locator("form[action='/login'] button[type=submit]").first.click()
            page.wait_for_selector("h1")
            context.storage_state(path=path)
            context.close()
        return path

    return session_of


@pytest.fixture(scope="session")
def context_of(
    browser: Browser, signed_in: Callable[..., Path]
) -> Iterator[Callable[[str, str], BrowserContext]]:
    """The browser of an account at a desk, for all tests: it has the scripts from the first page
    on, as a reader's has."""
    contexts: dict[tuple[str, str], BrowserContext] = {}

    def context(username: str, desk: str) -> BrowserContext:
        if (username, desk) not in contexts:
            made = browser.new_context(
                storage_state=signed_in(username, desk), locale="ja-JP", accept_downloads=True
            )
            made.set_default_timeout(20_000)
            contexts[username, desk] = made
        return contexts[username, desk]

    yield context
    for made in contexts.values():
        made.close()


@pytest.fixture
def visit(
    address: str, context_of: Callable[[str, str], BrowserContext]
) -> Iterator[Callable[..., Visitor]]:
    """Opens a window for an account: ``visit("ministry", width=390)``. At another ``desk`` the
    reader has signed in once more; a test that changes what a browser keeps has a desk of its own.
    """
    visitors: list[Visitor] = []

    def visitor(username: str = "ministry", width: int = 1440, desk: str = "") -> Visitor:
        visitors.append(Visitor(context_of(username, desk), address, width))
        return visitors[-1]

    yield visitor
    for one in visitors:
        one.page.close()
