"""検査: records judged column by column in DuckDB, the valid ones gathered in a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from etl.content import RefusedFileError, Survey
from etl.contract import Contract
from etl.read import Batch, Form, Refusal, read_records
from etl.recognise import Recognition

# Neither sign can stand in a record, so no two records share a text by chance.
_SEPARATOR, _NOTHING = "chr(31)", "chr(30)"


def validate(
    work: duckdb.DuckDBPyConnection,
    path: Path,
    survey: Survey,
    recognition: Recognition,
    table: str,
    refuse: Callable[[Refusal], None],
    advance: Callable[[int], object] = lambda _: None,
) -> tuple[int, Counter[str]]:
    """Read and judge all records of a file; valid ones become rows of the new table ``table``.

    Its columns are the canonical ones, then ``line``, ``byte_offset`` and ``record_hash``, the md5
    of what identifies the record. ``refuse`` gets each refused record. Returns the number of valid
    records and the refused ones by reason. Raises RefusedFileError for cut_short.
    """
    contract = recognition.contract
    form = Form(
        survey.encoding, recognition.n_column, recognition.layout.n_header, contract.max_lines
    )
    for i, row in enumerate(recognition.header, start=1):
        cells = pa.table({"cells": pa.array([row[recognition.rest_from :]], pa.list_(pa.string()))})
        work.register("header_row", cells)
        work.execute(f"SET VARIABLE header_{i} = (SELECT cells FROM header_row)")  # noqa: S608
    n_valid, refused = 0, Counter[str]()
    for batch in read_records(path, form):
        if batch.is_cut_short:
            raise RefusedFileError("cut_short")
        failed = _judge(work, batch, recognition)
        for refusal in (*batch.refusals, *failed):
            refuse(refusal)
            refused[refusal.reason] += 1
        work.execute(_gather(contract, table))
        n_valid += len(batch.rows) - len(failed)
        advance(batch.n_byte)
    return n_valid, refused


def _judge(
    work: duckdb.DuckDBPyConnection, batch: Batch, recognition: Recognition
) -> list[Refusal]:
    """Make ``judged``, the batch with the position of the first failed check, if any."""
    contract = recognition.contract
    work.register("batch", _as_arrow(batch, recognition))
    cases = " ".join(f"WHEN {check.condition} THEN {i}" for i, check in enumerate(contract.checks))
    cleaned = ", ".join(f"nullif(trim({n}, ' \u3000'), '') AS {n}" for n in contract.raw_columns)
    lists = "".join(
        f", list_transform({n}, lambda c: nullif(trim(c, ' \u3000'), '')) AS {n}"
        for n in contract.rest_columns
    )
    delivered = f"(SELECT position, line, byte_offset, {cleaned}{lists} FROM batch)"  # noqa: S608
    work.execute(
        f"CREATE OR REPLACE TEMP TABLE judged AS SELECT *, CASE {cases} END AS failed FROM "  # noqa: S608
        f"(SELECT {recognition.layout.with_derived()} FROM {delivered})"
    )
    failed = work.execute(
        "SELECT position, failed FROM judged WHERE failed IS NOT NULL ORDER BY position"
    ).fetchall()
    return [
        Refusal(
            batch.lines[i],
            batch.offsets[i],
            contract.checks[check].reason,
            contract.checks[check].column,
            batch.texts[i],
        )
        for i, check in failed
    ]


def _as_arrow(batch: Batch, recognition: Recognition) -> pa.Table:
    n = len(batch.rows)
    by_position = list(zip(*batch.rows, strict=True)) or [()] * recognition.n_column
    columns: dict[str, pa.Array] = {
        "position": pa.array(np.arange(n)),
        "line": pa.array(batch.lines, pa.int64()),
        "byte_offset": pa.array(batch.offsets, pa.int64()),
    }
    for name in recognition.contract.raw_columns:
        at = recognition.positions.get(name)
        columns[name] = (
            pa.nulls(n, pa.string()) if at is None else pa.array(by_position[at], pa.string())
        )
    for name in recognition.contract.rest_columns:
        rest = [row[recognition.rest_from :] for row in batch.rows]
        columns[name] = pa.array(rest, pa.list_(pa.string()))
    return pa.table(columns)


def _gather(contract: Contract, table: str) -> str:
    """The statement that adds the valid records of ``judged`` to ``table``."""
    names = contract.columns
    canonical = ", ".join(f"{expression} AS {name}" for name, expression in names.items())
    content = ", ".join(
        f"coalesce(CAST({name} AS VARCHAR), {_NOTHING})" for name in contract.identity or names
    )
    select = (
        f"SELECT *, md5(concat_ws({_SEPARATOR}, {content})) AS record_hash FROM "  # noqa: S608
        f"(SELECT {canonical}, line, byte_offset FROM judged WHERE failed IS NULL) "
        f"WHERE {contract.keep}"
    )
    return (
        f"CREATE TABLE IF NOT EXISTS {table} AS FROM ({select}) LIMIT 0; "
        f"INSERT INTO {table} {select}"
    )
