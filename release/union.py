"""Whether releases give something away beside each other: all that is shown is attacked as one.

Releases are those of a cube in two snapshots, or of two cubes that share numbers. A cell that is
the same in several is known from any of them. One that has changed is several cells, each in the
sums of its own release; where few enterprises changed it, the change is a cell as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

import pandas as pd

from disclosure.attacker import Attack, Contradiction
from disclosure.bounding import NoProof
from disclosure.delivered import Relation, Release, TrueCell
from release.catalogue import Cube
from release.cells import PLACE, Flags
from release.pattern import AT_LEAST, Earlier, relation_rows, tables_of

# A place and a measure.
Cell = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A cube's year as it is released: its judged cells, what is shown of them (None for x), and
    the parts of enterprises that are alone in a cell."""

    cube: Cube
    cells: pd.DataFrame
    shown: Earlier
    parts: pd.DataFrame

    @classmethod
    def of(
        cls, cube: Cube, cells: pd.DataFrame, hidden: Mapping[str, Flags], parts: pd.DataFrame
    ) -> View:
        """The view of a year whose flagged cells are hidden."""
        shown = {
            (*place, name): None if gone else float(value)
            for name in _names(cube)
            for place, value, gone in zip(
                _places(cells), cells[name].tolist(), hidden[name].tolist(), strict=True
            )
        }
        return cls(cube, cells, shown, parts)

    def shared_with(self, cube: Cube) -> Earlier:
        """What is shown of the numbers that another cube has as well."""
        names = _names(cube)
        return {cell: value for cell, value in self.shown.items() if cell[-1] in names}


def are_safe_together(views: Sequence[View], few_changed: Mapping[Cell, float]) -> bool:
    """Whether nothing comes out that stays hidden in each of the views alone: for outsiders and,
    of the views of one release, for the enterprises alone in a cell.

    ``few_changed`` are the cells that few enterprises changed between the last view and the one of
    the same cube before it, with the level of the change.
    """
    releases: list[Release] = []
    relations: list[Relation] = []
    truth: dict[str, TrueCell] = {}
    insiders: dict[str, dict[str, float]] = defaultdict(dict)
    names: list[dict[Cell, str]] = []
    # A cell has one name as long as it has one value, whoever shows it.
    known: dict[tuple[Cell, float], str] = {}
    is_over_time = any("contributor" not in view.parts for view in views)
    for number, view in enumerate(views):
        true = _truth(view)
        name_of = {
            cell: known.setdefault((cell, one.value), f"{number} {'|'.join(cell)}")
            for cell, one in true.items()
        }
        names.append(name_of)
        truth |= {name_of[cell]: one for cell, one in true.items() if name_of[cell] not in truth}
        releases.append(Release({name_of[cell]: value for cell, value in view.shown.items()}))
        relations += [
            tuple(sorted((name_of[cell], k) for cell, k in terms)) for terms in _sums(view)
        ]
        # Of two releases there are too many programs for every owner.
        for owner, cell, part in _owned(view) if not is_over_time else ():
            if cell in name_of:
                insiders[owner][name_of[cell]] = part
    if len(views) > 1 and views[-1].cube.name == views[-2].cube.name:
        for cell, level in few_changed.items():
            then, now = names[-2].get(cell), names[-1].get(cell)
            if then is None or now is None or then == now:
                continue
            change = f"change {now}"
            value = truth[now].value - truth[then].value
            truth[change] = TrueCell(value, -inf, inf, level, level, True, False)
            relations.append(tuple(sorted([(change, 1.0), (now, -1.0), (then, 1.0)])))
    try:
        found = Attack(releases, relations, truth).intervals(insiders, to_the_end=False)
        return not any(interval.is_under_level for interval in found)
    except (Contradiction, NoProof):
        return False


def _names(cube: Cube) -> list[str]:
    return [name for table in tables_of(cube) for name in table]


def _places(cells: pd.DataFrame) -> list[Cell]:
    return list(zip(*(cells[column].tolist() for column in PLACE), strict=True))


def _truth(view: View) -> dict[Cell, TrueCell]:
    cells = view.cells
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
            upper=inf,
            level_down=min(level, max(value - lower, 0.0)),
            level_up=most,
            is_sensitive=sensitive,
            is_fixed=fixed,
        )
        for name in _names(view.cube)
        for place, value, lower, level, most, sensitive, fixed in zip(
            _places(cells),
            cells[name].tolist(),
            *(cells[f"{name}:{column}"].tolist() for column in columns),
            strict=True,
        )
    }


def _sums(view: View) -> list[list[tuple[Cell, float]]]:
    places = _places(view.cells)
    gathered: dict[str, list[tuple[Cell, float]]] = defaultdict(list)
    for names in tables_of(view.cube):
        for relation, cell, coefficient in relation_rows(view.cells, view.cube, names):
            row, _, name = cell.partition("#")
            key = f"{relation} {'+'.join(names)}"
            gathered[key].append(((*places[int(row)], name), coefficient))
    return list(gathered.values())


def _owned(view: View) -> list[tuple[str, Cell, float]]:
    counted = {measure.name for measure in view.cube.of_rule("count")}
    return [
        (owner, (*place, name), part * (AT_LEAST if name in counted else 1.0))
        for name in _names(view.cube)
        if name in view.parts
        for place, owner, part in zip(
            _places(view.parts), view.parts["contributor"], view.parts[name], strict=True
        )
        if part
    ]
