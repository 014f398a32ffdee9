"""Whether a release gives something away beside the one before: both are attacked as one.

A cell that is the same in both is known from either. One that has changed is two cells, each in
the sums of its own release.
"""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from disclosure.attacker import Attack, Contradiction
from disclosure.bounding import NoProof
from disclosure.delivered import Relation, Release, TrueCell
from etl.released_catalogue import Cube
from etl.released_cells import PLACE
from etl.released_pattern import Earlier, Pattern, relation_rows, tables_of

Cell = tuple[str, ...]


def is_safe_beside(
    earlier: Earlier, before: pd.DataFrame, cells: pd.DataFrame, pattern: Pattern, cube: Cube
) -> bool:
    """Whether the cells of a year under ``pattern`` are safe beside what ``earlier`` shows.

    ``before`` are the judged cells of the year in the analysts' file of the release before. Where
    it does not hold them all, nobody can tell: not safe.
    """
    names = [name for table in tables_of(cube) for name in table]
    now = {
        (*place, name): None if gone else float(value)
        for name in names
        for place, value, gone in zip(
            _places(cells), cells[name].tolist(), pattern.hidden[name].tolist(), strict=True
        )
    }
    then = {cell: value for cell, value in earlier.items() if cell[-1] in names}
    if not then or then == now:
        return True
    shown = {cell[:-1] for cell in then}
    kept = before[[row in shown for row in _places(before)]].reset_index(drop=True)
    was, is_now = _truth(kept, names), _truth(cells, names)
    if set(was) != set(then):
        return False
    same = {cell for cell in was if cell in is_now and is_now[cell].value == was[cell].value}

    def then_name(cell: Cell) -> str:
        return _name(cell) if cell in same else f"before {_name(cell)}"

    releases = [
        Release({then_name(cell): value for cell, value in then.items()}),
        Release({_name(cell): value for cell, value in now.items()}),
    ]
    truth = {then_name(cell): true for cell, true in was.items()}
    truth |= {_name(cell): true for cell, true in is_now.items()}
    relations = [
        tuple(sorted((then_name(cell), k) for cell, k in terms)) for terms in _sums(kept, cube)
    ]
    relations += [tuple(sorted((_name(c), k) for c, k in terms)) for terms in _sums(cells, cube)]
    return _withstands(releases, relations, truth)


def _withstands(
    releases: list[Release], relations: list[Relation], truth: dict[str, TrueCell]
) -> bool:
    try:
        intervals = Attack(releases, relations, truth).intervals()
        return not any(interval.is_under_level for interval in intervals)
    except (Contradiction, NoProof):
        return False


def _places(cells: pd.DataFrame) -> list[Cell]:
    return list(zip(*(cells[column].tolist() for column in PLACE), strict=True))


def _name(cell: Cell) -> str:
    return "|".join(cell)


def _truth(cells: pd.DataFrame, names: list[str]) -> dict[Cell, TrueCell]:
    columns = (
        "lower_bound",
        "protection_level",
        "upper_protection_level",
        "is_sensitive",
        "is_fixed",
    )
    return {
        (*place, name): TrueCell(
            value=value,
            lower=lower,
            upper=float("inf"),
            level_down=min(level, max(value - lower, 0.0)),
            level_up=most,
            is_sensitive=sensitive,
            is_fixed=fixed,
        )
        for name in names
        for place, value, lower, level, most, sensitive, fixed in zip(
            _places(cells),
            cells[name].tolist(),
            *(cells[f"{name}:{column}"].tolist() for column in columns),
            strict=True,
        )
    }


def _sums(cells: pd.DataFrame, cube: Cube) -> list[list[tuple[Cell, float]]]:
    places = _places(cells)
    gathered: dict[str, list[tuple[Cell, float]]] = defaultdict(list)
    for names in tables_of(cube):
        for relation, cell, coefficient in relation_rows(cells, cube, names):
            row, _, name = cell.partition("#")
            key = f"{relation} {'+'.join(names)}"
            gathered[key].append(((*places[int(row)], name), coefficient))
    return list(gathered.values())
