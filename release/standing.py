"""What stands published of every table, and what it was made of: kept beside the snapshot for the
publication after it, and read by nothing else.

Of each table the file holds the versions that have been published with their true cells, and of the
last one the records that it was made of and the rows as they are shown. So the next publication can
tell what has changed, and by how many enterprises, however long ago a table was made.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from release.catalogue import Catalogue, Cube
from release.cells import KEY, PLACE
from release.cube_table import CubeTable, as_rows, table_columns, tables_in
from release.file import CELL, CELL_TYPES, CUBE_TYPES, OFFICE_TYPES, attach, create
from release.pattern import Earlier, tables_of
from release.union import View

# Every version more is one more system in the attack on all of them. A table has a new one only
# where many have changed it, so that these go back a year or more.
MOST_VERSIONS = 4
_BOUNDS = ("lower_bound", "protection_level", "upper_protection_level", "is_sensitive", "is_fixed")
_VERSION = CUBE_TYPES | {"made_at": "TIMESTAMP", "hidden_share": "DOUBLE"}
# What the rows of a table are shown as.
_SHOWN = CELL_TYPES | {"event_year": "VARCHAR"}
ATTACHED_AS = "standing"
Key = tuple[str, CubeTable]


@dataclass(frozen=True, slots=True)
class Version:
    """A table as it was published: when, as what (a row of ``released_cube``), how much of its
    numbers it hides (0–1), and what it shows beside the truth."""

    made_at: datetime
    row: Mapping[str, Any]
    hidden_share: float
    view: View


@dataclass(slots=True)
class Standing:
    """What has been published: the versions of each table, the newest first; the rows shown of the
    last ones; and the same of single chambers, by prefecture."""

    versions: dict[Key, list[Version]] = field(default_factory=dict)
    shown: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=CELL))
    offices: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(OFFICE_TYPES)))
    office_rows: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def of(self, cube: Cube, table: CubeTable) -> list[Version]:
        return self.versions.get((cube.name, table), [])

    def rows(self, cube: str, table: CubeTable) -> pd.DataFrame:
        """The rows of a table as they were shown last, estimates included."""
        return table.of(self.shown[(self.shown["cube"] == cube).to_numpy()])

    def earlier(self, cube: str, table: CubeTable) -> Earlier:
        """The same as values by place and measure, None for x."""
        rows = self.rows(cube, table)
        places = zip(*(rows[column].tolist() for column in (*PLACE, "measure")), strict=True)
        values = zip(rows["value"].tolist(), rows["status"].tolist(), strict=True)
        return {
            place: None if status == "x" else float(value)
            for place, (value, status) in zip(places, values, strict=True)
        }


def read_standing(
    connection: duckdb.DuckDBPyConnection, path: Path | None, catalogue: Catalogue, offices: str
) -> Standing:
    """What the file says stands, attached to ``connection`` as ATTACHED_AS from then on; nothing
    where there is none. ``offices`` is the name of the chambers' cube."""
    if path is None or not path.is_file():
        return Standing()
    attach(connection, path, ATTACHED_AS)
    told: dict[Key, dict[datetime, Mapping[str, Any]]] = defaultdict(dict)
    office_rows: dict[str, Mapping[str, Any]] = {}
    for row in _rows(connection.execute(f"FROM {ATTACHED_AS}.version").df()):
        made_at = _moment(row["made_at"])
        if row["cube"] == offices:
            office_rows[row["category_code"]] = row | {"made_at": made_at}
            continue
        table = CubeTable(int(row["fiscal_year"]), str(row["category_code"]))
        told[row["cube"], table][made_at] = row
    versions: dict[Key, list[Version]] = {}
    for cube in catalogue.cubes:
        for key, made_at, cells in _cells(connection, cube):
            made_of = told[cube.name, key][made_at]
            share = float(made_of["hidden_share"])
            version = Version(made_at, made_of, share, _view(cube, cells))
            versions.setdefault((cube.name, key), []).append(version)
    return Standing(
        versions={
            key: sorted(found, key=lambda version: version.made_at, reverse=True)
            for key, found in versions.items()
        },
        shown=connection.execute(f"FROM {ATTACHED_AS}.shown").df(),
        offices=connection.execute(f"FROM {ATTACHED_AS}.shown_office").df(),
        office_rows=office_rows,
    )


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _moment(value: Any) -> datetime:
    return pd.Timestamp(value).to_pydatetime()


def _cells(
    connection: duckdb.DuckDBPyConnection, cube: Cube
) -> Iterable[tuple[CubeTable, datetime, pd.DataFrame]]:
    """The true cells of each version of a cube's tables."""
    if not _columns(connection, f"cells_{cube.name}"):
        return
    frame = connection.execute(f"FROM {ATTACHED_AS}.cells_{cube.name} ORDER BY ALL").df()
    for made_at, version in frame.groupby("made_at"):
        for table in tables_in(version, cube):
            yield table, _moment(made_at), table.of(version).drop(columns="made_at")


def _view(cube: Cube, cells: pd.DataFrame) -> View:
    """A version's view, of the measures that the cube had then."""
    known = tuple(measure for measure in cube.measures if f"{measure.name}:x" in cells)
    names = {measure.name for measure in known}
    then = replace(
        cube,
        measures=known,
        total=cube.total if cube.total in names else "",
        parts=tuple(name for name in cube.parts if name in names),
    )
    hidden = {
        name: cells[f"{name}:x"].to_numpy(bool) for table in tables_of(then) for name in table
    }
    return View.of(then, cells, hidden, pd.DataFrame())


def changed_tables(
    connection: duckdb.DuckDBPyConnection, cube: Cube, facts: str
) -> tuple[set[CubeTable], set[CubeTable]]:
    """The tables with other records in ``facts`` than those that they were last made of; and those
    of which it can be told who has changed them: the records have the same form, and pseudonyms in
    common."""
    before = f"{ATTACHED_AS}.fact_{cube.name}"
    columns = _columns(connection, f"fact_{cube.name}")
    now = [row[0] for row in connection.execute(f"DESCRIBE {facts}").fetchall()]
    if sorted(columns) != sorted(now):
        return set(), set()
    listed = ", ".join(sorted(now))
    differing = (
        f"(SELECT {listed} FROM {a} EXCEPT ALL SELECT {listed} FROM {b})"  # noqa: S608
        for a, b in ((facts, before), (before, facts))
    )
    chosen = table_columns(cube)
    told = "SELECT DISTINCT {} FROM {}"
    changed = _tables(connection, " UNION ".join(told.format(chosen, rows) for rows in differing))
    recorded = _tables(connection, told.format(chosen, before))
    if cube.is_counted:
        return changed, recorded
    named = f"SELECT {chosen}, contributor FROM {{}} WHERE contributor <> ''"  # noqa: S608
    both = f"({named.format(facts)} INTERSECT {named.format(before)})"
    common = _tables(connection, told.format("table_year, table_category", both))
    return changed, (recorded - changed) | (recorded & common)


def _tables(connection: duckdb.DuckDBPyConnection, statement: str) -> set[CubeTable]:
    return {CubeTable(*row) for row in connection.execute(statement).fetchall()}


def _columns(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    found = connection.execute(
        "SELECT column_name FROM duckdb_columns() WHERE database_name = ? AND table_name = ?",
        [ATTACHED_AS, name],
    ).fetchall()
    return [column for (column,) in found]


_NAMELESS = """
    SELECT * REPLACE (
        CASE WHEN contributor IN (SELECT firm_id::VARCHAR FROM lens.main.withheld_firm)
              AND contributor NOT IN (SELECT contributor FROM {facts})
        THEN md5(contributor || '{salt}') ELSE contributor END AS contributor
    ) FROM ({kept})
"""


def write_facts(
    connection: duckdb.DuckDBPyConnection, cube: Cube, facts: str, renewed: Iterable[CubeTable]
) -> None:
    """Write what each table of a cube was last made of to the file attached as ``next``: the
    ``renewed`` of ``facts``, the others as they stand.

    Firms that have refused since lose their pseudonym in the latter: all that must be known of them
    is that each is an enterprise that is gone.
    """
    tables = as_rows(renewed)
    connection.register("renewed", tables)
    own = "(table_year, table_category) IN (FROM renewed)"
    chosen = f"""
        SELECT * EXCLUDE (table_year, table_category)
        FROM (SELECT *, {table_columns(cube)} FROM {{}}) WHERE {{}}
    """  # noqa: S608
    parts = [chosen.format(facts, own)]
    now = [row[0] for row in connection.execute(f"DESCRIBE {facts}").fetchall()]
    if sorted(_columns(connection, f"fact_{cube.name}")) == sorted(now):
        parts.append(
            _NAMELESS.format(
                kept=chosen.format(f"{ATTACHED_AS}.fact_{cube.name}", f"NOT {own}"),
                salt=secrets.token_hex(16),
                facts=facts,
            )
        )
    connection.execute(
        f"CREATE TABLE next.fact_{cube.name} AS {' UNION ALL BY NAME '.join(parts)} "
        "ORDER BY fiscal_year, category_code, contributor"
    )
    connection.unregister("renewed")


def write_standing(connection: duckdb.DuckDBPyConnection, standing: Standing) -> None:
    """Write all but the facts to the file attached as ``next``; of each table the newest versions
    only."""
    by_cube: dict[str, list[pd.DataFrame]] = defaultdict(list)
    rows = [{"hidden_share": 0.0, **row} for row in standing.office_rows.values()]
    for (cube, _), versions in standing.versions.items():
        for version in versions[:MOST_VERSIONS]:
            rows.append(
                {**version.row, "made_at": version.made_at, "hidden_share": version.hidden_share}
            )
            by_cube[cube].append(_stored(version))
    for cube, frames in by_cube.items():
        cells = pd.concat(frames, ignore_index=True)
        connection.register("stored", cells)
        connection.execute(f"CREATE TABLE next.cells_{cube} AS FROM stored")
        connection.unregister("stored")
    for name, types, frame in (
        ("version", _VERSION, pd.DataFrame(rows)),
        ("shown", _SHOWN, standing.shown),
        ("shown_office", OFFICE_TYPES, standing.offices),
    ):
        create(connection, f"next.{name}", types, frame)


def _stored(version: Version) -> pd.DataFrame:
    cells, shown = version.view.cells, version.view.shown
    kept = cells[[*KEY, "bureau_code"]].assign(made_at=version.made_at)
    places = list(zip(*(cells[column].tolist() for column in PLACE), strict=True))
    for name in (name for table in tables_of(version.view.cube) for name in table):
        for column in (name, *(f"{name}:{bound}" for bound in _BOUNDS)):
            kept[column] = cells[column]
        kept[f"{name}:x"] = [shown[(*place, name)] is None for place in places]
    return kept
