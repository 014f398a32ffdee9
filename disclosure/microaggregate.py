"""Cells and relations of an aggregate: a row per cell with a count, a total and the largest part.

The other columns are dimensions. A dimension may have a hierarchy: a row per finest code with the
codes above it, coarsest first. Codes that a hierarchy names and the aggregate lacks are empty
cells.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from disclosure.sensitivity import LEAST_CONTRIBUTORS, is_dominated, is_sensitive, protection_level
from disclosure.table import TableError

_ROLES: dict[str, tuple[str, ...]] = {
    "n": ("n_obs", "n", "n_firm", "n_contributor", "freq", "count"),
    "total": ("tot", "total", "value", "amount"),
    "largest": ("max", "max1", "largest", "x1"),
    "second": ("max2", "second", "second_largest", "x2"),
}
_ALL = {"total", "all", "_t", "計", "合計", "全体", "全産業", "全国"}
# Between parts of a code: the unit separator of ASCII would not survive a spreadsheet.
_BETWEEN = "|"


def cells_and_relations(
    aggregate: pd.DataFrame, hierarchies: list[pd.DataFrame] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cells and relations as `disclosure.schema` names them.

    A cell is called by its codes, joined by ``|``. With the second largest part the p% rule decides
    what is sensitive, without it the share of the largest (`disclosure.sensitivity`). Raises
    TableError where the count or the total is missing or a hierarchy fits no dimension.
    """
    frame = aggregate.rename(columns=_role)
    for role in ("n", "total"):
        if role not in frame:
            raise TableError(f"aggregate: no column is a {role} ({', '.join(_ROLES[role])})")
    numbers = frame[[role for role in _ROLES if role in frame]].apply(
        pd.to_numeric, errors="coerce"
    )
    if numbers.isna().any(axis=None):
        raise TableError("aggregate: a count, total or largest part is not a number")
    dimensions = [column for column in frame.columns if column not in _ROLES]
    codes = frame[dimensions].astype(str).apply(lambda column: column.str.strip())
    names = codes.agg(_BETWEEN.join, axis=1)
    if names.duplicated().any():
        raise TableError(f"aggregate: the cell {names[names.duplicated()].iloc[0]} stands twice")
    sensitive, level = _sensitivity(numbers)
    cells = pd.DataFrame(
        {
            "cell": names,
            "value": numbers["total"],
            "is_sensitive": sensitive.astype(int),
            "protection_level": level,
            "is_fixed": ((numbers["total"] == 0) & ~sensitive).astype(int),
        }
    )
    trees = _trees(codes, hierarchies or [])
    return cells, _relations(codes, names, trees)


def _role(column: object) -> str:
    written = str(column).strip()
    return next((role for role, names in _ROLES.items() if written.lower() in names), written)


def _sensitivity(numbers: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    n = numbers["n"].to_numpy(float)
    total = np.abs(numbers["total"].to_numpy(float))
    sensitive = (n > 0) & (n < LEAST_CONTRIBUTORS)
    level = np.zeros(len(n))
    for row in range(len(n)):
        largest: tuple[float, ...] = ()
        if "second" in numbers:
            largest = (abs(numbers["largest"].iloc[row]), abs(numbers["second"].iloc[row]))
            sensitive[row] = is_sensitive(int(n[row]), total[row], largest)
        elif "largest" in numbers:
            largest = (abs(numbers["largest"].iloc[row]),)
            sensitive[row] |= n[row] > 0 and is_dominated(total[row], largest[0])
        if sensitive[row]:
            level[row] = protection_level(int(n[row]), total[row], largest)
    return sensitive, level


def _trees(codes: pd.DataFrame, hierarchies: list[pd.DataFrame]) -> list[dict[str, list[str]]]:
    """For each dimension the codes below each code."""
    trees: list[dict[str, list[str]]] = []
    left = list(hierarchies)
    for dimension in codes.columns:
        members = set(codes[dimension])
        fitting = [one for one in left if _overlap(one, members) > 0.5]
        tree = _tree(fitting[0]) if fitting else {}
        left = [one for one in left if not fitting or one is not fitting[0]]
        below = {code for children in tree.values() for code in children}
        tops = [code for code in tree if code not in below] or sorted(members)
        whole = [code for code in sorted(members) if code.lower() in _ALL]
        if whole and whole[0] not in tree:
            tree[whole[0]] = [code for code in tops if code != whole[0]]
        trees.append(tree)
    if left:
        raise TableError(f"hierarchy: {', '.join(map(str, left[0].columns))} fits no dimension")
    return trees


def _overlap(hierarchy: pd.DataFrame, members: set[str]) -> float:
    named = {code.strip() for column in hierarchy for code in hierarchy[column].astype(str)}
    return len(named & members) / max(1, len(members))


def _tree(hierarchy: pd.DataFrame) -> dict[str, list[str]]:
    tree: dict[str, list[str]] = {}
    for above, below in pairwise(hierarchy.columns):
        pairs = zip(hierarchy[above].astype(str), hierarchy[below].astype(str), strict=True)
        for parent, child in ((a.strip(), b.strip()) for a, b in pairs):
            children = tree.setdefault(parent, [])
            # A code that goes on unchanged is one cell, not a part of itself.
            if child not in (parent, "") and child not in children:
                children.append(child)
    return {parent: children for parent, children in tree.items() if children}


def _relations(
    codes: pd.DataFrame, names: pd.Series, trees: list[dict[str, list[str]]]
) -> pd.DataFrame:
    place = {tuple(row): name for row, name in zip(codes.to_numpy().tolist(), names, strict=True)}
    rows: list[tuple[str, str, int]] = []
    for key, name in place.items():
        for dimension, tree in enumerate(trees):
            parts = [
                place[part]
                for child in tree.get(key[dimension], ())
                if (part := (*key[:dimension], child, *key[dimension + 1 :])) in place
            ]
            if parts:
                relation = f"{name}/{codes.columns[dimension]}"
                rows.append((relation, name, -1))
                rows += [(relation, part, 1) for part in parts]
    return pd.DataFrame(rows, columns=["relation", "cell", "coefficient"])
