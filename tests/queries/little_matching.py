"""A little world of firms with a planted effect: users grow with size, and gain by the measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, log
from random import Random
from typing import Any
from uuid import UUID

import duckdb
import pandas as pd
from sqlalchemy import Table

from store import tables
from store.cursor import StoreCursor, create_table_sql
from store.matching_tables import FEATURE_NAMES

Row = dict[str, Any]
MEASURE = "support_yorozu"
FIRST_YEAR, LAST_YEAR = 2006, 2024
# What the measure adds to the logarithm of sales, by years since the first use.
PLANTED = (0.02, 0.06, 0.1, 0.12, 0.12, 0.12, 0.12, 0.12, 0.12)
_LARGE = 1 << 96


MEMBERS: Sequence[Row] = [
    {"domain": "region", "code": "b02", "name": "東北経済産業局", "level": "bureau"},
    {"domain": "region", "code": "b03", "name": "関東経済産業局", "level": "bureau"},
    {"domain": "industry", "code": "D", "name": "建設業", "level": "division"},
    {"domain": "industry", "code": "E", "name": "製造業", "level": "division"},
    {"domain": "technology", "code": "t01", "name": "精密加工", "level": "technology"},
]


@dataclass(frozen=True)
class World:
    """The rows of the tables that a matched comparison reads."""

    uses: Sequence[Row]
    profiles: Sequence[Row]
    paths: Sequence[Row]
    outcomes: Sequence[Row]


def world(seed: int, n: int = 900, *, effect: Sequence[float] = PLANTED) -> World:
    """Large firms grow faster and use the measure more often, so that the plain difference is
    wrong; whoever stood alike in the year before would have gone on alike."""
    chance = Random(seed)
    uses: list[Row] = []
    profiles: list[Row] = []
    paths: list[Row] = []
    outcomes: list[Row] = []
    for number in range(n):
        firm = UUID(int=1 + number * _LARGE)
        size = chance.gauss(0, 1)
        division, bureau = chance.choice("DE"), chance.choice(["b02", "b03"])
        is_user = chance.random() < 0.25 / (1 + exp(-1.5 * size))
        first = chance.randrange(2010, 2017)
        used = first if is_user else None
        path = _path(chance, size, used, effect)
        exits = _exits(chance)
        left = min([year for year in exits.values() if year], default=9999)
        path = [value if FIRST_YEAR + i < left else None for i, value in enumerate(path)]
        # Not every firm is as old as the first.
        late = 2 if number % 4 == 3 else 0
        path[:late] = [None] * late
        first_year = FIRST_YEAR + late
        paths.append({"firm_id": firm, "first_year": first_year, **_outcomes(path[late:]), **exits})
        place = {
            "bureau_code": bureau,
            "prefecture_code": "04" if bureau == "b02" else "13",
            "division_code": division,
            "major_code": "?",
            "size_code": "?",
        }
        if is_user:
            uses.append(
                {"firm_id": firm, "measure_code": MEASURE, "kind": "support", "first_year": first}
                | {"is_repeater": chance.random() < 0.2, "n_use": 1, "is_rejected_before": False}
                | {"n_other_measure": chance.choice([0, 1])}
                | place
            )
        decision = "adopted" if is_user else chance.choice(["rejected", ""])
        if decision:
            outcomes.append(
                {"firm_id": firm, "fiscal_year": first, "programme_code": "sapoin"}
                | {"decision": decision, "technology_code": "t01" if number % 2 else "?"}
                | place
            )
        profiles += [
            profile_of(
                chance, firm, place, year, path[year - FIRST_YEAR - 2 : year - FIRST_YEAR + 1]
            )
            for year in range(FIRST_YEAR + late + 2, LAST_YEAR + 1)
            if path[year - FIRST_YEAR] is not None
        ]
    return World(uses, profiles, paths, outcomes)


def _path(
    chance: Random, size: float, used: int | None, effect: Sequence[float]
) -> list[float | None]:
    level, found = 9 + size, []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        level += 0.02 + 0.015 * size + chance.gauss(0, 0.03)
        gain = 0.0
        if used is not None and year >= used:
            gain = effect[min(year - used, len(effect) - 1)]
        found.append(float(round(exp(level + gain))))
    return list(found)


def _exits(chance: Random) -> dict[str, int | None]:
    year = chance.randrange(2012, 2024)
    kind = chance.choices(["", "default_year", "closed_year", "merged_year"], [85, 6, 5, 4])[0]
    names = ("default_year", "closed_year", "merged_year")
    return {name: year if name == kind else None for name in names}


def _outcomes(path: Sequence[float | None]) -> Row:
    gross = [value and round(value * 0.3) for value in path]
    net = [value and round(value * 0.02) for value in path]
    people = [value and 1.0 + round(value / 2_000) for value in path]
    names = ("sales_kyen", "gross_profit_kyen", "net_profit_kyen", "n_employee")
    return dict(zip(names, (list(path), gross, net, people), strict=True))


def profile_of(
    chance: Random, firm: UUID, place: Row, year: int, last: Sequence[float | None]
) -> Row:
    """A firm as it stands in a year, from its sales of that year and the two before."""
    now, before, first = (log(value or 1.0) for value in reversed(last))
    lacks_age = chance.random() < 0.1
    features: Row = dict.fromkeys(FEATURE_NAMES, 0.0) | {
        "log_sales": now,
        "log_gross_profit": now - 1.2,
        "growth_1": (now - before) / 0.05,
        "growth_2": (now - first) / 0.08,
        "roa": round(chance.gauss(0, 0.3), 2),
        "equity_ratio": chance.gauss(0, 0.3),
        "log_age": None if lacks_age else chance.gauss(0, 0.3),
    }
    division, bureau = ord(place["division_code"]) - 64, int(place["bureau_code"][1:])
    return {
        "firm_id": firm,
        "fiscal_year": year,
        **place,
        "stratum": (((year - 1990) * 32 + division) * 8) * 16 + bureau,
        "fine_stratum": (((year - 1990) * 128) * 8) * 16 + bureau,
        "missing_bits": 2 ** FEATURE_NAMES.index("log_age") if lacks_age else 0,
        "tie": chance.random(),
        **features,
    }


def matching_store(
    found: World, refusing: UUID | None = None, published: Sequence[Row] = ()
) -> tuple[duckdb.DuckDBPyConnection, StoreCursor]:
    """A store in memory with these rows; the firm ``refusing`` does not consent to the use of its
    statements, ``published`` are rows of awards."""
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    filled: Mapping[Table, Sequence[Row]] = {
        tables.measure_use: found.uses,
        tables.matching_profile: found.profiles,
        tables.firm_path: found.paths,
        tables.application_outcome: found.outcomes,
        tables.withheld_firm: [],
        tables.published_use: published,
        tables.dimension_member: MEMBERS,
        # Every firm is in the register, at one place.
        tables.firm: [
            {"firm_id": firm, "prefecture_code": row["prefecture_code"]}
            for firm, row in {row["firm_id"]: row for row in found.profiles}.items()
        ],
        tables.consent_period: [
            {
                "firm_id": refusing,
                "purpose": "ebpm",
                "scope": "statement",
                "user_class": "all",
                "is_refusal": True,
                "valid_from": date(2000, 1, 1),
                "valid_to": date(9999, 12, 31),
            },
            *(
                {
                    "firm_id": row["firm_id"],
                    "purpose": "ebpm",
                    "scope": "support",
                    "user_class": "all",
                    "is_refusal": False,
                    "valid_from": date(2000, 1, 1),
                    "valid_to": date(9999, 12, 31),
                }
                for row in found.uses
            ),
        ],
    }
    for table, rows in filled.items():
        _fill(connection, table, rows)
    return connection, StoreCursor(connection)


def _fill(connection: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[Row]) -> None:
    connection.execute(create_table_sql(table, "main"))
    if not rows:
        return
    columns = [column.name for column in table.columns]
    frame = pd.DataFrame([{name: row.get(name) for name in columns} for row in rows])
    if "firm_id" in frame:
        frame["firm_id"] = frame["firm_id"].astype(str)
    for name in columns:
        if frame[name].isna().all():
            frame[name] = frame[name].astype("object")
    connection.register("filled", frame)
    connection.execute(f"INSERT INTO {table.name} SELECT {', '.join(columns)} FROM filled")  # noqa: S608
    connection.unregister("filled")
