"""What a load changed in the figures is the difference of two snapshots, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from etl.figure_changes import add_figure_changes
from etl.reference import read_reference
from etl.sources import contracts

Cell = tuple[str | None, int, int, int]
BEFORE: list[Cell] = [
    ("20", 2024, 30, 10),
    ("20", 2024, 20, 10),
    ("04", 2023, 9, 3),
    (None, 2024, 5, 1),
]
AFTER: list[Cell] = [
    ("20", 2024, 50, 21),
    ("04", 2023, 9, 3),
    ("47", 2024, 4, 0),
    (None, 2024, 6, 1),
]


def _fill(connection: duckdb.DuckDBPyConnection, cells: Sequence[Cell]) -> None:
    connection.execute(
        "CREATE TABLE application_cell (prefecture_code VARCHAR, fiscal_year SMALLINT, "
        "n_application BIGINT, n_adopted BIGINT)"
    )
    connection.executemany("INSERT INTO application_cell VALUES (?, ?, ?, ?)", cells)


@pytest.fixture
def work() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    _fill(connection, AFTER)
    connection.execute(
        "CREATE TABLE dimension_member AS "
        "SELECT 'year' AS domain, '2024' AS code, TRUE AS is_default UNION ALL VALUES "
        "('year', '2023', FALSE), ('region', '20', TRUE)"
    )
    return connection


def _rows(work: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return work.execute("FROM figure_change").fetchall()


def test_only_what_differs_is_listed(work: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    previous = tmp_path / "it's.duckdb"
    with duckdb.connect(str(previous)) as connection:
        _fill(connection, BEFORE)
    add_figure_changes(work, previous)
    assert _rows(work) == [
        ("", 2024, "adoption_rate", pytest.approx(100 * 21 / 55), pytest.approx(100 * 22 / 60)),
        ("", 2024, "n_adopted", 21, 22),
        ("", 2024, "n_application", 55, 60),
        ("20", 2024, "adoption_rate", 40, 42),
        ("20", 2024, "n_adopted", 20, 21),
        # A prefecture from which nobody had applied had none, and no rate.
        ("47", 2024, "adoption_rate", None, 0),
        ("47", 2024, "n_application", 0, 4),
    ]
    assert work.execute("SELECT database_name FROM duckdb_databases()").fetchall() == (
        duckdb.connect().execute("SELECT database_name FROM duckdb_databases()").fetchall()
    )


def test_without_a_previous_snapshot_that_can_be_compared_nothing_is_listed(
    work: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    older = tmp_path / "older.duckdb"
    with duckdb.connect(str(older)) as connection:
        connection.execute("CREATE TABLE application_cube (fiscal_year SMALLINT)")
    damaged = tmp_path / "damaged.duckdb"
    damaged.write_bytes(b"no database")
    for previous in (None, older, damaged, tmp_path / "nowhere.duckdb"):
        add_figure_changes(work, previous)
        assert _rows(work) == []
        work.execute("DROP TABLE figure_change")
    assert not (tmp_path / "nowhere.duckdb").exists()


def test_every_source_has_its_schedule() -> None:
    schedule = read_reference("source_schedule")
    assert set(schedule["source"]) == {contract.name for contract in contracts()}
    assert schedule["source"].is_unique
    assert list(schedule["position"].astype(int)) == list(range(1, len(schedule) + 1))
    for row in schedule.to_dict("records"):
        assert (row["interval_days"] == "0") == (row["rhythm"] == "none")
