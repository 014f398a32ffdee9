"""A little store of outcomes and research projects by chance: ties, gaps and small groups in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

import duckdb
from sqlalchemy import Table

from store import tables
from store.cursor import StoreCursor, create_table_sql
from tests.queries.little_applications import BUREAU, INDUSTRIES, MEMBERS, PLACES

Row = dict[str, Any]

YEARS = (2006, 2008, 2010, 2018)
REFUSING = UUID(int=1)


def _subject(chance: Random, programmes: Sequence[str]) -> Row:
    prefecture, municipality = chance.choice(PLACES)
    division, major = chance.choice(INDUSTRIES)
    return {
        "fiscal_year": chance.choice(YEARS),
        "bureau_code": BUREAU.get(prefecture or ""),
        "prefecture_code": prefecture,
        "municipality_code": municipality,
        "division_code": division or "?",
        "major_code": major or "?",
        "technology_code": chance.choice(["01", "12", "?"]),
        "programme_code": chance.choice(programmes),
        # Few are large, so that a class with too few stands beside the others.
        "size_code": chance.choices(["s1", "s2", "s3", "?"], [40, 40, 2, 18])[0],
    }


def outcomes(seed: int, n: int = 900, firms: int = 300) -> list[Row]:
    """Decided applications with growth to one decimal, so that many are equal."""
    chance = Random(seed)
    return [_outcome(chance, firms) for _ in range(n)]


def _outcome(chance: Random, firms: int) -> Row:
    is_adopted = chance.random() < 0.4
    points = chance.choice([None, float(chance.randrange(40, 90))])
    lift = 1.5 * is_adopted + 0.05 * (points or 60)
    growth: Row = {}
    for window in (1, 3, 5):
        for name in ("sales_growth", "profit_change", "employee_growth"):
            # Now and then somebody doubles and redoubles.
            wide = 9 if chance.random() < 0.97 else 90
            value = round(chance.gauss(lift, wide) * (1 + 0.8 * is_adopted), 1)
            growth[f"{name}_{window}"] = chance.choice([None, value, value, value])
    return (
        _subject(chance, ["sapoin", "monodukuri"])
        | growth
        | {
            "firm_id": UUID(int=1 + chance.randrange(firms)),
            "decision": "adopted" if is_adopted else "rejected",
            "granted_yen": chance.choice([None, 0, 45_000_000, chance.randrange(1, 90) * 500_000])
            if is_adopted
            else None,
            "points": points,
            "is_adopted_later": not is_adopted and chance.random() < 0.2,
        }
    )


def projects(seed: int, n: int = 500, firms: int = 160) -> list[Row]:
    """Applications for research support with their reports and the statements of their firms."""
    chance = Random(seed)
    return [_project(chance, number, firms) for number in range(n)]


def _project(chance: Random, number: int, firms: int) -> Row:
    subject = _subject(chance, ["sapoin", "gotech"])
    decision = chance.choice(["adopted", "adopted", "rejected", "rejected", "withdrawn"])
    is_adopted = decision == "adopted"
    completed = subject["fiscal_year"] + chance.randrange(1, 4) if is_adopted else None
    reports = {
        after: (chance.random() < 0.3, chance.choice([None, 0, chance.randrange(10**8)]))
        for after in range(1, chance.randrange(1, 7))
        if is_adopted and chance.random() < 0.8
    }
    size = chance.lognormvariate(13, 1)
    # A year with a statement may lack one of its items.
    path = {
        year: (
            int(size * (1 + 0.02 * year * (1 + is_adopted))),
            chance.choice([None, int(size * chance.uniform(-0.1, 0.4))]),
            chance.randrange(1, 300),
        )
        for year in range(-3, 13)
        if decision != "withdrawn" and chance.random() < 0.7
    }
    return subject | {
        "application_id": UUID(int=20_000 + number),
        "firm_id": UUID(int=1 + chance.randrange(firms)),
        "decision": decision,
        "points_quarter": chance.choice([1, 2, 3, 4, None]) if is_adopted else None,
        "completed_year": chance.choice([completed, completed, completed, None]),
        "has_patent": is_adopted and chance.random() < 0.5,
        "is_adopted_later": decision == "rejected" and chance.random() < 0.2,
        "reports": reports,
        "path": path,
    }


def growth_store(
    outcome_rows: Sequence[Row], project_rows: Sequence[Row]
) -> tuple[duckdb.DuckDBPyConnection, StoreCursor]:
    """A store in memory with the tables that questions on growth and research read; the firm
    REFUSING does not consent to the analysis of its applications."""
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    names = ("domain", "code", "name", "level", "parent_code")
    filled: Mapping[Table, Sequence[Row]] = {
        tables.application_outcome: outcome_rows,
        tables.research_project: project_rows,
        tables.research_report: [
            row
            | {
                "years_since_completion": after,
                "is_commercialised": is_commercialised,
                "sales_yen": sales,
            }
            for row in project_rows
            for after, (is_commercialised, sales) in row["reports"].items()
        ],
        tables.research_path: [
            row
            | {"event_year": year}
            | dict(zip(("sales_kyen", "gross_profit_kyen", "n_employee"), items, strict=True))
            for row in project_rows
            for year, items in row["path"].items()
        ],
        tables.application_cell: _cells(project_rows),
        tables.budget_cube: [
            {
                "region_level": level,
                "region_code": code,
                "fiscal_year": year,
                "decided_yen": 1_000 * year + len(code),
            }
            for level, code in (("nation", ""), ("bureau", "b02"), ("prefecture", "04"))
            for year in (0, 2006, 2007, 2008)
        ],
        tables.dimension_member: [
            dict(zip(names, member, strict=True)) | {"position": position, "is_default": False}
            for position, member in enumerate(MEMBERS)
        ],
        tables.withheld_firm: [],
        tables.consent_period: [
            {
                "firm_id": REFUSING,
                "purpose": "ebpm",
                "scope": "application",
                "user_class": "all",
                "is_refusal": True,
                "valid_from": date(2000, 1, 1),
                "valid_to": date(9999, 12, 31),
            }
        ],
    }
    for table, rows in filled.items():
        _fill(connection, table, rows)
    return connection, StoreCursor(connection)


def _cells(rows: Sequence[Row]) -> list[Row]:
    """The projects counted, and applications to another programme beside them."""
    columns = [column.name for column in tables.application_cell.columns][:9]
    counts: dict[tuple[Any, ...], Counter[str]] = {}
    for row in rows:
        for programme in (row["programme_code"], "monodukuri"):
            key = tuple((row | {"programme_code": programme})[name] for name in columns)
            cell = counts.setdefault(key, Counter())
            cell["n_application"] += 1
            for decision in ("adopted", "rejected", "withdrawn"):
                cell[f"n_{decision}"] += row["decision"] == decision
    return [dict(zip(columns, key, strict=True)) | dict(counted) for key, counted in counts.items()]


def _fill(connection: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[Row]) -> None:
    connection.execute(create_table_sql(table, "main"))
    columns = [column.name for column in table.columns]
    values = [[row.get(name) for name in columns] for row in rows]
    if values:
        marks = ", ".join("?" for _ in columns)
        connection.executemany(f"INSERT INTO {table.name} VALUES ({marks})", values)  # noqa: S608
