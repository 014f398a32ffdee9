"""Two groups side by side: one property a row, a column for each group and their difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html

from components.attributes import attributes


@dataclass(frozen=True, slots=True)
class Pair:
    """One row: its name and a cell per column, already written as it is read."""

    label: str
    cells: Sequence[str]
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
                *(html.Td(cell, className="n") for cell in row.cells),
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
