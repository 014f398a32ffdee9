"""Releases one after the other give no more away than one, and wear nothing thinner: a table stands
until enough of it has changed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from disclosure.attacker import Attack
from disclosure.delivered import Relation, Release, TrueCell
from release import renewal
from release.catalogue import Catalogue, Cube, read_catalogue
from release.cells import cells_of, judge
from release.change import changes_of, few_changed
from release.cubes import release_cubes
from release.facts import fact_statement
from release.pattern import NotReleased, Pattern, pattern_of
from store.snapshot import LENS, RELEASED, STANDING, current_snapshot
from tests.release.delivered_cubes import Delivered, delivered, name_of, truth_of

POLICY = read_catalogue()
CUBE = next(cube for cube in POLICY.cubes if cube.name == "award_amount")
CATALOGUE = POLICY.with_cubes([CUBE])
# Makes every table anew that has changed at all.
ALWAYS = replace(CATALOGUE, rule=replace(POLICY.rule, most_moved_percent=-1.0))
FIRST = datetime.fromisoformat("2026-01-01")
YEARS = (2015, 2016, 2017)
MEASURES = [measure.name for measure in CUBE.measures]
Seen = dict[int, tuple[Delivered, dict[str, TrueCell]]]
Row = tuple[str, datetime | None]


def _release(
    folder: Path, previous: Path | None, day: int, catalogue: Catalogue = CATALOGUE
) -> dict[int, Row]:
    """Publish what is in ``folder`` after what stands in ``previous``; outcome and age by year."""
    for name in (RELEASED, STANDING):
        (folder / name).unlink(missing_ok=True)
    with duckdb.connect() as work:
        release_cubes(
            work,
            folder / LENS,
            None if previous is None else previous / STANDING,
            catalogue,
            into=folder / STANDING,
            made_at=FIRST + timedelta(days=day),
        )
        work.execute(f"ATTACH '{folder / RELEASED}' AS released")
        for table in ("released_cell", "released_cube"):
            work.execute(f"CREATE TABLE released.{table} AS FROM {table}")
        rows = work.execute("SELECT fiscal_year, outcome, kept_since FROM released_cube").fetchall()
    return {year: (outcome, since) for year, outcome, since in rows}


def _shown(folder: Path, year: int) -> set[tuple[object, ...]]:
    with duckdb.connect(str(folder / RELEASED), read_only=True) as connection:
        rows = connection.execute("FROM released_cell WHERE fiscal_year = ?", [year]).fetchall()
    return set(rows)


def _seen(folder: Path) -> Seen:
    """What was delivered of each year, and the truth of it."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{folder / LENS}' AS lens (READ_ONLY)")
        connection.execute(f"ATTACH '{folder / RELEASED}' AS released (READ_ONLY)")
        bureaus = dict(
            connection.execute(
                "SELECT prefecture_code, bureau_code FROM lens.prefecture"
            ).fetchall()
        )
        cells, _ = cells_of(connection, CUBE, _records("lens"))
        connection.execute("USE released")
        years = {one.year: one for one in delivered(connection, bureaus)}
    judge(cells, CUBE, POLICY.rule)
    return {
        year: (years[year], truth_of(cells[cells["fiscal_year"] == year], MEASURES))
        for year in YEARS
    }


def _records(database: str) -> str:
    return f"({fact_statement(CUBE.name, f'{database}.main')})"


@pytest.fixture(scope="module")
def stores(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three stores of the demo's awards, each with some recipients more than the one before."""
    folder = tmp_path_factory.mktemp("stores")
    lens = demo_dir / "store" / str(current_snapshot(demo_dir / "store")) / LENS
    found = []
    for n_missing in (24, 12, 0):
        one = folder / str(n_missing)
        one.mkdir()
        shutil.copyfile(lens, one / LENS)
        with duckdb.connect(str(one / LENS)) as connection:
            connection.execute("DELETE FROM award WHERE fiscal_year NOT IN ?", [list(YEARS)])
            connection.execute(
                "DELETE FROM award WHERE firm_id IN (SELECT DISTINCT firm_id FROM award "
                "ORDER BY firm_id LIMIT ?)",
                [n_missing],
            )
        found.append(one)
    return found


@pytest.fixture(scope="module")
def anew(stores: list[Path], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The three as released one after the other, with every changed table made anew."""
    folder = tmp_path_factory.mktemp("anew")
    found: list[Path] = []
    for day, store in enumerate(stores, start=0):
        one = folder / str(day)
        one.mkdir()
        (one / LENS).symlink_to(store / LENS)
        rows = _release(one, found[-1] if found else None, day, ALWAYS)
        assert all(row == (row[0], None) and row[0] != "withheld" for row in rows.values())
        found.append(one)
    return found


def test_what_was_hidden_stays_hidden(anew: list[Path]) -> None:
    n_common = 0
    for before, after in pairwise(anew):
        first, second = _seen(before), _seen(after)
        for year in YEARS:
            kept = set(first[year][0].hidden) & set(second[year][0].values)
            assert kept <= set(second[year][0].hidden)
            n_common += len(kept)
    assert n_common > 10


def _few(before: Path, after: Path) -> dict[int, dict[str, float]]:
    """The cells of each year that few enterprises changed, with the level of the change."""
    with duckdb.connect() as connection:
        for name, folder in (("before", before), ("after", after)):
            connection.execute(f"ATTACH '{folder / LENS}' AS {name} (READ_ONLY)")
        changes = changes_of(connection, CUBE, _records("after"), _records("before"), POLICY.rule)
    return {
        year: {
            name_of(cell[:-1], cell[-1]): level
            for cell, level in few_changed(changes[changes["fiscal_year"] == year], CUBE).items()
        }
        for year in YEARS
    }


def test_all_releases_together_give_nothing_away(anew: list[Path]) -> None:
    """A cell that is the same in several is known from any of them; one that changed stands for
    itself in each, and what few changed from one to the next is a cell as well."""
    everything = [_seen(folder) for folder in anew]
    few = [_few(before, after) for before, after in pairwise(anew)]
    n_change = 0
    for year in YEARS:
        named: dict[tuple[str, float], str] = {}
        releases: list[Release] = []
        relations: list[Relation] = []
        truth: dict[str, TrueCell] = {}
        for number, seen in enumerate(everything):
            shown, true = seen[year]
            name = {
                cell: named.setdefault((cell, one.value), f"{number} {cell}")
                for cell, one in true.items()
            }
            releases.append(Release({name[cell]: v for cell, v in shown.values.items()}))
            relations += [tuple(sorted((name[c], k) for c, k in sum_)) for sum_ in shown.relations]
            truth |= {name[cell]: true[cell] for cell in shown.values}
            for cell, level in few[number - 1][year].items() if number else ():
                was = everything[number - 1][year][1].get(cell)
                is_told = cell in everything[number - 1][year][0].values and cell in shown.values
                if not is_told or was is None or was.value == true[cell].value:
                    continue
                then, now = named[cell, was.value], name[cell]
                moved = true[cell].value - was.value
                change = f"change {now}"
                truth[change] = TrueCell(moved, -inf, inf, level, level, True, False)
                relations.append(tuple(sorted([(change, 1.0), (now, -1.0), (then, 1.0)])))
                n_change += 1
        found = Attack(releases, relations, truth).intervals(to_the_end=False)
        assert [one for one in found if one.is_under_level] == []
    assert n_change > 5


def test_a_table_that_few_have_changed_stands_and_says_since_when(
    stores: list[Path], tmp_path: Path
) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    for folder, store in ((first, stores[1]), (second, stores[2])):
        folder.mkdir()
        (folder / LENS).symlink_to(store / LENS)
    _release(first, None, 0)
    rows = _release(second, first, 1)
    few = _few(first, second)
    standing = [year for year in YEARS if rows[year][1] is not None]
    assert standing
    for year in standing:
        assert rows[year][1] == FIRST
        assert few[year]
        assert _shown(first, year) == _shown(second, year)


def test_a_table_without_a_change_is_up_to_date_as_it_stands(
    stores: list[Path], tmp_path: Path
) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    for folder in (first, second):
        folder.mkdir()
        (folder / LENS).symlink_to(stores[0] / LENS)
    before = _release(first, None, 0)
    assert _release(second, first, 1) == before
    assert all(_shown(first, year) == _shown(second, year) for year in YEARS)


def test_what_was_told_is_not_forgotten_while_nothing_is(
    stores: list[Path], anew: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that is withheld once is compared with what was seen before that all the same."""
    second, third = tmp_path / "2", tmp_path / "3"
    for folder, store in ((second, stores[1]), (third, stores[1])):
        folder.mkdir()
        (folder / LENS).symlink_to(store / LENS)
    with monkeypatch.context() as patched:
        patched.setattr(renewal, "pattern_of", _no_pattern)
        # By another policy the old table may not stand either.
        rows = _release(second, anew[0], 1, replace(ALWAYS, policy_hash="0" * 64))
    assert set(rows.values()) == {("withheld", None)}
    _release(third, second, 2, ALWAYS)
    for year in YEARS:
        assert _shown(third, year) == _shown(anew[1], year)


def test_no_table_stands_beside_a_newer_one_with_the_same_numbers(
    demo_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What followed consultations is withheld, where it cannot be made anew with these."""
    lens = demo_dir / "store" / str(current_snapshot(demo_dir / "store")) / LENS
    first, second, third = (tmp_path / name for name in "123")
    for folder in (first, second, third):
        folder.mkdir()
        shutil.copyfile(lens, folder / LENS)
    with duckdb.connect(str(first / LENS)) as connection:
        connection.execute("DELETE FROM consultation WHERE hash(consultation_id::VARCHAR) % 2 = 0")
    pair = ("consultation_topic", "consultation_outcome")
    shared = [cube for cube in POLICY.cubes if cube.name in pair]
    catalogue = replace(ALWAYS, cubes=tuple(shared))
    _release(first, None, 0, catalogue)
    before = _outcomes(first)
    shown = {year for year, outcome in before[pair[1]].items() if outcome != "withheld"}
    assert shown
    protect = pattern_of

    def topics_alone(cells: pd.DataFrame, parts: pd.DataFrame, cube: Cube, *more: Any) -> Pattern:
        if cube.name == pair[1]:
            raise NotReleased
        return protect(cells, parts, cube, *more)

    with monkeypatch.context() as patched:
        patched.setattr(renewal, "pattern_of", topics_alone)
        _release(second, first, 1, catalogue)
    now = _outcomes(second)
    renewed = {year for year in shown if now[pair[0]][year] != "withheld"}
    assert renewed
    assert {now[pair[1]][year] for year in renewed} == {"withheld"}
    # And it does not come back as it was.
    with monkeypatch.context() as patched:
        patched.setattr(renewal, "pattern_of", topics_alone)
        _release(third, second, 2, catalogue)
    assert {_outcomes(third)[pair[1]][year] for year in renewed} == {"withheld"}


def _outcomes(folder: Path) -> dict[str, dict[int, str]]:
    found: dict[str, dict[int, str]] = {}
    with duckdb.connect(str(folder / RELEASED), read_only=True) as connection:
        for cube, year, outcome in connection.execute(
            "SELECT cube, fiscal_year, outcome FROM released_cube"
        ).fetchall():
            found.setdefault(cube, {})[year] = outcome
    return found


def _no_pattern(*_: object) -> Pattern:
    raise NotReleased


def test_a_table_stands_where_nobody_can_tell_who_changed_it(
    stores: list[Path], tmp_path: Path
) -> None:
    """Every change counts as that of one enterprise then, so that a new one would show nothing."""
    first, second, third = (tmp_path / name for name in "123")
    for folder, store in ((first, stores[0]), (second, stores[2]), (third, stores[0])):
        folder.mkdir()
        (folder / LENS).symlink_to(store / LENS)
    _release(first, None, 0)
    with duckdb.connect(str(first / STANDING)) as connection:
        connection.execute("ALTER TABLE fact_award_amount DROP COLUMN bureau_code")
    rows = _release(second, first, 1, ALWAYS)
    assert set(rows.values()) == {(outcome, FIRST) for outcome, _ in rows.values()}
    assert all(_shown(first, year) == _shown(second, year) for year in YEARS)
    # What has not changed is the same when it is made anew.
    again = _release(third, first, 1, ALWAYS)
    assert {since for _, since in again.values()} == {None}
    assert all(_shown(first, year) == _shown(third, year) for year in YEARS)


def test_by_another_policy_what_has_not_changed_is_made_anew(
    stores: list[Path], tmp_path: Path
) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    for folder in (first, second):
        folder.mkdir()
        (folder / LENS).symlink_to(stores[0] / LENS)
    before = _release(first, None, 0)
    assert _release(second, first, 1, replace(CATALOGUE, policy_hash="0" * 64)) == before
    assert all(_shown(first, year) == _shown(second, year) for year in YEARS)
    with duckdb.connect(str(second / RELEASED), read_only=True) as connection:
        policies = connection.execute("SELECT DISTINCT policy_hash FROM released_cube").fetchall()
    assert policies == [("0" * 64,)]


def test_a_firm_that_refuses_later_has_no_pseudonym_in_what_stands(
    stores: list[Path], tmp_path: Path
) -> None:
    """Its records are needed, because the sums that were public hold them; its name is not."""
    first, second, third = (tmp_path / name for name in "123")
    for folder in (first, second, third):
        folder.mkdir()
    (first / LENS).symlink_to(stores[2] / LENS)
    _release(first, None, 0)
    shutil.copyfile(stores[2] / LENS, second / LENS)
    with duckdb.connect(str(second / LENS)) as connection:
        [(firm,)] = connection.execute(
            "SELECT firm_id FROM award WHERE firm_id IS NOT NULL GROUP BY firm_id "
            "ORDER BY count(*) DESC, firm_id LIMIT 1"
        ).fetchall()
        connection.execute("DELETE FROM award WHERE firm_id = ?", [firm])
        connection.execute("INSERT INTO withheld_firm VALUES (?, 'display')", [firm])
    rows = _release(second, first, 1)
    kept = [year for year in YEARS if rows[year][1] is not None]
    assert kept
    n_before, n_after = (_n_record(folder, str(firm)) for folder in (first, second))
    assert n_before > 0
    assert n_after == 0
    assert _n_record(first) == _n_record(second)
    # And it still counts as one that is gone.
    (third / LENS).symlink_to(second / LENS)
    assert _release(third, second, 2) == rows


def _n_record(folder: Path, firm: str = "") -> int:
    chosen = f"WHERE contributor = '{firm}'" if firm else ""
    with duckdb.connect(str(folder / STANDING), read_only=True) as connection:
        return len(connection.execute(f"FROM fact_award_amount {chosen}").fetchall())
