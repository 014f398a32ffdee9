"""What holds for every contract: its SQL binds, never raises, and has its words."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import duckdb
import pyarrow as pa
import pytest

from etl.contract import Contract, Layout
from etl.macro import install_macros
from etl.sources import contracts
from etl.sources._typed import TYPED_COLUMNS
from etl.staged import COLUMNS
from language import LANGUAGES, catalogue
from tests.etl.deliveries import number

TYPED = {
    "subsidy_application", "sapoin_application", "sapoin_member", "sapoin_execution",
    "sapoin_commercialisation", "support_record", "consultation",
}  # fmt: skip
EVERY = [
    pytest.param(contract, layout, id=f"{contract.name}-{layout.name}")
    for contract in contracts()
    for layout in contract.layouts
]
# Cells that tempt a cast to raise.
CELLS = [
    None, "", "0", "-1", "12", "2024", "40000", "3000000000", "8000000000001",
    "99999999999999999999", "1e9", "1.5", "１，２３４", "▲5", "2024-02-30", "令和99年1月1日",
    "H31.4", "平成元年", "[{", "[]", '{"name": 1}', "[1]", "円", "'", number(1), "9" * 13, "第3回",
    "福井県", "E", "採択", "①", "0x10", "NaN", "inf", "1/0",
]  # fmt: skip


@pytest.fixture(scope="module")
def work() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        install_macros(connection)
        for i in (1, 2, 3):
            connection.execute(f"SET VARIABLE header_{i} = ['2020', 'x']::VARCHAR[]")
        yield connection


def judge(
    work: duckdb.DuckDBPyConnection,
    contract: Contract,
    layout: Layout,
    records: list[list[str | None]],
) -> None:
    """Evaluate all SQL of a contract over ``records``; the canonical columns go to ``staged``."""
    names = contract.raw_columns
    cells = {
        name: pa.array([record[i] for record in records], pa.string())
        for i, name in enumerate(names)
    }
    lists = {
        name: pa.array([record[:2] for record in records], pa.list_(pa.string()))
        for name in contract.rest_columns
    }
    work.register("sent", pa.table(cells | lists))
    work.execute(f"CREATE OR REPLACE TEMP TABLE raw AS SELECT {layout.with_derived()} FROM sent")  # noqa: S608
    cases = " ".join(f"WHEN {c.condition} THEN {i}" for i, c in enumerate(contract.checks))
    work.execute(f"SELECT CASE {cases} END FROM raw").fetchall()  # noqa: S608
    select = ", ".join(f"{sql} AS {name}" for name, sql in contract.columns.items())
    work.execute(f"CREATE OR REPLACE TEMP TABLE staged AS SELECT {select} FROM raw")  # noqa: S608
    for condition in (*contract.flags.values(), contract.keep):
        work.execute(f"SELECT count(*) FROM staged WHERE {condition}").fetchall()  # noqa: S608
    if contract.period:
        work.execute(f"SELECT {', '.join(contract.period)} FROM staged").fetchall()  # noqa: S608


@pytest.mark.parametrize(("contract", "layout"), EVERY)
def test_the_staged_columns_are_those_that_consolidation_expects(
    work: duckdb.DuckDBPyConnection, contract: Contract, layout: Layout
) -> None:
    judge(work, contract, layout, [[None] * 60])
    found = work.execute("DESCRIBE staged").fetchall()
    work.execute(f"CREATE OR REPLACE TEMP TABLE expected ({COLUMNS[contract.name]})")
    expected = work.execute("DESCRIBE expected").fetchall()
    assert [row[:2] for row in found] == [row[:2] for row in expected]


@pytest.mark.parametrize(("contract", "layout"), EVERY)
def test_no_cell_makes_a_contract_raise(
    work: duckdb.DuckDBPyConnection, contract: Contract, layout: Layout
) -> None:
    chance = Random(3)
    alphabet = "0129年月-/.,平成RH元▲円T９eE+'\"[]{}"
    records: list[list[str | None]] = [[cell] * 60 for cell in CELLS]
    records += [[chance.choice(CELLS) for _ in range(60)] for _ in range(500)]
    records += [
        ["".join(chance.choices(alphabet, k=chance.randint(1, 12))) for _ in range(60)]
        for _ in range(1500)
    ]
    judge(work, contract, layout, records)


def test_what_somebody_typed_is_staged_in_the_same_way_everywhere() -> None:
    for contract in contracts():
        if contract.name in TYPED:
            names = [name for name in contract.columns if name in TYPED_COLUMNS]
            assert names == list(TYPED_COLUMNS), contract.name


def test_no_header_is_that_of_two_layouts() -> None:
    seen: dict[frozenset[str], str] = {}
    for contract in contracts():
        for layout in contract.layouts:
            if layout.recognises is None:
                key = frozenset(layout.columns)
                assert key not in seen, (layout.name, seen.get(key))
                seen[key] = layout.name


def test_every_column_of_a_contract_has_a_name_in_both_languages() -> None:
    for language in LANGUAGES:
        words = catalogue(language)
        for contract in contracts():
            for column in (*contract.columns, *(check.column for check in contract.checks)):
                assert f"staged_column.{column}" in words, (contract.name, column)
