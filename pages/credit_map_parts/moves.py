"""Where users and all others stood some years later: arrows, and a table of transitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.chart import chart
from components.figure import figure_frame
from components.flow_table import Flow, flow_table
from components.movements import Movement, movement_figure
from components.numbers import FEW, format_number, is_missing
from components.states import too_few
from components.table import TableColumn, answer_table
from gate.answer import Answer, Row, rows_of
from language import text
from pages.credit_map_parts import findings
from pages.credit_map_parts.plane import axes
from pages.credit_map_parts.view import (
    View,
    group_name,
    growth_head,
    growth_words,
    later_words,
    quadrant_name,
)
from queries.parameters import QUADRANTS
from store.quantity import Unit

_HEIGHT = 430
# The row of the difference to each group that users may be set beside.
_DIFFERENCES = {"others": "difference", "versus": "versus_difference"}
_EXITS = ("default", "closure", "merger", "silence", "unplaced")


def movement(view: View, answer: Answer) -> Component:
    """Mean movements by where firms stood: users in blue above all others in grey, or above the
    users of the measure they are compared with."""
    rows = rows_of(answer)
    against = "versus" if view.parameters.versus_measure else "others"
    difference = next(row for row in rows if row["series"] == _DIFFERENCES[against])
    names = [group_name(view, who) for who in ("users", against)]
    title = findings.movement_title(difference, later_words(view), *names)
    is_drawn = ("users", against)
    arrows = [row for row in rows if row["series"] in is_drawn and not is_missing(row["dx"])]
    users = [row for row in arrows if row["series"] == "users"]
    is_table = view.is_table("movement")
    if is_table:
        body: Component = _table(view, answer, title)
    elif not users:
        body = too_few(text("credit_map.movement_few"), text("credit_map.movement_few_why"))
    else:
        body = _drawn(view, arrows, title)
    return figure_frame(
        title,
        [
            text("credit_map.movement_sub", later=later_words(view), scope=view.scope_text),
            html.Span(className="sl-key-line"),
            names[0],
            "　",
            html.Span(className="sl-key-line is-arrow"),
            names[1],
        ],
        body,
        name="movement",
        answer=answer,
        caveat=_difference_words(difference),
        table_href=view.table_href("movement"),
        is_table=is_table,
        csv_href=view.export_href("credit_movement"),
        xlsx_href=view.export_href("credit_movement", "xlsx"),
        measures=("n", "dx", "dy"),
        span=6,
        height=_HEIGHT,
    )


def _difference_words(row: Row) -> str:
    if is_missing(row["dx"]):
        return text("credit_map.movement_caveat")
    return text(
        "credit_map.movement_difference",
        points=format_number(row["dx"], None, decimals=1, is_signed=True),
        interval=findings.points_interval(row["dx_low"], row["dx_high"]),
        n=format_number(row["n"], Unit.FIRM),
    )


def _drawn(view: View, rows: Sequence[Row], title: str) -> Component:
    # Others are drawn where there are users to set beside them.
    places = {row["cell"] for row in rows if row["series"] == "users"}
    movements = [
        Movement(
            float(row["strength"]),
            float(row["growth"]),
            float(row["dx"]),
            float(row["dy"]),
            _hover(view, row),
            is_subject=row["series"] == "users",
        )
        for row in rows
        if row["cell"] in places
    ]
    return chart(
        movement_figure(movements, *axes(view)),
        text("credit_map.movement_summary", growth=growth_words(view), n=len(places), title=title),
        name="movement",
        height=_HEIGHT,
        height_narrow=340,
    )


def _hover(view: View, row: Row) -> str:
    return text(
        "credit_map.hover_move",
        group=group_name(view, str(row["series"])),
        dx=format_number(row["dx"], None, decimals=1, is_signed=True),
        name=growth_head(view),
        dy=format_number(row["dy"], None, decimals=1, is_signed=True),
        n=format_number(row["n"], Unit.RECORD),
    )


def _table(view: View, answer: Answer, title: str) -> Component:
    def place(row: Mapping[str, Any]) -> str:
        series = _series_name(view, str(row["series"]))
        if is_missing(row["strength"]):
            return series
        return text(
            "credit_map.place",
            series=series,
            strength=format_number(row["strength"], None),
            name=growth_head(view),
            growth=format_number(row["growth"], Unit.PERCENT, decimals=0),
        )

    def signed(name: str) -> TableColumn:
        return TableColumn(name, text_of=lambda row: _signed(row[name]), is_number=True)

    def interval(name: str) -> TableColumn:
        return TableColumn(
            f"{name}_low",
            text_of=lambda row: (
                ""
                if is_missing(row[name])
                else findings.points_interval(row[f"{name}_low"], row[f"{name}_high"])
            ),
            label=text("credit_map.head_interval"),
            is_number=True,
        )

    return answer_table(
        answer,
        [
            TableColumn("series", text_of=place),
            "n",
            signed("dx"),
            interval("dx"),
            signed("dy"),
            interval("dy"),
        ],
        name="movement",
        label=title,
    )


def _signed(value: Any) -> str:
    """A change; … where too few firms are behind it."""
    return FEW if is_missing(value) else format_number(value, None, decimals=1, is_signed=True)


def _series_name(view: View, series: str) -> str:
    against = next((who for who, name in _DIFFERENCES.items() if name == series), "")
    if not against:
        return group_name(view, series)
    first, second = (group_name(view, who) for who in ("users", against))
    return text("credit_map.difference_of", first=first, second=second)


def transition(view: View, answer: Answer) -> Component:
    """From which quadrant to which, and how firms were gone, of users, of those of the measure they
    are compared with, or of all others."""
    who = view.parameters.who
    groups = ["users", *(["versus"] if view.parameters.versus_measure else []), "others"]
    rows = rows_of(answer)
    named = group_name(view, who)
    n_unit = Unit.RECORD if who == "others" else Unit.FIRM
    title = findings.transition_title(
        rows, later_words(view), view.parameters.quadrant, who=named, n_unit=n_unit
    )
    ends = [
        *(text(f"credit_map.end_{q}") for q in QUADRANTS),
        text("credit_map.end_gone"),
        text("credit_map.end_unplaced"),
    ]
    table = flow_table(
        _flows(view, rows),
        ends,
        name="transition",
        label=title,
        start_head=text("credit_map.start_head"),
        end_head=text("credit_map.end_head", later=later_words(view)),
        n_unit=n_unit,
    )
    return figure_frame(
        title,
        text(
            "credit_map.transition_sub",
            who=named,
            growth=growth_words(view),
            later=later_words(view),
            scope=view.scope_text,
        ),
        html.Div([table, html.P(_exits(rows, named), className="sl-note")]),
        name="transition",
        answer=answer,
        views=[
            (
                text("credit_map.see_group", group=group_name(view, other)),
                view.href(who=None if other == "users" else other),
            )
            for other in groups
            if other != who
        ],
        csv_href=view.export_href("credit_transition"),
        xlsx_href=view.export_href("credit_transition", "xlsx"),
        measures=("n_start", "n", "share"),
        span=6,
    )


def _flows(view: View, rows: Sequence[Row]) -> list[Flow]:
    flows = []
    for quadrant in QUADRANTS:
        if view.parameters.quadrant not in ("", quadrant):
            continue
        of = {row["end"]: row for row in rows if row["start"] == quadrant}
        # The diagonal is framed by its place, so a single row keeps its own.
        inside = [of[end]["share"] for end in QUADRANTS]
        gone = [of[end]["share"] for end in _EXITS[:-1]]
        total = None if any(map(is_missing, gone)) else sum(gone)
        flows.append(
            Flow(
                quadrant_name(quadrant),
                int(of[quadrant]["n_start"]),
                [*inside, total, of["unplaced"]["share"]],
                QUADRANTS.index(quadrant),
            )
        )
    return flows


def _exits(rows: Sequence[Row], who: str) -> str:
    """How the firms that are gone left, of all whose later year is known."""
    total = sum(int(row["n_start"]) for row in rows if row["end"] == QUADRANTS[0])
    if not total or any(is_missing(row["n"]) and row["n_start"] for row in rows):
        return text("credit_map.exits_few")
    shares = {
        end: 100
        * sum(int(row["n"]) for row in rows if row["end"] == end and row["n_start"])
        / total
        for end in _EXITS[:-1]
    }
    words = {end: format_number(share, Unit.PERCENT) for end, share in shares.items()}
    return text("credit_map.exits", who=who, **words)
