"""A little store of scores and users by chance, most of them in a few cells."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa
from sqlalchemy import Table

from etl.assemble_credit_map import assemble_credit_map
from store import credit_grid as grid
from store import tables
from store.cursor import StoreCursor, create_table_sql
from tests.queries.little_applications import BUREAU, MEMBERS

Row = dict[str, Any]
YEARS = range(2015, 2021)
MEASURES = ("sapoin", "support_yorozu")
REFUSING = UUID(int=1)
_EXITS = (grid.DEFAULTED, grid.CLOSED, grid.MERGED, grid.SILENT, grid.UNPLACED)


def scores(seed: int, firms: int = 400) -> list[Row]:
    """A row per firm and year; here and there a place is not known."""
    chance = Random(seed)
    return [_score(chance, UUID(int=n), year) for n in range(1, firms + 1) for year in YEARS]


def _cell(chance: Random) -> int | None:
    if chance.random() < 0.1:
        return None
    column = min(63, max(0, round(chance.gauss(32, 6))))
    row = min(63, max(0, round(chance.gauss(32, 5))))
    return row * grid.N_BIN + column


def _later(chance: Random) -> int | None:
    if chance.random() < 0.15:
        return None
    return chance.choice(_EXITS) if chance.random() < 0.2 else _cell(chance)


def _score(chance: Random, firm: UUID, year: int) -> Row:
    prefecture = chance.choice(["04", "07", "13"])
    division, major = chance.choice([("E", "09"), ("E", "24"), ("I", "56"), ("?", "?")])
    row: Row = {
        "firm_id": firm,
        "fiscal_year": year,
        "bureau_code": BUREAU[prefecture],
        "prefecture_code": prefecture,
        "division_code": division,
        "major_code": major,
        "size_code": chance.choice(["s1", "s2", "?"]),
    }
    for axis in grid.GROWTH_AXES:
        row[axis.growth] = round(chance.gauss(2, 9), 2)
        row[axis.cell] = _cell(chance)
        for later in grid.LATER:
            row[axis.after(later)] = _later(chance)
    return row


def uses(seed: int, firms: int = 400) -> list[Row]:
    """Who used which measure since when; some of them several."""
    chance = Random(seed)
    return [
        {
            "firm_id": UUID(int=n),
            "measure_code": measure,
            "kind": "support" if measure.startswith("support") else "subsidy",
            "first_year": chance.choice([2010, *range(2016, 2022)]),
        }
        for n in range(1, firms + 1)
        for measure in MEASURES
        if chance.random() < (0.6 if measure == "sapoin" else 0.05)
    ]


def credit_store(
    score_rows: list[Row], use_rows: list[Row]
) -> tuple[duckdb.DuckDBPyConnection, StoreCursor]:
    """A database with these rows, and a firm that refuses."""
    connection = duckdb.connect()
    members = [*MEMBERS, *(("measure", code, code, "measure", "") for code in MEASURES)]
    names = ("domain", "code", "name", "level", "parent_code")
    filled: dict[Table, list[Row]] = {
        tables.credit_score: score_rows,
        tables.measure_use: use_rows,
        tables.firm: [{"firm_id": firm} for firm in sorted({r["firm_id"] for r in score_rows})],
        tables.dimension_member: [
            dict(zip(names, member, strict=True)) | {"position": position, "is_default": False}
            for position, member in enumerate(members)
        ],
        tables.withheld_firm: [],
        tables.consent_period: [
            {
                "firm_id": REFUSING,
                "purpose": "ebpm",
                "scope": "statement",
                "user_class": "all",
                "is_refusal": True,
                "valid_from": date(2000, 1, 1),
                "valid_to": date(9999, 12, 31),
            }
        ],
    }
    for table, rows in filled.items():
        connection.execute(create_table_sql(table, "main"))
        if rows:
            plain = [{k: str(v) if isinstance(v, UUID) else v for k, v in r.items()} for r in rows]
            connection.register("made", pa.Table.from_pylist(plain))
            connection.execute(f"INSERT INTO {table.name} BY NAME SELECT * FROM made")  # noqa: S608
    assemble_credit_map(connection, "credit_score", "measure_use")
    return connection, StoreCursor(connection)
