"""The contract of the tables in readable form, for the catalogue of items and the dictionary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from store.tables import held_metadata, metadata, released_metadata


@dataclass(frozen=True, slots=True)
class ColumnNote:
    """One column: its name, what it means, its unit (a Unit value or empty)."""

    name: str
    meaning: str
    unit: str


@dataclass(frozen=True, slots=True)
class TableNote:
    """One table: its name, its grain, the permission it needs, its columns."""

    name: str
    grain: str
    permission: str
    columns: tuple[ColumnNote, ...]


def readable_tables(can: Callable[[str], bool] = lambda _permission: True) -> list[TableNote]:
    """The tables whose permission ``can`` grants, by database and name.

    The order in which tables were declared depends on which module was imported first.
    """
    parts = [metadata, held_metadata, *([released_metadata] if can("released") else [])]
    tables = [part.tables[name] for part in parts for name in sorted(part.tables)]
    return [
        TableNote(
            table.name,
            table.info["grain"],
            table.info["permission"],
            tuple(
                ColumnNote(column.name, column.comment or "", column.info.get("unit", ""))
                for column in table.columns
            ),
        )
        for table in tables
        if can(table.info["permission"])
    ]
