"""All firms by credit strength and growth, the users of a measure on top, and their quadrants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache, partial
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.chart import chart
from components.figure import figure_frame
from components.numbers import format_number, is_missing
from components.plane import Cell, Corner, Dot, PlaneAxis, plane_figure
from components.table import TableColumn, answer_table
from gate.answer import Answer, Row, rows_of
from language import text
from pages.credit_map_parts import findings
from pages.credit_map_parts.view import (
    View,
    growth_head,
    growth_words,
    measure_name,
    quadrant_name,
    versus_name,
)
from store.quantity import Unit

_HEIGHT = 540
_STRONG_FROM, _GROWING_FROM = 50.0, 0.0


def axes(view: View) -> tuple[PlaneAxis, PlaneAxis]:
    """Strength to the right, growth upwards."""
    return (
        PlaneAxis(text("credit_map.axis_strength"), _STRONG_FROM),
        PlaneAxis(
            text("credit_map.axis_growth", growth=growth_words(view)), _GROWING_FROM, Unit.PERCENT
        ),
    )


def plane(view: View, quadrants: Answer, compared: Answer | None) -> Component:
    """Contours of all firms with the users as dots of their number, and those of the measure that
    is compared as rings."""
    density, users = view.ask("credit_density"), view.ask("credit_users")
    rows = [row for row in rows_of(quadrants) if row["quadrant"] != "whole"]
    whole = chosen_row(view, quadrants)
    title = findings.plane_title(rows)
    is_table = view.is_table("plane")
    if is_table:
        body: Component = _table(view, density, title)
    else:
        body = _drawn(view, density, users, rows, rows_of(compared) if compared else [])
    rest = sum(row["n_user"] for row in rows_of(users) if row["status"] == "few")
    caveat = text("credit_map.plane_caveat", growth=growth_words(view))
    if rest:
        caveat += text("credit_map.plane_rest", n=format_number(rest, Unit.FIRM))
    return figure_frame(
        title,
        [
            text(
                "credit_map.plane_sub",
                n=format_number(whole["n"], Unit.RECORD),
                scope=view.scope_text,
            ),
            *_dot_keys(view, whole, compared),
        ],
        body,
        name="plane",
        answer=density,
        caveat=caveat,
        table_href=view.table_href("plane"),
        is_table=is_table,
        csv_href=view.export_href("credit_density"),
        xlsx_href=view.export_href("credit_density", "xlsx"),
        measures=("n", "share", "held"),
        span=7,
        height=_HEIGHT,
    )


def chosen_row(view: View, answer: Answer) -> Row:
    """The row of the chosen quadrant, or of the whole."""
    shown = view.parameters.quadrant or "whole"
    return next(row for row in rows_of(answer) if row["quadrant"] == shown)


def _dot_keys(view: View, whole: Row, compared: Answer | None) -> list[Any]:
    """What the dots are; of two measures, by their own share."""
    n = format_number(whole["n_user"], Unit.FIRM)
    if compared is None:
        words = text("credit_map.plane_dots", measure=measure_name(view), n=n)
        return [html.Span(className="sl-dot"), words]
    other = format_number(chosen_row(view, compared)["n_versus"], Unit.FIRM)
    return [
        html.Span(className="sl-dot"),
        text("credit_map.plane_dots_first", measure=measure_name(view), n=n),
        html.Span(className="sl-dot is-compare"),
        text("credit_map.plane_dots_versus", measure=versus_name(view), n=other),
    ]


def _drawn(
    view: View, density: Answer, users: Answer, rows: list[Row], compared: list[Row]
) -> Component:
    # Thousands of cells share a few dozen ranges and four quadrants.
    range_text, to_quadrant = cache(_range), cache(partial(_to_quadrant, view))
    cells = []
    for row in rows_of(density):
        x, y = _middle(row)
        if x is None or y is None:
            continue
        hover = text(
            "credit_map.hover_cell",
            strength=range_text(row["strength_low"], row["strength_high"]),
            name=growth_head(view),
            growth=range_text(row["growth_low"], row["growth_high"]),
            n=format_number(row["n"], Unit.RECORD),
        )
        cells.append(Cell(x, y, float(row["held"]), hover, to_quadrant(*_side(x, y))))
    dots = []
    totals = Counter[str]()
    for row in rows_of(users):
        totals[row["series"]] += int(row["n_user"])
    for row in rows_of(users):
        if row["status"] == "few":
            continue
        is_subject = row["series"] == "users"
        x, y = float(row["strength"]), float(row["growth"])
        hover = text(
            "credit_map.hover_users",
            who=measure_name(view) if is_subject else versus_name(view),
            strength=format_number(x, None, decimals=1),
            name=growth_head(view),
            growth=format_number(y, None, decimals=1, is_signed=True),
            n=format_number(row["n_user"], Unit.FIRM),
        )
        # Two measures differ in size: each is drawn by its own shares.
        weight = int(row["n_user"]) / totals[row["series"]]
        dots.append(Dot(x, y, weight, hover, to_quadrant(*_side(x, y)), is_subject))
    corners = [
        Corner(row["quadrant"], quadrant_name(row["quadrant"]), _corner_words(row))
        for row in rows
        if view.parameters.quadrant in ("", row["quadrant"])
    ]
    values = text("explore.list_separator").join(
        f"{corner.name} {corner.detail}" for corner in corners
    )
    summary = text("credit_map.plane_summary", growth=growth_words(view), values=values)
    if compared:
        summary += findings.comparison_summary(compared, measure_name(view), versus_name(view))
    return chart(
        plane_figure(cells, dots, corners, *axes(view)),
        summary,
        name="plane",
        height=_HEIGHT,
        height_narrow=420,
    )


def _corner_words(row: Row) -> str:
    if is_missing(row["share_user"]):
        return format_number(row["n"], Unit.RECORD)
    n = format_number(row["n_user"], Unit.FIRM)
    return f"{n}　{format_number(row['share_user'], Unit.PERCENT)}"


def _middle(row: Row) -> tuple[float | None, float | None]:
    """The middle of a cell; none in the open cells at the ends."""
    ends = [row[f"{name}_{side}"] for name in ("strength", "growth") for side in ("low", "high")]
    if any(map(is_missing, ends)):
        return None, None
    left, right, low, high = (float(end) for end in ends)
    return (left + right) / 2, (low + high) / 2


def _range(low: float, high: float) -> str:
    ends = [format_number(end, None) for end in (low, high)]
    return text("number.interval", low=ends[0], high=ends[1])


def _side(x: float, y: float) -> tuple[bool, bool]:
    return x >= _STRONG_FROM, y >= _GROWING_FROM


def _to_quadrant(view: View, is_strong: bool, is_growing: bool) -> str:
    """The address narrowed to a quadrant, or from there back to all."""
    quadrant = f"{'strong' if is_strong else 'weak'}_{'growing' if is_growing else 'shrinking'}"
    return view.href(quadrant=None if view.parameters.quadrant else quadrant)


def _table(view: View, density: Answer, title: str) -> Component:
    return answer_table(
        density,
        [
            TableColumn(
                "strength_low",
                text_of=lambda row: _ends(row, "strength"),
                label=text("credit_map.head_strength"),
            ),
            TableColumn(
                "growth_low",
                text_of=lambda row: _ends(row, "growth"),
                label=text("credit_map.head_growth", growth=growth_head(view)),
                is_number=True,
            ),
            "n",
            TableColumn("share", text_of=lambda row: _fine(row["share"])),
            "held",
        ],
        name="plane",
        label=title,
    )


def _fine(share: Any) -> str:
    return format_number(share, Unit.PERCENT, decimals=3, has_unit=False)


def _ends(row: Mapping[str, Any], name: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    if is_missing(low):
        return text("legend.below", high=format_number(high, None))
    if is_missing(high):
        return text("legend.from", low=format_number(low, None))
    return _range(low, high)
