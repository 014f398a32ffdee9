"""All firms by credit strength and growth, the users of a measure on top, and their quadrants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.chart import chart
from components.figure import figure_frame
from components.notes import notice
from components.numbers import FEW, format_number, interval_text, is_missing
from components.plane import Cell, Corner, Dot, PlaneAxis, plane_figure
from components.table import TableColumn, answer_table
from gate.answer import Answer, Row, rows_of
from language import text
from pages.credit_map_parts import findings
from pages.credit_map_parts.view import View, growth_words, measure_name, quadrant_name
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


def plane(view: View, quadrants: Answer) -> Component:
    """Contours of all firms with the users as dots of their number."""
    density, users = view.ask("credit_density"), view.ask("credit_users")
    rows = [row for row in rows_of(quadrants) if row["quadrant"] != "whole"]
    shown = view.parameters.quadrant or "whole"
    whole = next(row for row in rows_of(quadrants) if row["quadrant"] == shown)
    title = findings.plane_title(rows)
    is_table = view.is_table("plane")
    if is_table:
        body: Component = _table(density, title)
    else:
        body = _drawn(view, density, users, rows)
    rest = next((row["n_user"] for row in rows_of(users) if row["status"] == "few"), 0)
    caveat = text("credit_map.plane_caveat", window=view.parameters.window)
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
            html.Span(className="sl-dot"),
            text(
                "credit_map.plane_dots",
                measure=measure_name(view),
                n=format_number(whole["n_user"], Unit.FIRM),
            ),
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


def _drawn(view: View, density: Answer, users: Answer, rows: list[Row]) -> Component:
    cells = []
    for row in rows_of(density):
        x, y = _middle(row)
        if x is None or y is None:
            continue
        hover = text(
            "credit_map.hover_cell",
            strength=_range(row, "strength"),
            growth=_range(row, "growth"),
            n=format_number(row["n"], Unit.RECORD),
        )
        cells.append(Cell(x, y, float(row["held"]), hover, _to_quadrant(view, x, y)))
    dots = []
    for row in rows_of(users):
        if row["status"] == "few":
            continue
        x, y = float(row["strength"]), float(row["growth"])
        hover = text(
            "credit_map.hover_users",
            strength=format_number(x, None, decimals=1),
            growth=format_number(y, None, decimals=1, is_signed=True),
            n=format_number(row["n_user"], Unit.FIRM),
        )
        dots.append(Dot(x, y, int(row["n_user"]), hover, _to_quadrant(view, x, y)))
    corners = [
        Corner(row["quadrant"], quadrant_name(row["quadrant"]), _corner_words(row))
        for row in rows
        if view.parameters.quadrant in ("", row["quadrant"])
    ]
    return chart(
        plane_figure(cells, dots, corners, *axes(view)),
        text(
            "credit_map.plane_summary",
            values=text("explore.list_separator").join(
                f"{corner.name} {corner.detail}" for corner in corners
            ),
        ),
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


def _range(row: Row, name: str) -> str:
    ends = [format_number(row[f"{name}_{side}"], None) for side in ("low", "high")]
    return text("number.interval", low=ends[0], high=ends[1])


def _to_quadrant(view: View, x: float, y: float) -> str:
    """The address narrowed to the quadrant of a place, or from there back to all."""
    side = "strong" if x >= _STRONG_FROM else "weak"
    quadrant = f"{side}_{'growing' if y >= _GROWING_FROM else 'shrinking'}"
    return view.href(quadrant=None if view.parameters.quadrant else quadrant)


def _table(density: Answer, title: str) -> Component:
    return answer_table(
        # The densest first: who reads on reaches the single firms far out.
        replace(density, frame=density.frame.sort_values(["held", "cell"])),
        [
            TableColumn("strength_low", text_of=lambda row: _ends(row, "strength")),
            TableColumn("growth_low", text_of=lambda row: _ends(row, "growth"), is_number=True),
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
    return _range(dict(row), name)


def quadrant_table(view: View, quadrants: Answer) -> Component:
    """Users and all firms by quadrant; each row narrows the page to its quadrant."""
    rows = [row for row in rows_of(quadrants) if row["quadrant"] != "whole"]
    title = findings.quadrant_title(rows)
    table = answer_table(
        quadrants,
        [
            TableColumn("quadrant", text_of=lambda row: _quadrant_cell(str(row["quadrant"]))),
            "n_user",
            TableColumn("share_user", text_of=lambda row: _share(row["share_user"])),
            TableColumn(
                "share_user_low",
                text_of=lambda row: _interval(row, "share_user", Unit.PERCENT),
                label=text("credit_map.head_interval"),
            ),
            "share_all",
            TableColumn("quotient", text_of=lambda row: _times(row["quotient"]), is_number=True),
        ],
        name="quadrants",
        label=title,
        href_of=lambda row: _narrowed(view, str(row["quadrant"])),
        is_total=lambda row: row["quadrant"] == "whole",
        is_current=lambda row: row["quadrant"] == view.parameters.quadrant,
    )
    return figure_frame(
        title,
        text("credit_map.quadrants_sub", measure=measure_name(view), scope=view.scope_text),
        html.Div(
            [
                table,
                html.P(text("credit_map.lines", growth=growth_words(view)), className="sl-note"),
                notice(text("credit_map.no_effect")),
            ]
        ),
        name="quadrants",
        answer=quadrants,
        csv_href=view.export_href("credit_quadrants"),
        xlsx_href=view.export_href("credit_quadrants", "xlsx"),
        measures=("n_user", "share_user", "share_all", "quotient"),
        span=5,
    )


def _quadrant_cell(quadrant: str) -> str:
    return text("credit_map.whole") if quadrant == "whole" else quadrant_name(quadrant)


def _narrowed(view: View, quadrant: str) -> str:
    if quadrant == "whole":
        return view.href(quadrant=None) if view.parameters.quadrant else ""
    return "" if quadrant == view.parameters.quadrant else view.href(quadrant=quadrant)


def _share(value: Any) -> str:
    return FEW if is_missing(value) else format_number(value, Unit.PERCENT, has_unit=False)


def _interval(row: Mapping[str, Any], name: str, unit: Unit) -> str:
    return interval_text(row[f"{name}_low"], row[f"{name}_high"], unit)


def _times(value: Any) -> str:
    return format_number(value, None, decimals=2)
