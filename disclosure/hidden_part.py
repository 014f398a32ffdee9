"""Hidden cells that hang together: how far each may be off while what is known still adds up."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from disclosure.bounding import Bounding, NoProof
from disclosure.delivered import TrueCell
from disclosure.interval import EXACT, Interval
from disclosure.seen_tables import SeenTables

Floats = npt.NDArray[np.float64]
# How far an interval is followed, in sizes of the cell or of its level.
FAR = 1e4


@dataclass
class HiddenPart:
    """Cells as differences from a table that fits (``base``): how far each may be ``down`` and
    ``up`` by itself, and the program of their sums.

    ``asked`` are the places of those that no release shows. Tables that were found are kept in
    ``seen`` where there is one.
    """

    cells: list[str]
    asked: list[int]
    base: Floats
    down: Floats
    up: Floats
    program: Bounding
    truth: dict[str, TrueCell]
    seen: SeenTables | None
    _least: Floats = field(init=False)
    _most: Floats = field(init=False)

    def __post_init__(self) -> None:
        self._least, self._most = np.zeros(len(self.cells)), np.zeros(len(self.cells))

    def intervals(self, to_the_end: bool) -> Iterable[Interval]:
        """The intervals of the hidden cells for an outsider."""
        for target in self.asked:
            shown = None if to_the_end else self._wide_enough(target)
            yield shown or self.interval(target, self.down, self.up)

    def _wide_enough(self, target: int) -> Interval | None:
        """What the tables seen so far show of a cell, if that is no cause for concern."""
        base, cell = float(self.base[target]), self.cells[target]
        least, most = base + float(self._least[target]), base + float(self._most[target])
        shown = Interval(cell, least, most, self.truth.get(cell))
        is_wide = most - least > 10 * EXACT * max(abs(least), abs(most))
        return shown if is_wide and not shown.is_under_level else None

    def interval(
        self,
        target: int,
        down: Floats,
        up: Floats,
        owner: str = "",
        level_down: float | None = None,
    ) -> Interval:
        """The interval of a cell in the eyes of somebody to whom cells may be so far down and up,
        and who must be kept ``level_down`` below its value, where that is less than others must."""
        cell = self.cells[target]
        true = self.truth.get(cell)
        if true is not None and level_down is not None and level_down < true.level_down:
            true = TrueCell(
                true.value, true.lower, true.upper, level_down, true.level_up, True, False
            )
        # Scaled by the level or size of the cell, so that a small cell beside large ones is seen.
        size = max(true.level_up, true.level_down) if true is not None else 0.0
        size = size or abs(self.base[target]) or 1.0
        ends = [self._end(target, sign, down, up, size) for sign in (1.0, -1.0)]
        base = float(self.base[target])
        return Interval(cell, base + ends[0], base + ends[1], true, owner)

    def _end(self, target: int, sign: float, down: Floats, up: Floats, size: float) -> float:
        """How far the cell may be off to one side."""
        largest = float(np.abs(self.base).max(initial=0.0))
        cost = np.zeros(len(self.cells))
        cost[target] = sign
        while True:
            low, high = -np.minimum(down / size, FAR), np.minimum(up / size, FAR)
            moved = self.program.solve(cost, low, high)
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
        if self.seen is not None:
            self.seen.add(moved)
