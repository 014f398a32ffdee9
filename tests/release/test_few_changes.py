"""What few enterprises changed between two releases cannot be had by subtracting them."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd

from release.catalogue import Cube, CubeMeasure, Rule
from release.cells import PLACE, judge
from release.change import few_changed
from release.pattern import NotReleased, pattern_of
from release.renewal import Known, pattern_beside
from release.union import View, are_safe_together

RULE = Rule(3, 3, 10.0, 1.0, 10.0, 70.0, 60.0, 30, 10, 100.0, 0.0)
CUBE = Cube(
    name="little",
    category="topic",
    all_years=False,
    apart=(),
    is_counted=False,
    has_holders=False,
    beside="",
    measures=(CubeMeasure("n", "count"),),
    layouts=(),
    layout_names=(),
    total="",
    parts=(),
)
INNER = [(division, topic) for division in "AB" for topic in "12"]
PLACES = [(division, topic) for division in ("", "A", "B") for topic in ("", "1", "2")]
NOBODY = pd.DataFrame(columns=["fiscal_year", *PLACE, "contributor", "n"])
Inner = tuple[int, ...]


def _sums(inner: Inner) -> dict[tuple[str, ...], int]:
    """Every place of a table of two industries and two topics."""
    return {
        ("nation", "", division, topic, "", ""): sum(
            n for n, (d, t) in zip(inner, INNER, strict=True)
            if division in ("", d) and topic in ("", t)
        )
        for division, topic in PLACES
    }  # fmt: skip


def _cells(inner: Inner) -> pd.DataFrame:
    """The judged cells of a table in which every enterprise counts once."""
    rows = [(*place, n) for place, n in _sums(inner).items() if n]
    cells = pd.DataFrame(rows, columns=[*PLACE, "n"]).assign(fiscal_year=2020, bureau_code="")
    cells["n"] = cells["n"].astype(float)
    cells["n:n"] = cells["n"].astype(int)
    judge(cells, CUBE, RULE)
    return cells


def _changes(added: Inner) -> pd.DataFrame:
    """What so many enterprises that came in have changed."""
    rows = [(*place, n) for place, n in _sums(added).items() if n]
    changes = pd.DataFrame(rows, columns=[*PLACE, "total"])
    changes["n:is_sensitive"] = changes["total"] < RULE.least_firms
    changes["n:level"] = 1.0
    return changes


def _fitting(view: View, most: int) -> pd.DataFrame:
    """All tables that somebody who sees the view cannot rule out, up to ``most`` in a cell: a row a
    table, a column a place."""
    every = np.array(list(product(range(most + 1), repeat=len(INNER))))
    tables = {place: every @ np.array(_sums_of(place)) for place in _sums((0,) * len(INNER))}
    fits = np.ones(len(every), dtype=bool)
    for place, table in tables.items():
        # What is not there has no record.
        shown = view.shown.get((*place, "n"), 0.0)
        if shown is not None:
            fits &= table == shown
    return pd.DataFrame({"|".join(place): table[fits] for place, table in tables.items()})


def _sums_of(place: tuple[str, ...]) -> list[int]:
    units = np.eye(len(INNER), dtype=int).tolist()
    return [_sums(tuple(unit))[place] for unit in units]


def _differences(
    before: View, now: View, same: list[tuple[str, ...]], most: int
) -> dict[tuple[str, ...], tuple[int, int]]:
    """The least and the largest change of each cell that fit both views, where the cells ``same``
    are unchanged."""
    kept = ["|".join(place) for place in same]
    first, second = _fitting(before, most), _fitting(now, most)
    found = {}
    for place in _sums((0,) * len(INNER)):
        if place in same:
            continue
        name = "|".join(place)
        if kept:
            later = second.groupby(kept)[name].agg(["min", "max"])
            then = first.groupby(kept)[name].agg(["min", "max"])
            pairs = then.merge(later, left_index=True, right_index=True, suffixes=("_then", "_now"))
            least = (pairs["min_now"] - pairs["max_then"]).min()
            largest = (pairs["max_now"] - pairs["min_then"]).max()
        else:
            least = second[name].min() - first[name].max()
            largest = second[name].max() - first[name].min()
        found[place] = int(least), int(largest)
    return found


def _tried(seed: int) -> tuple[View, View | None, pd.DataFrame, Inner, Inner]:
    chance = np.random.default_rng(seed)
    inner = tuple(int(n) for n in chance.integers(0, 6, len(INNER)))
    added = tuple(int(n) for n in chance.choice([0, 0, 0, 1, 2], len(INNER)))
    later = tuple(a + b for a, b in zip(inner, added, strict=True))
    cells = _cells(inner)
    first = pattern_of(cells, NOBODY, CUBE, RULE, {}, 5)
    before = View.of(CUBE, cells, first.hidden, NOBODY)
    changes, now = _changes(added), _cells(later)
    second = pattern_beside(CUBE, now, NOBODY, Known([before]), changes, RULE, 5)
    view = None if second is None else View.of(CUBE, now, second.hidden, NOBODY)
    return before, view, changes, inner, later


def test_every_change_by_few_enterprises_stays_uncertain_by_brute_force() -> None:
    """Of each cell that one or two enterprises changed, both releases together allow a larger and
    a smaller change than the true one."""
    n_change, n_withheld, n_by_few = 0, 0, 0
    for seed in range(50):
        try:
            before, now, changes, inner, later = _tried(seed)
        except NotReleased:
            continue
        n_by_few += len(few_changed(changes, CUBE))
        if now is None:
            n_withheld += 1
            continue
        was, then = _sums(inner), _sums(later)
        same = [place for place in was if was[place] == then[place]]
        possible = _differences(before, now, same, most=max(max(later), 5) + 3)
        for *where, _ in few_changed(changes, CUBE):
            place = tuple(where)
            if not was[place] or was[place] == then[place]:
                continue
            least, largest = possible[place]
            assert least < then[place] - was[place] < largest, (seed, place)
            n_change += 1
    assert n_change > 30
    assert n_by_few > n_change
    assert n_withheld < 25


def test_showing_what_few_changed_is_seen_by_the_attack() -> None:
    n_shown = 0
    for seed in range(25):
        try:
            before, now, changes, *_ = _tried(seed)
        except NotReleased:
            continue
        if now is None:
            continue
        for cell in few_changed(changes, CUBE):
            value = before.shown.get(cell)
            place = [tuple(row) for row in now.cells[PLACE].values.tolist()].index(cell[:-1])
            true = float(now.cells["n"].iloc[place])
            if value is None or now.shown.get(cell) is not None:
                continue
            shown = View(CUBE, now.cells, {**now.shown, cell: true}, NOBODY)
            assert not are_safe_together([before, shown], few_changed(changes, CUBE))
            n_shown += 1
    assert n_shown > 8


def test_a_cube_that_shows_what_another_hides_is_not_safe_beside_it() -> None:
    cells = _cells((2, 5, 4, 6))
    hidden = {"n": pattern_of(cells, NOBODY, CUBE, RULE, {}, 5).hidden["n"]}
    assert hidden["n"].any()
    topic = View.of(CUBE, cells, hidden, NOBODY)
    other = replace(CUBE, name="other", beside="little")
    assert are_safe_together([topic, View.of(other, cells, hidden, NOBODY)], {})
    for row in np.flatnonzero(hidden["n"]).tolist():
        shown = {"n": hidden["n"].copy()}
        shown["n"][row] = False
        assert not are_safe_together([topic, View.of(other, cells, shown, NOBODY)], {})
