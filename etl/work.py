"""The work database in which deliveries are joined before anything is pseudonymised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from etl.reference import load_reference


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A loaded delivery: its validated records and what its sender declared about it."""

    content_hash: str
    source: str
    path: Path
    prefecture_code: str = ""
    municipality_code: str = ""


def open_work(path: Path, memory_limit: str = "8GB") -> duckdb.DuckDBPyConnection:
    """A fresh work database with the reference tables."""
    connection = duckdb.connect(str(path), config={"memory_limit": memory_limit})
    connection.execute("SET preserve_insertion_order = false")
    load_reference(connection)
    return connection


def map_distinct(
    work: duckdb.DuckDBPyConnection,
    table: str,
    query: str,
    function: Callable[[list[str]], Mapping[str, pa.Array]],
) -> None:
    """Create ``table`` from a Python function over the distinct texts that ``query`` selects.

    ``function`` gets the texts and returns columns of the same length; the first column of the
    table, ``text``, holds the texts. Python sees each distinct value once, never each row.
    """
    texts = [row[0] for row in work.execute(query).fetchall()]
    work.register("mapped", pa.table({"text": pa.array(texts, pa.string()), **function(texts)}))
    work.execute(f"CREATE TABLE {table} AS SELECT * FROM mapped")  # noqa: S608
    work.unregister("mapped")
