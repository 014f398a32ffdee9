"""The work database in which deliveries are joined before anything is pseudonymised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from etl.reference import load_reference
from store.cursor import database_in_use
from store.snapshot import quoted

# A build that fails is thrown away whole: a log to recover it by would serve nobody, and every
# statement would wait for the disk.
UNLOGGED = "RECOVERY_MODE no_wal_writes"
_SCRATCH = "scratch"


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
    connection = open_scratch(path, memory_limit)
    connection.execute("SET preserve_insertion_order = false")
    load_reference(connection)
    return connection


def open_scratch(path: Path, memory_limit: str) -> duckdb.DuckDBPyConnection:
    """A connection to a fresh file that holds nothing after a crash; it spills beside it."""
    spill = path.with_name(f"{path.name}.tmp")
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "temp_directory": str(spill),
    }
    connection = duckdb.connect(config=config)
    connection.execute(f"ATTACH '{quoted(path)}' AS {_SCRATCH} ({UNLOGGED}); USE {_SCRATCH}")
    return connection


def read_beside(work: duckdb.DuckDBPyConnection, query: str, batch: int) -> pa.RecordBatchReader:
    """The rows of ``query``, ``batch`` at a time, while ``work`` goes on with other statements."""
    reader = work.cursor()
    reader.execute(f"USE {database_in_use(work)}")
    return reader.execute(query).to_arrow_reader(batch)


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
