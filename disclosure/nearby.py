"""Programs of a few hidden cells near a goal: most movements are short, and small programs fast."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from disclosure.movement import MovementProgram, simplex_solver
from disclosure.presolve import Places, Problem

# So many hidden columns make small programs worth while.
WORTH_WHILE = 1500
# How many columns go into a first program, and into a second where the first has no movement.
SIZES = (150, 1000)


class Nearby:
    """Small programs on the hidden columns of a problem, those closed left out."""

    def __init__(self, problem: Problem, columns: Places) -> None:
        self._problem = problem
        part = problem.matrix[:, columns].tocsr()
        self._columns = columns
        self._place = {column: place for place, column in enumerate(columns.tolist())}
        self._solver = simplex_solver()
        self._known: dict[tuple[int, int], Places] = {}
        self._open = np.ones(len(columns), dtype=bool)
        self._cells_of = [part.indices[start:end].tolist() for start, end in pairwise(part.indptr)]
        turned = part.tocsc()
        self._rows_of = [
            turned.indices[start:end].tolist() for start, end in pairwise(turned.indptr)
        ]

    def close(self, column: int, closed: bool = True) -> None:
        """Take a column as published, or as hidden again."""
        self._open[self._place[column]] = not closed

    def around(self, column: int, size: int) -> MovementProgram:
        """The program of about ``size`` columns that are nearest by common sums; the last one that
        was asked for ends with it."""
        places = self._known.get((column, size))
        if places is None:
            places = self._known[column, size] = self._nearest(self._place[column], size)
        places = places[self._open[places]]
        return MovementProgram(self._problem, self._columns[places], self._solver)

    def _nearest(self, first: int, size: int) -> Places:
        seen, rows, frontier = {first}, set(), [first]
        while frontier and len(seen) < size:
            reached = []
            for place in frontier:
                for row in self._rows_of[place]:
                    if row in rows:
                        continue
                    rows.add(row)
                    for other in self._cells_of[row]:
                        if other not in seen and self._open[other]:
                            seen.add(other)
                            reached.append(other)
            frontier = reached
        return np.array(sorted(seen))
