"""The valid records of files as Parquet: written batch by batch, in the order of the file."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from etl.contract import literal
from etl.folders import put_in_place


class StagedWriter:
    """Writes tables of one shape to a new file, each while the next one is made.

    A table is a row group of its own. Raises in ``write`` or at the end what writing raised.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pool = ThreadPoolExecutor(1)
        self._writer: pq.ParquetWriter | None = None
        self._pending: Future[None] | None = None

    def __enter__(self) -> StagedWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._settle()
        finally:
            self._pool.shutdown()
            if self._writer is not None:
                self._writer.close()

    def write(self, table: pa.Table) -> None:
        """Take over ``table``; it is on its way when this returns."""
        self._settle()
        if self._writer is None:
            self._writer = _open(self._path, table.schema)
        if table.num_rows:
            self._pending = self._pool.submit(self._writer.write_table, table)

    def _settle(self) -> None:
        pending, self._pending = self._pending, None
        if pending is not None:
            pending.result()


def _open(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    # Texts and days repeat, figures hardly ever do: their differences take half the time to read.
    types = {field.name: field.type for field in schema}
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=[
            n for n, t in types.items() if pa.types.is_string(t) or pa.types.is_date(t)
        ],
        column_encoding={
            n: "DELTA_BINARY_PACKED" for n, t in types.items() if pa.types.is_integer(t)
        },
        store_schema=False,
    )


def renew_staged(work: duckdb.DuckDBPyConnection, folder: Path, part: Path) -> None:
    """Bring what earlier versions left in ``folder`` into today's form: a record's hash was text.

    Each file is made anew in ``part`` and put in place in one step.
    """
    if not any(folder.glob("*.parquet")):
        return
    old = work.execute(
        "SELECT DISTINCT file_name FROM parquet_schema(?) "
        "WHERE name = 'record_hash' AND type = 'BYTE_ARRAY'",
        [str(folder / "*.parquet")],
    ).fetchall()
    for (path,) in old:
        work.execute(
            f"COPY (SELECT * REPLACE (record_hash::UUID AS record_hash) "  # noqa: S608
            f"FROM read_parquet({literal(path)})) TO {literal(str(part))} "
            "(FORMAT parquet, COMPRESSION zstd)"
        )
        put_in_place(part, Path(path))
