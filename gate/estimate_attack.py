"""Released estimates, attacked: can one that is hidden, or one of few users, be worked back?

An estimate is a mean, so whoever knows the numbers of users knows sums; the nation's is that of its
bureaus, and that of its industries. Nothing bounds a difference from below or above. Whether a
hidden one can be worked back is therefore a matter of what is shown and not of how much it is: the
attacker is given numbers of users in place of sums, as if every difference were one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from disclosure.attacker import Attack, Contradiction
from disclosure.bounding import NoProof
from disclosure.delivered import Relation, Release
from gate.released_attack import Cell, Cells, Derivable
from gate.released_policy import CubeRule

N_USER, EFFECT, LOW, HIGH = "n_user", "effect", "low", "high"


def attack_estimates(cells: Cells, rule: CubeRule) -> int:
    """Attack every outcome and year of every measure of a cube; the number of hidden estimates.

    Raises Derivable for the first that can be worked back, or that is shown beside too few users.
    """
    tables: dict[tuple[str, ...], Cells] = defaultdict(dict)
    for cell, value in cells.items():
        for outcome in rule.estimates:
            if cell.measure == f"{outcome}_{EFFECT}":
                _check_whole(cells, cell, outcome)
                tables[cell.category, cell.event_year, outcome][cell] = value
    return sum(_attack(table, cells, rule) for table in tables.values())


def _check_whole(cells: Cells, cell: Cell, outcome: str) -> None:
    """An estimate is shown with its interval around it, or not at all."""
    ends = [cells.get(cell._replace(measure=f"{outcome}_{end}")) for end in (LOW, HIGH)]
    value = cells[cell]
    if value is None and ends == [None, None]:
        return
    low, high = ends
    if value is None or low is None or high is None or not low <= value <= high:
        raise Derivable(f"{cell.name}: an estimate without its interval")


def _attack(table: Cells, cells: Cells, rule: CubeRule) -> int:
    hidden = {cell for cell, value in table.items() if value is None}
    for cell in table.keys() - hidden:
        if _users(cells, cell) < rule.least_treated:
            raise Derivable(f"{cell.name}: shown beside too few users")
    nation = next((cell for cell in table if cell.level == "nation" and not cell.division), None)
    if nation is None or nation in hidden:
        raise Derivable(f"{next(iter(table)).name}: parts without their whole")
    relations: list[Relation] = []
    for side in _sides(table):
        gone = [cell for cell in side if cell in hidden]
        left = _users(cells, nation) - sum(_users(cells, c) for c in side if c not in hidden)
        if gone and left < rule.least_treated:
            raise Derivable(f"{gone[0].name}: left over with too few users")
        terms = [(nation.name, -1.0), *((cell.name, 1.0) for cell in side)]
        relations.append(tuple(sorted(terms)))
    if hidden:
        release = Release(
            {cell.name: None if cell in hidden else _users(cells, cell) for cell in table}
        )
        try:
            found = Attack([release], relations, may_be_negative=True)
            for interval in found.intervals(to_the_end=False):
                if interval.is_exact:
                    raise Derivable(interval.cell)
        except (Contradiction, NoProof) as error:
            raise Derivable(str(error)) from error
    return len(hidden)


def _users(cells: Cells, cell: Cell) -> float:
    """The number of users that everybody reads at the place of an estimate; none where hidden."""
    return cells.get(cell._replace(measure=N_USER, event_year="")) or 0.0


def _sides(table: Cells) -> Iterator[list[Cell]]:
    """The bureaus, and the industries, where there are any: each side adds up to the nation."""
    for side in (
        [cell for cell in table if cell.level == "bureau"],
        [cell for cell in table if cell.division],
    ):
        if side:
            yield side
