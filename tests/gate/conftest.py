"""Fixtures of the gate's tests: the little store, open, asked and served."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app import join
from gate.asking import Gate
from gate.audit import AuditLog
from gate.snapshots import SnapshotReader
from language import set_language
from store.application import Base, open_application_database
from store.members import Member, Members
from store.snapshot import point_to
from tests.gate.little_store import (
    MEMBERS,
    PASSWORD,
    QUESTIONS,
    Application,
    add_callbacks,
    build_snapshot,
    layout,
    settings_for,
)


@pytest.fixture(scope="session")
def built_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The little store, built once; for tests that leave it as it is."""
    store = tmp_path_factory.mktemp("built") / "store"
    build_snapshot(store, "s1")
    point_to(store, "s1")
    return store


@pytest.fixture
def store_dir(built_store: Path, tmp_path: Path) -> Path:
    """A copy of it to publish to and to damage."""
    return Path(shutil.copytree(built_store, tmp_path / "store"))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_application_database(f"sqlite:///{tmp_path / 'application.db'}")
    Base.metadata.create_all(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def reader(store_dir: Path) -> Iterator[SnapshotReader]:
    opened = SnapshotReader(store_dir, memory_limit="200MB", threads=1, look_every=0.0)
    yield opened
    opened.close()


@pytest.fixture
def members() -> Members:
    domains: dict[str, dict[str, Member]] = {}
    for domain, code, name, level, parent, _, _ in MEMBERS:
        domains.setdefault(domain, {})[code] = Member(code, name, name, level, parent)
    return Members(domains, {"year": "0"})


@pytest.fixture
def gate(reader: SnapshotReader, engine: Engine) -> Gate:
    return Gate(QUESTIONS, reader, AuditLog(engine))


@pytest.fixture(autouse=True)
def _japanese() -> None:
    set_language("ja")


@pytest.fixture(scope="session")
def application(
    built_store: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Application]:
    """One application for all tests; it knows the little questions."""
    folder = tmp_path_factory.mktemp("application")
    shutil.copytree(built_store, folder / "store")
    built = Application(join(settings_for(folder, demo_password=PASSWORD), QUESTIONS, layout, ""))
    add_callbacks(built.dash)
    yield built
    built.gate.reader.close()
    built.engine.dispose()
