"""企業の一覧: the firms behind the map of credit strength and growth, one by one, under pseudonyms:
the users of a measure, or everyone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State, callback, dcc, html, no_update, register_page
from dash.development.base_component import Component

import gate
from components.breadcrumb import page_head
from components.eras import fiscal_year_text
from components.figure import figure_frame, figure_grid
from components.grid import data_grid, grid_rows, order_of, window_of
from components.links import button_link, href
from components.numbers import format_number, is_missing
from language import text
from pages._frame import framed, tab_title
from pages.credit_map_parts.view import (
    LIST_PATH,
    PATH,
    filters,
    growth_words,
    later_words,
    list_query,
    measure_name,
    read_view,
)
from queries.award_list import LONGEST_WINDOW
from queries.credit_list import ROWS, ListedParameters
from store.quantity import Unit

register_page(__name__, path=LIST_PATH, title=tab_title("credit_list.title"))

WIDTHS = {
    "first_year": 120,
    "fiscal_year": 120,
    "deviation": 96,
    "growth": 144,
    "quadrant": 144,
    "end": 144,
    "prefecture_name": 96,
    "division_name": 168,
    "size_name": 120,
    "firm_id": 176,
}
SORTABLE = {
    "first_year": "year",
    "fiscal_year": "year",
    "deviation": "strength",
    "growth": "growth",
}


# Everyone has used nothing in common, and a user's statement is that of the year before the use.
_UNUSED = {"users": "fiscal_year", "everyone": "first_year"}


def layout(**query: object) -> Component:
    return framed("credit_map", query, _content, LIST_PATH)


def _content(query: Mapping[str, str]) -> list[Component | None]:
    view = read_view(query, LIST_PATH, ListedParameters)
    asked = list_query(view)
    size = gate.ask("credit_list_size", asked)
    n = int(size.frame["n_firm"].iloc[0])
    who = asked["listed"]
    heading = text(
        f"credit_list.heading_{who}", measure=measure_name(view), n=format_number(n, Unit.FIRM)
    )
    return [
        page_head(text("credit_list.title"), text("credit_list.lead"), view.trails()),
        *filters(view, is_list=True),
        dcc.Store(id="credit-list-query", data=asked),
        figure_grid(
            figure_frame(
                heading,
                text(
                    f"credit_list.sub_{who}",
                    growth=growth_words(view),
                    later=later_words(view),
                    scope=view.scope_text,
                ),
                data_grid(
                    "credit-list",
                    [c.said_of(asked) for c in ROWS.columns if c.name != _UNUSED[who]],
                    label=text("credit_list.title"),
                    sortable=tuple(SORTABLE),
                    widths=WIDTHS,
                ),
                name="rows",
                answer=size,
                caveat=_caveat(n),
                csv_href=href(asked, "/export/credit_list.csv"),
                xlsx_href=href(asked, "/export/credit_list.xlsx"),
                n_row=min(n, LONGEST_WINDOW),
            )
        ),
        html.P(button_link(text("credit_list.back"), href(asked, PATH)), className="sl-ways"),
    ]


def _caveat(n: int) -> str:
    words = [text("credit_list.caveat")]
    if n > LONGEST_WINDOW:
        words.append(text("credit_list.first_rows", n=format_number(LONGEST_WINDOW, None)))
    return text("evidence.stop").join(words)


@callback(
    Output("credit-list", "getRowsResponse"),
    Input("credit-list", "getRowsRequest"),
    State("credit-list-query", "data"),
)
def rows(request: dict[str, Any] | None, query: dict[str, str]) -> Any:
    """The window of rows that the table has scrolled to, in the order it asks for."""
    if not request:
        return no_update
    order = order_of(request, SORTABLE, "year")
    answer = gate.ask("credit_list", {**query, **window_of(request), "order": order})
    size = gate.ask("credit_list_size", query)
    pairs = zip(grid_rows(answer), answer.frame.to_dict("records"), strict=True)
    return {
        "rowData": [_in_words(shown, row) for shown, row in pairs],
        "rowCount": int(size.frame["n_firm"].iloc[0]),
    }


def _in_words(shown: dict[str, str], row: Mapping[Any, Any]) -> dict[str, str]:
    """The quadrant and what became of the firm as words, strength to a tenth, the year in full."""
    return {
        **shown,
        "first_year": ""
        if is_missing(row["first_year"])
        else fiscal_year_text(int(row["first_year"])),
        "fiscal_year": fiscal_year_text(int(row["fiscal_year"])),
        "deviation": format_number(row["deviation"], None, decimals=1),
        "quadrant": text(f"credit_map.quadrant_{row['quadrant']}"),
        "end": text(f"credit_list.end_{row['end']}"),
    }
