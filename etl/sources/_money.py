"""Amounts in yen, thousands or millions of yen: the unit stands in the header."""

from __future__ import annotations

from collections.abc import Mapping

from etl.contract import Check, Layout

# The name of each unit in a layout's name, as it stands in a header, and its worth in yen.
UNITS = {"yen": ("円", 1), "thousand": ("千円", 1_000), "million": ("百万円", 1_000_000)}


def layouts_by_unit(
    name: str, columns: Mapping[str, str], units: tuple[str, ...] = tuple(UNITS)
) -> tuple[Layout, ...]:
    """One layout per unit; header names that end in ``(円)`` get the unit's name instead."""
    return tuple(
        Layout(
            f"{name}_{unit}",
            {header.replace("(円)", f"({UNITS[unit][0]})"): raw for header, raw in columns.items()},
            derived={"unit": str(UNITS[unit][1])},
        )
        for unit in units
    )


def yen(column: str, unit: str = "unit") -> str:
    """The expression for ``column`` in yen; ``unit`` is a raw column or a figure."""
    return f"amount_of({column}, {unit})"


def amount(column: str, unit: str = "unit") -> Check:
    """The check that ``column``, where filled, is an amount of whole yen."""
    return Check("invalid_amount", column, f"{column} IS NOT NULL AND {yen(column, unit)} IS NULL")
