"""What changed since the last load: tables, and the files that came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

from dash.development.base_component import Component

import gate
from components.eras import full_moment_text, moment_text
from components.figure import figure_frame
from components.links import href, page_link
from components.notes import change_list
from components.numbers import format_number
from components.states import empty
from components.table import TableColumn, answer_table
from gate.answer import Answer
from language import text
from pages.data_parts.words import (
    by_source_name,
    source_name,
    table_text,
)
from store.quantity import Unit

_MOST_LISTED = 6
# Tables about the load itself; that they change with every load is no news.
_BOOKKEEPING = (
    "data_item",
    "delivery",
    "dimension_member",
    "figure_change",
    "lineage",
    "link_summary",
    "record_flag",
    "rejected_record",
    "rejection_count",
    "snapshot_change",
    "source_schedule",
)
# Tables counted from others, whose changes are those of these told again.
_COUNTED = (
    "application_cell",
    "application_outcome",
    "award_cube",
    "budget_cube",
    "credit_calibration",
    "credit_cell",
    "credit_move",
    "credit_quality",
    "credit_score",
    "credit_term",
    "credit_user",
    "firm_path",
    "published_use",
    "industry_exit",
    "industry_outcome",
    "matching_profile",
    "measure_use",
    "monitoring_path",
    "research_path",
    "research_project",
    "research_report",
)


def changes(span: int = 5, first: Sequence[tuple[str, str, Any]] = ()) -> Component:
    """What the last load changed, for the home page: the figures in ``first``, then the tables that
    changed most; the rest is on データ."""
    answer = gate.ask("snapshot_changes", {})
    changed = [row for row in _changed(answer) if row["table_name"] not in _COUNTED]
    most = sorted(changed, key=lambda row: (-abs(row["n_more"]), row["table_name"]))
    items = [
        *first,
        *(
            (
                table_text(row["table_name"]),
                format_number(row["n_more"], Unit.RECORD, is_signed=True),
                text("data.change_total", n=format_number(row["n_after"], Unit.RECORD)),
            )
            for row in most
        ),
    ][:_MOST_LISTED]
    if items and not _has_new_tables(answer):
        items.append((text("data.change_form"), text("data.change_form_none"), ""))
    before, published = gate.previous_load(), moment_text(answer.published_at)
    return figure_frame(
        text("data.changes_title"),
        text("data.changes_since", before=full_moment_text(before), moment=published)
        if before
        else text("data.changes_sub", moment=published),
        change_list(items) if items and _has_previous(answer) else _nothing_changed(answer),
        name="changes",
        answer=answer,
        csv_href="/export/snapshot_changes.csv",
        n_row=answer.n_row,
        span=span,
        actions=[page_link(text("data.all_changes"), "/data#changes")],
    )


def change_table(span: int = 7) -> Component:
    """Table by table: rows before the last load, after it, and the difference."""
    answer = gate.ask("snapshot_changes", {})
    changed = _changed(answer)
    title = text("data.changes_title")
    if changed:
        most = max(changed, key=lambda row: (abs(row["n_more"]), row["table_name"]))
        title = text(
            "data.change_table_title",
            n=format_number(len(changed), None),
            table=table_text(most["table_name"]),
            more=format_number(most["n_more"], Unit.RECORD, is_signed=True),
        )
    return figure_frame(
        title,
        text("data.change_table_sub", n=format_number(answer.n_row, None)),
        answer_table(
            replace(answer, frame=answer.frame[_is_news(answer)]),
            [
                TableColumn("table_name", text_of=lambda row: table_text(row["table_name"])),
                "n_before",
                "n_after",
                TableColumn("n_more", text_of=lambda row: _signed(row["n_more"])),
            ],
            name="changes",
            label=text("data.changes_title"),
            href_of=lambda row: href({"table_name": row["table_name"]}, "/data/lineage"),
        )
        if changed
        else _nothing_changed(answer),
        name="changes",
        answer=answer,
        csv_href="/export/snapshot_changes.csv",
        n_row=answer.n_row,
        span=span,
    )


def new_files(span: int = 5) -> Component:
    """Which files came since the publication before this one, by source."""
    before, query = gate.previous_load(), since_query()
    answer = gate.ask("new_files", query)
    n_file = int(answer.frame["n_file"].sum())
    title = text("data.new_files_title", n=format_number(n_file, Unit.FILE))
    body: Component
    if answer.frame.empty:
        body = empty(text("data.new_files_none"), title=text("data.new_files_none_title"))
    else:
        columns: list[str | TableColumn] = [
            TableColumn("source", text_of=lambda row: source_name(row["source"]))
        ]
        # That files were accepted need not be said; that some were not must be.
        if any(answer.frame["status"] != "loaded"):
            columns.append(TableColumn("status", text_of=_status))
        body = answer_table(
            by_source_name(answer),
            [*columns, "n_file", "accepted"],
            name="new-files",
            label=title,
            href_of=_files_of,
        )
    return figure_frame(
        title,
        text("data.new_files_since", moment=full_moment_text(before))
        if before
        else text("data.new_files_first"),
        body,
        name="new-files",
        answer=answer,
        csv_href=href(query, "/export/new_files.csv"),
        n_row=answer.n_row,
        span=span,
    )


def since_query() -> dict[str, str]:
    """The parameters of new_files: since the publication before this one, or since ever."""
    before = gate.previous_load()
    return {"since": str(int(before.replace(tzinfo=UTC).timestamp()))} if before else {}


def _files_of(row: Mapping[str, Any]) -> str:
    """The files of a source; those that fit none are found by their state."""
    query = {"source": row["source"]} if row["source"] else {"status": row["status"]}
    return href(query, "/data/deliveries")


def _status(row: Mapping[str, Any]) -> str:
    return text(f"delivery_status.{row['status']}")


def _has_previous(answer: Answer) -> bool:
    return bool(answer.frame["n_before"].notna().any())


def _has_new_tables(answer: Answer) -> bool:
    return bool(answer.frame["n_before"].isna().any())


def _is_news(answer: Answer) -> Any:
    """Which rows are about tables of data that have more, or fewer, rows than before."""
    is_data = ~answer.frame["table_name"].isin(_BOOKKEEPING)
    return is_data & (answer.frame["n_more"] != 0) & _has_previous(answer)


def _changed(answer: Answer) -> list[Mapping[Any, Any]]:
    rows: list[Mapping[Any, Any]] = answer.frame[_is_news(answer)].to_dict("records")
    return rows


def _signed(value: Any) -> str:
    return format_number(value, None, is_signed=True)


def _nothing_changed(answer: Answer) -> Component:
    key = "same" if _has_previous(answer) else "first"
    return empty(text(f"data.changes_{key}"), title=text(f"data.changes_{key}_title"))
