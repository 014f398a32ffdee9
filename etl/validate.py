"""検査: records judged column by column in DuckDB, the valid ones written as they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.ahead import made_ahead
from etl.content import RefusedFileError
from etl.judgement import Judgement
from etl.read import read_records
from etl.recognise import Recognition
from etl.record import Batch, Form, Refusal
from etl.repeats import Repeats
from etl.stage import StagedWriter
from etl.survey import Survey

# Rows handed on together, so that all threads get some of a batch.
MORSEL = 16_384


@dataclass(slots=True)
class Validated:
    """What a file came to: its valid records, those of them that state anything (a wide record
    without a number does not), and the refused ones by reason."""

    n_valid: int = 0
    n_stating: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def validate(
    work: duckdb.DuckDBPyConnection,
    path: Path,
    survey: Survey,
    recognition: Recognition,
    staged: Path,
    refuse: Callable[[Refusal], None],
    advance: Callable[[int], object] = lambda _: None,
) -> Validated:
    """Read and judge all records of a file and write the valid ones to ``staged``, in its order.

    The columns there are the canonical ones, then ``line``, ``byte_offset``, ``record_hash`` (the
    md5 of what identifies the record) and ``occurrence``, which numbers equal records; in a
    register only the first is written. ``refuse`` gets each refused record, ``advance`` the number
    of bytes read. Raises RefusedFileError for cut_short.
    """
    contract = recognition.contract
    _set_header(work, recognition)
    judgement, repeats, found = Judgement(recognition), Repeats(work), Validated()
    form = Form(
        survey.encoding,
        recognition.n_column,
        recognition.layout.n_header,
        contract.max_lines,
        columns=judgement.positions,
    )
    with StagedWriter(staged) as writer:
        for batch in made_ahead(read_records(path, form)):
            if batch.is_cut_short:
                raise RefusedFileError("cut_short")
            stated, failed = _judge(work, batch, recognition, judgement)
            for refusal in sorted((*batch.refusals, *failed), key=attrgetter("line")):
                refuse(refusal)
                found.refused[refusal.reason] += 1
            found.n_valid += len(batch.lines) - len(failed)
            found.n_stating += _count_changes(stated["line"])
            occurrences = pa.array(repeats.occurrences(stated["record_hash"]))
            stated = stated.append_column("occurrence", occurrences)
            if contract.repeats_are_duplicates:
                stated = stated.filter(pc.equal(stated["occurrence"], 1))
            writer.write(stated)
            advance(batch.n_byte)
    return found


def _set_header(work: duckdb.DuckDBPyConnection, recognition: Recognition) -> None:
    """Let contracts of wide tables see the header rows, as ``header_1`` and so on."""
    for i, row in enumerate(recognition.header, start=1):
        cells = pa.table({"cells": pa.array([row[recognition.rest_from :]], pa.list_(pa.string()))})
        work.register("header_row", cells)
        work.execute(f"SET VARIABLE header_{i} = (SELECT cells FROM header_row)")  # noqa: S608


def _judge(
    work: duckdb.DuckDBPyConnection, batch: Batch, recognition: Recognition, judgement: Judgement
) -> tuple[pa.Table, list[Refusal]]:
    """What the valid records of a batch state, and its failed ones."""
    cells = batch.cells.append_column("line", pa.array(batch.lines))
    work.register("batch", cells.append_column("byte_offset", pa.array(batch.offsets)))
    # A relation is turned into an Arrow table by all threads, the result of execute() by one.
    passed = work.sql(judgement.failed(batch.is_padded)).to_arrow_table(MORSEL)
    failed: list[Refusal] = []
    if passed["failed"].null_count < passed.num_rows:
        is_failed = pc.is_valid(passed["failed"])
        failed = _refusals(passed.filter(is_failed), batch, recognition)
        passed = passed.filter(pc.invert(is_failed))
    work.register("passed", passed)
    stated = _in_order(work.sql(judgement.stated()).to_arrow_table(MORSEL))
    for name in ("batch", "passed"):
        work.unregister(name)
    at = stated.schema.get_field_index("record_hash")
    return stated.set_column(at, "record_hash", _as_uuid(stated["record_hash"])), failed


def _refusals(failed: pa.Table, batch: Batch, recognition: Recognition) -> list[Refusal]:
    places = np.searchsorted(batch.lines, failed["line"].to_numpy())
    checks = [recognition.contract.checks[i] for i in failed["failed"].to_pylist()]
    return [
        Refusal(
            int(batch.lines[i]),
            int(batch.offsets[i]),
            check.reason,
            check.column,
            batch.text_of(i),
        )
        for i, check in zip(places.tolist(), checks, strict=True)
    ]


def _in_order(stated: pa.Table) -> pa.Table:
    """The rows in the order of the file, which threads that read Arrow tables do not keep.

    Rows of one line stay as they are.
    """
    lines = stated["line"].to_numpy()
    if np.all(lines[:-1] <= lines[1:]):
        return stated
    return stated.take(pa.array(np.argsort(lines, kind="stable")))


def _as_uuid(digests: pa.ChunkedArray) -> pa.ChunkedArray:
    chunks = [
        pa.ExtensionArray.from_storage(pa.uuid(), chunk)
        for chunk in digests.cast(pa.binary(16)).chunks
    ]
    return pa.chunked_array(chunks, pa.uuid())


def _count_changes(lines: pa.ChunkedArray) -> int:
    """How many different lines there are in a column that is in the order of the file."""
    return int(np.count_nonzero(np.diff(lines.to_numpy(), prepend=-1)))
