"""Two snapshots side by side give no more away than one: what was hidden stays hidden."""

from __future__ import annotations

import shutil
from math import inf
from pathlib import Path

import duckdb
import pytest

from disclosure.attacker import Attack
from disclosure.delivered import Relation, Release, TrueCell
from release.catalogue import read_catalogue
from release.cells import cells_of, judge
from release.change import changes_of, few_changed
from release.cubes import release_cubes
from store.snapshot import LENS, RELEASED, current_snapshot
from tests.release.delivered_cubes import Delivered, delivered, name_of, truth_of

CATALOGUE = read_catalogue()
CUBE = next(cube for cube in CATALOGUE.cubes if cube.name == "award_amount")
YEARS = (2015, 2016, 2017)
MEASURES = [measure.name for measure in CUBE.measures]


def _release(lens: Path, previous: Path | None, out: Path) -> None:
    with duckdb.connect() as work:
        release_cubes(work, lens, previous, CATALOGUE.with_cubes([CUBE]))
        work.execute(f"ATTACH '{out}' AS released")
        work.execute(
            "CREATE TABLE released.released_cell AS FROM released_cell;"
            "CREATE TABLE released.released_cube AS FROM released_cube"
        )


def _seen(lens: Path, released: Path) -> dict[int, tuple[Delivered, dict[str, TrueCell]]]:
    """What was delivered of each year, and the truth of it."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{lens}' AS lens (READ_ONLY)")
        connection.execute(f"ATTACH '{released}' AS released (READ_ONLY)")
        bureaus = dict(
            connection.execute(
                "SELECT prefecture_code, bureau_code FROM lens.prefecture"
            ).fetchall()
        )
        cells, _ = cells_of(connection, CUBE, "lens.main")
        connection.execute("USE released")
        years = {one.year: one for one in delivered(connection, bureaus)}
    judge(cells, CUBE, CATALOGUE.rule)
    return {
        year: (years[year], truth_of(cells[cells["fiscal_year"] == year], MEASURES))
        for year in YEARS
        if year in years
    }


@pytest.fixture(scope="module")
def both(
    demo_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[dict[int, tuple[Delivered, dict[str, TrueCell]]]]:
    """The demo's amounts as released, and again when some recipients more have come in."""
    folder = tmp_path_factory.mktemp("again")
    snapshot = str(current_snapshot(demo_dir / "store"))
    for name in ("before", "after"):
        (folder / name).mkdir()
    after = folder / "after" / LENS
    shutil.copyfile(demo_dir / "store" / snapshot / LENS, after)
    before = folder / "before" / LENS
    shutil.copyfile(after, before)
    with duckdb.connect(str(before)) as connection:
        connection.execute("DELETE FROM award WHERE fiscal_year > ?", [max(YEARS)])
        connection.execute(
            "DELETE FROM award WHERE firm_id IN (SELECT DISTINCT firm_id FROM award "
            "ORDER BY firm_id LIMIT 12)"
        )
    with duckdb.connect(str(after)) as connection:
        connection.execute("DELETE FROM award WHERE fiscal_year > ?", [max(YEARS)])
    released = [before.with_name(RELEASED), after.with_name(RELEASED)]
    _release(before, None, released[0])
    _release(after, released[0], released[1])
    return [_seen(before, released[0]), _seen(after, released[1])]


def test_after_a_snapshot_of_another_form_what_it_shows_is_withheld_and_the_rest_released(
    both: list[object], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert both
    folder = next(tmp_path_factory.getbasetemp().glob("again*"))
    (tmp_path / "before").mkdir()
    for name in (LENS, RELEASED):
        shutil.copyfile(folder / "before" / name, tmp_path / "before" / name)
    with duckdb.connect(str(tmp_path / "before" / LENS)) as connection:
        connection.execute("ALTER TABLE award DROP COLUMN amount_yen")
    with duckdb.connect(str(tmp_path / "before" / RELEASED)) as connection:
        connection.execute("DELETE FROM released_cell WHERE fiscal_year = ?", [YEARS[-1]])
    again = tmp_path / RELEASED
    _release(folder / "after" / LENS, tmp_path / "before" / RELEASED, again)
    with duckdb.connect(str(again), read_only=True) as connection:
        outcome = dict(
            connection.execute("SELECT fiscal_year, outcome FROM released_cube").fetchall()
        )
        shown = connection.execute("SELECT DISTINCT fiscal_year FROM released_cell").fetchall()
    assert [outcome[year] for year in YEARS[:-1]] == ["withheld"] * (len(YEARS) - 1)
    assert outcome[YEARS[-1]] != "withheld"
    assert YEARS[-1] in {year for (year,) in shown}
    assert not set(YEARS[:-1]) & {year for (year,) in shown}


def test_what_was_hidden_stays_hidden(
    both: list[dict[int, tuple[Delivered, dict[str, TrueCell]]]],
) -> None:
    first, second = both
    n_common = 0
    for year in first.keys() & second.keys():
        kept = set(first[year][0].hidden) & set(second[year][0].values)
        assert kept <= set(second[year][0].hidden)
        n_common += len(kept)
    assert n_common > 10


@pytest.fixture(scope="module")
def few(
    both: list[object], tmp_path_factory: pytest.TempPathFactory
) -> dict[int, dict[str, float]]:
    """The cells of each year that few enterprises changed, with the level of the change."""
    folder = next(tmp_path_factory.getbasetemp().glob("again*"))
    assert both
    with duckdb.connect() as connection:
        for name in ("before", "after"):
            connection.execute(f"ATTACH '{folder / name / LENS}' AS {name} (READ_ONLY)")
        changes = changes_of(connection, CUBE, "after.main", "before.main", CATALOGUE.rule)
    return {
        year: {
            name_of(cell[:-1], cell[-1]): level
            for cell, level in few_changed(changes[changes["fiscal_year"] == year], CUBE).items()
        }
        for year in YEARS
    }


def test_both_releases_together_give_nothing_away(
    both: list[dict[int, tuple[Delivered, dict[str, TrueCell]]]],
    few: dict[int, dict[str, float]],
) -> None:
    """A cell that is the same in both is known from either; one that changed stands for itself, and
    what few changed is a cell as well."""
    n_change = 0
    first, second = both
    years = first.keys() & second.keys()
    assert years
    for year in years:
        (old, was), (new, is_now) = first[year], second[year]
        same = {c for c in was.keys() & is_now.keys() if was[c].value == is_now[c].value}
        assert same
        assert same != set(was)

        def earlier(cell: str, same: set[str] = same) -> str:
            return cell if cell in same else f"before {cell}"

        renamed: list[Relation] = [
            tuple(sorted((earlier(cell), k) for cell, k in relation)) for relation in old.relations
        ]
        releases = [
            Release({earlier(cell): value for cell, value in old.values.items()}),
            Release(new.values),
        ]
        named = {**old.values, **new.values}
        changed: list[Relation] = []
        by_few: dict[str, TrueCell] = {}
        for cell, level in few[year].items():
            if cell in same or cell not in old.values or cell not in new.values:
                continue
            change = f"change {cell}"
            by_few[change] = TrueCell(
                is_now[cell].value - was[cell].value, -inf, inf, level, level, True, False
            )
            changed.append(tuple(sorted([(change, 1.0), (cell, -1.0), (f"before {cell}", 1.0)])))
            n_change += 1
        truth = {earlier(cell): true for cell, true in was.items()} | is_now
        known = {c: t for c, t in truth.items() if c.removeprefix("before ") in named}
        relations = [*renamed, *new.relations, *changed]
        found = Attack(releases, relations, known | by_few).intervals(to_the_end=False)
        assert [one for one in found if one.is_under_level] == []
    assert n_change > 5
