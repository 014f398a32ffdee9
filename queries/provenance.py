"""Where the numbers come from: deliveries, their balance, refusals, remarks, freshness, changes."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import func, select

from queries.measures import (
    ACCEPTED,
    DUPLICATE,
    N_AFTER,
    N_BEFORE,
    N_BYTE,
    N_FILE,
    N_RECORD,
    RECORDS_IN,
    REJECTED,
)
from queries.parameters import NoParameters, Parameters, whole_number
from queries.question import Question
from store.cursor import Cursor
from store.quantity import Quantity
from store.tables import (
    delivery,
    record_flag,
    rejected_record,
    rejection_count,
    released_delivery,
    snapshot_change,
)

LONGEST_WINDOW = 100_000
SOURCE, FILE = Quantity("source"), Quantity("file")
RECEIVED_AT, PERIOD_TO = Quantity("received_at"), Quantity("period_to")


@dataclass(frozen=True, slots=True)
class WindowParameters(Parameters):
    """A window of rows: ``start`` from 0, ``rows`` long."""

    start: int = whole_number(0, 0, 100_000_000)
    rows: int = whole_number(LONGEST_WINDOW, 1, LONGEST_WINDOW)


def delivery_balance(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
    """One row per file received: records in = accepted + rejected + duplicate. Newest first."""
    row = delivery.c
    return cursor.fetch(
        select(
            row.source,
            row.file,
            row.received_at,
            row.status,
            row.reason_code,
            row.encoding,
            row.n_byte,
            row.records_in,
            row.accepted,
            row.rejected,
            row.duplicate,
            row.period_from,
            row.period_to,
        ).order_by(row.received_at.desc(), row.source, row.file)
    )


def source_freshness(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
    """One row per source with loaded files: last arrival (UTC), last day covered, records."""
    row = delivery.c
    return cursor.fetch(
        select(
            row.source,
            func.count().label("n_file"),
            func.max(row.received_at).label("received_at"),
            func.max(row.period_to).label("period_to"),
            func.sum(row.accepted).label("accepted"),
            func.sum(row.rejected).label("rejected"),
        )
        .where(row.status == "loaded")
        .group_by(row.source)
        .order_by(row.source)
    )


def released_freshness(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
    """One row per source, as chambers see it: files, last arrival (UTC), last day covered."""
    row = released_delivery.c
    return cursor.fetch(
        select(row.source, row.n_file, row.received_at, row.period_to).order_by(row.source)
    )


def rejection_reasons(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
    """One row per source, file and reason of refusal, most frequent first."""
    row = rejection_count.c
    return cursor.fetch(
        select(row.source, row.file, row.reason_code, row.n_record).order_by(
            row.n_record.desc(), row.source, row.file, row.reason_code
        )
    )


def rejected_records(cursor: Cursor, parameters: WindowParameters) -> pd.DataFrame:
    """One row per record refused, with line, byte offset, reason and the text as delivered."""
    row = rejected_record.c
    return cursor.fetch(
        select(
            row.source,
            row.file,
            row.line,
            row.byte_offset,
            row.reason_code,
            row.column_name,
            row.raw_text,
        )
        .order_by(row.source, row.file, row.delivery_id, row.line, row.byte_offset)
        .limit(parameters.rows)
        .offset(parameters.start)
    )


def rejected_size(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
    """One row: how many records ``rejected_records`` would show."""
    return cursor.fetch(select(func.count().label("n_record")).select_from(rejected_record))


def record_remarks(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
    """One row per source and remark on accepted records (dummy numbers, returns, aggregates)."""
    row = record_flag.c
    return cursor.fetch(
        select(row.source, row.flag_code, func.sum(row.n_record).label("n_record"))
        .group_by(row.source, row.flag_code)
        .order_by(row.source, row.flag_code)
    )


def snapshot_changes(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
    """One row per table: its rows in the previous snapshot (missing if none) and in this one."""
    row = snapshot_change.c
    return cursor.fetch(select(row.table_name, row.n_before, row.n_after).order_by(row.table_name))


REASON_CODE = Quantity("reason_code")
REJECTED_RECORDS = Question(
    "rejected_records",
    rejected_records,
    WindowParameters,
    (
        SOURCE,
        FILE,
        Quantity("line"),
        Quantity("byte_offset"),
        REASON_CODE,
        Quantity("column_name"),
        Quantity("raw_text"),
    ),
    (),
)
QUESTIONS = (
    Question(
        "delivery_balance",
        delivery_balance,
        NoParameters,
        (
            SOURCE,
            FILE,
            RECEIVED_AT,
            Quantity("status"),
            REASON_CODE,
            Quantity("encoding"),
            N_BYTE,
            RECORDS_IN,
            ACCEPTED,
            REJECTED,
            DUPLICATE,
            Quantity("period_from"),
            PERIOD_TO,
        ),
        (),
    ),
    Question(
        "source_freshness",
        source_freshness,
        NoParameters,
        (SOURCE, N_FILE, RECEIVED_AT, PERIOD_TO, ACCEPTED, REJECTED),
        (),
    ),
    Question(
        "released_freshness",
        released_freshness,
        NoParameters,
        (SOURCE, N_FILE, RECEIVED_AT, PERIOD_TO),
        (),
        database="released",
    ),
    Question(
        "rejection_reasons",
        rejection_reasons,
        NoParameters,
        (SOURCE, FILE, REASON_CODE, N_RECORD),
        (),
    ),
    REJECTED_RECORDS,
    Question("rejected_size", rejected_size, NoParameters, (N_RECORD,), ()),
    Question(
        "record_remarks",
        record_remarks,
        NoParameters,
        (SOURCE, Quantity("flag_code"), N_RECORD),
        (),
    ),
    Question(
        "snapshot_changes",
        snapshot_changes,
        NoParameters,
        (Quantity("table_name"), N_BEFORE, N_AFTER),
        (),
    ),
)
