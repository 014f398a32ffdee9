"""Files as delivered, read for those who check: apart from the reader that the suppressor uses."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from disclosure.schema import (
    CELL_COLUMNS,
    HIDDEN,
    OWNER_COLUMNS,
    RELATION_COLUMNS,
    cell_key,
    matched_columns,
)

# The rule of the schema for sensitive cells without a level.
DEFAULT_LEVEL_SHARE = 0.10
# A part counts as the whole where it falls short by less than this share of the cell.
WHOLE = 1e-9
Relation = tuple[tuple[str, float], ...]


class DeliveredError(ValueError):
    """A file that cannot be read as what it should be."""


@dataclass(frozen=True)
class TrueCell:
    """A cell of the ministry's own file; ``lower`` may be -inf and ``upper`` inf."""

    value: float
    lower: float
    upper: float
    level_down: float
    level_up: float
    is_sensitive: bool
    is_fixed: bool


@dataclass
class Release:
    """What others see: a value per cell, None where it is hidden."""

    values: dict[str, float | None] = field(default_factory=dict)


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a file by the names in its header, without blanks around."""
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "cp932"):
        try:
            lines = raw.decode(encoding).splitlines()
            break
        except UnicodeDecodeError:
            continue
    else:
        raise DeliveredError(f"{path.name}: neither UTF-8 nor cp932")
    lines = [line for line in lines if line.strip(" ,;\t")]
    if not lines:
        raise DeliveredError(f"{path.name}: the file is empty")
    delimiter = max((",", ";", "\t"), key=lines[0].count)
    reader = csv.DictReader(lines, delimiter=delimiter, restval="", skipinitialspace=True)
    return [
        {str(name).strip(): str(text).strip() for name, text in row.items() if name is not None}
        for row in reader
    ]


def columns_of(path: Path) -> set[str]:
    """Which of the known columns of cells and relations a file has."""
    rows = rows_of(path)
    header = list(rows[0]) if rows else []
    found: set[str] = set()
    for known in (CELL_COLUMNS, RELATION_COLUMNS):
        found |= set(matched_columns(header, known).values())
    return found


def true_cells(path: Path) -> dict[str, TrueCell]:
    """The ministry's own cells, with levels and bounds as the schema completes them."""
    rows = list(_named(path, CELL_COLUMNS, ("cell", "value", "is_sensitive")))
    values = [_number(row["value"], path) for row in rows]
    least = float("-inf") if min(values, default=0.0) < 0 else 0.0
    cells: dict[str, TrueCell] = {}
    for row, value in zip(rows, values, strict=True):
        sensitive = _flag(row["is_sensitive"])
        lower = _number(row.get("lower_bound", ""), path, least)
        default = DEFAULT_LEVEL_SHARE * abs(value)
        either = _number(row.get("protection_level", ""), path, default)
        up = _number(row.get("upper_protection_level", ""), path, either)
        down = _number(row.get("lower_protection_level", ""), path, either)
        if up == 0 and down == 0:
            up = down = default
        cells[cell_key(row["cell"])] = TrueCell(
            value=value,
            lower=lower,
            upper=_number(row.get("upper_bound", ""), path, float("inf")),
            level_down=min(down, max(value - lower, 0.0)) if sensitive else 0.0,
            level_up=up if sensitive else 0.0,
            is_sensitive=sensitive,
            is_fixed=_flag(row["is_fixed"]) if "is_fixed" in row else value == 0 and not sensitive,
        )
    if len(cells) < len(rows):
        raise DeliveredError(f"{path.name}: a cell stands twice")
    return cells


def relations_of(path: Path) -> list[Relation]:
    """The relations of a file, each once, sorted by cell."""
    gathered: dict[str, dict[str, float]] = {}
    for row in _named(path, RELATION_COLUMNS, ()):
        if row.get("parent") and row.get("child"):
            relation = gathered.setdefault(cell_key(row.get("relation") or row["parent"]), {})
            relation[cell_key(row["parent"])] = -1.0
            child = cell_key(row["child"])
            relation[child] = relation.get(child, 0.0) + 1.0
        elif "relation" in row and "cell" in row and "coefficient" in row:
            relation = gathered.setdefault(cell_key(row["relation"]), {})
            cell = cell_key(row["cell"])
            relation[cell] = relation.get(cell, 0.0) + _number(row["coefficient"], path)
        else:
            raise DeliveredError(f"{path.name}: relation, cell and coefficient are needed")
    return [tuple(sorted((c, k) for c, k in one.items() if k != 0)) for one in gathered.values()]


def release_of(path: Path) -> Release:
    """What a file shows of its cells: hidden where the status says so or the value is empty."""
    release = Release()
    for row in _named(path, CELL_COLUMNS, ("cell", "value")):
        cell = cell_key(row["cell"])
        if cell in release.values:
            raise DeliveredError(f"{path.name}: the cell {cell} stands twice")
        hidden = row.get("status", "").lower() == HIDDEN or row["value"].lower() in ("", HIDDEN)
        if hidden and row["value"].lower() not in ("", HIDDEN, "nan"):
            raise DeliveredError(f"{path.name}: the cell {cell} is hidden and yet has a value")
        release.values[cell] = None if hidden else _number(row["value"], path)
    return release


def owners_of(path: Path) -> dict[str, dict[str, float]]:
    """What each owner owns of each cell."""
    parts: dict[str, dict[str, float]] = {}
    for row in _named(path, OWNER_COLUMNS, ("cell", "owner", "value")):
        own = parts.setdefault(row["owner"], {})
        cell = cell_key(row["cell"])
        own[cell] = own.get(cell, 0.0) + _number(row["value"], path)
    return parts


def _named(
    path: Path, known: dict[str, tuple[str, ...]], needed: tuple[str, ...]
) -> Iterator[dict[str, str]]:
    rows = rows_of(path)
    try:
        names = matched_columns(list(rows[0]) if rows else [], known)
    except ValueError as error:
        raise DeliveredError(f"{path.name}: {error}") from error
    for name in needed:
        if rows and name not in names.values():
            raise DeliveredError(f"{path.name}: the column {name} is missing")
    for row in rows:
        yield {name: row.get(written, "") for written, name in names.items()}


def _number(text: str, path: Path, default: float | None = None) -> float:
    if text == "" and default is not None:
        return default
    try:
        number = float(text)
    except ValueError as error:
        raise DeliveredError(f"{path.name}: {text!r} is not a number") from error
    if number != number:
        raise DeliveredError(f"{path.name}: {text!r} is not a number")
    return number + 0.0


def _flag(text: str) -> bool:
    return text.strip().lower() in {"1", "1.0", "true", "yes", "y", "t", "x", "u"}


def moving_together(relations: list[Relation], is_free: Callable[[str], bool]) -> list[set[str]]:
    """Groups of cells that a sum without other free cells lets move only by the same amount."""
    group: dict[str, set[str]] = {}
    for relation in relations:
        free = [(cell, k) for cell, k in relation if is_free(cell)]
        if len(free) == 2 and free[0][1] == -free[1][1]:
            both = group.get(free[0][0], {free[0][0]}) | group.get(free[1][0], {free[1][0]})
            group |= dict.fromkeys(both, both)
    return list({id(one): one for one in group.values()}.values())


def known_limits(
    own: dict[str, float], cells: dict[str, TrueCell], together: list[set[str]]
) -> dict[str, tuple[float, float]]:
    """How far a cell may be below and above its value in the eyes of an owner, where it knows.

    An owner of the whole knows the cell; an owner of a part knows that the rest is not below zero,
    where nothing can be. What moves together with a cell is known as well.
    """
    limits: dict[str, tuple[float, float]] = {}
    for cell, part in own.items():
        true = cells[cell]
        if abs(true.value - part) <= WHOLE * abs(true.value):
            limits[cell] = (0.0, 0.0)
        elif true.lower >= 0:
            limits[cell] = (max(true.value - part, 0.0), math.inf)
    for group in together:
        known = [limits[cell] for cell in group if cell in limits]
        if known:
            least = min(down for down, _ in known), min(up for _, up in known)
            limits |= dict.fromkeys(group, least)
    return limits
