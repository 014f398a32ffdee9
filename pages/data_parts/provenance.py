"""How fresh each source is, and what changed since the last load."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

import gate
from components.eras import date_text, moment_text
from components.figure import figure_frame
from components.notes import change_list
from components.numbers import format_number
from components.states import empty
from components.table import TableColumn, answer_table
from language import has_text, text
from store.quantity import Unit


def source_name(code: object) -> str:
    """The name of a source; a file that fits none is said to."""
    key = f"source.{code}"
    return text(key) if code and has_text(key) else text("data.source_unknown")


def reason_text(code: object) -> str:
    key = f"reason.{code}"
    return text(key) if code and has_text(key) else str(code or "")


def moment_cell(value: Any) -> Any:
    """A moment that stays on one line."""
    is_there = isinstance(value, datetime) and value == value
    return html.Span(moment_text(value), className="sl-nb") if is_there else "-"


def date_cell(value: Any) -> Any:
    """A day that stays on one line."""
    if isinstance(value, datetime) and value == value:
        value = value.date()
    is_there = isinstance(value, date) and value == value
    return html.Span(date_text(value), className="sl-nb") if is_there else "-"


def freshness(span: int = 7) -> Component:
    """Per source: how many files, when the last one came, how far its records reach."""
    is_released = gate.current_actor().can("released")
    question = "released_freshness" if is_released else "source_freshness"
    answer = gate.ask(question, {})
    columns: list[str | TableColumn] = [
        TableColumn("source", text_of=lambda row: source_name(row["source"])),
        TableColumn("received_at", text_of=lambda row: moment_cell(row["received_at"])),
        TableColumn("period_to", text_of=lambda row: date_cell(row["period_to"])),
        "n_file",
    ]
    if not is_released:
        columns += ["accepted", "rejected"]
    title = text("data.freshness_title")
    return figure_frame(
        title,
        text("data.freshness_sub", n=format_number(answer.n_row, None)),
        answer_table(
            answer,
            columns,
            name="freshness",
            label=title,
        ),
        name="freshness",
        answer=answer,
        csv_href=f"/export/{question}.csv",
        n_row=answer.n_row,
        span=span,
    )


def changes(span: int = 5) -> Component:
    """What the last load changed, table by table; only tables that changed are listed."""
    answer = gate.ask("snapshot_changes", {})
    rows = answer.frame.to_dict("records")
    has_previous = bool(answer.frame["n_before"].notna().any())
    changed = [r for r in rows if has_previous and r["n_before"] != r["n_after"]]
    items = [
        (
            text(f"store_table.{row['table_name']}"),
            format_number(_plus(row), Unit.RECORD, is_signed=True),
            text("data.change_total", n=format_number(row["n_after"], Unit.RECORD)),
        )
        for row in changed
    ]
    body: Component
    if items:
        body = change_list(items)
    else:
        key = "same" if has_previous else "first"
        body = empty(text(f"data.changes_{key}"), title=text(f"data.changes_{key}_title"))
    return figure_frame(
        text("data.changes_title"),
        text("data.changes_sub", moment=moment_text(answer.published_at)),
        body,
        name="changes",
        answer=answer,
        csv_href="/export/snapshot_changes.csv",
        n_row=answer.n_row,
        span=span,
    )


def _plus(row: Mapping[Any, Any]) -> float:
    before = row["n_before"] if row["n_before"] == row["n_before"] else 0
    return float(row["n_after"] - (before or 0))
