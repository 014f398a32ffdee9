"""Small tables for the tests: made of inner cells, with all their sums."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import linprog

from disclosure.table import Table

Frames = tuple[pd.DataFrame, pd.DataFrame]


def summed(
    inner: npt.ArrayLike,
    levels: Mapping[str, float],
    *,
    fixed_zeros: bool = True,
) -> Frames:
    """Cells and relations of a table of any number of dimensions with all its totals.

    Cells are called by their places, ``T`` for a total: "0,T" is the total of row 0. ``levels`` are
    the protection levels of the sensitive cells.
    """
    values = np.asarray(inner, dtype=float)
    axes = [[*map(str, range(n)), "T"] for n in values.shape]
    rows, relations = [], []
    for key in product(*axes):
        taken = values[tuple(slice(None) if k == "T" else int(k) for k in key)]
        name = ",".join(key)
        value = float(taken.sum())
        level = levels.get(name)
        fixed = fixed_zeros and value == 0 and level is None
        rows.append((name, value, int(level is not None), level or 0.0, int(fixed)))
        for axis, k in enumerate(key):
            if k == "T":
                relation = f"{name}/{axis}"
                relations.append((relation, name, -1))
                relations += [
                    (relation, ",".join([*key[:axis], part, *key[axis + 1 :]]), 1)
                    for part in axes[axis][:-1]
                ]
    columns = ["cell", "value", "is_sensitive", "protection_level", "is_fixed"]
    return (
        pd.DataFrame(rows, columns=columns),
        pd.DataFrame(relations, columns=["relation", "cell", "coefficient"]),
    )


def interval(
    table: Table,
    hidden: npt.NDArray[np.bool_],
    cell: int,
    knows: Mapping[int, float] | None = None,
) -> tuple[float, float]:
    """What an attacker finds possible of a cell, by programs that share nothing with the house.

    ``knows`` are parts of cells that the attacker owns; a part equal to the value is the cell.
    """
    if not hidden[cell]:
        return float(table.value[cell]), float(table.value[cell])
    bounds = []
    for place in range(len(table.cells)):
        value = table.value[place]
        low, high = (table.lower[place], table.upper[place]) if hidden[place] else (value, value)
        if knows and place in knows:
            low = max(low, knows[place])
            if abs(knows[place] - value) < 1e-9 * max(1.0, abs(value)):
                low = high = value
        bounds.append((low if np.isfinite(low) else None, high if np.isfinite(high) else None))
    cost = np.zeros(len(table.cells))
    cost[cell] = 1.0
    right = table.matrix @ table.value
    equations = table.matrix.toarray()
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(sign * cost, A_eq=equations, b_eq=right, bounds=bounds, method="highs")
        assert found.status in (0, 3), found.message
        ends.append(-sign * np.inf if found.x is None else float(found.x[cell]))
    return ends[0], ends[1]


def at_risk(
    table: Table,
    hidden: npt.NDArray[np.bool_],
    knows: Mapping[int, float] | None = None,
) -> list[str]:
    """The sensitive cells that are under their level, on either side."""
    found = []
    for cell in np.flatnonzero(table.is_sensitive).tolist():
        known = (knows or {}).get(cell)
        if known is not None and abs(known - table.value[cell]) < 1e-9:
            continue
        down = table.level_down[cell]
        if known is not None and table.lower[cell] >= 0:
            down = min(down, table.value[cell] - known)
        low, high = interval(table, hidden, cell, knows)
        slack = 1e-6 * max(1.0, table.level_up[cell])
        too_low = high < table.value[cell] + table.level_up[cell] - slack
        if too_low or low > table.value[cell] - down + slack:
            found.append(table.cells[cell])
    return found
