"""来歴: from a table of the snapshot back to the files whose records it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dash import register_page
from dash.development.base_component import Component

import gate
from components.breadcrumb import Level, page_head
from components.figure import figure_frame, figure_grid
from components.filters import FilterField, filter_bar
from components.links import href
from components.numbers import format_number
from components.path import Branch, Leaf, path_figure
from components.states import empty
from components.table import TableColumn, answer_table
from gate.answer import Answer
from language import text
from pages._frame import framed, tab_title
from pages.data_parts.files import file_link
from pages.data_parts.words import date_cell, moment_cell, source_name, table_text
from queries.lineage import LineageParameters
from store.quantity import Unit

register_page(__name__, path="/data/lineage", title=tab_title("nav.lineage"))

_MOST_LEAVES = 5
_FIRST_ROWS = 50


def layout(**query: object) -> Component:
    return framed("lineage", query, _content)


def _content(query: Mapping[str, str]) -> list[Component | None]:
    parameters = LineageParameters.from_query(query, gate.members())
    every = gate.ask("table_sources", {})
    tables = list(dict.fromkeys(every.frame["table_name"]))
    table = parameters.table_name
    first = Level(text("lineage.title"), "/data/lineage")
    bar = filter_bar(
        [
            FilterField(
                "table_name",
                text("quantity.table_name.label"),
                [("", text("lineage.all_tables")), *((name, table_text(name)) for name in tables)],
                table,
            )
        ],
        summary=table_text(table) if table else text("lineage.all_tables"),
    )
    if not table:
        return [
            page_head(text("lineage.title"), text("lineage.lead")),
            bar,
            figure_grid(_overview(every)),
        ]
    head = page_head(
        text("lineage.of_table", table=table_text(table)),
        text("lineage.lead"),
        [[first, Level(table_text(table))]],
    )
    if table not in tables:
        ways = [(text("lineage.all_tables"), "/data/lineage")]
        return [
            head,
            bar,
            empty(text("lineage.none"), ways, title=text("lineage.none_title")),
        ]
    answer = gate.ask("table_files", parameters.to_query())
    return [
        head,
        bar,
        figure_grid(_path(gate.ask("table_sources", parameters.to_query()), answer)),
        figure_grid(_files(answer, parameters, is_whole=query.get("rows") == "all")),
    ]


def _overview(every: Answer) -> Component:
    """Table by table the sources it is made of; the name leads to its files."""
    tables = every.frame.drop_duplicates("table_name")
    rows = every.frame.to_dict("records")
    sources: dict[str, list[str]] = {}
    n_file: dict[str, int] = {}
    for row in rows:
        table = str(row["table_name"])
        sources.setdefault(table, []).append(source_name(row["source"]))
        n_file[table] = n_file.get(table, 0) + int(row["n_file"])
    title = text(
        "lineage.overview_title",
        n=format_number(len(tables), None),
        sources=format_number(every.frame["source"].nunique(), None),
    )
    return figure_frame(
        title,
        text("lineage.overview_sub"),
        answer_table(
            replace(every, frame=tables),
            [
                TableColumn("table_name", text_of=lambda row: table_text(row["table_name"])),
                TableColumn("n_after", label=text("lineage.rows")),
                TableColumn(
                    "n_file", text_of=lambda row: format_number(n_file[row["table_name"]], None)
                ),
                TableColumn(
                    "source",
                    text_of=lambda row: text("data.comma").join(sources[row["table_name"]]),
                ),
            ],
            name="overview",
            label=title,
            href_of=lambda row: href({"table_name": row["table_name"]}, "/data/lineage"),
        ),
        name="overview",
        answer=every,
        caveat=text("lineage.caveat"),
        csv_href="/export/table_sources.csv",
        n_row=every.n_row,
    )


def _path(sources: Answer, files: Answer) -> Component:
    """The table, the sources it is made of, and of each the files that brought most."""
    table = sources.frame["table_name"].iloc[0]
    branches = [_branch(row, files) for row in sources.frame.to_dict("records")]
    n_file = int(files.frame["delivery_id"].nunique())
    title = text(
        "lineage.path_title",
        table=table_text(table),
        sources=format_number(len(branches), None),
        files=format_number(n_file, Unit.FILE),
    )
    n_row = sources.frame["n_after"].iloc[0]
    return figure_frame(
        title,
        text("lineage.path_sub", n=_MOST_LEAVES),
        path_figure(
            table_text(table),
            text("lineage.n_row", n=format_number(n_row, None)),
            branches,
            heads=(
                text("quantity.table_name.label"),
                text("quantity.source.label"),
                text("quantity.file.label"),
            ),
        ),
        name="path",
        answer=sources,
        caveat=text("lineage.caveat"),
        csv_href=href(sources.query, "/export/table_sources.csv"),
        n_row=sources.n_row,
    )


def _branch(row: Mapping[Any, Any], files: Answer) -> Branch:
    of_source = files.frame[files.frame["source"] == row["source"]].to_dict("records")
    n_left = len(of_source) - _MOST_LEAVES
    # One more line than is left out would be no shorter.
    shown = of_source if n_left <= 1 else of_source[:_MOST_LEAVES]
    return Branch(
        source_name(row["source"]),
        text(
            "lineage.of_source",
            n=format_number(row["n_record"], Unit.RECORD),
            files=format_number(row["n_file"], Unit.FILE),
        ),
        href({"source": row["source"]}, "/data/deliveries"),
        [
            Leaf(
                str(file["file"]),
                format_number(file["n_record"], Unit.RECORD),
                href({"delivery_id": file["delivery_id"]}, "/data/deliveries"),
            )
            for file in shown
        ],
        text("lineage.more_files", n=format_number(n_left, Unit.FILE)) if n_left > 1 else "",
    )


def _files(answer: Answer, parameters: LineageParameters, *, is_whole: bool) -> Component:
    title = text("lineage.files_title", n=format_number(answer.n_row, Unit.FILE))
    return figure_frame(
        title,
        text("lineage.files_sub"),
        answer_table(
            answer,
            [
                TableColumn("file", text_of=file_link),
                TableColumn("source", text_of=lambda row: source_name(row["source"])),
                TableColumn("received_at", text_of=lambda row: moment_cell(row["received_at"])),
                TableColumn("period_to", text_of=lambda row: date_cell(row["period_to"])),
                "n_record",
            ],
            name="files",
            label=title,
            n_shown=None if is_whole else _FIRST_ROWS,
            more_href=href({**parameters.to_query(), "rows": "all"}, "/data/lineage"),
        ),
        name="files",
        answer=answer,
        csv_href=href(answer.query, "/export/table_files.csv"),
        n_row=answer.n_row,
    )
