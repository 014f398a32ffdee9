"""Figures about files: their balance, what was refused and why, what was remarked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dash import dcc
from dash.development.base_component import Component

import gate
from components.figure import figure_frame
from components.grid import data_grid, grid_rows, window_of
from components.links import href, page_link
from components.notes import state_mark
from components.numbers import format_number
from components.states import empty
from components.table import TableColumn, answer_table
from gate.answer import Answer
from language import text
from pages.data_parts.words import column_text, flag_text, moment_cell, reason_text, source_name
from queries.deliveries import REJECTED_RECORDS
from store.quantity import Unit

_MARKS: Mapping[str, Any] = {"loaded": "good", "duplicate": "wait", "refused": "warn"}


def file_link(row: Mapping[str, Any]) -> Component:
    return page_link(row["file"], href({"delivery_id": row["delivery_id"]}, "/data/deliveries"))


def status_mark(row: Mapping[str, Any]) -> Component:
    """The state of a file; of one that was refused, why."""
    words = (
        reason_text(row["reason_code"])
        if row["status"] == "refused"
        else text(f"delivery_status.{row['status']}")
    )
    return state_mark(words, _MARKS.get(row["status"], "wait"))


def balance_table(answer: Answer, n_shown: int | None, more_href: str) -> Component:
    """The files of an answer to delivery_balance, each with the way to its own page."""
    return answer_table(
        answer,
        [
            TableColumn("file", text_of=file_link),
            TableColumn("source", text_of=lambda row: source_name(row["source"])),
            "records_in",
            "accepted",
            "rejected",
            "duplicate",
            TableColumn("status", text_of=status_mark),
            TableColumn("received_at", text_of=lambda row: moment_cell(row["received_at"])),
            TableColumn("n_byte", text_of=lambda row: format_number(row["n_byte"], Unit.BYTE)),
        ],
        name="balance",
        label=text("deliveries.balance_title"),
        is_wide=True,
        n_shown=n_shown,
        more_href=more_href,
    )


def reasons(query: Mapping[str, str], *, has_file: bool = True) -> Component:
    """Why records were refused, by file and reason; without the file where it is plain."""
    answer = gate.ask("rejection_reasons", query)
    n = int(answer.frame["n_record"].sum())
    body: Component
    if answer.frame.empty:
        body = empty(text("data.reasons_none"), title=text("data.reasons_none_title"))
    else:
        columns: list[str | TableColumn] = [
            TableColumn("reason_code", text_of=lambda row: reason_text(row["reason_code"]))
        ]
        if has_file:
            columns.append(TableColumn("file", text_of=file_link))
        body = answer_table(
            answer,
            [*columns, "n_record"],
            name="reasons",
            label=text("data.reasons_title"),
            n_shown=20,
        )
    return figure_frame(
        text("data.reasons_title"),
        text(
            "data.reasons_sub" if has_file else "data.reasons_sub_file",
            n=format_number(n, Unit.RECORD),
        ),
        body,
        name="reasons",
        answer=answer,
        csv_href=href(answer.query, "/export/rejection_reasons.csv"),
        n_row=answer.n_row,
        span=7,
    )


def remarks(query: Mapping[str, str], *, has_source: bool = True) -> Component:
    """What a reader of accepted records should know of them."""
    answer = gate.ask("record_remarks", query)
    body: Component
    if answer.frame.empty:
        body = empty(text("data.remarks_none"), title=text("data.remarks_none_title"))
    else:
        columns: list[str | TableColumn] = [
            TableColumn("flag_code", text_of=lambda row: flag_text(row["flag_code"]))
        ]
        if has_source:
            columns.append(TableColumn("source", text_of=lambda row: source_name(row["source"])))
        body = answer_table(
            answer,
            [*columns, "n_record"],
            name="remarks",
            label=text("data.remarks_title"),
            n_shown=20,
        )
    return figure_frame(
        text("data.remarks_title"),
        text("data.remarks_sub"),
        body,
        name="remarks",
        answer=answer,
        csv_href=href(answer.query, "/export/record_remarks.csv"),
        n_row=answer.n_row,
        span=5,
    )


def rejected(query: Mapping[str, str]) -> Component | None:
    """The refused records as delivered, for those who may see them; None where there are none."""
    if not gate.current_actor().can("operate"):
        return None
    size = gate.ask("rejected_size", query)
    n = int(size.frame["n_record"].iloc[0])
    if not n:
        return None
    title = text("data.rejected_title")
    return figure_frame(
        title,
        [
            text("data.rejected_sub", n=format_number(n, Unit.RECORD)),
            dcc.Store(id="rejected-query", data=dict(size.query)),
        ],
        data_grid(
            "rejected",
            # Of a single file neither source nor name need be said on every row.
            REJECTED_RECORDS.columns[2 if size.query.get("delivery_id") else 0 :],
            label=title,
            height=min(420, 64 + 40 * max(n, 3)),
            wide=("raw_text",),
            widths={"line": 96, "source": 144, "file": 216, "reason_code": 232, "column_name": 144},
        ),
        name="rejected-figure",
        answer=size,
        caveat=text("data.rejected_caveat"),
        csv_href=href(size.query, "/export/rejected_records.csv"),
        n_row=n,
    )


def rejected_window(request: Mapping[str, Any], query: Mapping[str, str]) -> dict[str, Any]:
    """The rows that the grid has scrolled to, their codes in words, and how many there are."""
    answer = gate.ask("rejected_records", {**query, **window_of(request)})
    named = answer.frame.assign(
        source=answer.frame["source"].map(source_name),
        reason_code=answer.frame["reason_code"].map(reason_text),
        column_name=answer.frame["column_name"].map(column_text),
    )
    size = gate.ask("rejected_size", query)
    return {
        "rowData": grid_rows(replace(answer, frame=named)),
        "rowCount": int(size.frame["n_record"].iloc[0]),
    }
