"""The auditor: what can be worked back from files as delivered, by linear programs of its own.

Shares nothing with the suppressor but the schema. An attacker sees all releases at once: what one
of them publishes is known in all, and all their sums hold. For every hidden cell it finds the least
and the largest value that fit what is published.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse

from disclosure.bounding import Bounding, NoProof
from disclosure.delivered import Relation, Release, TrueCell, known_limits, moving_together
from disclosure.interval import EXACT, TOLERANCE, Interval
from disclosure.seen_tables import Reach, SeenTables

Floats = npt.NDArray[np.float64]
# How far an interval is followed, in sizes of the cell or of its level.
FAR = 1e4


class Contradiction(ValueError):
    """What is published does not add up: no table fits it."""


@dataclass
class Attack:
    """The system that an attacker sees: variables, equations, bounds, and a table that fits.

    ``rounding`` is the unit to which published values are rounded, 0 where they are exact.
    """

    releases: list[Release]
    relations: list[Relation]
    truth: dict[str, TrueCell] | None = None
    rounding: float = 0.0
    may_be_negative: bool | None = None
    _known: dict[str, float] = field(init=False)
    _hidden: list[str] = field(init=False)

    def __post_init__(self) -> None:
        published: dict[str, float] = {}
        named: dict[str, None] = {}
        for release in self.releases:
            for cell, value in release.values.items():
                named[cell] = None
                if value is None:
                    continue
                if cell in published and abs(published[cell] - value) > self.rounding + 1e-9 * abs(
                    value
                ):
                    raise Contradiction(f"two releases differ on the cell {cell}")
                published[cell] = value
        for relation in self.relations:
            named |= dict.fromkeys(cell for cell, _ in relation)
        self._known = published
        self._hidden = [cell for cell in named if cell not in published]
        self.was_hidden = {c for r in self.releases for c, v in r.values.items() if v is None}
        self._build()

    def is_hidden(self, cell: str) -> bool:
        """Whether nothing that was released shows a cell."""
        return cell not in self._known

    def _bounds_of(self, cell: str, least: float) -> tuple[float, float]:
        if cell in self._known:
            half = self.rounding / 2
            return self._known[cell] - half, self._known[cell] + half
        if self.truth and cell in self.truth:
            return self.truth[cell].lower, self.truth[cell].upper
        return least, math.inf

    def _build(self) -> None:
        negative = self.may_be_negative
        if negative is None:
            negative = any(value < 0 for value in self._known.values())
        free = list(self._hidden)
        if self.rounding > 0:
            free += list(self._known)
        self._place = {cell: number for number, cell in enumerate(free)}
        bounds = [self._bounds_of(cell, -math.inf if negative else 0.0) for cell in free]
        self._low = np.array([low for low, _ in bounds])
        self._high = np.array([high for _, high in bounds])
        last_digit = _last_digit(self._known.values())
        rows, columns, numbers = [], [], []
        right: list[float] = []
        slacks: list[float] = []
        for relation in dict.fromkeys(self.relations):
            inside = [(self._place[cell], k) for cell, k in relation if cell in self._place]
            rest = -math.fsum(k * self._known[c] for c, k in relation if c not in self._place)
            # As much as the last digit of what is published leaves open.
            size = sum(abs(k * self._known.get(cell, 0.0)) for cell, k in relation)
            slack = 1e-9 * size + len(relation) * last_digit
            if not inside:
                if abs(rest) > slack:
                    raise Contradiction(f"a sum with the cell {relation[0][0]} is off by {rest:g}")
                continue
            for place, k in inside:
                rows.append(len(right))
                columns.append(place)
                numbers.append(k)
            right.append(rest)
            slacks.append(slack)
        shape = (len(right), len(free))
        self._matrix = sparse.csc_matrix((numbers, (rows, columns)), shape=shape)
        self._right, self._slack = np.array(right), np.array(slacks)
        self._base = self._a_table_that_fits()
        self._component = self._components()

    def _components(self) -> npt.NDArray[np.int64]:
        """The part each variable belongs to: what shares no sum, however indirectly, is apart."""
        n_row, n = self._matrix.shape
        ties = self._matrix.tocoo()
        size = n + n_row
        both = sparse.csr_matrix((ties.data, (ties.col, n + ties.row)), shape=(size, size))
        return np.asarray(sparse.csgraph.connected_components(both, directed=False)[1][:n])

    def _a_table_that_fits(self) -> Floats:
        """The true table where it is known, or any."""
        cells = list(self._place)
        if not cells:
            return np.zeros(0)
        if self.truth and all(cell in self.truth for cell in cells):
            table = np.array([self.truth[cell].value for cell in cells])
            off = np.abs(self._matrix @ table - self._right)
            if (off > self._slack + 1e-9 * (abs(self._matrix) @ np.abs(table))).any():
                raise Contradiction("the true table does not fit what is published")
            return table
        scale = max(1.0, float(np.abs(self._right).max(initial=0.0)) / 1e6)
        rows = (self._right - self._slack) / scale, (self._right + self._slack) / scale
        program = Bounding(self._matrix, rows)
        fits = program.solve(np.zeros(len(cells)), self._low / scale, self._high / scale)
        if fits is None:
            raise Contradiction("no table fits what is published")
        return fits * scale

    def intervals(
        self, insiders: dict[str, dict[str, float]] | None = None, *, to_the_end: bool = True
    ) -> Iterable[Interval]:
        """The interval of every hidden cell, for an outsider and, with ``insiders``, for each owner
        who finds a sensitive cell under its level.

        Unless ``to_the_end``, an interval may be wider than it is said to be, where tables seen for
        other cells show already that it is wide enough: much faster for large tables.
        """
        for component in np.unique(self._component).tolist():
            yield from _Part(
                self, np.flatnonzero(self._component == component), insiders or {}
            ).run(to_the_end)
        for cell in sorted(self.was_hidden & self._known.keys()):
            half, value = self.rounding / 2, self._known[cell]
            true = self.truth.get(cell) if self.truth else None
            yield Interval(cell, value - half, value + half, true)


def _last_digit(values: Iterable[float]) -> float:
    """The unit of the last decimal that values are written with; 0 for whole numbers."""
    digits = max((len(repr(value).partition(".")[2]) for value in values if value % 1), default=0)
    return 10.0**-digits if digits else 0.0


class _Part:
    """The hidden cells that hang together, as differences from the table that fits."""

    def __init__(
        self, attack: Attack, places: npt.NDArray[np.int64], insiders: dict[str, dict[str, float]]
    ) -> None:
        self._cells = np.array(list(attack._place), dtype=object)[places].tolist()
        self._base = attack._base[places]
        self._down = np.maximum(self._base - attack._low[places], 0.0)
        self._up = np.maximum(attack._high[places] - self._base, 0.0)
        matrix = attack._matrix[:, places].tocsr()
        self._program = Bounding(matrix[np.diff(matrix.indptr) > 0].tocsc())
        self._asked = [n for n, cell in enumerate(self._cells) if cell not in attack._known]
        self._truth = attack.truth or {}
        self._insiders = insiders
        together = moving_together(attack.relations, attack.is_hidden) if insiders else []
        self._group_of = {cell: group for group in together for cell in group}
        self._seen = SeenTables(len(places))
        self._least, self._most = np.zeros(len(places)), np.zeros(len(places))

    def run(self, to_the_end: bool) -> Iterable[Interval]:
        """The intervals of the part's hidden cells."""
        for target in self._asked:
            seen = None if to_the_end else self._wide_enough(target)
            yield seen or self._interval(target, self._down, self._up, "")
        if not self._insiders or not self._truth:
            return
        # From the table that fits, which is the true one where all of that is known.
        known = [self._truth.get(cell) for cell in self._cells]
        sensitive = {
            place: true for place in self._asked
            if (true := known[place]) is not None and true.is_sensitive
        }  # fmt: skip
        off = np.array(
            [0.0 if true is None else base - true.value
             for base, true in zip(self._base.tolist(), known, strict=True)]
        )  # fmt: skip
        up = np.array([one.level_up for one in sensitive.values()]) - off[[*sensitive]]
        down = np.array([one.level_down for one in sensitive.values()]) + off[[*sensitive]]
        reach = Reach(self._seen.matrix(), [*sensitive], up, down)
        place_of = {cell: place for place, cell in enumerate(self._cells)}
        for owner, own in self._insiders.items():
            yield from self._of_owner(owner, own, sensitive, reach, place_of, off)

    def _wide_enough(self, target: int) -> Interval | None:
        """What the tables seen so far show of a cell, if that is no cause for concern."""
        base, cell = float(self._base[target]), self._cells[target]
        least, most = base + float(self._least[target]), base + float(self._most[target])
        shown = Interval(cell, least, most, self._truth.get(cell))
        is_wide = most - least > 10 * EXACT * max(abs(least), abs(most))
        return shown if is_wide and not shown.is_under_level else None

    def _of_owner(
        self,
        owner: str,
        own: dict[str, float],
        sensitive: dict[int, TrueCell],
        reach: Reach,
        place_of: dict[str, int],
        off: Floats,
    ) -> Iterable[Interval]:
        groups = {id(g): g for cell in own if (g := self._group_of.get(cell)) is not None}
        limits = known_limits(own, self._truth, list(groups.values()))
        here = {place_of[cell]: limit for cell, limit in limits.items() if cell in place_of}
        if not here:
            return
        down, up = self._down.copy(), self._up.copy()
        for place, (least_down, least_up) in here.items():
            down[place] = min(down[place], least_down + off[place])
            up[place] = min(up[place], least_up - off[place])
        slack = 1e-9 * np.maximum(1.0, np.abs(self._base))
        gone = reach.ruled_out({place: (down[place], up[place]) for place in here}, slack)
        is_open = dict(zip(sensitive, reach.is_open(gone).tolist(), strict=True))
        for target, true in sensitive.items():
            level_down = true.level_down
            if target in here:
                if down[target] + up[target] == 0.0:
                    continue
                # Of its own cell it may learn at most that there is nobody else.
                level_down = min(level_down, float(down[target] - off[target]))
                fall, rise = reach.range_of(target, gone)
                is_open[target] = rise + off[target] < true.level_up * (1 - TOLERANCE)
                is_open[target] |= fall - off[target] < level_down * (1 - TOLERANCE)
            if not is_open[target]:
                continue
            found = self._interval(target, down, up, owner, level_down)
            if found.is_under_level:
                yield found

    def _interval(
        self, target: int, down: Floats, up: Floats, owner: str, level_down: float | None = None
    ) -> Interval:
        cell = self._cells[target]
        true = self._truth.get(cell)
        if true is not None and level_down is not None and level_down < true.level_down:
            true = TrueCell(
                true.value, true.lower, true.upper, level_down, true.level_up, True, False
            )
        # Scaled by the level or size of the cell, so that a small cell beside large ones is seen.
        size = max(true.level_up, true.level_down) if true is not None else 0.0
        size = size or abs(self._base[target]) or 1.0
        ends = [self._end(target, sign, down, up, size) for sign in (1.0, -1.0)]
        base = float(self._base[target])
        return Interval(cell, base + ends[0], base + ends[1], true, owner)

    def _end(self, target: int, sign: float, down: Floats, up: Floats, size: float) -> float:
        """How far the cell may be off to one side."""
        largest = float(np.abs(self._base).max(initial=0.0))
        cost = np.zeros(len(self._cells))
        cost[target] = sign
        while True:
            low, high = -np.minimum(down / size, FAR), np.minimum(up / size, FAR)
            moved = self._program.solve(cost, low, high)
            if moved is None:
                raise NoProof("the table that fits does not fit")
            self._see(moved * size)
            at = float(moved[target])
            if abs(at) < FAR * (1 - 1e-9):
                return at * size
            if size > largest:
                return math.copysign(math.inf, at)
            size *= FAR / 10

    def _see(self, moved: Floats) -> None:
        """Keep a table that fits what is published."""
        np.minimum(self._least, moved, out=self._least)
        np.maximum(self._most, moved, out=self._most)
        if self._insiders:
            self._seen.add(moved)
