"""The application database is brought to exactly the form that the ORM declares."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from store.application import Base, open_application_database
from store.migration import upgrade

ROOT = Path(__file__).resolve().parents[2]


def test_the_revisions_make_the_tables_of_the_orm(tmp_path: Path) -> None:
    engine = open_application_database(f"sqlite:///{tmp_path / 'application.db'}")
    upgrade(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_a_second_upgrade_changes_nothing(tmp_path: Path) -> None:
    engine = open_application_database(f"sqlite:///{tmp_path / 'application.db'}")
    upgrade(engine)
    before = inspect(engine).get_table_names()
    upgrade(engine)
    assert inspect(engine).get_table_names() == before


def test_several_processes_may_upgrade_at_once(tmp_path: Path) -> None:
    program = (
        "import sys; from store.application import open_application_database as o;"
        "from store.migration import upgrade; upgrade(o(sys.argv[1]))"
    )
    command = [sys.executable, "-c", program, f"sqlite:///{tmp_path / 'application.db'}"]
    started = [
        subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert [(p.communicate()[1], p.returncode) for p in started] == [("", 0)] * 4


def test_the_revisions_let_nobody_change_the_consent_ledger(tmp_path: Path) -> None:
    engine = open_application_database(f"sqlite:///{tmp_path / 'application.db'}")
    upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO consent_entry VALUES "
            "(1, '2026-07-01', 'x', 'grant', '', 'g', 'ebpm', 'all', 'all', "
            "'2026-07-01', '9999-12-31', 'letter')"
        )
    for statement in ("UPDATE consent_entry SET kind = 'refuse'", "DELETE FROM consent_entry"):
        with pytest.raises(IntegrityError, match="append-only"), engine.begin() as connection:
            connection.exec_driver_sql(statement)
