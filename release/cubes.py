"""The cubes of the catalogue as chambers may read them: protected, proved, or left out.

Everything is decided from the analysts' file; what is written holds no hidden value.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from disclosure.quiet import without_banner
from release.catalogue import Catalogue, Cube, Rule, read_catalogue
from release.cells import ALL_YEARS, PLACE, cells_of, has_records, in_layout, judge
from release.change import changes_of, few_changed, protect_changes
from release.effects import MatchedMeasure
from release.estimates import estimate_cells
from release.file import CELL, attach, offices_before, released_before, write_released
from release.office import NAME as OFFICES
from release.office import TOPICS, Seen, release_offices
from release.pattern import Earlier, NotReleased, Pattern, pattern_of
from release.union import View, are_safe_together
from store.snapshot import LENS

Years = Mapping[int, Earlier]


@dataclass(frozen=True, slots=True, order=True)
class CubeTable:
    """What is protected as one: a cube's year, or a category of it where these are apart."""

    year: int
    category: str

    def of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of the table."""
        within = frame["fiscal_year"] == self.year
        if self.category:
            within &= frame["category_code"] == self.category
        return frame[within.to_numpy()].reset_index(drop=True)


@dataclass(slots=True)
class Made:
    """What has been made so far: frames of released cells, a row per table, what is shown of each
    table now, and what anybody has seen of it, newest first (None where nobody can tell)."""

    cells: list[pd.DataFrame] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    now: dict[tuple[str, CubeTable], View] = field(default_factory=dict)
    seen: dict[tuple[str, CubeTable], list[View] | None] = field(default_factory=dict)


def release_cubes(
    work: duckdb.DuckDBPyConnection,
    lens: Path,
    previous: Path | None,
    catalogue: Catalogue | None = None,
    matched: Sequence[MatchedMeasure] = (),
) -> None:
    """Make ``released_cell``, ``released_cube`` and ``released_office`` in ``work`` from the
    analysts' file ``lens``, and from the measures whose users were ``matched`` out of it.

    ``previous`` is the released file of the snapshot before, beside its analysts' file. A cube's
    year that cannot be protected in its finest layout within its time, or would give something away
    beside ``previous`` or a cube that it shares numbers with, is released coarser, or not at all.
    """
    catalogue = catalogue or read_catalogue()
    before = released_before(previous)
    ends = time.process_time() + catalogue.seconds
    made = Made()
    lens_before = previous.with_name(LENS) if before and previous else None
    with duckdb.connect() as inside, without_banner():
        attach(inside, lens, "lens")
        if lens_before is not None:
            attach(inside, lens_before, "before")
        for cube in catalogue.cubes:
            _release_cube(made, inside, cube, catalogue, before.get(cube.name, {}), ends)
            if cube.estimates:
                _release_estimates(made, cube, catalogue, before.get(cube.name, {}), matched)
        offices = _release_offices(made, inside, catalogue, before, previous)
    write_released(work, made.cells, made.rows, offices)


def _release_offices(
    made: Made,
    inside: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    before: Mapping[str, Years],
    previous: Path | None,
) -> pd.DataFrame:
    """The consultations of single chambers, as parts of what is released of their prefectures."""
    topics = {table.year: view.shown for (name, table), view in made.now.items() if name == TOPICS}
    past = None
    if before and previous:
        past = Seen("before.main", before.get(TOPICS, {}), offices_before(previous))
    offices, told = release_offices(inside, Seen("lens.main", topics), past, catalogue.rule)
    for row in told:
        table = CubeTable(ALL_YEARS, str(row["category_code"]))
        made.rows.append(_of(OFFICES, table, catalogue) | row)
    return offices


def _release_cube(
    made: Made,
    inside: duckdb.DuckDBPyConnection,
    cube: Cube,
    catalogue: Catalogue,
    before: Years,
    ends: float,
) -> None:
    if not has_records(inside, cube, "lens.main"):
        return
    cells, parts = cells_of(inside, cube, "lens.main")
    judge(cells, cube, catalogue.rule)
    cells_before, changes = cells[:0], None
    if before:
        try:
            cells_before, _ = cells_of(inside, cube, "before.main")
            judge(cells_before, cube, catalogue.rule)
            changes = changes_of(inside, cube, "lens.main", "before.main", catalogue.rule)
        except duckdb.ProgrammingError:
            # A snapshot of an earlier form: nobody can tell what it gives away, so that what it
            # shows is left out this once.
            cells_before, changes = cells[:0], None
    layouts = [in_layout(cells, cube, place) for place in range(len(cube.layouts))]
    chosen, rows = [], []
    for table in _tables_of(cells, cube):
        row = _of(cube.name, table, catalogue)
        earlier = _within(before.get(table.year, {}), table)
        known = _known(made, cube, table, earlier, table.of(cells_before))
        own = table.of(parts)
        moved = None if changes is None else table.of(changes)
        made.seen[cube.name, table] = known
        for place, layout in enumerate(layouts):
            if known is None:
                break
            seconds = min(catalogue.seconds_per_table, ends - time.process_time())
            within = table.of(cells[layout])
            pattern = pattern_beside(cube, within, own, known, moved, catalogue.rule, seconds)
            if pattern is None:
                continue
            chosen.append(within.assign(**{f"{m}:x": x for m, x in pattern.hidden.items()}))
            now = View.of(cube, within, pattern.hidden, own)
            made.now[cube.name, table] = now
            made.seen[cube.name, table] = [now, *known]
            row |= _released(cube, place, pattern)
            break
        rows.append(row)
    if not chosen:
        made.rows += rows
        return
    shown, percent = _shown(pd.concat(chosen, ignore_index=True), cube)
    made.cells.append(shown)
    made.rows += [row | {"value_hidden_percent": percent} for row in rows]


def _release_estimates(
    made: Made,
    cube: Cube,
    catalogue: Catalogue,
    before: Years,
    matched: Sequence[MatchedMeasure],
) -> None:
    """The estimates of the measures whose numbers of users are released."""
    rows = {row["category_code"]: row for row in made.rows if row["cube"] == cube.name}
    for one in matched:
        view = made.now.get((cube.name, CubeTable(ALL_YEARS, one.measure)))
        if view is None:
            continue
        earlier = before.get(ALL_YEARS, {})
        cells = estimate_cells(one, view.shown, earlier, catalogue.rule).assign(cube=cube.name)
        made.cells.append(cells[CELL])
        row = rows[one.measure]
        row["n_cell"] += len(cells)
        row["n_hidden"] += int((cells["status"] == "x").sum())


def _tables_of(cells: pd.DataFrame, cube: Cube) -> list[CubeTable]:
    """The tables of a cube, each with a layout of its own."""
    categories = cells["category_code"] if "category" in cube.apart else [""] * len(cells)
    found = set(zip(cells["fiscal_year"].tolist(), list(categories), strict=True))
    return [CubeTable(year, category) for year, category in sorted(found)]


def _within(earlier: Earlier, table: CubeTable) -> Earlier:
    at = PLACE.index("category_code")
    return {c: value for c, value in earlier.items() if table.category in ("", c[at])}


def _known(
    made: Made, cube: Cube, table: CubeTable, earlier: Earlier, before: pd.DataFrame
) -> list[View] | None:
    """What is known of a table already: from the cube that it shares numbers with, and last from
    the release before. None where nobody can tell what the release before gives away."""
    views = made.seen.get((cube.beside, table), [])
    if views is None or not earlier:
        return views
    past = View.before(cube, earlier, before)
    return None if past is None else [*views, past]


def pattern_beside(
    cube: Cube,
    cells: pd.DataFrame,
    parts: pd.DataFrame,
    known: list[View],
    changes: pd.DataFrame | None,
    rule: Rule,
    seconds: float,
) -> Pattern | None:
    """A pattern for a table in one layout that is safe by itself and beside what is known; None
    where there is none. ``changes`` are those since the release before."""
    few: dict[tuple[str, ...], float] = {}
    earlier = _all_of(known, cube)
    if changes is not None:
        protect_changes(cells, changes, cube, earlier)
        few = few_changed(changes, cube)
    try:
        pattern = pattern_of(cells, parts, cube, rule, earlier, seconds)
    except NotReleased:
        return None
    now = View.of(cube, cells, pattern.hidden, parts)
    is_news = [view.shown for view in known] != [now.shown]
    if known and is_news and not are_safe_together([*known, now], few):
        return None
    return pattern


def _all_of(known: list[View], cube: Cube) -> Earlier:
    """What is known of the cube's own numbers, the first view's before others'; hidden where any
    view hides it."""
    found: dict[tuple[str, ...], float | None] = {}
    for view in known:
        for cell, value in view.shared_with(cube).items():
            found[cell] = None if value is None else found.get(cell, value)
    return found


def _of(cube: str, table: CubeTable, catalogue: Catalogue) -> dict[str, Any]:
    """A table as long as it is not released."""
    return {
        "cube": cube,
        "fiscal_year": table.year,
        "category_code": table.category,
        "outcome": "withheld",
        "layout": "",
        "n_cell": 0,
        "n_hidden": 0,
        "value_hidden_percent": None,
        "least_interval_percent": None,
        "is_certified": False,
        "policy_hash": catalogue.policy_hash,
    }


def _released(cube: Cube, place: int, pattern: Pattern) -> dict[str, Any]:
    interval = pattern.least_relative_interval
    return {
        "outcome": "coarser" if place else "finest",
        "layout": cube.layout_names[place],
        "n_cell": sum(map(len, pattern.hidden.values())),
        "n_hidden": sum(int(flags.sum()) for flags in pattern.hidden.values()),
        "least_interval_percent": None if interval is None else round(100 * interval, 1),
        "is_certified": True,
    }


def _shown(cells: pd.DataFrame, cube: Cube) -> tuple[pd.DataFrame, int]:
    """The cells of a cube as they are released, a row per measure, hidden ones without a value; and
    the share of the values that is hidden.

    In whole percents and over all years: the exact share would be one more sum to solve by.
    """
    frames = []
    everything, gone = 0.0, 0.0
    for measure in cube.measures:
        value, hidden = cells[measure.name], cells[f"{measure.name}:x"]
        everything += float(value.abs().sum())
        gone += float(value.abs()[hidden].sum())
        nothing = (value == 0) & (measure.rule != "magnitude")
        frames.append(
            cells[["fiscal_year", *PLACE]].assign(
                cube=cube.name,
                measure=measure.name,
                value=value.round().astype("Int64").mask(hidden),
                status=np.select([hidden, nothing], ["x", "-"], ""),
            )
        )
    percent = round(100 * gone / everything) if everything else 0
    return pd.concat(frames, ignore_index=True)[CELL], percent
