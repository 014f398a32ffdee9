"""The way back: from a table of the snapshot to the files whose records it holds, and onwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import and_, func, select

from queries.deliveries import DELIVERY_ID, FILE, PERIOD_TO, RECEIVED_AT, SOURCE
from queries.measures import N_FILE, N_RECORD, total
from queries.parameters import Parameters, code
from queries.question import Question
from store.cursor import Cursor
from store.quantity import Quantity
from store.tables import delivery, lineage, snapshot_change

TABLE_NAME = Quantity("table_name")


@dataclass(frozen=True, slots=True)
class LineageParameters(Parameters):
    """One table, one source of it, one file, or all."""

    table_name: str = code()
    source: str = code()
    delivery_id: str = code()


def _chosen(parameters: LineageParameters) -> list[Any]:
    return [
        lineage.c[name] == value
        for name in ("table_name", "source", "delivery_id")
        if (value := getattr(parameters, name))
    ]


def table_sources(cursor: Cursor, parameters: LineageParameters) -> pd.DataFrame:
    """One row per table and source: the records it holds of it, in how many files."""
    row = lineage.c
    return cursor.fetch(
        select(
            row.table_name,
            row.source,
            func.count(row.delivery_id.distinct()).label("n_file"),
            total(row.n_record).label("n_record"),
            func.max(snapshot_change.c.n_after).label("n_after"),
        )
        .select_from(
            lineage.outerjoin(snapshot_change, snapshot_change.c.table_name == row.table_name)
        )
        .where(*_chosen(parameters))
        .group_by(row.table_name, row.source)
        .order_by(row.table_name, total(row.n_record).desc(), row.source)
    )


def table_files(cursor: Cursor, parameters: LineageParameters) -> pd.DataFrame:
    """One row per table and file whose records it holds, most records first."""
    row, file = lineage.c, delivery.c
    return cursor.fetch(
        select(
            row.table_name,
            row.source,
            row.delivery_id,
            file.file,
            file.received_at,
            file.period_to,
            row.n_record,
        )
        .select_from(
            lineage.outerjoin(
                delivery,
                # Another arrival of the same content is a file of its own, but brought nothing.
                and_(file.delivery_id == row.delivery_id, file.status == "loaded"),
            )
        )
        .where(*_chosen(parameters))
        .order_by(row.table_name, row.source, row.n_record.desc(), file.file, row.delivery_id)
    )


QUESTIONS: tuple[Question[Any], ...] = (
    Question(
        "table_sources",
        table_sources,
        LineageParameters,
        (TABLE_NAME, SOURCE, N_FILE, N_RECORD, Quantity("n_after", N_RECORD.unit)),
        (),
    ),
    Question(
        "table_files",
        table_files,
        LineageParameters,
        (TABLE_NAME, SOURCE, DELIVERY_ID, FILE, RECEIVED_AT, PERIOD_TO, N_RECORD),
        (),
    ),
)
