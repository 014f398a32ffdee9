"""Which cells of a released cube stay hidden in one year: protected, proved, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from disclosure.check import Checked, check
from disclosure.delivered import Release, TrueCell
from disclosure.protect import Protection, Unprotectable, protect
from disclosure.solver import SolverFailure
from disclosure.table import Owners, Table, TableError
from etl.released_catalogue import Cube, Rule
from etl.released_cells import PLACE, judged, relations_of

Flags = npt.NDArray[np.bool_]
# (region_level, region_code, division_code, category_code, measure) → value, or None for x.
Earlier = Mapping[tuple[str, str, str, str, str], float | None]

# How many there are in a hidden count is hidden as well: who is alone in it knows that there is one,
# and not that there is nobody else. The cell is not quite its own.
AT_LEAST = 1 - 1e-4


class NotReleased(RuntimeError):
    """The cells cannot be protected as they are; the message says why."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is hidden of each measure (flags in the order of the cells), how many cells of it are
    sensitive, and the narrowest interval that an attacker is left with, as a share of the value."""

    hidden: dict[str, Flags]
    sensitive: dict[str, Flags]
    least_relative_interval: float | None


def pattern_of(
    cells: pd.DataFrame,
    parts: pd.DataFrame,
    cube: Cube,
    rule: Rule,
    earlier: Earlier,
    seconds: float,
) -> Pattern:
    """A pattern for the cells of one year and layout, proved safe from outsiders and owners.

    ``earlier`` is what the release before showed: what it hid stays hidden, and what it showed and
    is still so cannot be hidden any more. Raises NotReleased.
    """
    hidden = {m.name: np.zeros(len(cells), dtype=bool) for m in cube.measures}
    sensitive = {m.name: np.zeros(len(cells), dtype=bool) for m in cube.measures}
    intervals = []
    for measures in _tables(cube):
        for name, one in _frames(cells, cube, rule, measures).items():
            sensitive[name] = one["is_sensitive"].to_numpy(bool)
    # Numbers of the same enterprises share what is hidden: one would tell of the other.
    for group in _sharing(cube):
        common = np.any([sensitive[name] for name in group], axis=0)
        sensitive |= dict.fromkeys(group, common)
    protected = [flags for measures in _tables(cube) for flags in map(sensitive.get, measures)]
    share = 100 * float(np.mean(np.any(protected, axis=0)))
    if share > rule.most_sensitive_percent:
        raise NotReleased(f"{share:.0f} % of the cells are sensitive")
    for measures in _tables(cube):
        found = _protected(cells, parts, cube, rule, measures, sensitive, hidden, earlier, seconds)
        interval = found.certificate["statement"]["least_relative_interval"]
        intervals += [] if interval is None else [interval]
        # What was hidden before, whether or not it need be today. More hidden is never less safe.
        for name, flags in zip(measures, np.split(found.hidden, len(measures)), strict=True):
            hidden[name] = flags | _hidden_before(cells, name, earlier)
    for group in _sharing(cube):
        common = np.any([hidden[name] for name in group], axis=0)
        hidden |= dict.fromkeys(group, common)
    return Pattern(hidden, sensitive, min(intervals, default=None))


def _tables(cube: Cube) -> Iterator[tuple[str, ...]]:
    """The measures of a cube that are protected in one table: counts with the parts of their sum,
    each amount by itself."""
    if cube.total:
        yield (cube.total, *cube.parts)
    else:
        for measure in cube.of_rule("count"):
            yield (measure.name,)
    for measure in cube.of_rule("magnitude"):
        yield (measure.name,)


def _sharing(cube: Cube) -> list[tuple[str, ...]]:
    amounts = tuple(measure.name for measure in cube.of_rule("magnitude"))
    return [amounts] if len(amounts) > 1 else []


def _frames(
    cells: pd.DataFrame, cube: Cube, rule: Rule, measures: tuple[str, ...]
) -> dict[str, pd.DataFrame]:
    of_name = {measure.name: measure for measure in cube.measures}
    return {name: judged(cells, of_name[name], rule) for name in measures}


def _protected(
    cells: pd.DataFrame,
    parts: pd.DataFrame,
    cube: Cube,
    rule: Rule,
    measures: tuple[str, ...],
    sensitive: Mapping[str, Flags],
    hidden: Mapping[str, Flags],
    earlier: Earlier,
    seconds: float,
) -> Protection:
    frames = _frames(cells, cube, rule, measures)
    shared = [name for group in _sharing(cube) for name in group if set(group) & set(measures)]
    gone = np.any([hidden[name] for name in shared], axis=0) if shared else None
    for name, frame in frames.items():
        frame.insert(0, "cell", [f"{row}#{name}" for row in range(len(cells))])
        # Sensitive for another number's sake: as far off as the rule asks at least.
        added = sensitive[name] & (frame["is_sensitive"] == 0).to_numpy(bool)
        frame.loc[added, "is_sensitive"] = 1
        frame.loc[added, "is_fixed"] = 0
        frame.loc[added, "protection_level"] = rule.p_percent / 100 * frame["value"].abs()[added]
        frame["is_fixed"] |= _shown_before(cells, frame["value"], name, earlier) & ~sensitive[name]
        free = _hidden_before(cells, name, earlier) | (gone if gone is not None else False)
        frame.loc[free, "cost"] = 0.0
    table_cells = pd.concat(frames.values(), ignore_index=True)
    relations = _relations(cells, cube, measures)
    try:
        table = Table.of(table_cells, relations)
        owners = Owners.of(_owned(parts, cells, cube, measures), table)
        found = protect(table, owners=owners, seconds=seconds, is_brief=True)
    except (Unprotectable, SolverFailure, TableError) as error:
        raise NotReleased(f"{type(error).__name__}: {error}") from error
    if found.unrepaired:
        raise NotReleased(f"{len(found.unrepaired)} cells are in an owner's reach")
    if wrong := check(_as_delivered(found, owners)):
        raise NotReleased(f"the certificate is refused: {wrong[0].kind} {wrong[0].what}")
    return found


def _relations(cells: pd.DataFrame, cube: Cube, measures: tuple[str, ...]) -> pd.DataFrame:
    sums = relations_of(cells)
    terms = [
        pd.DataFrame(
            {
                "relation": sums["relation"] + f"#{name}",
                "cell": sums[column].astype(str) + f"#{name}",
                "coefficient": coefficient,
            }
        )
        for name in measures
        for column, coefficient in (("parent", -1.0), ("child", 1.0))
    ]
    rows = np.arange(len(cells)).astype(str)
    if len(measures) > 1:
        terms += [
            pd.DataFrame(
                {
                    "relation": np.char.add("=", rows),
                    "cell": np.char.add(rows, f"#{name}"),
                    "coefficient": -1.0 if name == cube.total else 1.0,
                }
            )
            for name in measures
        ]
    every = pd.concat(terms, ignore_index=True)
    # A parent stands in its sum once, however many parts there are.
    return every.drop_duplicates(["relation", "cell"])


def _owned(
    parts: pd.DataFrame, cells: pd.DataFrame, cube: Cube, measures: tuple[str, ...]
) -> pd.DataFrame:
    """What the enterprises that are alone in a cell have of each cell."""
    counted = {measure.name for measure in cube.of_rule("count")}
    rows = parts.merge(cells[PLACE].assign(row=np.arange(len(cells))), on=PLACE)
    owned = [
        pd.DataFrame(
            {
                "cell": rows["row"].astype(str) + f"#{name}",
                "owner": rows["contributor"],
                "value": rows[name] * (AT_LEAST if name in counted else 1.0),
            }
        )[rows[name] != 0]
        for name in measures
        if name in rows
    ]
    return pd.concat(owned, ignore_index=True)


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


def _places(cells: pd.DataFrame, name: str) -> list[tuple[str, str, str, str, str]]:
    return [(*place, name) for place in cells[PLACE].itertuples(index=False, name=None)]


def _hidden_before(cells: pd.DataFrame, name: str, earlier: Earlier) -> Flags:
    return np.array(
        [place in earlier and earlier[place] is None for place in _places(cells, name)], dtype=bool
    )


def _shown_before(cells: pd.DataFrame, value: pd.Series, name: str, earlier: Earlier) -> Flags:
    places = zip(_places(cells, name), value.tolist(), strict=True)
    return np.array([earlier.get(place) == number for place, number in places], dtype=bool)
