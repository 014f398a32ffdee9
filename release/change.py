"""What changed between two snapshots, as cells of their own: where a cell is shown in both, whoever
subtracts them knows it.
"""

from __future__ import annotations

import duckdb
import pandas as pd

from release.catalogue import Cube, CubeMeasure, Rule
from release.cells import (
    KEY,
    PLACE,
    amount_sensitivity,
    contribute,
    contributions,
    count_sensitivity,
)
from release.pattern import Earlier


def changes_of(
    connection: duckdb.DuckDBPyConnection, cube: Cube, now: str, before: str, rule: Rule
) -> pd.DataFrame:
    """The cells whose enterprises' parts differ between the records of the tables ``now`` and
    ``before``: KEY and, for each measure that may be sensitive, ``<measure>:total`` (the sum of the
    enterprises' absolute changes), ``:is_sensitive`` and ``:level`` of the change.
    """
    contribute(connection, cube, now, "contribution_now")
    contribute(connection, cube, before, "contribution_before")
    names = [measure.name for measure in _judged(cube)]
    key = ", ".join(KEY)
    moved = ", ".join(
        f"coalesce(a.{name}, 0)::DOUBLE - coalesce(b.{name}, 0)::DOUBLE AS {name}" for name in names
    )
    columns = ", ".join(column for name in names for column in contributions(name, cube.is_counted))
    changes = connection.execute(
        f"""
        WITH moved AS (
            SELECT {key}, contributor, {moved}
            FROM contribution_now AS a FULL JOIN contribution_before AS b
            USING ({key}, contributor)
        )
        SELECT {key}, {columns} FROM moved WHERE {" OR ".join(f"{name} <> 0" for name in names)}
        GROUP BY {key} ORDER BY {key}
        """  # noqa: S608
    ).df()
    for name in ("contribution_now", "contribution_before"):
        connection.execute(f"DROP TABLE {name}")
    return _judged_changes(changes, cube, rule)


def changes_between(
    now: pd.DataFrame, before: pd.DataFrame, cube: Cube, rule: Rule
) -> pd.DataFrame:
    """What `changes_of` tells, from the cells alone, where nobody can tell who has changed them:
    every change counts as that of one enterprise."""
    names = [measure.name for measure in _judged(cube)]
    kept = [name for name in names if name in before]
    both = before[[*KEY, *kept]].merge(
        now[[*KEY, *names]], on=KEY, how="left", suffixes=(":before", "")
    )
    changes = both[KEY].copy()
    for name in names:
        was = both[f"{name}:before"].fillna(0) if name in kept else both[name]
        moved = (both[name].fillna(0) - was).abs().astype(float)
        changes[f"{name}:n"] = (moved > 0).astype(int)
        changes[f"{name}:total"] = changes[f"{name}:first"] = moved
        changes[f"{name}:second"] = 0.0
    moved_at_all = changes[[f"{name}:n" for name in names]].any(axis=1)
    return _judged_changes(changes[moved_at_all].reset_index(drop=True), cube, rule)


def moved_percent(changes: pd.DataFrame, cells: pd.DataFrame, cube: Cube) -> float:
    """How much enterprises have changed of a table's numbers, in percent of what they are: of the
    measure that changed most."""
    found = [0.0]
    for measure in _judged(cube):
        total = f"{measure.name}:total"
        whole = float(cells[total].max()) if len(cells) else 0.0
        moved = float(changes[total].max()) if len(changes) else 0.0
        found.append(100 * moved / whole if whole else 100.0 * (moved > 0))
    return max(found)


def _judged_changes(changes: pd.DataFrame, cube: Cube, rule: Rule) -> pd.DataFrame:
    for measure in _judged(cube):
        changes[measure.name] = changes[f"{measure.name}:total"]
        judged = count_sensitivity if measure.rule == "count" else amount_sensitivity
        sensitive, level = judged(changes, measure, rule)
        changes[f"{measure.name}:is_sensitive"] = sensitive
        changes[f"{measure.name}:level"] = level
    return changes


def protect_changes(
    cells: pd.DataFrame, changes: pd.DataFrame, cube: Cube, earlier: Earlier
) -> None:
    """Make sensitive, in the judged ``cells`` of a table, what ``earlier`` shows and few
    enterprises have changed since: as long as it is hidden now, nobody can subtract.
    ``<measure>:is_always`` says what is sensitive without that."""
    places = _places(cells)
    place_of = {place: row for row, place in enumerate(places)}
    for measure in _judged(cube):
        name = measure.name
        always = cells[f"{name}:is_sensitive"].to_numpy(bool)
        sensitive = always.copy()
        down = cells[f"{name}:protection_level"].to_numpy(float).copy()
        up = cells[f"{name}:upper_protection_level"].to_numpy(float).copy()
        values = cells[name].tolist()
        for (*place, changed), level in few_changed(changes, cube).items():
            row = place_of.get(tuple(place))
            shown = earlier.get((*place, name))
            if changed != name or row is None or shown is None or shown == values[row]:
                continue
            if not sensitive[row]:
                down[row] = up[row] = 0.0
            sensitive[row] = True
            down[row], up[row] = max(down[row], level), max(up[row], level)
        cells[f"{name}:is_sensitive"], cells[f"{name}:is_always"] = sensitive, always
        cells[f"{name}:protection_level"] = down
        cells[f"{name}:upper_protection_level"] = up
        cells[f"{name}:is_fixed"] = cells[f"{name}:is_fixed"].to_numpy(bool) & ~sensitive


def few_changed(changes: pd.DataFrame, cube: Cube) -> dict[tuple[str, ...], float]:
    """The cells (place and measure) that few enterprises changed, with the level of the change."""
    found = {}
    for measure in _judged(cube):
        few = changes[changes[f"{measure.name}:is_sensitive"].to_numpy(bool)]
        levels = few[f"{measure.name}:level"].tolist()
        for place, level in zip(_places(few), levels, strict=True):
            found[(*place, measure.name)] = level
    return found


def _judged(cube: Cube) -> list[CubeMeasure]:
    return [*cube.of_rule("count"), *cube.of_rule("magnitude")]


def _places(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    return list(zip(*(frame[column].tolist() for column in PLACE), strict=True))
