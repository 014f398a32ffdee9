"""What anybody could work back of the released cubes, with the truth beside: ``python -m
bench.released``.

Publishes the cubes of the newest snapshot twice, first without one firm in a thousand, and attacks
both as delivered (`gate.released_attack`): as an outsider and as every enterprise that is alone in
a cell, each release by itself; as an outsider, both together, where what few enterprises changed is
a cell as well. Says per cube how much is hidden, what came nearer to a sensitive cell than it may,
and how long all that took.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from time import process_time
from typing import Any

import duckdb

from disclosure.attacker import Attack
from disclosure.delivered import Relation, Release, TrueCell
from gate.released_attack import Cell, Delivered, cells_of, delivered
from gate.released_policy import read_policy
from release.catalogue import Catalogue, read_catalogue
from release.cells import PLACE
from release.change import changes_of, few_changed
from release.cubes import Made, release_cubes
from release.facts import fact_statement
from release.pattern import AT_LEAST, tables_of
from release.union import View
from settings import load_settings
from store.cursor import StoreCursor
from store.members import Members, read_members
from store.snapshot import LENS, current_snapshot, quoted
from store.tables import dimension_member

# What follows a firm from one release to the next.
_OF_FIRM = "hash(firm_id::VARCHAR) % {} = 7"


@dataclass(slots=True)
class Tally:
    """Of a cube: its cells, hidden ones, and what came too near to whom."""

    n_cell: int = 0
    n_primary: int = 0
    n_hidden: int = 0
    value: float = 0.0
    value_hidden: float = 0.0
    at_risk: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    seconds: float = 0.0

    def line(self, name: str) -> str:
        share = 100 * self.value_hidden / self.value if self.value else 0.0
        risk = ", ".join(f"{who} {n}" for who, n in self.at_risk.items())
        return (
            f"{name}: {self.n_cell:,} cells, {self.n_primary:,} primary, "
            f"{self.n_hidden - self.n_primary:,} secondary, {share:.1f} % of the value hidden; "
            f"at risk: {risk}; {self.seconds:.1f} CPU s"
        )


@dataclass(frozen=True, slots=True)
class Published:
    """A release: what made it, the cells as delivered by cube, and the truth by name of a cell."""

    made: Made
    cells: dict[str, dict[Cell, float | None]]
    truth: dict[str, dict[str, TrueCell]]


def publish(lens: Path, folder: Path, previous: Path | None, catalogue: Catalogue) -> Published:
    """Make the cubes of ``lens`` and read them back as they are delivered."""
    with duckdb.connect() as work:
        made = release_cubes(
            work, lens, previous, catalogue, into=folder / "standing.duckdb",
            made_at=datetime.now(UTC).replace(tzinfo=None),
        )  # fmt: skip
        frame = work.execute("FROM released_cell").df()
    names = [cube.name for cube in catalogue.cubes]
    cells = {name: cells_of(frame[(frame["cube"] == name).to_numpy()]) for name in names}
    truth: dict[str, dict[str, TrueCell]] = {name: {} for name in names}
    for (name, _), versions in made.shown.items():
        truth[name] |= _truth(versions[0].view)
    return Published(made, cells, truth)


def _name(year: Any, place: Sequence[str], measure: str) -> str:
    return Cell._make((int(year), *map(str, place), measure)).name


def _truth(view: View) -> dict[str, TrueCell]:
    cells, found = view.cells, {}
    names = [name for names in tables_of(view.cube) for name in names]
    for row in cells.to_dict("records"):
        place = tuple(str(row[column]) for column in PLACE)
        for name in names:
            value, lower = row[name], row[f"{name}:lower_bound"]
            found[_name(row["fiscal_year"], place, name)] = TrueCell(
                value, lower, inf,
                min(row[f"{name}:protection_level"], max(value - lower, 0.0)),
                row[f"{name}:upper_protection_level"],
                bool(row[f"{name}:is_sensitive"]), bool(row[f"{name}:is_fixed"]),
            )  # fmt: skip
    return found


def owners(view: View) -> Iterator[tuple[str, str, float]]:
    """What each enterprise that is alone in a cell, and each holder of records, has of each."""
    counted = {measure.name for measure in view.cube.of_rule("count")}
    for row in view.parts.to_dict("records"):
        place = tuple(str(row[column]) for column in PLACE)
        for name in (name for names in tables_of(view.cube) for name in names):
            if row.get(name):
                part = row[name] * (AT_LEAST if name in counted else 1.0)
                yield row["contributor"], _name(row["fiscal_year"], place, name), part


def attack_alone(
    published: Published, members: Members, *, by_owners: bool
) -> Iterator[tuple[str, Tally]]:
    """Each cube of a release by itself."""
    rules = read_policy().cubes
    for name, cells in published.cells.items():
        tally, started = Tally(), process_time()
        truth = published.truth[name]
        parts: dict[str, dict[str, float]] = defaultdict(dict)
        for (cube, _), versions in published.made.shown.items():
            for owner, cell, part in owners(versions[0].view) if cube == name and by_owners else ():
                parts[owner][cell] = part
        told = {cell.name: value for cell, value in cells.items() if cell.name in truth}
        tally.n_cell = len(told)
        for cell, value in told.items():
            tally.value += abs(truth[cell].value)
            tally.n_hidden += value is None
            tally.n_primary += value is None and truth[cell].is_sensitive
            tally.value_hidden += abs(truth[cell].value) * (value is None)
        tally.at_risk |= {"outsiders": 0} | ({"owners": 0} if by_owners else {})
        other = rules[name].beside
        beside = published.cells.get(other, {})
        groups = rules[other].groups if other else ()
        known = published.truth.get(other, {}) | truth
        for one in delivered(cells, rules[name], members, beside, groups):
            own = {c.name for c in one.shown} & known.keys()
            within = {who: {c: v for c, v in of.items() if c in own} for who, of in parts.items()}
            insiders = {who: of for who, of in within.items() if of}
            # What a cube does not have at all is of no use, and its truth is not at hand.
            sums = [sum_ for sum_ in one.sums if all(cell in known for cell, _ in sum_)]
            found = Attack([one.release], sums, {c: known[c] for c in own})
            for interval in found.intervals(insiders, to_the_end=False):
                if interval.is_under_level:
                    tally.at_risk["owners" if interval.owner else "outsiders"] += 1
        tally.seconds = process_time() - started
        yield name, tally


def attack_both(
    first: Published, second: Published, few: Mapping[str, Mapping[str, float]], members: Members
) -> Iterator[tuple[str, Tally]]:
    """Both releases of each cube as one, where they differ."""
    rules = read_policy().cubes
    for name in second.cells:
        tally, started = Tally(), process_time()
        tally.at_risk["outsiders"] = 0
        was, now = first.truth[name], second.truth[name]
        before = {_key(one): one for one in delivered(first.cells[name], rules[name], members)}
        for after in delivered(second.cells[name], rules[name], members):
            then = before.get(_key(after))
            if then is None or then.shown == after.shown:
                continue
            releases, sums, truth = _together(then, after, was, now, few[name])
            tally.n_cell += len(truth)
            found = Attack(releases, sums, truth).intervals(to_the_end=False)
            tally.at_risk["outsiders"] += sum(interval.is_under_level for interval in found)
        tally.seconds = process_time() - started
        yield name, tally


def _key(one: Delivered) -> tuple[int, frozenset[str]]:
    cell = next(iter(one.shown))
    return cell.year, frozenset(cell.measure for cell in one.shown)


def _together(
    then: Delivered,
    after: Delivered,
    was: Mapping[str, TrueCell],
    now: Mapping[str, TrueCell],
    few: Mapping[str, float],
) -> tuple[list[Release], list[Relation], dict[str, TrueCell]]:
    """A cell that is the same in both has one name, and what few changed is a cell as well."""

    def old(cell: str) -> str:
        is_same = cell in now and cell in was and now[cell].value == was[cell].value
        return cell if is_same else f"before {cell}"

    told, told_now = {c.name for c in then.shown}, {c.name for c in after.shown}
    earlier = Release({old(cell.name): value for cell, value in then.shown.items()})
    sums = [tuple(sorted((old(cell), k) for cell, k in sum_)) for sum_ in then.sums] + after.sums
    truth = {old(cell): was[cell] for cell in told if cell in was}
    truth |= {cell: now[cell] for cell in told_now if cell in now}
    for cell, level in few.items():
        if cell in told and cell in told_now and old(cell) != cell:
            moved = now[cell].value - was[cell].value
            truth[f"change {cell}"] = TrueCell(moved, -inf, inf, level, level, True, False)
            sums.append(tuple(sorted([(f"change {cell}", 1.0), (cell, -1.0), (old(cell), 1.0)])))
    return [earlier, after.release], sums, truth


def few_of(before: Path, after: Path, catalogue: Catalogue) -> dict[str, dict[str, float]]:
    """What few enterprises changed, by cube and name of the cell, with its level."""
    found: dict[str, dict[str, float]] = {}
    with duckdb.connect() as connection:
        for name, path in (("before", before), ("after", after)):
            connection.execute(f"ATTACH '{quoted(path)}' AS {name} (READ_ONLY)")
        for cube in catalogue.cubes:
            then, now = (
                f"({fact_statement(cube.name, f'{name}.main')})" for name in ("before", "after")
            )
            changes = changes_of(connection, cube, now, then, catalogue.rule)
            found[cube.name] = {
                _name(year, place, measure): level
                for year, rows in changes.groupby("fiscal_year")
                for (*place, measure), level in few_changed(rows, cube).items()
            }
    return found


def without_some(lens: Path, copy: Path, one_in: int) -> None:
    """A copy of the analysts' file without the records of one firm in so many."""
    with duckdb.connect(str(copy)) as connection:
        connection.execute(f"ATTACH '{quoted(lens)}' AS lens (READ_ONLY)")
        columns = connection.execute(
            "SELECT table_name, bool_or(column_name = 'firm_id') FROM duckdb_columns() "
            "SEMI JOIN duckdb_tables() USING (database_name, table_name) "
            "WHERE database_name = 'lens' GROUP BY table_name"
        ).fetchall()
        for table, has_firm in columns:
            gone = f"WHERE NOT coalesce({_OF_FIRM.format(one_in)}, FALSE)" if has_firm else ""
            connection.execute(f"CREATE TABLE {table} AS FROM lens.main.{table} {gone}")


def main() -> None:
    """Publish twice, attack, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without", type=int, default=1000, help="leave out one firm in so many")
    asked = parser.parse_args()
    store = load_settings().store_dir
    lens = store / str(current_snapshot(store)) / LENS
    catalogue = read_catalogue()
    with duckdb.connect(str(lens), read_only=True) as connection:
        members = read_members(StoreCursor(connection), dimension_member)
    with tempfile.TemporaryDirectory(dir=store) as folder:
        both: list[Published] = []
        files = [Path(folder) / "before.duckdb", lens]
        without_some(lens, files[0], asked.without)
        for number, file in enumerate(files):
            place = Path(folder) / str(number)
            place.mkdir()
            started = process_time()
            last = Path(folder) / "0" / "standing.duckdb" if number else None
            both.append(publish(file, place, last, catalogue))
            print(f"release {number + 1}: {process_time() - started:.0f} CPU s")
            _tell(attack_alone(both[-1], members, by_owners=True))
        print("both releases:")
        _tell(attack_both(both[0], both[1], few_of(files[0], files[1], catalogue), members))


def _tell(tallies: Iterator[tuple[str, Tally]]) -> None:
    for name, tally in tallies:
        print(f"  {tally.line(name)}", flush=True)


if __name__ == "__main__":
    main()
