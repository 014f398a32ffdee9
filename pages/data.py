"""データ: what arrived, what was refused and why, how fresh it is, what each item means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dash import Input, Output, callback, no_update, register_page
from dash.development.base_component import Component

import gate
from components.breadcrumb import page_head
from components.figure import figure_frame, figure_grid
from components.grid import data_grid, grid_rows
from components.numbers import format_number
from components.states import empty
from components.table import TableColumn, answer_table
from language import text
from pages._frame import framed, tab_title
from pages.data_parts.items import items
from pages.data_parts.provenance import (
    changes,
    freshness,
    moment_cell,
    reason_text,
    source_name,
)
from queries.provenance import REJECTED_RECORDS
from store.quantity import Unit

register_page(__name__, path="/data", title=tab_title("nav.data"))


def layout(**query: object) -> Component:
    return framed("data", query, _content)


def _content(_query: Mapping[str, str]) -> list[Component | None]:
    head = page_head(text("data.title"), text("data.lead"))
    parts: list[Component | None] = [
        head,
        figure_grid(_balance()),
        figure_grid(_reasons(), _remarks()),
    ]
    if gate.current_actor().can("operate"):
        parts.append(figure_grid(_rejected()))
    return [*parts, figure_grid(freshness(), changes()), figure_grid(items())]


def _balance() -> Component:
    answer = gate.ask("delivery_balance", {})
    frame = answer.frame
    rows_in, rejected = int(frame["records_in"].sum()), int(frame["rejected"].sum())
    title = text("data.balance_title")
    return figure_frame(
        title,
        text(
            "data.balance_sub",
            files=format_number(answer.n_row, Unit.FILE),
            records=format_number(rows_in, Unit.RECORD),
            rejected=format_number(rejected, Unit.RECORD),
        ),
        answer_table(
            answer,
            [
                "file",
                TableColumn("source", text_of=lambda row: source_name(row["source"])),
                TableColumn("received_at", text_of=lambda row: moment_cell(row["received_at"])),
                TableColumn("status", text_of=_status),
                "records_in",
                "accepted",
                "rejected",
                "duplicate",
                "encoding",
                TableColumn("n_byte", text_of=lambda row: format_number(row["n_byte"], Unit.BYTE)),
            ],
            name="balance",
            label=title,
            is_wide=True,
        ),
        name="balance",
        answer=answer,
        caveat=text("data.balance_caveat"),
        csv_href="/export/delivery_balance.csv",
        n_row=answer.n_row,
    )


def _status(row: Mapping[str, Any]) -> str:
    if row["status"] == "refused":
        return reason_text(row["reason_code"])
    return text(f"delivery_status.{row['status']}")


def _remark(row: Mapping[str, Any]) -> str:
    return text(f"flag.{row['flag_code']}")


def _reasons() -> Component:
    answer = gate.ask("rejection_reasons", {})
    title = text("data.reasons_title")
    body: Component
    if answer.frame.empty:
        body = empty(text("data.reasons_none"), title=text("data.reasons_none_title"))
    else:
        body = answer_table(
            answer,
            [
                TableColumn("reason_code", text_of=lambda row: reason_text(row["reason_code"])),
                TableColumn("source", text_of=lambda row: source_name(row["source"])),
                "file",
                "n_record",
            ],
            name="reasons",
            label=title,
            n_shown=20,
        )
    return figure_frame(
        title,
        text("data.reasons_sub", n=format_number(answer.frame["n_record"].sum(), Unit.RECORD)),
        body,
        name="reasons",
        answer=answer,
        csv_href="/export/rejection_reasons.csv",
        n_row=answer.n_row,
        span=7,
    )


def _remarks() -> Component:
    answer = gate.ask("record_remarks", {})
    title = text("data.remarks_title")
    return figure_frame(
        title,
        text("data.remarks_sub"),
        answer_table(
            answer,
            [
                TableColumn("flag_code", text_of=_remark),
                TableColumn("source", text_of=lambda row: source_name(row["source"])),
                "n_record",
            ],
            name="remarks",
            label=title,
        ),
        name="remarks",
        answer=answer,
        csv_href="/export/record_remarks.csv",
        n_row=answer.n_row,
        span=5,
    )


def _rejected() -> Component:
    size = gate.ask("rejected_size", {})
    n = int(size.frame["n_record"].iloc[0])
    return figure_frame(
        text("data.rejected_title"),
        text("data.rejected_sub", n=format_number(n, Unit.RECORD)),
        data_grid(
            "rejected",
            REJECTED_RECORDS.columns,
            label=text("data.rejected_title"),
            height=420,
            wide=("raw_text",),
            widths={"source": 144, "file": 216, "reason_code": 232, "column_name": 144},
        ),
        name="rejected-figure",
        answer=size,
        caveat=text("data.rejected_caveat"),
        csv_href="/export/rejected_records.csv",
        n_row=n,
    )


@callback(Output("rejected", "getRowsResponse"), Input("rejected", "getRowsRequest"))
def rejected_rows(request: dict[str, Any] | None) -> Any:
    """The window of refused records that the table has scrolled to."""
    if not request:
        return no_update
    start, end = int(request["startRow"]), int(request["endRow"])
    answer = gate.ask("rejected_records", {"start": str(start), "rows": str(end - start)})
    named = answer.frame.assign(
        source=answer.frame["source"].map(source_name),
        reason_code=answer.frame["reason_code"].map(reason_text),
    )
    size = gate.ask("rejected_size", {})
    return {
        "rowData": grid_rows(replace(answer, frame=named)),
        "rowCount": int(size.frame["n_record"].iloc[0]),
    }
