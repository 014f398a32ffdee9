"""The runs of the ETL: when, how long, with what result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

import gate
from components.figure import figure_frame
from components.links import page_link
from components.notes import state_mark
from components.numbers import MISSING, format_number
from components.table import TableColumn, answer_table
from language import text
from pages.data_parts.words import duration_text, moment_cell

_MARKS: Mapping[str, Any] = {
    "published": "good",
    "unchanged": "good",
    "running": "wait",
    "failed": "warn",
}


def runs(span: int = 12, n_shown: int = 50, *, is_brief: bool = False) -> Component:
    """The runs, newest first; ``is_brief`` leaves out what a summary does not need."""
    answer = gate.run_history()
    rows = answer.frame.to_dict("records")
    columns: list[str | TableColumn] = [
        TableColumn("started_at", text_of=lambda row: moment_cell(row["started_at"])),
        TableColumn("status", text_of=_status),
        TableColumn(
            "duration_seconds",
            text_of=lambda row: duration_text(row["duration_seconds"]),
        ),
    ]
    if not is_brief:
        columns += [
            TableColumn("snapshot", text_of=_snapshot),
            TableColumn("message", text_of=lambda row: row["message"] or MISSING),
        ]
    failed = sum(row["status"] == "failed" for row in rows)
    title = _title(rows)
    return figure_frame(
        title,
        text(
            "runs.sub",
            n=format_number(len(rows), None),
            failed=format_number(failed, None),
        ),
        answer_table(
            answer,
            columns,
            name="runs",
            label=text("runs.title"),
            n_shown=n_shown,
            is_current=lambda row: (
                row["snapshot"] == answer.snapshot and row["status"] == "published"
            ),
        ),
        name="runs",
        answer=answer,
        csv_href="/export/run_history.csv",
        n_row=answer.n_row,
        span=span,
        actions=[page_link(text("runs.all"), "/data/runs")] if is_brief else (),
    )


def _title(rows: list[dict[Any, Any]]) -> str:
    if not rows:
        return text("runs.none")
    return text(f"runs.last_{rows[0]['status']}")


def _status(row: Mapping[str, Any]) -> Component:
    return state_mark(text(f"run_status.{row['status']}"), _MARKS.get(row["status"], "wait"))


def _snapshot(row: Mapping[str, Any]) -> Component | str:
    return html.Span(row["snapshot"], className="sl-hash") if row["snapshot"] else MISSING
