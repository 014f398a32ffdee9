"""The file of released cubes: written, and read as the release before."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from release.cells import PLACE
from release.office import OFFICE
from release.pattern import Earlier
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
}


def write_released(
    work: duckdb.DuckDBPyConnection,
    frames: list[pd.DataFrame],
    tables: list[dict[str, object]],
    offices: pd.DataFrame,
) -> None:
    """Make ``released_cell`` of frames with the columns CELL, ``released_cube`` of a row a table,
    and ``released_office`` of a frame with the columns OFFICE."""
    empty = pd.DataFrame(columns=CELL)
    cells = pd.concat(frames, ignore_index=True) if frames else empty
    rows = pd.DataFrame(tables)
    for name, frame, columns in (
        ("released_cell", cells, CELL_TYPES),
        ("released_cube", rows, CUBE_TYPES),
        ("released_office", offices, OFFICE_TYPES),
    ):
        typed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        work.execute(f"CREATE TABLE {name} ({typed})")
        if len(frame):
            work.register("released_frame", frame)
            chosen = ", ".join(NULL_WHERE_EMPTY.get(column, column) for column in columns)
            work.execute(f"INSERT INTO {name} SELECT {chosen} FROM released_frame")  # noqa: S608
            work.unregister("released_frame")


def released_before(path: Path | None) -> dict[str, dict[int, Earlier]]:
    """What the file of the snapshot before shows, by cube and year; nothing where it is older than
    the cubes."""
    if path is None or not path.is_file():
        return {}
    with duckdb.connect() as connection:
        attach(connection, path, "released")
        columns = connection.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_catalog = 'released' AND table_name = 'released_cell'"
        ).fetchall()
        known = {name for (name,) in columns}
        if not known:
            return {}
        # An older file has fewer dimensions.
        chosen = ", ".join(
            f"coalesce({name}::VARCHAR, '')" if name in PLACE and name in known
            else name if name in known else f"'' AS {name}"
            for name in CELL
        )  # fmt: skip
        rows = connection.execute(f"SELECT {chosen} FROM released.released_cell").fetchall()  # noqa: S608
    found: dict[str, dict[int, dict[tuple[str, ...], float | None]]] = {}
    for cube, year, *place, value, status in rows:
        earlier = found.setdefault(cube, {}).setdefault(year, {})
        earlier[tuple(place)] = None if status == "x" else float(value)
    return {cube: dict(years) for cube, years in found.items()}


def offices_before(path: Path) -> pd.DataFrame:
    """The offices' rows of the file of the snapshot before; none where it has none."""
    with duckdb.connect() as connection:
        attach(connection, path, "released")
        found = connection.execute(
            "SELECT count(*) FROM information_schema.tables "
            "WHERE table_catalog = 'released' AND table_name = 'released_office'"
        ).fetchone()
        if not found or not found[0]:
            return pd.DataFrame(columns=OFFICE)
        return connection.execute(
            f"SELECT {', '.join(OFFICE)} FROM released.released_office"  # noqa: S608
        ).df()


def attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    """Attach a DuckDB file to be read."""
    connection.execute(f"ATTACH '{quoted(path)}' AS {name} (READ_ONLY)")
