"""データ: how fresh each source is, what came and what changed with the last load."""

from __future__ import annotations

from collections.abc import Mapping

from dash import register_page
from dash.development.base_component import Component

import gate
from components.breadcrumb import page_head
from components.figure import figure_grid
from components.key_figures import KeyFigure, key_figures, strong
from components.numbers import format_number, number_parts
from language import text
from pages._frame import framed, tab_title
from pages.data_parts.freshness import freshness
from pages.data_parts.provenance import change_table, new_files
from pages.data_parts.runs import runs
from store.quantity import Unit

register_page(__name__, path="/data", title=tab_title("nav.data"))


def layout(**query: object) -> Component:
    return framed("data", query, _content)


def _content(_query: Mapping[str, str]) -> list[Component | None]:
    return [
        page_head(text("data.title"), text("data.lead")),
        _figures(),
        figure_grid(freshness(), new_files()),
        figure_grid(change_table(), runs(span=5, n_shown=8, is_brief=True)),
    ]


def _figures() -> Component:
    """Files, records and their acceptance, and how many records could be joined to firms."""
    balance = gate.ask("delivery_balance", {}).frame
    links = gate.ask("link_quality", {}).frame
    n_source = int(balance.loc[balance["status"] == "loaded", "source"].nunique())
    n_in, accepted = int(balance["records_in"].sum()), int(balance["accepted"].sum())
    rejected, duplicate = int(balance["rejected"].sum()), int(balance["duplicate"].sum())
    n_refused = int((balance["status"] == "refused").sum())
    shown = [
        KeyFigure(
            text("data.key_files"),
            *number_parts(len(balance), Unit.FILE),
            [
                text("data.key_sources", n=format_number(n_source, None)),
                strong(text("data.key_refused_files", n=format_number(n_refused, Unit.FILE))),
            ],
        ),
        KeyFigure(
            text("quantity.records_in.label"),
            *number_parts(n_in, Unit.RECORD),
            [text("data.key_accepted", n=format_number(accepted, Unit.RECORD))],
        ),
        KeyFigure(
            text("quantity.rejected.label"),
            *number_parts(rejected, Unit.RECORD),
            [
                text("data.key_share"),
                strong(_share(rejected, n_in)),
                text("data.key_duplicate", n=format_number(duplicate, Unit.RECORD)),
            ],
        ),
    ]
    single = int((links["n_record"] - links["n_several"]).sum())
    if single:
        shown.append(
            KeyFigure(
                text("quantity.linked_share.label"),
                *number_parts(100 * int(links["n_linked"].sum()) / single, Unit.PERCENT),
                [
                    text("data.key_review"),
                    strong(format_number(int(links["n_review"].sum()), Unit.RECORD)),
                ],
            )
        )
    return key_figures(shown, label=text("data.key_label"))


def _share(part: int, whole: int) -> str:
    return format_number(100 * part / whole if whole else None, Unit.PERCENT, decimals=2)
