"""Whether a table is made anew or stands as it was published.

What few enterprises have changed must be hidden in a new table, because its last version shows what
was before: tables that are made anew too often wear out. So a table stands, until enough of it has
changed for a new one that hides no more, or so much that the old one is no longer true.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from release.catalogue import Catalogue, Cube, Rule
from release.cells import Flags
from release.change import few_changed, moved_percent, protect_changes
from release.cube_table import CubeTable
from release.pattern import Earlier, NotReleased, Pattern, pattern_of, tables_of
from release.standing import Version
from release.union import View, are_safe_together


@dataclass(frozen=True, slots=True)
class Known:
    """What anybody knows of a table: its own versions, the newest first; what is published now of
    the cube that it shares numbers with; and what was published before of such a cube."""

    own: Sequence[View] = ()
    beside_now: Sequence[View] = ()
    beside_before: Sequence[View] = ()

    def shown(self, cube: Cube) -> Earlier:
        """The cube's own numbers by what is the newest of them; hidden where any view hides it."""
        found: dict[tuple[str, ...], float | None] = {}
        for view in (*self.beside_now, *self.own, *self.beside_before):
            for cell, value in view.shared_with(cube).items():
                found[cell] = None if value is None else found.get(cell, value)
        return found

    def together(self, now: View) -> list[View]:
        """All views with ``now`` in the order of their age, the cube's own ones last."""
        beside = [*self.beside_before, *reversed(self.beside_now)]
        return [*beside, *reversed(self.own), now]


@dataclass(frozen=True, slots=True)
class Renewed:
    """A table that is made anew: the place of its layout, its cells, what is hidden of them, and
    how much of the numbers that is (0–1)."""

    place: int
    cells: pd.DataFrame
    pattern: Pattern
    hidden_share: float


@dataclass(frozen=True, slots=True)
class Making:
    """What a table is made of: judged cells of the finest layout, which of them belong to each
    layout, the parts of enterprises, what is known, and what has changed since the last version
    (None where there is none), whether nobody can tell who has changed it (``is_blind``), and
    whether the last version may not stand whatever a new one hides (``is_behind``)."""

    cube: Cube
    table: CubeTable
    cells: pd.DataFrame
    layouts: Sequence[Flags]
    parts: pd.DataFrame
    known: Known
    changes: pd.DataFrame | None
    last: Version | None
    is_blind: bool = False
    is_behind: bool = False

    def renewed(self, catalogue: Catalogue, ends: float) -> Renewed | None:
        """The table in the finest layout that is safe beside all that is known; None where there is
        none, or where the last version, which stands then, tells more. ``ends`` is when time runs
        out (`time.process_time`)."""
        own = self.table.of(self.parts)
        least = self._at_least(catalogue)
        for place, layout in enumerate(self.layouts):
            if least is not None and place > self.cube.layout_names.index(least.row["layout"]):
                break
            seconds = min(catalogue.seconds_per_table, ends - time.process_time())
            within = self.table.of(self.cells[layout])
            pattern = pattern_beside(
                self.cube, within, own, self.known, self.changes, catalogue.rule, seconds
            )
            if pattern is None:
                continue
            share = hidden_share(within, pattern, self.cube)
            more = 100 * (share - least.hidden_share) if least is not None else 0.0
            if more <= catalogue.rule.most_more_hidden_percent:
                return Renewed(place, within, pattern, share)
        return None

    def _at_least(self, catalogue: Catalogue) -> Version | None:
        """The version that a new one must not fall behind."""
        if self.last is None or self.is_behind or not may_stand(self.last, catalogue):
            return None
        if self.changes is None or self.is_blind:
            # Every change counts as that of one enterprise then, and a new version shows nothing.
            return self.last
        moved = moved_percent(self.changes, self.table.of(self.cells), self.cube)
        return None if moved > catalogue.rule.most_moved_percent else self.last


def may_stand(version: Version, catalogue: Catalogue) -> bool:
    """Whether a version may be shown on: it was made by the policy of today."""
    return bool(version.row["policy_hash"] == catalogue.policy_hash)


def pattern_beside(
    cube: Cube,
    cells: pd.DataFrame,
    parts: pd.DataFrame,
    known: Known,
    changes: pd.DataFrame | None,
    rule: Rule,
    seconds: float,
) -> Pattern | None:
    """A pattern for a table in one layout that is safe by itself and beside what is known; None
    where there is none. ``changes`` are those since the last version."""
    few: dict[tuple[str, ...], float] = {}
    earlier = known.shown(cube)
    if changes is not None:
        protect_changes(cells, changes, cube, earlier)
        few = few_changed(changes, cube)
    try:
        pattern = pattern_of(cells, parts, cube, rule, earlier, seconds)
    except NotReleased:
        return None
    now = View.of(cube, cells, pattern.hidden, parts)
    views = known.together(now)
    is_news = [view.shown for view in views[:-1]] != [now.shown]
    if len(views) > 1 and is_news and not are_safe_together(views, few):
        return None
    return pattern


def hidden_share(cells: pd.DataFrame, pattern: Pattern, cube: Cube) -> float:
    """How much of the numbers that can be hidden is: the mean over the measures."""
    shares = []
    for name in (name for table in tables_of(cube) for name in table):
        value = cells[name].abs().to_numpy(float)
        whole = float(value.sum())
        shares.append(float(value[pattern.hidden[name]].sum()) / whole if whole else 0.0)
    return float(np.mean(shares)) if shares else 0.0
