"""The cubes of the catalogue as chambers may read them: protected, proved, or left out.

Everything is decided from the analysts' file; what is written holds no hidden value.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from etl.quiet import without_banner
from etl.released_catalogue import Catalogue, Cube, read_catalogue
from etl.released_cells import PLACE, cells_of, in_layout
from etl.released_pattern import Earlier, NotReleased, Pattern, pattern_of

CELL = ["cube", "fiscal_year", *PLACE, "measure", "value", "status"]


@dataclass(slots=True)
class Made:
    """What has been made so far: frames of cells, a row per cube and year, and what was hidden and
    counted in values per cube."""

    cells: list[pd.DataFrame] = field(default_factory=list)
    rows: list[dict[str, object]] = field(default_factory=list)
    size: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    gone: dict[str, float] = field(default_factory=lambda: defaultdict(float))


def release_cubes(
    work: duckdb.DuckDBPyConnection,
    lens: Path,
    previous: Path | None,
    catalogue: Catalogue | None = None,
) -> None:
    """Make ``released_cell`` and ``released_cube`` in ``work`` from the analysts' file ``lens``.

    ``previous`` is the released file of the snapshot before. A cube's year that cannot be protected
    in its finest layout within its time is released coarser, or not at all.
    """
    catalogue = catalogue or read_catalogue()
    before = _released_before(previous)
    ends = time.monotonic() + catalogue.seconds
    made = Made()
    with duckdb.connect() as inside, without_banner():
        inside.execute(f"ATTACH '{str(lens).replace(chr(39), chr(39) * 2)}' AS lens (READ_ONLY)")
        for cube in catalogue.cubes:
            cells, parts = cells_of(inside, cube, "lens.main")
            for year, of_year in cells.groupby("fiscal_year"):
                _release_year(
                    made,
                    (cube, int(str(year))),
                    (of_year, parts[parts["fiscal_year"] == year]),
                    catalogue,
                    before.get((cube.name, int(str(year))), {}),
                    ends,
                )
    _write(work, made)


def _release_year(
    made: Made,
    named: tuple[Cube, int],
    of_year: tuple[pd.DataFrame, pd.DataFrame],
    catalogue: Catalogue,
    earlier: Earlier,
    ends: float,
) -> None:
    cube, year = named
    row: dict[str, object] = {
        "cube": cube.name,
        "fiscal_year": year,
        "outcome": "withheld",
        "layout": "",
        "n_cell": 0,
        "n_hidden": 0,
        "least_interval_percent": None,
        "is_certified": False,
        "policy_hash": catalogue.policy_hash,
    }
    for place in range(len(cube.layouts)):
        cells = in_layout(of_year[0], cube, place)
        seconds = min(catalogue.seconds_per_table, ends - time.monotonic())
        try:
            pattern = pattern_of(cells, of_year[1], cube, catalogue.rule, earlier, seconds)
        except NotReleased:
            continue
        shown = _shown(cells, pattern, cube, year, made)
        interval = pattern.least_relative_interval
        row |= {
            "outcome": "coarser" if place else "finest",
            "layout": cube.layout_names[place],
            "n_cell": len(shown),
            "n_hidden": int((shown["status"] == "x").sum()),
            "least_interval_percent": None if interval is None else round(100 * interval, 1),
            "is_certified": True,
        }
        made.cells.append(shown)
        break
    made.rows.append(row)


def _shown(
    cells: pd.DataFrame, pattern: Pattern, cube: Cube, year: int, made: Made
) -> pd.DataFrame:
    """The cells as they are released, a row per measure: hidden ones without a value."""
    frames = []
    for measure in cube.measures:
        value, hidden = cells[measure.name], pattern.hidden[measure.name]
        nothing = (value == 0) & (measure.rule != "magnitude")
        made.size[cube.name] += float(value.abs().sum())
        made.gone[cube.name] += float(value.abs()[hidden].sum())
        frame = cells[PLACE].assign(
            cube=cube.name,
            fiscal_year=year,
            measure=measure.name,
            value=value.round().astype("Int64").mask(hidden),
            status=np.select([hidden, nothing], ["x", "-"], ""),
        )
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)[CELL]


def _write(work: duckdb.DuckDBPyConnection, made: Made) -> None:
    empty = pd.DataFrame(columns=CELL)
    cells = pd.concat(made.cells, ignore_index=True) if made.cells else empty
    rows = pd.DataFrame(made.rows)
    if made.rows:
        # To whole percents and over all years: the exact share would be one more sum to solve by.
        rows["value_hidden_percent"] = [
            round(100 * made.gone[cube] / made.size[cube]) if made.size[cube] else 0
            for cube in rows["cube"]
        ]
    for name, frame, columns in (
        ("released_cell", cells, CELL_TYPES),
        ("released_cube", rows, CUBE_TYPES),
    ):
        typed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        work.execute(f"CREATE TABLE {name} ({typed})")
        if len(frame):
            work.register("released_frame", frame)
            chosen = ", ".join(columns)
            work.execute(f"INSERT INTO {name} SELECT {chosen} FROM released_frame")  # noqa: S608
            work.unregister("released_frame")


CELL_TYPES = dict.fromkeys(CELL, "VARCHAR") | {"fiscal_year": "SMALLINT", "value": "BIGINT"}
CUBE_TYPES = {
    "cube": "VARCHAR",
    "fiscal_year": "SMALLINT",
    "outcome": "VARCHAR",
    "layout": "VARCHAR",
    "n_cell": "BIGINT",
    "n_hidden": "BIGINT",
    "value_hidden_percent": "SMALLINT",
    "least_interval_percent": "DOUBLE",
    "is_certified": "BOOLEAN",
    "policy_hash": "VARCHAR",
}


def _released_before(path: Path | None) -> dict[tuple[str, int], Earlier]:
    """What the file of the snapshot before shows, by cube and year; nothing where it is older than
    the cubes."""
    found: dict[tuple[str, int], dict[tuple[str, str, str, str, str], float | None]]
    found = defaultdict(dict)
    if path is None or not path.is_file():
        return {}
    with duckdb.connect(str(path), read_only=True) as released:
        known = released.execute(
            "SELECT count(*) FROM information_schema.tables WHERE table_name = 'released_cell'"
        ).fetchone()
        if not known or not known[0]:
            return {}
        rows = released.execute(f"SELECT {', '.join(CELL)} FROM released_cell").fetchall()  # noqa: S608
    for cube, year, *place, measure, value, status in rows:
        level, code, division, category = place
        shown = None if status == "x" else float(value)
        found[cube, year][level, code, division, category, measure] = shown
    return dict(found)
