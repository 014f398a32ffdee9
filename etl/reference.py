"""The small code tables in ``data/reference``: regions, industries, programmes, registry offices.

Every column is text, codes keep their leading zeros, and an empty cell is an empty text.
Origin and licence of each table stand in ``data/reference/README.md``.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

REFERENCE_DIR = Path(__file__).resolve().parents[1] / "data" / "reference"


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
