"""The cubes of the catalogue as chambers may read them: protected, proved, or left out.

Everything is decided from the analysts' file; what is written holds no hidden value. A table that
has been published stands until a new one is worth it (`release.renewal`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from disclosure.quiet import without_banner
from release.catalogue import Catalogue, Cube, read_catalogue
from release.cells import ALL_YEARS, cells_of, in_layout, judge
from release.change import changes_between, changes_of
from release.cube_table import CubeTable, tables_in
from release.effects import MatchedMeasure
from release.estimates import estimate_cells
from release.facts import fact_statement
from release.file import CELL, attach, write_released
from release.office import NAME as OFFICES
from release.office import TOPICS, Seen, release_offices
from release.pattern import Earlier
from release.renewal import Known, Making, may_stand
from release.standing import (
    ATTACHED_AS,
    Standing,
    Version,
    changed_tables,
    read_standing,
    write_facts,
    write_standing,
)
from release.told import WITHHELD, percent_hidden, released_row, row_of, shown_rows
from release.union import View
from store.snapshot import quoted

_FACTS = "fact_now"


@dataclass(slots=True)
class Made:
    """What has been made so far: frames of released cells, a row per table, and the versions of
    each table that is shown, the newest first."""

    standing: Standing
    made_at: datetime
    cells: list[pd.DataFrame] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    shown: dict[tuple[str, CubeTable], list[Version]] = field(default_factory=dict)

    def is_old(self, cube: str, table: CubeTable) -> bool:
        """Whether a table is shown as it was before some of it changed."""
        return any(
            row["cube"] == cube
            and (row["fiscal_year"], row["category_code"]) == (table.year, table.category)
            and row["kept_since"] is not None
            for row in self.rows
        )


def release_cubes(
    work: duckdb.DuckDBPyConnection,
    lens: Path,
    previous: Path | None,
    catalogue: Catalogue | None = None,
    matched: Sequence[MatchedMeasure] = (),
    *,
    into: Path | None = None,
    made_at: datetime | None = None,
) -> Made:
    """Make ``released_cell``, ``released_cube`` and ``released_office`` in ``work`` from the
    analysts' file ``lens``, and from the measures whose users were ``matched`` out of it.

    ``previous`` is the file of what stands published, and that of what does now is written to
    ``into``; ``made_at`` (UTC) is when that is. A cube's year that cannot be protected in its
    finest layout within its time, or would give something away beside all that was published of it
    or of a cube that it shares numbers with, is released coarser, as it stands, or not at all.
    Returns what has been made, for whoever audits it with the truth at hand.
    """
    catalogue = catalogue or read_catalogue()
    made_at = made_at or datetime.now(UTC).replace(tzinfo=None)
    ends = time.process_time() + catalogue.seconds
    with duckdb.connect() as inside, without_banner():
        attach(inside, lens, "lens")
        standing = read_standing(inside, previous, catalogue, OFFICES)
        made = Made(standing, made_at)
        inside.execute(f"ATTACH '{quoted(into) if into else ':memory:'}' AS next")
        for cube in catalogue.cubes:
            _release_cube(made, inside, cube, catalogue, matched, ends)
        offices = _release_offices(made, inside, catalogue)
        write_standing(inside, _standing_now(made, offices))
        inside.execute("CHECKPOINT next; DETACH next")
    write_released(work, made.cells, made.rows, offices)
    return made


def _release_cube(
    made: Made,
    inside: duckdb.DuckDBPyConnection,
    cube: Cube,
    catalogue: Catalogue,
    matched: Sequence[MatchedMeasure],
    ends: float,
) -> None:
    inside.execute(
        f"CREATE OR REPLACE TEMP TABLE {_FACTS} AS {fact_statement(cube.name, 'lens.main')}"
    )
    cells, parts = cells_of(inside, cube, _FACTS)
    judge(cells, cube, catalogue.rule)
    layouts = [in_layout(cells, cube, place) for place in range(len(cube.layouts))]
    changed, known, changes = _changes(made.standing, inside, cube, cells, catalogue)
    renewed: list[CubeTable] = []
    rows = []
    for table in tables_in(cells, cube):
        versions = made.standing.of(cube, table)
        last = versions[0] if versions else None
        row = row_of(cube.name, table, catalogue)
        rows.append(row)
        is_same = last is not None and table in known - changed
        # What shares numbers with a table that stands as it was must not tell what they are now.
        is_bound = bool(cube.beside) and made.is_old(cube.beside, table)
        # Nor may it tell what they were, beside a newer one: both would not add up.
        is_behind = _is_behind(made, cube, table, last) and (is_bound or not is_same)
        found = None
        if not (is_bound or (last and is_same and may_stand(last, catalogue))):
            making = Making(
                cube, table, cells, layouts, parts, _known(made, cube, table, catalogue),
                None if changes is None else table.of(changes), last, is_blind=table not in known,
                is_behind=is_behind,
            )  # fmt: skip
            found = making.renewed(catalogue, ends)
        if found is not None:
            renewed.append(table)
            row |= released_row(cube, found)
            view = View.of(cube, found.cells, found.pattern.hidden, table.of(parts))
            versions = [Version(made.made_at, row, found.hidden_share, view), *versions]
            shown = shown_rows(found, cube)
        elif last is not None and may_stand(last, catalogue) and not is_behind:
            row |= {name: last.row[name] for name in row}
            row["kept_since"] = None if is_same else last.made_at
            shown = made.standing.rows(cube.name, table)
        else:
            continue
        if row["kept_since"] is None and cube.estimates:
            counts = versions[0].view.shown
            shown = _with_estimates(made.standing, cube, table, shown, counts, catalogue, matched)
        row |= {"n_cell": len(shown), "n_hidden": int((shown["status"] == "x").sum())}
        made.shown[cube.name, table] = versions
        made.cells.append(shown)
    percent = percent_hidden([made.shown[key][0].view for key in made.shown if key[0] == cube.name])
    made.rows += [
        row | {"value_hidden_percent": None if row["outcome"] == WITHHELD else percent}
        for row in rows
    ]
    write_facts(inside, cube, _FACTS, renewed)


def _is_behind(made: Made, cube: Cube, table: CubeTable, last: Version | None) -> bool:
    """Whether the cube that a table shares numbers with shows newer ones than its last version."""
    beside = made.shown.get((cube.beside, table))
    return bool(beside and last and last.made_at < beside[0].made_at)


def _changes(
    standing: Standing,
    inside: duckdb.DuckDBPyConnection,
    cube: Cube,
    cells: pd.DataFrame,
    catalogue: Catalogue,
) -> tuple[set[CubeTable], set[CubeTable], pd.DataFrame | None]:
    """Which tables have changed since their last version, of which it can be told by whom, and the
    changes of each cell; None where there is none."""
    last = {
        table: versions[0].view.cells
        for (name, table), versions in standing.versions.items()
        if name == cube.name
    }
    if not last:
        return set(), set(), None
    changed, known = changed_tables(inside, cube, _FACTS)
    frames = []
    if changed & known:
        before = f"{ATTACHED_AS}.fact_{cube.name}"
        found = changes_of(inside, cube, _FACTS, before, catalogue.rule)
        frames += [table.of(found) for table in sorted(known & last.keys())]
    for table in last.keys() - known:
        now = table.of(cells)
        frames.append(changes_between(now, last[table], cube, catalogue.rule))
    return changed, known, pd.concat(frames, ignore_index=True) if frames else None


def _known(made: Made, cube: Cube, table: CubeTable, catalogue: Catalogue) -> Known:
    """What anybody knows of a table before it is made."""
    partners = [
        one for one in catalogue.cubes if cube.name == one.beside or one.name == cube.beside
    ]
    now = [v.view for one in partners for v in made.shown.get((one.name, table), ())]
    before = [
        version.view
        for one in partners
        if (one.name, table) not in made.shown
        for version in made.standing.of(one, table)
    ]
    return Known([version.view for version in made.standing.of(cube, table)], now, before)


def _with_estimates(
    standing: Standing,
    cube: Cube,
    table: CubeTable,
    shown: pd.DataFrame,
    counts: Earlier,
    catalogue: Catalogue,
    matched: Sequence[MatchedMeasure],
) -> pd.DataFrame:
    """The rows of a table with the estimates of its measure, where its numbers of users are shown
    as ``counts``."""
    names = [measure.name for measure in cube.measures]
    rows = [shown[shown["measure"].isin(names).to_numpy()]]
    for one in matched:
        if one.measure == table.category:
            earlier = standing.earlier(cube.name, table)
            cells = estimate_cells(one, counts, earlier, catalogue.rule)
            rows.append(cells.assign(cube=cube.name)[CELL])
    return pd.concat(rows, ignore_index=True)


def _release_offices(
    made: Made, inside: duckdb.DuckDBPyConnection, catalogue: Catalogue
) -> pd.DataFrame:
    """The consultations of single chambers, as parts of what is released of their prefectures."""
    standing = made.standing
    topics = {
        t.year: found[0].view.shown for (name, t), found in made.shown.items() if name == TOPICS
    }
    past = {t.year: v[0].view.shown for (name, t), v in standing.versions.items() if name == TOPICS}
    rows = {
        k: v for k, v in standing.office_rows.items() if v["policy_hash"] == catalogue.policy_hash
    }
    before = Seen(f"{ATTACHED_AS}.fact_{TOPICS}", past, standing.offices, rows) if past else None
    offices, told = release_offices(
        inside, Seen(f"next.fact_{TOPICS}", topics), before, catalogue.rule
    )
    # What they are parts of may stand as it was.
    kept = [row["kept_since"] for row in made.rows if row["cube"] == TOPICS and row["kept_since"]]
    since = {"kept_since": min(kept)} if kept else {}
    for row in told:
        table = CubeTable(ALL_YEARS, str(row["category_code"]))
        own = {} if row["outcome"] == WITHHELD else since
        made.rows.append(row_of(OFFICES, table, catalogue) | own | row)
    return offices


def _standing_now(made: Made, offices: pd.DataFrame) -> Standing:
    """What stands from now on: what is shown, and of what is not any more what was."""
    gone = {key: found for key, found in made.standing.versions.items() if key not in made.shown}
    shown = [*made.cells, *(made.standing.rows(*key) for key in gone)]
    office_rows = dict(made.standing.office_rows)
    for row in made.rows:
        if row["cube"] == OFFICES and row["outcome"] != WITHHELD:
            office_rows[row["category_code"]] = row | {"made_at": row["kept_since"] or made.made_at}
    before = made.standing.offices
    is_gone = ~before["prefecture_code"].isin(offices["prefecture_code"])
    return Standing(
        versions=made.shown | gone,
        shown=pd.concat(shown, ignore_index=True) if shown else made.standing.shown,
        offices=pd.concat([offices, before[is_gone.to_numpy(bool)]], ignore_index=True),
        office_rows=office_rows,
    )
