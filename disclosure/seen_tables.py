"""Tables that an attacker has found to fit what is published, and which of them an owner of parts
can rule out.

Nearly all owners rule out few of them, and what the others show of a sensitive cell is enough: so
only a few cells are asked about anew for each owner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from disclosure.interval import TOLERANCE

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class SeenTables:
    """Deviations from the table that fits, a row a table and a column a cell."""

    def __init__(self, n_cell: int) -> None:
        self._n_cell = n_cell
        self._places: list[npt.NDArray[np.int32]] = []
        self._moves: list[Floats] = []

    def add(self, moved: Floats) -> None:
        """Take in a table."""
        places = np.flatnonzero(moved).astype(np.int32)
        self._places.append(places)
        self._moves.append(moved[places])

    def matrix(self) -> sparse.csc_matrix:
        """All tables so far."""
        indptr = np.cumsum([0, *map(len, self._places)])
        rows = sparse.csr_matrix(
            (
                np.concatenate([np.zeros(0), *self._moves]),
                np.concatenate([np.zeros(0, np.int32), *self._places]),
                indptr,
            ),
            shape=(len(self._places), self._n_cell),
        )
        return rows.tocsc()


class Reach:
    """How many tables show of each target that it may be ``up`` above and ``down`` below."""

    def __init__(
        self, tables: sparse.csc_matrix, targets: Sequence[int], up: Floats, down: Floats
    ) -> None:
        self._tables = tables
        self._sides = []
        for sign, level in ((1.0, up), (-1.0, down)):
            moves = (sign * tables[:, list(targets)]).tocsr()
            moves.data = moves.data >= level[moves.indices] * (1 - TOLERANCE)
            moves.data &= level[moves.indices] > 0
            moves.eliminate_zeros()
            shows = moves.astype(np.int32)
            self._sides.append((shows, np.asarray(shows.sum(axis=0)).ravel(), level > 0))

    def ruled_out(self, limits: Mapping[int, tuple[float, float]], slack: Floats) -> Flags:
        """The tables in which one of the cells is further down or up than an owner thinks it can
        be."""
        gone = np.zeros(self._tables.shape[0], dtype=bool)
        for place, (down, up) in limits.items():
            column = slice(self._tables.indptr[place], self._tables.indptr[place + 1])
            moves = self._tables.data[column]
            beyond = (moves < -down - slack[place]) | (moves > up + slack[place])
            gone[self._tables.indices[column][beyond]] = True
        return gone

    def is_open(self, gone: Flags) -> tuple[Flags, Flags]:
        """The targets of which what is left shows too little above, and below."""
        rows = np.flatnonzero(gone)
        found = []
        for shows, n, is_asked in self._sides:
            lost = np.asarray(shows[rows].sum(axis=0)).ravel() if len(rows) else 0
            found.append(is_asked & (n - lost <= 0))
        return found[0], found[1]

    def range_of(self, place: int, gone: Flags) -> tuple[float, float]:
        """How far below and above a cell is in what is left."""
        column = slice(self._tables.indptr[place], self._tables.indptr[place + 1])
        moves = self._tables.data[column][~gone[self._tables.indices[column]]]
        return -float(moves.min(initial=0.0)), float(moves.max(initial=0.0))
