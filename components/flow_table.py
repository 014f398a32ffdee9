"""From which state to which: a table of shares on the sequential scale, its diagonal framed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from components.attributes import attributes
from components.numbers import FEW, format_number, is_missing
from language import text
from store.quantity import Unit

# Shares (percent) from which a cell takes the next of four shades.
_BREAKS = (10.0, 20.0, 40.0)


@dataclass(frozen=True, slots=True)
class Flow:
    """One state at the start: its name, its firms, and the share of each end in percent (missing
    where there are too few). ``stays_at`` is the end that is the same state."""

    name: str
    n: int
    shares: Sequence[float | None]
    stays_at: int


def flow_table(
    flows: Sequence[Flow],
    ends: Sequence[str],
    *,
    name: str,
    label: str,
    start_head: str,
    end_head: str,
    n_unit: Unit = Unit.FIRM,
) -> html.Div:
    """Rows are states at the start, columns ``ends``; ``label`` names the scrolling region."""
    heads = html.Thead(
        [
            html.Tr(
                [
                    html.Th(start_head, scope="col", rowSpan=2),
                    html.Th(
                        end_head, scope="colgroup", colSpan=len(ends), className="sl-flow__span"
                    ),
                ]
            ),
            html.Tr([html.Th(_lines(end), scope="col", className="n") for end in ends]),
        ]
    )
    rows = [_row(flow, n_unit) for flow in flows]
    return html.Div(
        [
            html.P(text("table.swipe"), className="sl-swipe"),
            html.Div(
                html.Table([heads, html.Tbody(rows)], className="table sl-flow"),
                id=f"{name}-scroll",
                className="sl-scroll",
                tabIndex="0",
                role="region",
                **attributes(aria_label=label),
            ),
        ],
        className="sl-table",
    )


def _lines(words: str) -> list[Any]:
    """A head with a line for each of its words."""
    first, *rest = words.split(" ")
    return [first, *(part for word in rest for part in (html.Br(), word))]


def _row(flow: Flow, n_unit: Unit) -> html.Tr:
    cells = []
    for end, share in enumerate(flow.shares):
        if is_missing(share):
            least = format_number(10, n_unit)
            words = html.Abbr(FEW, title=text("evidence.few", least=least), className="sl-few")
            cells.append(html.Td(words, className="n"))
            continue
        shade = 1 + sum(float(share or 0.0) >= limit for limit in _BREAKS)
        stays = " is-stay" if end == flow.stays_at else ""
        shown = format_number(share, Unit.PERCENT, has_unit=False)
        cells.append(html.Td(shown, className=f"n is-{shade}{stays}"))
    head = html.Th([flow.name, html.Br(), html.Small(format_number(flow.n, n_unit))], scope="row")
    return html.Tr([head, *cells])
