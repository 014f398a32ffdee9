"""Statements of invented firms in a work database: weak equity is what makes them default."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa

from etl.reference import load_reference
from store import tables
from store.cursor import create_table_sql

Row = dict[str, Any]
YEARS = range(2010, 2021)
# The first firm closes its register in 2016, the second merges in 2015, the third falls silent, the
# fourth closes its register in 2013 and files on.
CLOSED, MERGED, SILENT, RETURNED = (UUID(int=n) for n in (1, 2, 3, 4))

_CLOSE_DATES = {
    CLOSED: date(2016, 6, 1),
    MERGED: date(2015, 6, 1),
    RETURNED: date(2013, 6, 1),
}


def books(seed: int, firms: int, harm: float = 4.0) -> tuple[list[Row], list[Row], list[Row]]:
    """Statements, defaults and firms; ``harm`` is how much low equity counts in the log odds."""
    chance = Random(seed)
    statements: list[Row] = []
    defaults: list[Row] = []
    known: list[Row] = []
    for number in range(1, firms + 1):
        firm_id = UUID(int=number)
        is_gone = firm_id in (CLOSED, MERGED)
        known.append(
            {
                "firm_id": firm_id,
                "founded_year": 1950 + number % 70,
                "is_closed": firm_id in _CLOSE_DATES,
                "close_date": _CLOSE_DATES.get(firm_id),
                "close_cause_code": None,
                "survivor_firm_id": UUID(int=9) if firm_id == MERGED else None,
            }
        )
        assets, equity, sales = chance.randrange(10_000, 900_000), chance.gauss(0.3, 0.2), 100_000
        for year in YEARS:
            if firm_id == SILENT and year > 2014:
                break
            if is_gone and year > 2014:
                break
            equity += chance.gauss(0, 0.03)
            sales = max(1, round(sales * chance.lognormvariate(0.0, 0.12)))
            statements.append(_statement(chance, firm_id, year, assets, equity, sales))
            odds = 2.718 ** (-1.8 - harm * equity)
            if number > 4 and chance.random() < odds / (1 + odds):
                day = date(year + 1, chance.randrange(4, 13), 15)
                defaults.append({"firm_id": firm_id, "default_date": day, "fiscal_year": year + 1})
                break
    return statements, defaults, known


def _statement(
    chance: Random, firm_id: UUID, year: int, assets: int, equity: float, sales: int
) -> Row:
    profit = round(sales * chance.gauss(0.03, 0.05))
    return {
        "firm_id": firm_id,
        "fiscal_year": year,
        "prefecture_code": chance.choice(["04", "13"]),
        "division_code": chance.choice(["E", "I", None]),
        "major_code": None,
        "closing_date": date(year + 1, 3, 31),
        "sales_kyen": sales,
        "operating_profit_kyen": profit,
        "interest_paid_kyen": chance.choice([0, 500, 900]),
        "ordinary_profit_kyen": profit - 500,
        "depreciation_kyen": 2_000,
        "cash_kyen": chance.randrange(1_000, 40_000),
        "current_assets_kyen": chance.randrange(10_000, 60_000),
        "current_liabilities_kyen": chance.randrange(8_000, 50_000),
        "total_assets_kyen": assets,
        "short_debt_kyen": chance.randrange(0, 30_000),
        "long_debt_kyen": chance.randrange(0, 60_000),
        "net_assets_kyen": round(assets * equity),
        "n_employee": chance.choice([0, 3, 12, 14, 15, 70, None]),
    }


def work_of(
    statements: list[Row], defaults: list[Row], known: list[Row], threads: int = 2
) -> duckdb.DuckDBPyConnection:
    """A work database with the tables that credit is made of."""
    work = duckdb.connect(config={"threads": threads})
    load_reference(work)
    for table, rows in (
        (tables.financial_statement, statements),
        (tables.default_event, defaults),
        (tables.firm, known),
    ):
        work.execute(create_table_sql(table, "main"))
        if rows:
            plain = [{k: str(v) if isinstance(v, UUID) else v for k, v in r.items()} for r in rows]
            work.register("made", pa.Table.from_pylist(plain))
            work.execute(f"INSERT INTO {table.name} BY NAME SELECT * FROM made")  # noqa: S608
    return work
