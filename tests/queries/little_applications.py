"""A little store of applications made by hand and by chance, with every kind of gap in it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

import duckdb
from sqlalchemy import Table

from store import tables
from store.cursor import StoreCursor, create_table_sql

Row = dict[str, Any]
Place = tuple[str | None, str | None]

MEMBERS = [
    ("region", "b02", "東北", "bureau", ""),
    ("region", "b03", "関東", "bureau", ""),
    ("region", "04", "宮城県", "prefecture", "b02"),
    ("region", "07", "福島県", "prefecture", "b02"),
    ("region", "13", "東京都", "prefecture", "b03"),
    ("region", "47", "沖縄県", "prefecture", "b03"),
    ("region", "04100", "仙台市", "municipality", "04"),
    ("region", "04202", "石巻市", "municipality", "04"),
    ("region", "13101", "千代田区", "municipality", "13"),
    ("industry", "E", "製造業", "division", ""),
    ("industry", "I", "卸売業、小売業", "division", ""),
    ("industry", "?", "業種不明", "division", ""),
    ("industry", "09", "食料品", "major", "E"),
    ("industry", "24", "金属製品", "major", "E"),
    ("industry", "56", "各種商品小売", "major", "I"),
    ("technology", "01", "デザイン", "technology", ""),
    ("technology", "12", "測定計測", "technology", ""),
    ("technology", "?", "対応不能・記載なし", "technology", ""),
    ("programme", "sapoin", "サポイン事業", "programme", "research"),
    ("programme", "monodukuri", "ものづくり補助金", "programme", "investment"),
    ("size", "s1", "5人以下", "size", ""),
    ("size", "s2", "6〜20人", "size", ""),
    ("size", "s3", "21人以上", "size", ""),
    ("size", "?", "不明", "size", ""),
    ("year", "0", "全年度", "all", ""),
    *(("year", str(year), str(year), "year", "") for year in range(2018, 2024)),
]
SIZES = [("s1", 0, 5), ("s2", 6, 20), ("s3", 21, None)]
BUREAU = {code: parent for _, code, _, level, parent in MEMBERS if level == "prefecture"}
# 13999 is published nowhere, 47 has no applicant; nobody applied in 2020.
PLACES: list[Place] = [
    ("04", "04100"),
    ("04", "04202"),
    ("04", None),
    ("07", None),
    ("13", "13101"),
    ("13", "13999"),
    (None, None),
]
INDUSTRIES = [("E", "09"), ("E", "24"), ("E", None), ("I", "56"), (None, None)]
YEARS = (2018, 2019, 2021, 2022, 2023)
DECISIONS = ("adopted", "adopted", "rejected", "rejected", "withdrawn", None)


def applications(seed: int, n: int = 600, firms: int = 70) -> list[Row]:
    """Applications with all that the tables are made of, one row each."""
    chance = Random(seed)
    latest = {firm: chance.choice([None, chance.randrange(10**7)]) for firm in range(firms)}
    return [_application(chance, number, latest) for number in range(n)]


def _application(chance: Random, number: int, latest: dict[int, int | None]) -> Row:
    firm = chance.randrange(len(latest))
    prefecture, municipality = chance.choice(PLACES)
    division, major = chance.choice(INDUSTRIES)
    year, decision = chance.choice(YEARS), chance.choice(DECISIONS)
    programme = chance.choice(["sapoin", "monodukuri"])
    n_employee = chance.choice([None, 0, 5, 6, 20, 21, 4000])
    granted = chance.choice([None, chance.randrange(10**8)]) if decision == "adopted" else None
    return {
        "application_id": UUID(int=10_000 + number),
        "firm_id": UUID(int=1 + firm),
        "fiscal_year": year,
        "applied_date": chance.choice([None, date(year, chance.randrange(4, 13), 1)]),
        "prefecture_code": prefecture,
        "municipality_code": municipality,
        "bureau_code": BUREAU.get(prefecture or ""),
        "division_code": division,
        "major_code": major,
        "technology_code": chance.choice(["01", "12", None]),
        "programme_code": programme,
        "n_employee": n_employee,
        "decision": decision,
        "project_name": f"課題{number}",
        "requested_yen": chance.choice([None, chance.randrange(10**9)]),
        "granted_yen": granted,
        "latest_sales_kyen": latest[firm],
        "sales_growth_3": chance.choice([None, round(chance.gauss(2, 9), 3)]),
        # Years since completion → whether commercialised; later years may be still to come.
        "reports": {
            after: chance.random() < 0.4
            for after in range(1, chance.randrange(1, 7))
            if decision == "adopted" and programme == "sapoin" and chance.random() < 0.8
        },
    }


def size_of(n_employee: int | None) -> str:
    if n_employee is None:
        return "?"
    return next(code for code, _, most in SIZES if most is None or n_employee <= most)


def subject(row: Row) -> Row:
    """An application as the tables of exploration name its subjects."""
    names = ("division_code", "major_code", "technology_code")
    same = ("fiscal_year", "bureau_code", "prefecture_code", "municipality_code", "programme_code")
    return (
        {name: row[name] for name in same}
        | {name: row[name] or "?" for name in names}
        | {"size_code": size_of(row["n_employee"])}
    )


def store_of(rows: list[Row]) -> tuple[duckdb.DuckDBPyConnection, StoreCursor]:
    """A store in memory with the tables that questions on applications read."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    held = {column.name for column in tables.application.columns}
    _fill(
        connection,
        tables.application,
        [{name: value for name, value in row.items() if name in held} for row in rows],
    )
    _fill(connection, tables.application_cell, _cells(rows))
    _fill(
        connection,
        tables.application_outcome,
        [
            subject(row) | {name: row[name] for name in OUTCOME}
            for row in rows
            if row["decision"] in ("adopted", "rejected") and row["latest_sales_kyen"] is not None
        ],
    )
    _fill(
        connection,
        tables.research_report,
        [
            subject(row)
            | {
                "application_id": row["application_id"],
                "firm_id": row["firm_id"],
                "years_since_completion": after,
                "is_commercialised": is_commercialised,
            }
            for row in rows
            for after, is_commercialised in row["reports"].items()
        ],
    )
    names = ("domain", "code", "name", "level", "parent_code")
    _fill(
        connection,
        tables.dimension_member,
        [
            dict(zip(names, member, strict=True)) | {"position": position, "is_default": False}
            for position, member in enumerate(MEMBERS)
        ],
    )
    bounds = ("size_code", "least", "most")
    _fill(connection, tables.size_class, [dict(zip(bounds, size, strict=True)) for size in SIZES])
    return connection, StoreCursor(connection)


OUTCOME = ("firm_id", "decision", "granted_yen", "latest_sales_kyen", "sales_growth_3")


def _cells(rows: list[Row]) -> list[Row]:
    counts: dict[tuple[Any, ...], Counter[str]] = {}
    for row in rows:
        cell = counts.setdefault(tuple(sorted(subject(row).items(), key=str)), Counter())
        cell["n_application"] += 1
        for decision in ("adopted", "rejected", "withdrawn"):
            cell[f"n_{decision}"] += row["decision"] == decision
        for amount in ("requested_yen", "granted_yen"):
            cell[amount] += row[amount] or 0
    return [dict(key) | dict(counted) for key, counted in counts.items()]


def _fill(connection: duckdb.DuckDBPyConnection, table: Table, rows: list[Row]) -> None:
    connection.execute(create_table_sql(table, "main"))
    names = ", ".join(rows[0])
    marks = ", ".join("?" for _ in rows[0])
    connection.executemany(
        f"INSERT INTO {table.name} ({names}) VALUES ({marks})",  # noqa: S608
        [list(row.values()) for row in rows],
    )
