"""項目の一覧: every item that is gathered, with source, purpose, unit, consent and place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dash import html, register_page
from dash.development.base_component import Component

import gate
from components.breadcrumb import page_head
from components.figure import figure_frame, figure_grid
from components.filters import Chip, FilterField, SearchField, chips, filter_bar
from components.links import href, page_link
from components.numbers import MISSING, format_number
from components.states import empty
from components.table import TableColumn, answer_table
from gate.answer import Answer
from language import current_language, text
from pages._frame import framed, tab_title
from pages.data_parts.contract import contract_tables
from pages.data_parts.words import source_name, source_options, table_text
from queries.data_items import CONSENT_BASES, PURPOSES, ItemParameters
from store.quantity import Unit

register_page(__name__, path="/data/items", title=tab_title("nav.items"))

_FIRST_ROWS = 60
_FOLDED = ("consent_basis", "table_name", "category")
_VAULT, _DERIVED = "vault", "derived"


def layout(**query: object) -> Component:
    return framed("items", query, _content)


def _content(query: Mapping[str, str]) -> list[Component | None]:
    parameters = ItemParameters.from_query(query, gate.members())
    every = gate.ask("data_items", {})
    answer = gate.ask("data_items", parameters.to_query())
    return [
        page_head(text("items.title"), text("items.lead")),
        *_filters(parameters, every),
        figure_grid(_catalogue(answer, parameters, is_whole=query.get("rows") == "all"))
        if answer.n_row
        else _nothing(parameters),
        figure_grid(contract_tables()),
    ]


def _filters(parameters: ItemParameters, every: Answer) -> list[Component | None]:
    options = {
        "consent_basis": _choices(CONSENT_BASES, lambda code: text(f"consent_basis.{code}")),
        "table_name": _choices(dict.fromkeys(every.frame["table_name"]), place_text),
        "category": _choices(
            dict.fromkeys(every.frame["category"]), lambda code: text(f"item_category.{code}")
        ),
    }
    purposes = _choices(PURPOSES, lambda code: text(f"items.purpose_{code}"))
    state = parameters.to_query()
    active = [name for name in _FOLDED if state.get(name)]
    bar = filter_bar(
        [
            SearchField("words", text("items.search"), parameters.words),
            FilterField(
                "source",
                text("quantity.source.label"),
                source_options(every.frame["source"]),
                parameters.source,
            ),
            FilterField("purpose", text("quantity.purposes.label"), purposes, parameters.purpose),
        ],
        [
            FilterField(name, text(f"quantity.{name}.label"), options[name], state.get(name, ""))
            for name in _FOLDED
        ],
        summary=_summary(parameters, dict(purposes)),
        n_active=len(active),
    )
    shown = [
        Chip(
            text(f"quantity.{name}.label"),
            dict(options[name]).get(state[name], state[name]),
            href({key: value for key, value in state.items() if key != name}, "/data/items"),
        )
        for name in active
    ]
    return [bar, chips(shown, "/data/items")]


def _choices(codes: Iterable[str], name_of: Callable[[str], str]) -> list[tuple[str, str]]:
    return [("", text("data.all")), *((code, name_of(code)) for code in codes)]


def _summary(parameters: ItemParameters, purposes: Mapping[str, str]) -> str:
    words = [text("items.searched", words=parameters.words)] if parameters.words else []
    words.append(source_name(parameters.source) if parameters.source else text("data.all_sources"))
    if parameters.purpose:
        words.append(purposes[parameters.purpose])
    return text("data.comma").join(words)


def _catalogue(answer: Answer, parameters: ItemParameters, *, is_whole: bool) -> Component:
    counts = gate.ask("item_counts", parameters.to_query()).frame.to_dict("records")[0]
    purposes = {
        f"p{purpose}": format_number(counts[f"n_purpose_{purpose}"], None) for purpose in PURPOSES
    }
    return figure_frame(
        text("items.finding", n=format_number(answer.n_row, Unit.ITEM), **purposes),
        text("items.sub"),
        answer_table(
            answer,
            [
                TableColumn("name", text_of=_item),
                TableColumn("purposes", text_of=_purposes),
                TableColumn("source", text_of=lambda row: _source(row["source"])),
                TableColumn("delivered_as", text_of=lambda row: _japanese(row["delivered_as"])),
                TableColumn("unit", text_of=_unit),
                TableColumn(
                    "consent_basis",
                    text_of=lambda row: text(f"consent_basis.{row['consent_basis']}"),
                ),
                TableColumn("column_name", text_of=_place),
                TableColumn("note", text_of=lambda row: _japanese(row["note"])),
            ],
            name="items",
            label=text("items.title"),
            is_wide=True,
            n_shown=None if is_whole else _FIRST_ROWS,
            more_href=href({**parameters.to_query(), "rows": "all"}, "/data/items"),
        ),
        name="items",
        answer=answer,
        caveat=text("items.caveat"),
        csv_href=href(answer.query, "/export/data_items.csv"),
        n_row=answer.n_row,
    )


def _item(row: Mapping[str, Any]) -> list[Any]:
    name = row["name_en"] if current_language() == "en" else row["name"]
    return [name, html.Br(), html.Span(row["item_code"], className="sl-quiet")]


def _japanese(words: str) -> Component | str:
    """Words that the catalogue has in Japanese only, named as such on an English page."""
    return html.Span(words, lang="ja") if words and current_language() == "en" else words


def _source(code: str) -> str:
    return text("items.derived") if code == _DERIVED else source_name(code)


def _purposes(row: Mapping[str, Any]) -> Component:
    """The purposes as signs, read aloud as words."""
    codes = row["purposes"].split(";")
    return html.Span(
        [
            html.Span(text(f"items.sign_{code}"), title=text(f"items.purpose_{code}"))
            for code in codes
        ],
        className="sl-nb",
    )


def _unit(row: Mapping[str, Any]) -> str:
    return text(f"unit.{row['unit']}") if row["unit"] else MISSING


def _place(row: Mapping[str, Any]) -> list[Any]:
    """The table, with the way to the files behind it, and the column."""
    table, column = row["table_name"], row["column_name"]
    name = place_text(table)
    if table != _VAULT:
        return [
            page_link(name, href({"table_name": table}, "/data/lineage")),
            html.Br(),
            html.Code(column),
        ]
    return [name, html.Br(), html.Code(column)]


def place_text(table: str) -> str:
    return text("items.vault") if table == _VAULT else table_text(table)


def _nothing(parameters: ItemParameters) -> Component:
    """Why nothing is found, and the one condition whose removal helps, with what would follow."""
    state, relax = parameters.to_query(), []
    for name in state:
        wider = {key: value for key, value in state.items() if key != name}
        n = int(gate.ask("item_counts", wider).frame["n_item"].iloc[0])
        if n:
            label = text(
                "items.relax",
                field=text(f"quantity.{name}.label"),
                n=format_number(n, Unit.ITEM),
            )
            relax.append((label, href(wider, "/data/items")))
    ways = relax[:2] or [(text("filter.reset"), "/data/items")]
    return empty(text("items.none"), ways, title=text("items.none_title"))
