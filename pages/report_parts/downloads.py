"""The files of a package with their sizes and counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.attributes import attributes
from components.links import download_link
from components.numbers import format_number
from gate.editions import EditionNote, FileNote, PackageNote
from language import text
from store.quantity import Unit

VARIABLES = "variables.csv"


def file_href(edition: EditionNote, package: PackageNote, file: str) -> str:
    return f"/reports/file/{edition.name}/{package.scope_key}/{file}"


def downloads(edition: EditionNote, package: PackageNote) -> Component:
    """One line a kind of file: what it is for, how much it holds, and the way to it."""
    holds: dict[str, Callable[[FileNote], str]] = {
        "report.pdf": lambda _: format_number(package.n_page, None),
        "report.xlsx": lambda _: format_number(package.n_table, None),
        "report.html": lambda _: "",
        "data.csv": lambda file: format_number(file.n_row, None),
    }
    items = [
        html.Li(
            [
                html.Div(
                    [
                        html.B(text(f"report.{_kind(name)}_name")),
                        html.Span(
                            text(
                                f"report.{_kind(name)}_holds",
                                n=count(package.files[name]),
                                size=format_number(package.files[name].n_byte, Unit.BYTE),
                            )
                        ),
                    ]
                ),
                download_link(
                    text("report.save", kind=_kind(name).upper()),
                    file_href(edition, package, name),
                    "btn btn-primary" if name == "report.pdf" else "btn",
                ),
            ]
        )
        for name, count in holds.items()
        if name in package.files
    ]
    variables = package.files.get(VARIABLES)
    note: list[Any] = [html.Span(text("report.same_numbers"))]
    if variables:
        label = text("report.variables", n=format_number(variables.n_row, None))
        note += [" ", download_link(label, file_href(edition, package, VARIABLES))]
    return html.Section(
        [
            html.H2(text("report.downloads"), id="downloads-title"),
            html.Ul(items, className="sl-downloads"),
            html.P(note, className="sl-note"),
        ],
        className="sl-figure",
        **attributes(aria_labelledby="downloads-title"),
    )


def _kind(name: str) -> str:
    return name.rpartition(".")[2]
