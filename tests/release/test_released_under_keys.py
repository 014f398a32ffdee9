"""The same deliveries hide the same cells whatever the firms are called inside."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from etl.publish import publish_snapshot
from store.application import open_application_database
from store.snapshot import RELEASED

KEYS = ("one key of thirty-two characters.", "another key of as many characters")
TABLES = ("released_cell", "released_cube")


@pytest.fixture(scope="module")
def both(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The released files of two stores with the same deliveries and keys of their own."""
    found = []
    for key in KEYS:
        # What was delivered, and nothing of what was published.
        store = tmp_path_factory.mktemp("stores") / "store"
        published = [path.parent.name for path in (demo_dir / "store").glob("*/manifest.json")]
        ignored = shutil.ignore_patterns(*published, "current", "vault")
        shutil.copytree(demo_dir / "store", store, ignore=ignored)
        engine = open_application_database(f"sqlite:///{store / 'application.db'}")
        manifest = publish_snapshot(store, engine, key, lambda _: None)
        engine.dispose()
        found.append(store / manifest.snapshot / RELEASED)
    return found


@pytest.mark.parametrize("table", TABLES)
def test_two_keys_release_the_same_value_for_value(both: list[Path], table: str) -> None:
    one, other = (_rows(path, table) for path in both)
    assert len(one) > 40
    assert one == other


def _rows(path: Path, table: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(f"FROM {table} ORDER BY ALL").fetchall()
