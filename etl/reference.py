"""The small code tables in ``data/reference``: regions, industries, programmes, registry offices.

Every column is text, codes keep their leading zeros, and an empty cell is an empty text.
Origin and licence of each table stand in ``data/reference/README.md``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb
import pandas as pd

REFERENCE_DIR = Path(__file__).resolve().parents[1] / "data" / "reference"

# The number of a local government is its check digit, these six digits and its six-digit code.
_LOCAL_GOVERNMENT = "000020"


def read_reference(name: str) -> pd.DataFrame:
    """The table ``name`` in file order, all columns text; raises FileNotFoundError if unknown."""
    return pd.read_csv(REFERENCE_DIR / f"{name}.csv", dtype=str, keep_default_na=False)


def reference_names() -> list[str]:
    """The names of all code tables."""
    return sorted(path.stem for path in REFERENCE_DIR.glob("*.csv"))


def load_reference(connection: duckdb.DuckDBPyConnection) -> None:
    """Create ``reference_<name>`` in ``connection`` for every code table, all columns VARCHAR."""
    for name in reference_names():
        connection.register("reference_frame", read_reference(name))
        connection.execute(
            f"CREATE TABLE reference_{name} AS SELECT * FROM reference_frame"  # noqa: S608
        )
        connection.unregister("reference_frame")


def prefecture_of_local_government(number: str) -> str | None:
    """The prefecture code that a local government's 13-digit corporate number carries.

    Prefectures, municipalities and their associations have it; None for every other number.
    """
    if len(number) != 13 or not number.isascii() or not number.isdigit():
        return None
    if number[1:7] != _LOCAL_GOVERNMENT or number[7:9] not in _codes("prefecture"):
        return None
    return number[7:9]


def municipality_of_local_government(number: str) -> str | None:
    """The five-digit municipality code that a municipality's corporate number carries.

    Digits 8 to 13 of such a number are the six-digit code of the local government: five digits
    and a check digit. None for prefectures, for associations of municipalities and for firms.
    """
    code = number[7:12]
    if prefecture_of_local_government(number) is None or code not in _codes("municipality"):
        return None
    remainder = (
        11
        - sum(int(digit) * weight for digit, weight in zip(code, range(6, 1, -1), strict=True)) % 11
    )
    return code if number[12] == str(remainder % 10) else None


@cache
def _codes(name: str) -> frozenset[str]:
    return frozenset(read_reference(name)[f"{name}_code"])
