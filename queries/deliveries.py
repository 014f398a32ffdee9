"""The files that arrived: their balance, refusals and remarks, of all or of one source or file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Table, func, select

from queries.measures import (
    ACCEPTED,
    DUPLICATE,
    N_BYTE,
    N_RECORD,
    RECORDS_IN,
    REJECTED,
    total,
)
from queries.parameters import Parameters, code, one_of, whole_number
from queries.question import Question
from store.cursor import Cursor
from store.quantity import Quantity
from store.tables import delivery, record_flag, rejected_record, rejection_count

LONGEST_WINDOW = 100_000
STATUSES = ("loaded", "duplicate", "refused")
DELIVERY_ID, SOURCE, FILE = Quantity("delivery_id"), Quantity("source"), Quantity("file")
RECEIVED_AT, PERIOD_TO = Quantity("received_at"), Quantity("period_to")
REASON_CODE = Quantity("reason_code")


@dataclass(frozen=True, slots=True)
class FileParameters(Parameters):
    """Whose records: of one source, of one file (by the hash of its content), or of all."""

    source: str = code()
    delivery_id: str = code()


@dataclass(frozen=True, slots=True)
class DeliveryParameters(FileParameters):
    """The files of one state as well."""

    status: str = one_of("", *STATUSES)


@dataclass(frozen=True, slots=True)
class RejectedParameters(FileParameters):
    """A window of rows: ``start`` from 0, ``rows`` long."""

    start: int = whole_number(0, 0, 100_000_000)
    rows: int = whole_number(LONGEST_WINDOW, 1, LONGEST_WINDOW)


def _chosen(table: Table, parameters: FileParameters) -> list[ColumnElement[bool]]:
    values = {"source": parameters.source, "delivery_id": parameters.delivery_id}
    return [table.c[name] == value for name, value in values.items() if value]


def delivery_balance(cursor: Cursor, parameters: DeliveryParameters) -> pd.DataFrame:
    """One row per file received: records in = accepted + rejected + duplicate. Newest first."""
    row = delivery.c
    chosen = _chosen(delivery, parameters)
    if parameters.status:
        chosen.append(row.status == parameters.status)
    columns = [row[column.name] for column in BALANCE_COLUMNS]
    return cursor.fetch(
        select(*columns)
        .where(*chosen)
        .order_by(row.received_at.desc(), row.source, row.file, row.delivery_id)
    )


def rejection_reasons(cursor: Cursor, parameters: FileParameters) -> pd.DataFrame:
    """One row per source, file and reason of refusal, most frequent first."""
    row = rejection_count.c
    return cursor.fetch(
        select(row.source, row.file, row.delivery_id, row.reason_code, row.n_record)
        .where(*_chosen(rejection_count, parameters))
        .order_by(row.n_record.desc(), row.source, row.file, row.reason_code)
    )


def record_remarks(cursor: Cursor, parameters: FileParameters) -> pd.DataFrame:
    """One row per source and remark on accepted records (dummy numbers, returns, aggregates),
    most frequent first."""
    row = record_flag.c
    return cursor.fetch(
        select(row.source, row.flag_code, total(row.n_record).label("n_record"))
        .where(*_chosen(record_flag, parameters))
        .group_by(row.source, row.flag_code)
        .order_by(total(row.n_record).desc(), row.source, row.flag_code)
    )


def rejected_records(cursor: Cursor, parameters: RejectedParameters) -> pd.DataFrame:
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
        .where(*_chosen(rejected_record, parameters))
        .order_by(row.source, row.file, row.delivery_id, row.line, row.byte_offset)
        .limit(parameters.rows)
        .offset(parameters.start)
    )


def rejected_size(cursor: Cursor, parameters: FileParameters) -> pd.DataFrame:
    """One row: how many records ``rejected_records`` would show."""
    return cursor.fetch(
        select(func.count().label("n_record"))
        .select_from(rejected_record)
        .where(*_chosen(rejected_record, parameters))
    )


BALANCE_COLUMNS = (
    SOURCE,
    FILE,
    DELIVERY_ID,
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
)
REJECTED_RECORDS = Question(
    "rejected_records",
    rejected_records,
    RejectedParameters,
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
    database="held",
)
QUESTIONS: tuple[Question[Any], ...] = (
    Question("delivery_balance", delivery_balance, DeliveryParameters, BALANCE_COLUMNS, ()),
    Question(
        "rejection_reasons",
        rejection_reasons,
        FileParameters,
        (SOURCE, FILE, DELIVERY_ID, REASON_CODE, N_RECORD),
        (),
    ),
    Question(
        "record_remarks",
        record_remarks,
        FileParameters,
        (SOURCE, Quantity("flag_code"), N_RECORD),
        (),
    ),
    REJECTED_RECORDS,
    Question("rejected_size", rejected_size, FileParameters, (N_RECORD,), (), database="held"),
)
