"""The contract of the tables in readable form, for the catalogue of items and the dictionary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from store.tables import metadata, released_metadata


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
    """The tables whose permission ``can`` grants, in the order of the contract."""
    tables = list(metadata.tables.values())
    if can("released"):
        tables += released_metadata.tables.values()
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
