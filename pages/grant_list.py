"""交付の一覧: the awards behind an aggregate, one by one, under pseudonyms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State, callback, dcc, no_update, register_page
from dash.development.base_component import Component

import gate
from components.breadcrumb import page_head
from components.figure import figure_frame, figure_grid
from components.grid import data_grid, grid_rows, order_of, window_of
from components.links import href
from components.numbers import format_number
from language import text
from pages._frame import framed, tab_title
from pages.grant_parts.view import filter_bar, read_view
from queries.award_list import ROWS
from store.quantity import Unit

register_page(__name__, path="/awards/grants/list", title=tab_title("grant_list.title"))

# What is read first stands first: on a narrow screen only that is in view.
ORDER = (
    "first_approval_date",
    "programme_name",
    "amount_yen",
    "prefecture_name",
    "municipality_name",
    "project_name",
    "firm_id",
    "returned_yen",
    "n_payment",
)
SHOWN = tuple(next(c for c in ROWS.columns if c.name == name) for name in ORDER)
WIDTHS = {
    "first_approval_date": 116,
    "programme_name": 176,
    "amount_yen": 136,
    "prefecture_name": 96,
    "n_payment": 96,
    "municipality_name": 136,
    "firm_id": 176,
    "project_name": 200,
}

SORTABLE = {"amount_yen": "amount", "first_approval_date": "date"}


def layout(**query: object) -> Component:
    return framed("grants", query, _content, "/awards/grants/list")


def _content(query: Mapping[str, str]) -> list[Component | None]:
    view = read_view(query)
    size = view.ask("award_list_size")
    n = int(size.frame["n_award"].iloc[0])
    return [
        page_head(text("grant_list.title"), text("grant_list.lead"), view.trails()),
        *filter_bar(view),
        dcc.Store(id="grant-list-query", data=view.parameters.to_query()),
        figure_grid(
            figure_frame(
                text("grant_list.heading", n=format_number(n, Unit.AWARD)),
                text("grant_list.sub", scope=view.scope_text),
                data_grid(
                    "grant-list",
                    SHOWN,
                    label=text("grant_list.title"),
                    sortable=tuple(SORTABLE),
                    wide=("project_name",),
                    widths=WIDTHS,
                ),
                name="rows",
                answer=size,
                caveat=text("grant_list.caveat"),
                csv_href=href(view.parameters.to_query(), "/export/award_list.csv"),
                n_row=n,
            )
        ),
    ]


@callback(
    Output("grant-list", "getRowsResponse"),
    Input("grant-list", "getRowsRequest"),
    State("grant-list-query", "data"),
)
def rows(request: dict[str, Any] | None, query: dict[str, str]) -> Any:
    """The window of rows that the table has scrolled to, in the order it asks for."""
    if not request:
        return no_update
    order = order_of(request, SORTABLE, "amount")
    answer = gate.ask("award_list", {**query, **window_of(request), "order": order})
    size = gate.ask("award_list_size", query)
    return {
        "rowData": grid_rows(answer),
        "rowCount": int(size.frame["n_award"].iloc[0]),
    }
