"""Every table and column of the snapshot, as its contract states it."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

import gate
from components.attributes import attributes
from components.figure import figure_frame
from components.numbers import format_number
from language import text
from store.contract import TableNote, readable_tables


def contract_tables() -> Component:
    """Per table its grain in words and its columns with meaning and unit; folded until asked."""
    notes = readable_tables(gate.current_actor().can)
    n = sum(len(note.columns) for note in notes)
    return figure_frame(
        text("items.tables_title"),
        text("items.tables_sub", tables=format_number(len(notes), None), n=format_number(n, None)),
        html.Div([_table(note) for note in notes], className="sl-items"),
        name="tables",
    )


def _table(note: TableNote) -> Component:
    head = html.Summary(
        [
            html.B(text(f"store_table.{note.name}")),
            html.Span(text("items.n_column", n=len(note.columns)), className="sl-quiet"),
        ]
    )
    rows = [
        html.Tr(
            [
                html.Th(html.Code(column.name), scope="row"),
                html.Td(column.meaning),
                html.Td(text(f"unit.{column.unit}") if column.unit else ""),
            ]
        )
        for column in note.columns
    ]
    header = html.Tr(
        [html.Th(text(f"items.column_{key}"), scope="col") for key in ("name", "meaning", "unit")]
    )
    table = html.Table([html.Thead(header), html.Tbody(rows)], className="table")
    box = html.Div(
        table,
        className="sl-scroll",
        tabIndex="0",
        role="region",
        **attributes(aria_label=text(f"store_table.{note.name}")),
    )
    return html.Details([head, box], className="sl-item")
