"""Fixtures for all tests: the real data files beside the project, where there are any."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from etl.__main__ import main as etl_main
from store.cursor import StoreCursor
from store.snapshot import HELD, LENS, current_snapshot, open_read_only

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data files; tests that need it are skipped where it does not exist."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the real data files are not at {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(scope="session")
def demo_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose store was loaded by the real ETL from deliveries for 2,500 firms; each
    process of the tests has its own copy.

    LENS_TEST_DATA_DIR names one that is there already, of any size.
    """
    ready = os.environ.get("LENS_TEST_DATA_DIR")
    if ready:
        return Path(ready)
    made = _made_once(tmp_path_factory.getbasetemp().parent)
    return Path(shutil.copytree(made, tmp_path_factory.mktemp("demo") / "data"))


def _made_once(folder: Path) -> Path:
    """The data folder in ``folder``, made by the first of the test processes that needs it."""
    # Taken in here: most tests do without the demo.
    from etl.demo.generate import generate

    root = folder / f"demo-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"
    with (folder / f"{root.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.exists():
            generate(root / "inbox", firms=2_500, seed=7)
            arguments = ["run", "--inbox", str(root / "inbox"), "--store", str(root / "store")]
            assert etl_main(arguments) == 0
    return root


@pytest.fixture(scope="session")
def lens(demo_dir: Path) -> Iterator[StoreCursor]:
    """An unscoped cursor on the analysts' file of the demo store, for slow twins of questions."""
    store_dir = demo_dir / "store"
    snapshot = current_snapshot(store_dir)
    assert snapshot is not None
    # As the application opens it: one process opens a file in one way only.
    connection = open_read_only(store_dir / snapshot / LENS, "4GB", 2)
    yield StoreCursor(connection)
    connection.close()


@pytest.fixture(scope="session")
def held(demo_dir: Path) -> Iterator[StoreCursor]:
    """An unscoped cursor on the file of refused records of the demo store."""
    store_dir = demo_dir / "store"
    snapshot = current_snapshot(store_dir)
    assert snapshot is not None
    connection = open_read_only(store_dir / snapshot / HELD, "4GB", 2)
    yield StoreCursor(connection)
    connection.close()


# What looks at pages in every state and width, and what walks through them, are two long chains:
# each keeps a browser and a server. Then what takes in and publishes deliveries, so that the run
# ends with many short files.
LOOKS = ("test_pages.py", "test_page_states.py", "test_look_in_browser.py")
LONG = ("etl", "release", "gate", "reports")


def _scope_of(file: str) -> str:
    """What is run by one process, one after the other."""
    if "browser" not in file:
        return file
    return "looks" if file.endswith(LOOKS) else "walks"


class _BrowsersTogether(LoadScopeScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        return _scope_of(nodeid.partition("::")[0])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _BrowsersTogether(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first; with ``--no-loadscope-reorder`` the processes take them in this order."""
    items.sort(key=_turn_of)


def _turn_of(item: pytest.Item) -> int:
    file = item.nodeid.partition("::")[0]
    if _scope_of(file) != file:
        return 0
    return 1 if file.split("/")[1] in LONG else 2


# Chromium's own calls home would be refused anyway; without these it tries.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    # .ci/browser installs the first where it can.
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    return {"executable_path": found or "/usr/bin/chromium", "args": QUIET}
