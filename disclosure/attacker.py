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

from disclosure.bounding import Bounding
from disclosure.delivered import Relation, Release, TrueCell, moving_together
from disclosure.hidden_part import HiddenPart
from disclosure.interval import Interval
from disclosure.owners_attack import OwnersAttack
from disclosure.seen_tables import SeenTables

Floats = npt.NDArray[np.float64]


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
        together = moving_together(self.relations, self.is_hidden) if insiders else []
        group_of = {cell: group for group in together for cell in group}
        for component in np.unique(self._component).tolist():
            part = self._part(np.flatnonzero(self._component == component), bool(insiders))
            yield from part.intervals(to_the_end)
            if insiders and part.truth:
                yield from OwnersAttack(part, group_of).intervals(insiders)
        for cell in sorted(self.was_hidden & self._known.keys()):
            half, value = self.rounding / 2, self._known[cell]
            true = self.truth.get(cell) if self.truth else None
            yield Interval(cell, value - half, value + half, true)

    def _part(self, places: npt.NDArray[np.int64], has_insiders: bool) -> HiddenPart:
        cells = np.array(list(self._place), dtype=object)[places].tolist()
        base, matrix = self._base[places], self._matrix[:, places].tocsr()
        return HiddenPart(
            cells=cells,
            asked=[n for n, cell in enumerate(cells) if cell not in self._known],
            base=base,
            down=np.maximum(base - self._low[places], 0.0),
            up=np.maximum(self._high[places] - base, 0.0),
            program=Bounding(matrix[np.diff(matrix.indptr) > 0].tocsc()),
            truth=self.truth or {},
            seen=SeenTables(len(cells)) if has_insiders else None,
        )


def _last_digit(values: Iterable[float]) -> float:
    """The unit of the last decimal that values are written with; 0 for whole numbers."""
    digits = max((len(repr(value).partition(".")[2]) for value in values if value % 1), default=0)
    return 10.0**-digits if digits else 0.0
