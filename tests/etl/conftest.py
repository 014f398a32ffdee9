"""A desk with an empty inbox and store for each test of the intake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store.application import open_application_database
from store.migration import upgrade
from tests.etl.deliveries import Desk


@pytest.fixture
def make_desk(tmp_path: Path) -> Iterator[Callable[[], Desk]]:
    """Makes as many desks as a test asks for."""
    desks: list[Desk] = []

    def make() -> Desk:
        root = tmp_path / f"desk-{len(desks)}"
        (root / "inbox").mkdir(parents=True)
        engine = open_application_database(f"sqlite:///{root / 'store' / 'application.db'}")
        upgrade(engine)
        desks.append(Desk(root / "inbox", root / "store", engine))
        return desks[-1]

    yield make
    for desk in desks:
        desk.engine.dispose()


@pytest.fixture
def desk(make_desk: Callable[[], Desk]) -> Desk:
    return make_desk()
