"""The analysts' file sees the prepared tables of the file beside it, and nothing else outside."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from store.prepared import ATTACHED_AS, PREPARED_TABLES
from store.snapshot import LENS, PREPARED, open_read_only
from tests.gate.little_store import build_snapshot


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("it's a store")
    build_snapshot(store, "s1")
    return store / "s1"


def test_prepared_tables_lie_in_their_own_file_and_are_seen_in_the_analysts(folder: Path) -> None:
    names = {table.name for table in PREPARED_TABLES}
    with open_read_only(folder / LENS, "200MB", 1) as lens:
        place = "SELECT database_name, table_name FROM duckdb_tables()"
        found = lens.execute(place).fetchall()
        assert {name for database, name in found if database == ATTACHED_AS} == names
        assert not names & {name for database, name in found if database == "lens"}
        for name in names:
            assert lens.execute(f"SELECT count(*) FROM {name}").fetchall() == [(0,)]  # noqa: S608


def test_an_open_file_reaches_nothing_else_and_stays_so(folder: Path, tmp_path: Path) -> None:
    with (
        open_read_only(folder / LENS, "200MB", 1) as first,
        # Connections of one process to one file share what is attached.
        open_read_only(folder / LENS, "200MB", 1) as second,
    ):
        for connection in (first, second):
            for reach in (
                "FROM read_text('/etc/passwd')",
                f"ATTACH '{tmp_path / 'other.duckdb'}' AS other",
                f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
                "SET enable_external_access = TRUE",
            ):
                with pytest.raises(duckdb.Error):
                    connection.execute(reach)
            for table in ("award", "credit_score"):
                with pytest.raises(duckdb.Error, match="read-only"):
                    connection.execute(f"DROP {'TABLE' if table == 'award' else 'VIEW'} {table}")
    assert not list(tmp_path.iterdir())


def test_a_snapshot_of_earlier_days_is_read_without_it(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / LENS)) as lens:
        lens.execute("CREATE TABLE credit_score AS SELECT 1 AS grade")
    assert not (tmp_path / PREPARED).exists()
    with open_read_only(tmp_path / LENS, "200MB", 1) as lens:
        assert lens.execute("FROM credit_score").fetchall() == [(1,)]
