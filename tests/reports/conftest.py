"""Packages of the demo, built once by the gate as somebody who sees released data only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.package.build import Ask, Package, Scope, build_package
from tests.reports.asked import asking

NATION = Scope()
NAGANO = Scope("20", "E")
EDITION = "2026-11"


@pytest.fixture(scope="session")
def ask(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    with asking(demo_dir / "store", tmp_path_factory.mktemp("asked")) as ask:
        yield ask


@pytest.fixture(scope="session")
def packages(ask: Ask) -> dict[Scope, Package]:
    """The packages of the nation and of one prefecture and industry."""
    return {scope: build_package(ask, scope, EDITION) for scope in (NATION, NAGANO)}
