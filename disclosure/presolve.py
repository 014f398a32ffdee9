"""What is left of a table to decide: cells that may be hidden, equal ones made one.

Fixed cells are published, whatever happens (so are zeros, where nothing else is said); a relation
of two cells that are left says that these are one and the same, hidden or published together (a
bureau of one prefecture, a division of one group). Columns and rows stand in an order that the
names of cells fix, so nothing depends on the order of rows in a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import sparse

from disclosure.table import Flags, Floats, Table

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Problem:
    """The columns that may be hidden and the relations among them.

    ``column_of`` gives each cell of the table its column, or -1. A hidden column may move by
    ``down`` and ``up`` from its value at most; ``level_down`` and ``level_up`` are what an attacker
    must find possible of a sensitive one. ``cost`` is relative to the dearest column, ``weight``
    the same in the unit of the table.
    """

    column_of: Places
    names: tuple[str, ...]
    value: Floats
    down: Floats
    up: Floats
    level_down: Floats
    level_up: Floats
    is_sensitive: Flags
    cost: Floats
    weight: Floats
    matrix: sparse.csr_matrix

    @property
    def n(self) -> int:
        """The number of columns."""
        return len(self.value)

    @cached_property
    def by_column(self) -> sparse.csc_matrix:
        """The relations, to be taken apart by columns."""
        return self.matrix.tocsc()

    def rows_of(self, columns: Places) -> Places:
        """The relations that have one of ``columns``, in the order of `signed`."""
        return np.unique(self.by_column[:, columns].indices).astype(np.int64)

    def signed(self, columns: Places) -> sparse.csc_matrix:
        """The relations among ``columns``, for movements upwards and, after these, downwards."""
        part = self.by_column[:, columns]
        rows, indices = np.unique(part.indices, return_inverse=True)
        return sparse.csc_matrix(
            (
                np.concatenate([part.data, -part.data]),
                np.concatenate([indices, indices]).astype(np.int32),
                np.concatenate([part.indptr, part.indptr[1:] + part.nnz]),
            ),
            shape=(len(rows), 2 * len(columns)),
        )

    def hidden_cells(self, hidden_columns: Flags) -> Flags:
        """The cells that stand in ``hidden_columns``."""
        # The place after the last column stands for cells in none.
        return np.append(hidden_columns, False)[self.column_of]


def presolve(table: Table, cost: Floats | None = None) -> Problem:
    """The problem of a table; ``cost`` replaces the costs of its cells, in the same order."""
    weight = table.cost if cost is None else cost
    group = np.arange(len(table.cells))
    movable = ~table.is_fixed
    matrix = table.matrix
    while True:
        reduced = _reduced(matrix, group, movable)
        pairs, alone = _settled(reduced)
        if not len(pairs) and not len(alone):
            break
        movable &= ~np.isin(group, alone)
        for kept, merged in pairs:
            first, second = group[kept], group[merged]
            group[group == max(first, second)] = min(first, second)
    return _problem(table, weight, group, movable, reduced)


def _reduced(matrix: sparse.csr_matrix, group: Places, movable: Flags) -> sparse.csr_matrix:
    """The relations over the groups of movable cells, by the place of a group's first cell."""
    n = len(group)
    cells = np.flatnonzero(movable)
    gather = sparse.coo_matrix((np.ones(len(cells)), (cells, group[cells])), shape=(n, n))
    reduced = (matrix @ gather.tocsr()).tocsr()
    reduced.data[np.abs(reduced.data) < 1e-12] = 0.0
    reduced.eliminate_zeros()
    return reduced


def _settled(reduced: sparse.csr_matrix) -> tuple[list[tuple[int, int]], Places]:
    """Pairs that are equal, and groups that a relation of their own pins to their value."""
    size = np.diff(reduced.indptr)
    starts = reduced.indptr[:-1]
    alone = reduced.indices[starts[size == 1]].astype(np.int64)
    pairs = []
    for start in starts[size == 2].tolist():
        if np.isclose(reduced.data[start], -reduced.data[start + 1], rtol=1e-12, atol=0):
            pairs.append((int(reduced.indices[start]), int(reduced.indices[start + 1])))
    return pairs, alone


def _problem(
    table: Table, weight: Floats, group: Places, movable: Flags, reduced: sparse.csr_matrix
) -> Problem:
    cells = np.flatnonzero(movable)
    heads = np.unique(group[cells])
    # The first name of a group fixes its place.
    first = dict.fromkeys(heads.tolist(), "")
    for cell in sorted(cells.tolist(), key=lambda place: table.cells[place], reverse=True):
        first[int(group[cell])] = table.cells[cell]
    heads = np.array(sorted(heads.tolist(), key=lambda head: first[head]), dtype=np.int64)
    column = np.full(len(group), -1, dtype=np.int64)
    column[heads] = np.arange(len(heads))
    column_of = np.where(movable, column[group], -1)
    of = column_of[cells]

    def gathered(numbers: Floats, how: np.ufunc, start: float) -> Floats:
        out = np.full(len(heads), start)
        how.at(out, of, numbers[cells])
        return out

    value = gathered(table.value, np.maximum, -np.inf)
    total = gathered(weight, np.add, 0.0)
    dearest = total.max(initial=0.0) or 1.0
    return Problem(
        column_of=column_of,
        names=tuple(first[int(head)] for head in heads),
        value=value,
        down=np.maximum(gathered(table.value - table.lower, np.minimum, np.inf), 0.0),
        up=np.maximum(gathered(table.upper - table.value, np.minimum, np.inf), 0.0),
        level_down=gathered(table.level_down, np.maximum, 0.0),
        level_up=gathered(table.level_up, np.maximum, 0.0),
        is_sensitive=gathered(table.is_sensitive.astype(float), np.maximum, 0.0) > 0,
        # Rounded, so that the unit of the table changes nothing; never nothing, so that no column
        # is hidden in vain.
        cost=np.maximum(np.round(total / dearest, 12), 1e-9),
        weight=total,
        matrix=_ordered(reduced[:, heads]),
    )


def _ordered(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """The relations that tie something, each once, in an order of their own."""
    matrix = matrix.tocsr()
    matrix.sort_indices()
    rows: dict[tuple[tuple[int, float], ...], None] = {}
    for start, end in pairwise(matrix.indptr):
        if start == end:
            continue
        # The sign and size of a relation say nothing: its first coefficient becomes 1.
        scaled = matrix.data[start:end] / matrix.data[start]
        places = matrix.indices[start:end].tolist()
        rows[tuple(zip(places, scaled.tolist(), strict=True))] = None
    ordered = sorted(rows)
    data = [number for row in ordered for _, number in row]
    indices = [place for row in ordered for place, _ in row]
    indptr = np.cumsum([0, *(len(row) for row in ordered)])
    return sparse.csr_matrix((data, indices, indptr), shape=(len(ordered), matrix.shape[1]))
