"""申請の一覧: the applications behind an aggregate, one by one, under pseudonyms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State, callback, dcc, no_update, register_page
from dash.development.base_component import Component

import gate
from components.breadcrumb import page_head
from components.figure import figure_frame, figure_grid
from components.filters import FilterField
from components.grid import data_grid, grid_rows, order_of, window_of
from components.links import href
from components.numbers import format_number
from language import text
from pages._frame import framed, tab_title
from pages.explore_parts.view import ExploreView
from queries.application_list import DECISIONS, ROWS
from queries.award_list import LONGEST_WINDOW
from queries.measures import N_APPLICATION
from queries.parameters import ApplicationParameters

PATH = "/awards/list"
register_page(__name__, path=PATH, title=tab_title("applications.title"))

# What is read first stands first: on a narrow screen only that is in view.
ORDER = (
    "applied_date",
    "programme_name",
    "decision",
    "requested_yen",
    "granted_yen",
    "prefecture_name",
    "municipality_name",
    "division_name",
    "technology_name",
    "project_name",
    "n_employee",
    "firm_id",
    "fiscal_year",
)
SHOWN = tuple(next(c for c in ROWS.columns if c.name == name) for name in ORDER)
WIDTHS = {
    "applied_date": 120,
    "programme_name": 200,
    "decision": 88,
    "requested_yen": 136,
    "granted_yen": 136,
    "prefecture_name": 96,
    "municipality_name": 128,
    "division_name": 176,
    "technology_name": 152,
    "project_name": 260,
    "n_employee": 96,
    "firm_id": 176,
    "fiscal_year": 120,
}
SORTABLE = {"applied_date": "date", "requested_yen": "requested", "granted_yen": "granted"}


def layout(**query: object) -> Component:
    return framed("awards", query, _content, PATH)


def _content(query: Mapping[str, str]) -> list[Component | None]:
    view = ExploreView.read(PATH, ApplicationParameters, query, {"decision": ("all", *DECISIONS)})
    asked = {**view.parameters.to_query(), "decision": view.choices["decision"]}
    size = gate.ask("application_list_size", asked)
    n = int(size.frame["n_application"].iloc[0])
    return [
        page_head(text("applications.title"), text("applications.lead"), view.trails()),
        *view.filters([_decision(view)]),
        dcc.Store(id="application-list-query", data=asked),
        figure_grid(
            figure_frame(
                text("applications.heading", n=format_number(n, N_APPLICATION.unit)),
                text("applications.sub", scope=view.scope_text),
                data_grid(
                    "application-list",
                    SHOWN,
                    label=text("applications.title"),
                    sortable=tuple(SORTABLE),
                    wide=("project_name",),
                    widths=WIDTHS,
                ),
                name="rows",
                answer=size,
                caveat=_caveat(n),
                csv_href=href(asked, "/export/application_list.csv"),
                xlsx_href=href(asked, "/export/application_list.xlsx"),
                n_row=min(n, LONGEST_WINDOW),
            )
        ),
    ]


def _caveat(n: int) -> str:
    words = [text("applications.caveat")]
    if n > LONGEST_WINDOW:
        words.append(text("applications.first_rows", n=format_number(LONGEST_WINDOW, None)))
    return text("evidence.stop").join(words)


def _decision(view: ExploreView[ApplicationParameters]) -> FilterField:
    labels = {name: text(f"decision.{name}") for name in ("all", *DECISIONS)}
    return view.choice("decision", labels)


@callback(
    Output("application-list", "getRowsResponse"),
    Input("application-list", "getRowsRequest"),
    State("application-list-query", "data"),
)
def rows(request: dict[str, Any] | None, query: dict[str, str]) -> Any:
    """The window of rows that the table has scrolled to, in the order it asks for."""
    if not request:
        return no_update
    order = order_of(request, SORTABLE, "date")
    answer = gate.ask("application_list", {**query, **window_of(request), "order": order})
    size = gate.ask("application_list_size", query)
    return {
        "rowData": [_in_words(row) for row in grid_rows(answer)],
        "rowCount": int(size.frame["n_application"].iloc[0]),
    }


def _in_words(row: dict[str, str]) -> dict[str, str]:
    decided = row["decision"]
    return {**row, "decision": text(f"decision.{decided}") if decided in DECISIONS else decided}
