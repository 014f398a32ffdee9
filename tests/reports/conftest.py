"""Packages of the demo, built once by the gate as somebody who sees released data only."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.package.build import Ask, Package, Scope, build_package
from store.snapshot import current_snapshot
from tests.reports.asked import asking

NATION = Scope()
NAGANO = Scope("20", "E")
FIELD = Scope(field="03")
EDITION = "2026-11"


@pytest.fixture(scope="session")
def ask(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Asks a copy of the snapshot: a process opens a file in one way only, and this stays open."""
    folder = tmp_path_factory.mktemp("asked")
    snapshot = str(current_snapshot(demo_dir / "store"))
    shutil.copytree(demo_dir / "store" / snapshot, folder / "store" / snapshot)
    (folder / "store" / "current").write_text(snapshot)
    with asking(folder / "store", folder) as ask:
        yield ask


@pytest.fixture(scope="session")
def packages(ask: Ask) -> dict[Scope, Package]:
    """The packages of the nation, of one prefecture and industry, and of a field of technology."""
    return {scope: build_package(ask, scope, EDITION) for scope in (NATION, NAGANO, FIELD)}
