"""Which cells of a released cube stay hidden in one year: protected, proved, or nothing at all."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from disclosure.check import Checked, check
from disclosure.delivered import Release, TrueCell
from disclosure.protect import Protection, Unprotectable, protect
from disclosure.solver import SolverFailure
from disclosure.table import Owners, Table, TableError
from release.catalogue import Cube, Rule
from release.cells import PLACE, Flags, relations_of

# (*PLACE, measure) → value, or None for x.
Earlier = Mapping[tuple[str, ...], float | None]

# How many there are in a hidden count is hidden as well: who is alone in it knows that there is
# one, and not that there is nobody else. The cell is not quite its own.
AT_LEAST = 1 - 1e-4


class NotReleased(RuntimeError):
    """The cells cannot be protected as they are; the message says why."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is hidden of each measure (flags in the order of the cells) and the narrowest interval
    that an attacker is left with, as a share of the value; None where nothing is sensitive."""

    hidden: dict[str, Flags]
    least_relative_interval: float | None


def pattern_of(
    cells: pd.DataFrame,
    parts: pd.DataFrame,
    cube: Cube,
    rule: Rule,
    earlier: Earlier,
    seconds: float,
) -> Pattern:
    """A pattern for the judged cells of one year and layout, proved safe from outsiders and owners.

    ``parts`` are those of enterprises that are alone in a cell. ``earlier`` is what the release
    before showed: what it hid stays hidden, and what it showed and is still so cannot be hidden any
    more. Raises NotReleased.
    """
    judged = [*cube.of_rule("count"), *cube.of_rule("magnitude")]
    # What is hidden for a change alone makes no layout too fine.
    of_measures = [
        cells.get(f"{measure.name}:is_always", cells[f"{measure.name}:is_sensitive"]).to_numpy()
        for measure in judged
    ]
    share = 100 * float(np.mean(of_measures))
    if share > rule.most_sensitive_percent:
        raise NotReleased(f"{share:.0f} % of the cells are sensitive")
    # What was hidden before stays so, whether or not it need be today: more hidden is never less
    # safe.
    hidden = {m.name: _hidden_before(cells, m.name, earlier) for m in cube.measures}
    intervals = []
    ends = time.process_time() + seconds
    for names in tables_of(cube):
        if not any(cells[f"{name}:is_sensitive"].any() for name in names):
            continue
        left = ends - time.process_time()
        found = _protected(cells, parts, cube, names, hidden, earlier, left)
        interval = found.certificate["statement"]["least_relative_interval"]
        intervals += [] if interval is None else [interval]
        for name, flags in zip(names, np.split(found.hidden, len(names)), strict=True):
            hidden[name] = hidden[name] | flags
        _share(hidden, cube)
    return Pattern(hidden, min(intervals, default=None))


def tables_of(cube: Cube) -> Iterator[tuple[str, ...]]:
    """The measures of a cube that are protected in one table: counts with the parts of their sum,
    each amount by itself."""
    if cube.total:
        yield (cube.total, *cube.parts)
    for measure in cube.of_rule("count"):
        if measure.name not in (cube.total, *cube.parts):
            yield (measure.name,)
    for measure in cube.of_rule("magnitude"):
        yield (measure.name,)


def _share(hidden: dict[str, Flags], cube: Cube) -> None:
    """Amounts of the same enterprises are hidden together."""
    amounts = [measure.name for measure in cube.of_rule("magnitude")]
    if amounts:
        common: Flags = np.any([hidden[name] for name in amounts], axis=0)
        hidden |= dict.fromkeys(amounts, common)


def _protected(
    cells: pd.DataFrame,
    parts: pd.DataFrame,
    cube: Cube,
    names: tuple[str, ...],
    hidden: Mapping[str, Flags],
    earlier: Earlier,
    seconds: float,
) -> Protection:
    try:
        sums = pd.DataFrame(
            relation_rows(cells, cube, names), columns=["relation", "cell", "coefficient"]
        )
        table = Table.of(_frame(cells, names, hidden, earlier), sums)
        owners = Owners.of(_owned(parts, cells, cube, names), table)
        found = protect(table, owners=owners, seconds=seconds, is_brief=True)
    except (Unprotectable, SolverFailure, TableError) as error:
        raise NotReleased(f"{type(error).__name__}: {error}") from error
    if found.unrepaired:
        raise NotReleased(f"{len(found.unrepaired)} cells are in an owner's reach")
    if wrong := check(_as_delivered(found, owners)):
        raise NotReleased(f"the certificate is refused: {wrong[0].kind} {wrong[0].what}")
    return found


def _frame(
    cells: pd.DataFrame, names: tuple[str, ...], hidden: Mapping[str, Flags], earlier: Earlier
) -> pd.DataFrame:
    """The cells of several measures below each other, as `disclosure.schema` names them."""
    columns: dict[str, list[Any]] = defaultdict(list)
    for name in names:
        sensitive = cells[f"{name}:is_sensitive"].to_numpy()
        fixed = cells[f"{name}:is_fixed"].to_numpy() | _shown_before(cells, name, earlier)
        # What is hidden already, for another number's or the past's sake, costs nothing.
        cost = np.where(hidden[name], 0.0, cells[f"{name}:cost"].to_numpy())
        columns["cell"] += [f"{row}#{name}" for row in range(len(cells))]
        columns["value"] += cells[name].tolist()
        columns["is_sensitive"] += sensitive.astype(int).tolist()
        columns["is_fixed"] += (fixed & ~sensitive).astype(int).tolist()
        columns["cost"] += cost.tolist()
        for column in ("protection_level", "upper_protection_level", "lower_bound"):
            columns[column] += cells[f"{name}:{column}"].tolist()
    return pd.DataFrame(columns)


def relation_rows(
    cells: pd.DataFrame, cube: Cube, names: tuple[str, ...]
) -> list[tuple[str, str, float]]:
    """The sums of several measures and the ties between them: (relation, cell, coefficient), a
    cell as its place in ``cells`` and its measure."""
    sums = relations_of(cells)
    totals = {name: place for name, place, _ in sums}
    rows = [
        (f"{relation}#{name}", f"{place}#{name}", coefficient)
        for name in names
        for terms, coefficient in (
            (totals.items(), -1.0),
            (((relation, part) for relation, _, part in sums), 1.0),
        )
        for relation, place in terms
    ]
    if len(names) > 1:
        rows += [
            (f"={row}", f"{row}#{name}", -1.0 if name == cube.total else 1.0)
            for name in names
            for row in range(len(cells))
        ]
    return rows


def _owned(
    parts: pd.DataFrame, cells: pd.DataFrame, cube: Cube, names: tuple[str, ...]
) -> pd.DataFrame:
    """What the enterprises that are alone in a cell have of each cell."""
    counted = {measure.name for measure in cube.of_rule("count")}
    place_of = {place: row for row, place in enumerate(_places(cells))}
    rows = [place_of.get(place) for place in _places(parts)]
    owned = [
        (f"{row}#{name}", owner, part * (AT_LEAST if name in counted else 1.0))
        for name in names
        if name in parts
        for row, owner, part in zip(rows, parts["contributor"], parts[name], strict=True)
        if row is not None and part
    ]
    return pd.DataFrame(owned, columns=["cell", "owner", "value"])


def _as_delivered(found: Protection, owners: Owners) -> Checked:
    """The table and its certificate as the independent checker takes them."""
    table = found.table
    columns = (
        table.value, table.lower, table.upper, table.level_down, table.level_up,
        table.is_sensitive, table.is_fixed,
    )  # fmt: skip
    rows = zip(*(column.tolist() for column in columns), strict=True)
    true = {cell: TrueCell(*row) for cell, row in zip(table.cells, rows, strict=True)}
    relations = [
        tuple(sorted((table.cells[place], k) for place, k in relation))
        for relation in table.relations()
    ]
    shown = zip(table.cells, table.value.tolist(), found.hidden.tolist(), strict=True)
    owned: dict[str, dict[str, float]] = {}
    for place, owner, part in zip(owners.place, owners.owner, owners.part, strict=True):
        owned.setdefault(owner, {})[table.cells[place]] = float(part)
    release = Release({cell: None if gone else value for cell, value, gone in shown})
    return Checked(true, relations, release, found.certificate, owned)


def _places(cells: pd.DataFrame) -> list[tuple[str, ...]]:
    return list(zip(*(cells[column].tolist() for column in PLACE), strict=True))


def _hidden_before(cells: pd.DataFrame, name: str, earlier: Earlier) -> Flags:
    if not earlier:
        return np.zeros(len(cells), dtype=bool)
    named = [(*place, name) for place in _places(cells)]
    return np.array([place in earlier and earlier[place] is None for place in named], dtype=bool)


def _shown_before(cells: pd.DataFrame, name: str, earlier: Earlier) -> Flags:
    if not earlier:
        return np.zeros(len(cells), dtype=bool)
    shown = zip(_places(cells), cells[name].tolist(), strict=True)
    return np.array([earlier.get((*place, name)) == value for place, value in shown], dtype=bool)
