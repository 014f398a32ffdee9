"""The form of the files: names of columns, and the digests by which a certificate knows its table.

Suppressor, checker and auditor share this module and nothing else.

* cells: a row per cell. ``cell`` and ``value`` are needed; ``is_sensitive`` says which cells must
  be hidden; ``protection_level`` (or one a side) how far off an attacker must stay, in the unit of
  the value; ``lower_bound`` and ``upper_bound`` what everybody knows of a cell beforehand;
  ``is_fixed`` that a cell is published whatever happens; ``cost`` what hiding it costs.
* relations: a row per cell of a relation, whose cells times coefficients sum to zero; or a row per
  ``parent`` and ``child``.
* pattern: a row per cell: its value, or no value and the status ``x``.
* owners: a row per cell and owner with the value of the owner's part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

HIDDEN = "x"

CELL_COLUMNS: dict[str, tuple[str, ...]] = {
    "cell": ("cell", "cell_id", "id"),
    "value": ("value", "total", "tot", "amount", "nominal"),
    "is_sensitive": ("is_sensitive", "sensitive", "is_primary", "primary", "unsafe"),
    "protection_level": ("protection_level", "level", "protection"),
    "lower_protection_level": ("lower_protection_level", "lower_level", "lpl"),
    "upper_protection_level": ("upper_protection_level", "upper_level", "upl"),
    "lower_bound": ("lower_bound", "lower", "lb"),
    "upper_bound": ("upper_bound", "upper", "ub"),
    "is_fixed": ("is_fixed", "fixed"),
    "cost": ("cost", "weight"),
    "status": ("status", "flag"),
}
RELATION_COLUMNS: dict[str, tuple[str, ...]] = {
    "relation": ("relation", "relation_id", "equation", "constraint"),
    "cell": ("cell", "cell_id", "id"),
    "coefficient": ("coefficient", "coef", "coeff", "sign"),
    "parent": ("parent", "total"),
    "child": ("child", "part"),
}
OWNER_COLUMNS: dict[str, tuple[str, ...]] = {
    "cell": ("cell", "cell_id", "id"),
    "owner": ("owner", "owner_id", "firm", "firm_id", "enterprise"),
    "value": ("value", "contribution", "amount"),
}


def matched_columns(header: Iterable[str], known: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """The columns of ``header`` that are known, as {name as written: name in ``known``}.

    Capitals, blanks around a name and the order of columns do not matter; further columns are left
    out. Raises ValueError where two columns stand for the same thing.
    """
    names = {alias: name for name, aliases in known.items() for alias in aliases}
    found: dict[str, str] = {}
    # A column's own name goes before the names that may stand for it.
    ordered = sorted(header, key=lambda written: written.strip().lower() not in known)
    for written in ordered:
        name = names.get(written.strip().lower())
        if name is None:
            continue
        if name in found.values():
            if written.strip().lower() == name:
                raise ValueError(f"the column {name} stands twice in the header")
            continue
        found[written] = name
    return found


def cell_key(text: object) -> str:
    """The identifier of a cell: text without blanks around it, a whole number without ``.0``."""
    key = str(text).strip()
    head, dot, tail = key.partition(".")
    if dot and tail.strip("0") == "" and head.lstrip("-").isdigit():
        return head
    return key


def digest(rows: Iterable[Iterable[object]]) -> str:
    """SHA-256 of rows, whatever their order: numbers as the shortest text that reads back equal."""
    lines = sorted("\x1f".join(_written(field) for field in row) for row in rows)
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()


def _written(field: object) -> str:
    if isinstance(field, str):
        return field
    if isinstance(field, bool):
        return str(int(field))
    if isinstance(field, int | float):
        # Minus zero is zero.
        return repr(float(field) + 0.0)
    raise TypeError(f"no digest of {type(field).__name__}")
