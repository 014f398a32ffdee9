"""What chambers may read gives no recipient away, alone or beside what else is published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from store.cursor import StoreCursor
from store.snapshot import LENS, RELEASED, current_snapshot, open_read_only
from store.tables import released_metadata


@pytest.fixture(scope="module")
def released(demo_dir: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    store = demo_dir / "store"
    snapshot = current_snapshot(store)
    assert snapshot is not None
    with open_read_only(store / snapshot / RELEASED, "4GB", 2) as connection:
        yield connection


def test_the_released_file_holds_the_contract_and_nothing_of_single_firms(
    released: duckdb.DuckDBPyConnection, demo_dir: Path
) -> None:
    rows = released.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
    ).fetchall()
    declared = {
        (table.name, column.name)
        for table in released_metadata.tables.values()
        for column in table.columns
    }
    assert set(rows) == declared
    store = demo_dir / "store"
    snapshot = str(current_snapshot(store))
    content = (store / snapshot / RELEASED).read_bytes()
    [vault] = (store / "vault").glob(f"{snapshot}.duckdb")
    with duckdb.connect(str(vault), read_only=True) as connection:
        people = connection.execute("SELECT corporate_number, firm_id, name FROM identity"
                                    ).fetchall()  # fmt: skip
    assert len(people) > 2_000
    for corporate_number, firm_id, name in people:
        assert corporate_number is None or corporate_number.encode() not in content
        assert firm_id.bytes not in content
        assert name is None or name.encode() not in content


def test_no_text_of_the_lens_holds_a_name_or_a_number(demo_dir: Path, lens: StoreCursor) -> None:
    del lens
    store = demo_dir / "store"
    snapshot = str(current_snapshot(store))
    with duckdb.connect(str(store / "vault" / f"{snapshot}.duckdb"), read_only=True) as vault:
        people = vault.execute(
            "SELECT corporate_number, name FROM identity "
            "WHERE substr(corporate_number, 2, 4) <> '0000'"
        ).fetchall()
    known = {word for person in people for word in person if word and len(word) > 3}
    with open_read_only(store / snapshot / LENS, "4GB", 2) as connection:
        columns = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE data_type = 'VARCHAR' AND table_schema = 'main'"
        ).fetchall()
        for table, column in columns:
            cells = connection.execute(
                f'SELECT DISTINCT "{column}" FROM {table} WHERE "{column}" IS NOT NULL'  # noqa: S608
            ).fetchall()
            everything = "\n".join(cell for (cell,) in cells)
            found = [word for word in known if word in everything]
            assert not found, (table, column, found[:5])
