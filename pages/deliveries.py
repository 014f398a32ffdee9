"""届いたファイル: each file with its balance; of one file, what became of its records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State, callback, html, no_update, register_page
from dash.development.base_component import Component

import gate
from components.breadcrumb import Level, page_head
from components.figure import figure_frame, figure_grid
from components.filters import FilterField, filter_bar
from components.key_figures import KeyFigure, key_figures
from components.links import href
from components.notes import spec_list
from components.numbers import format_number, number_parts
from components.states import empty
from components.table import TableColumn, answer_table
from gate.answer import Answer
from language import text
from pages._frame import framed, tab_title
from pages.data_parts import files
from pages.data_parts.words import (
    date_cell,
    moment_cell,
    source_name,
    source_options,
    table_text,
)
from queries.deliveries import STATUSES, DeliveryParameters
from store.quantity import Unit

register_page(__name__, path="/data/deliveries", title=tab_title("nav.deliveries"))

_FIRST_ROWS = 50


def layout(**query: object) -> Component:
    return framed("deliveries", query, _content)


def _content(query: Mapping[str, str]) -> list[Component | None]:
    parameters = DeliveryParameters.from_query(query, gate.members())
    if parameters.delivery_id:
        return _one_file(parameters.delivery_id)
    return _all_files(parameters, is_whole=query.get("rows") == "all")


def _all_files(parameters: DeliveryParameters, *, is_whole: bool) -> list[Component | None]:
    every = gate.ask("delivery_balance", {}).frame
    answer = gate.ask("delivery_balance", parameters.to_query())
    of_source = {"source": parameters.source} if parameters.source else {}
    statuses = [("", text("deliveries.all_statuses"))]
    statuses += [(status, text(f"delivery_status.{status}")) for status in STATUSES]
    source = source_name(parameters.source) if parameters.source else text("data.all_sources")
    bar = filter_bar(
        [
            FilterField(
                "source",
                text("quantity.source.label"),
                source_options(every["source"]),
                parameters.source,
            ),
            FilterField("status", text("quantity.status.label"), statuses, parameters.status),
        ],
        summary=text("data.summary", first=source, second=dict(statuses)[parameters.status]),
    )
    head = [page_head(text("deliveries.title"), text("deliveries.lead")), bar]
    if answer.frame.empty:
        relax = [(text("deliveries.relax", n=format_number(len(every), Unit.FILE)), "?")]
        return [*head, empty(text("deliveries.none"), relax, title=text("deliveries.none_title"))]
    balance = figure_grid(_balance(answer, parameters, is_whole=is_whole))
    if parameters.status not in ("", "loaded"):
        # What was refused as a whole says why in its state, and has no records to show.
        return [*head, balance]
    return [
        *head,
        balance,
        figure_grid(files.reasons(of_source), files.remarks(of_source)),
        _grid_of(files.rejected(of_source)),
    ]


def _grid_of(figure: Component | None) -> Component | None:
    return figure_grid(figure) if figure is not None else None


def _balance(answer: Answer, parameters: DeliveryParameters, *, is_whole: bool) -> Component:
    frame = answer.frame
    n_in, rejected = int(frame["records_in"].sum()), int(frame["rejected"].sum())
    return figure_frame(
        text(
            "deliveries.balance_finding" if rejected else "deliveries.balance_all",
            records=format_number(n_in, Unit.RECORD),
            rejected=format_number(rejected, Unit.RECORD),
        ),
        text(
            "deliveries.balance_sub",
            files=format_number(answer.n_row, Unit.FILE),
            accepted=format_number(int(frame["accepted"].sum()), Unit.RECORD),
            duplicate=format_number(int(frame["duplicate"].sum()), Unit.RECORD),
        ),
        files.balance_table(
            answer,
            None if is_whole else _FIRST_ROWS,
            href({**parameters.to_query(), "rows": "all"}),
        ),
        name="balance",
        answer=answer,
        caveat=text("data.balance_caveat"),
        csv_href=href(answer.query, "/export/delivery_balance.csv"),
        n_row=answer.n_row,
    )


def _one_file(delivery_id: str) -> list[Component | None]:
    query = {"delivery_id": delivery_id}
    answer = gate.ask("delivery_balance", query)
    trail = [Level(text("deliveries.title"), "/data/deliveries")]
    if answer.frame.empty:
        ways = [(text("deliveries.back"), "/data/deliveries")]
        return [
            page_head(text("deliveries.title"), trails=[trail]),
            empty(text("deliveries.unknown"), ways, title=text("deliveries.unknown_title")),
        ]
    rows = answer.frame.to_dict("records")
    row = next((r for r in rows if r["status"] == "loaded"), rows[0])
    return [
        page_head(
            row["file"],
            text("deliveries.file_lead", source=source_name(row["source"])),
            [[*trail, Level(row["file"])]],
        ),
        _file_figures(row),
        figure_grid(_facts(answer, row), _tables(query)),
        figure_grid(files.reasons(query, has_file=False), files.remarks(query, has_source=False)),
        _grid_of(files.rejected(query)),
    ]


def _file_figures(row: Mapping[Any, Any]) -> Component:
    n_in = int(row["records_in"])
    shown = []
    for name in ("records_in", "accepted", "rejected", "duplicate"):
        share = format_number(100 * row[name] / n_in, Unit.PERCENT) if n_in else ""
        versus = (
            [text("deliveries.of_records", share=share)] if share and name != "records_in" else []
        )
        shown.append(
            KeyFigure(text(f"quantity.{name}.label"), *number_parts(row[name], Unit.RECORD), versus)
        )
    return key_figures(shown, label=row["file"])


def _facts(answer: Answer, row: Mapping[Any, Any]) -> Component:
    others = [r["file"] for r in answer.frame.to_dict("records") if r["file"] != row["file"]]
    pairs: list[tuple[str, Any]] = [
        (text("quantity.status.label"), files.status_mark(row)),
        (text("quantity.received_at.label"), moment_cell(row["received_at"])),
        (text("quantity.period_from.label"), date_cell(row["period_from"])),
        (text("quantity.period_to.label"), date_cell(row["period_to"])),
        (text("quantity.encoding.label"), row["encoding"] or "-"),
        (text("quantity.n_byte.label"), format_number(row["n_byte"], Unit.BYTE)),
        (
            text("quantity.delivery_id.label"),
            html.Span(row["delivery_id"], className="sl-hash sl-breaks"),
        ),
    ]
    if others:
        pairs.append((text("deliveries.other_names"), text("data.comma").join(others)))
    return figure_frame(
        text("deliveries.facts"),
        text("deliveries.facts_sub"),
        spec_list(pairs),
        name="facts",
        answer=answer,
        csv_href=href(answer.query, "/export/delivery_balance.csv"),
        n_row=answer.n_row,
        span=7,
    )


def _tables(query: Mapping[str, str]) -> Component:
    """The tables of this snapshot that hold records of the file."""
    answer = gate.ask("table_files", query)
    body: Component
    if answer.frame.empty:
        body = empty(text("deliveries.no_tables"), title=text("deliveries.no_tables_title"))
    else:
        body = answer_table(
            answer,
            [TableColumn("table_name", text_of=lambda r: table_text(r["table_name"])), "n_record"],
            name="tables",
            label=text("deliveries.tables"),
            href_of=lambda r: href({"table_name": r["table_name"]}, "/data/lineage"),
        )
    return figure_frame(
        text("deliveries.tables"),
        text("deliveries.tables_sub", n=format_number(answer.n_row, None)),
        body,
        name="tables",
        answer=answer,
        csv_href=href(answer.query, "/export/table_files.csv"),
        n_row=answer.n_row,
        span=5,
    )


@callback(
    Output("rejected", "getRowsResponse"),
    Input("rejected", "getRowsRequest"),
    State("rejected-query", "data"),
)
def rejected_rows(request: dict[str, Any] | None, query: dict[str, str]) -> Any:
    """The window of refused records that the table has scrolled to."""
    return files.rejected_window(request, query) if request else no_update
