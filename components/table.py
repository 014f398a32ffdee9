"""An answer as a table: one precision per column, units in the head, links to go down and sort."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from components.attributes import attributes
from components.definitions import STATUS, column_label
from components.eras import fiscal_year_text
from components.links import page_link
from components.numbers import (
    FEW,
    MISSING,
    WITHHELD,
    Scale,
    column_scale,
    format_number,
    interval_text,
    is_missing,
    unit_text,
)
from gate.answer import Answer
from language import text
from store.quantity import Quantity, Unit

Row = Mapping[str, Any]
# Sizes and times carry their unit in the cell: it changes from row to row.
_IN_THE_CELL = frozenset({Unit.BYTE, Unit.SECOND})


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column. With ``interval_to`` it shows ``name〜interval_to`` as an interval.

    ``label`` replaces the catalogue's; ``text_of`` draws the cell from the whole row;
    ``is_number`` sets a column to the right whose quantity has no unit. ``few_n`` names the count
    behind the value: missing although it is not 0, the value rests on fewer than ``few_least``.
    """

    name: str
    interval_to: str = ""
    scale: Scale | None = None
    label: str = ""
    text_of: Callable[[Row], Any] | None = None
    is_number: bool = False
    few_n: str = ""
    few_least: int = 10


@dataclass(frozen=True, slots=True)
class Sort:
    """How the rows are ordered, and the address that orders them by another column (empty for one
    that they cannot be ordered by)."""

    column: str
    is_descending: bool
    href_of: Callable[[str], str]


def answer_table(
    answer: Answer,
    columns: Sequence[str | TableColumn],
    *,
    name: str,
    label: str,
    href_of: Callable[[Row], str] | None = None,
    is_total: Callable[[Row], bool] | None = None,
    is_current: Callable[[Row], bool] | None = None,
    sort: Sort | None = None,
    n_shown: int | None = None,
    more_href: str = "",
    is_wide: bool = False,
) -> html.Div:
    """The rows of ``answer.frame`` in their order; the first column names the row.

    ``label`` names the scrolling region. ``n_shown`` cuts the rows, ``more_href`` leads to all.
    Withheld values (missing, in a row whose status is ``x``) show ``x``; the figure that frames
    the table explains it, and ``…`` as well.
    """
    chosen = [c if isinstance(c, TableColumn) else TableColumn(c) for c in columns]
    scales = {c.name: c.scale or _scale_of(answer, c) for c in chosen}
    rows = answer.frame.to_dict("records")
    shown = rows if n_shown is None else rows[:n_shown]
    body = [
        _row(row, answer, chosen, scales, href_of, is_total, is_current)
        for row in map(_plain, shown)
    ]
    head = html.Thead(html.Tr([_head(c, answer, scales[c.name], sort) for c in chosen]))
    table = html.Table(
        [head, html.Tbody(body)], className="table sl-table-wide" if is_wide else "table"
    )
    n_left = len(rows) - len(shown)
    return html.Div(
        [
            html.P(text("table.swipe"), className="sl-swipe"),
            html.Div(
                table,
                id=f"{name}-scroll",
                className="sl-scroll",
                tabIndex="0",
                role="region",
                **attributes(aria_label=label),
            ),
            html.P(
                page_link(text("table.more", n=f"{n_left:,}"), more_href, "sl-linkbtn"),
                className="sl-table-more",
            )
            if n_left and more_href
            else None,
        ],
        className="sl-table",
    )


def _plain(row: Mapping[Any, Any]) -> Row:
    return {str(key): value for key, value in row.items()}


def _quantity(answer: Answer, column: TableColumn) -> Quantity:
    return next((q for q in answer.columns if q.name == column.name), Quantity(column.name))


def _scale_of(answer: Answer, column: TableColumn) -> Scale | None:
    if _quantity(answer, column).unit is not Unit.YEN:
        return None
    return column_scale(answer.frame[column.name])


def _head(column: TableColumn, answer: Answer, scale: Scale | None, sort: Sort | None) -> html.Th:
    quantity = _quantity(answer, column)
    words: Any = column.label or column_label(quantity)
    extra: dict[str, Any] = {}
    to = sort.href_of(column.name) if sort and quantity.is_number else ""
    if sort and to and not column.interval_to:
        arrow = ""
        if sort.column == column.name:
            direction = "descending" if sort.is_descending else "ascending"
            extra = attributes(aria_sort=direction)
            arrow = " ↓" if sort.is_descending else " ↑"
        words = page_link(
            [words, html.Span(arrow, **attributes(aria_hidden="true"))] if arrow else words,
            to,
            "sl-sort",
        )
    unit = "" if quantity.unit in _IN_THE_CELL else unit_text(quantity.unit, scale)
    return html.Th(
        [words, html.Br(), html.Span(unit, className="sl-unit")] if unit else words,
        scope="col",
        className="n" if quantity.is_number or column.is_number else None,
        **extra,
    )


def _row(
    row: Row,
    answer: Answer,
    columns: Sequence[TableColumn],
    scales: Mapping[str, Scale | None],
    href_of: Callable[[Row], str] | None,
    is_total: Callable[[Row], bool] | None,
    is_current: Callable[[Row], bool] | None,
) -> html.Tr:
    first, *others = columns
    name = _cell(row, answer, first, scales[first.name])
    to = href_of(row) if href_of else ""
    cells: list[Any] = [html.Th(page_link(name, to) if to else name, scope="row")]
    for column in others:
        quantity = _quantity(answer, column)
        shown = _cell(row, answer, column, scales[column.name])
        is_number = quantity.is_number or column.is_number
        cells.append(html.Td(shown, className="n" if is_number else None))
    current = bool(is_current and is_current(row))
    total = bool(is_total and is_total(row))
    marked = attributes(aria_current="true") if current else {}
    return html.Tr(
        cells, className="is-current" if current else "is-total" if total else None, **marked
    )


def _cell(row: Row, answer: Answer, column: TableColumn, scale: Scale | None) -> Any:
    if column.text_of:
        return column.text_of(row)
    quantity = _quantity(answer, column)
    value: Any = row.get(column.name)
    if is_missing(value):
        return _missing(row, answer, column)
    if column.interval_to:
        return interval_text(value, row.get(column.interval_to), quantity.unit, scale)
    if quantity.is_number:
        return format_number(value, quantity.unit, scale=scale, has_unit=quantity.unit is Unit.BYTE)
    if quantity.key == "fiscal_year":
        return fiscal_year_text(int(value)) if int(value) else text("table.all_years")
    return str(value)


def _missing(row: Row, answer: Answer, column: TableColumn) -> Any:
    if row.get(STATUS) == WITHHELD:
        return html.Span(WITHHELD, className="sl-x")
    n: Any = row.get(column.few_n) if column.few_n else 0
    if is_missing(n) or not n:
        return MISSING
    least = format_number(column.few_least, answer.column(column.few_n).unit)
    return html.Abbr(FEW, title=text("evidence.few", least=least), className="sl-few")
