"""Two groups side by side: one property a row, a column for each group and their difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from components.attributes import attributes


@dataclass(frozen=True, slots=True)
class Pair:
    """One row: its name and a cell per column, already written as it is read; a second text of a
    cell stands small below the first."""

    label: str
    cells: Sequence[str | tuple[str, str]]
    is_current: bool = False


def paired_table(
    rows: Sequence[Pair], heads: Sequence[tuple[str, str]], *, name: str, label: str
) -> html.Div:
    """``heads`` are (name, unit) of the columns; the first heads the names of the rows."""
    head = html.Tr(
        [
            html.Th(
                [words, html.Br(), html.Span(unit, className="sl-unit")] if unit else words,
                scope="col",
                className="n" if place else None,
            )
            for place, (words, unit) in enumerate(heads)
        ]
    )
    body = [
        html.Tr(
            [
                html.Th(row.label, scope="row"),
                *(html.Td(_cell(cell), className="n") for cell in row.cells),
            ],
            className="is-current" if row.is_current else None,
        )
        for row in rows
    ]
    return html.Div(
        html.Div(
            html.Table([html.Thead(head), html.Tbody(body)], className="table"),
            id=f"{name}-scroll",
            className="sl-scroll",
            tabIndex="0",
            role="region",
            **attributes(aria_label=label),
        ),
        className="sl-table",
    )


def _cell(cell: str | tuple[str, str]) -> str | list[str | Component]:
    if isinstance(cell, str):
        return cell
    words, below = cell
    return [words, html.Br(), html.Span(below, className="sl-unit")] if below else words
