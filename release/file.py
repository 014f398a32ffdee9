"""The tables of the file that chambers read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import duckdb
import pandas as pd

from release.cells import PLACE
from release.office import OFFICE
from store.snapshot import quoted

CELL = ["cube", "fiscal_year", *PLACE, "measure", "value", "status"]
CELL_TYPES = dict.fromkeys(CELL, "VARCHAR") | {
    "fiscal_year": "SMALLINT",
    "event_year": "SMALLINT",
    "value": "BIGINT",
}
NULL_WHERE_EMPTY = {"event_year": "nullif(event_year, '')::SMALLINT"}
OFFICE_TYPES = dict.fromkeys(OFFICE, "VARCHAR") | {
    "fiscal_year": "SMALLINT",
    "n_year": "SMALLINT",
    "value": "BIGINT",
}
CUBE_TYPES = {
    "cube": "VARCHAR",
    "fiscal_year": "SMALLINT",
    "category_code": "VARCHAR",
    "outcome": "VARCHAR",
    "layout": "VARCHAR",
    "n_cell": "BIGINT",
    "n_hidden": "BIGINT",
    "value_hidden_percent": "SMALLINT",
    "least_interval_percent": "DOUBLE",
    "is_certified": "BOOLEAN",
    "policy_hash": "VARCHAR",
    "kept_since": "TIMESTAMP",
}


def write_released(
    work: duckdb.DuckDBPyConnection,
    frames: list[pd.DataFrame],
    tables: list[dict[str, object]],
    offices: pd.DataFrame,
) -> None:
    """Make ``released_cell`` of frames with the columns CELL, ``released_cube`` of a row a table,
    and ``released_office`` of a frame with the columns OFFICE."""
    cells = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=CELL)
    create(work, "released_cell", CELL_TYPES, cells, NULL_WHERE_EMPTY)
    create(work, "released_cube", CUBE_TYPES, pd.DataFrame(tables))
    create(work, "released_office", OFFICE_TYPES, offices)


def create(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    types: Mapping[str, str],
    frame: pd.DataFrame,
    converted: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Make the table ``name`` of the rows of a frame, columns of these types and, where they are
    ``converted``, by that expression."""
    typed = ", ".join(f"{column} {kind}" for column, kind in types.items())
    connection.execute(f"CREATE TABLE {name} ({typed})")
    if len(frame):
        connection.register("made_frame", frame)
        chosen = ", ".join(converted.get(column, column) for column in types)
        connection.execute(f"INSERT INTO {name} SELECT {chosen} FROM made_frame")  # noqa: S608
        connection.unregister("made_frame")


def attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    """Attach a DuckDB file to be read."""
    connection.execute(f"ATTACH '{quoted(path)}' AS {name} (READ_ONLY)")
