"""The hero: the chosen number of users year by year, beside that of their industries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dash.development.base_component import Component

from components.chart import chart
from components.figure import figure_frame
from components.followed_path import Followed, followed_path_figure, since_text
from components.numbers import (
    FEW,
    Scale,
    column_scale,
    format_number,
    is_missing,
    unit_text,
)
from components.states import too_few
from components.table import TableColumn, answer_table
from gate.answer import Answer, Row, rows_of
from language import text
from pages.monitoring_parts import findings
from pages.monitoring_parts.view import CENTRES, View
from store.quantity import Unit

Cell = Callable[[Mapping[str, Any]], str]


def path(view: View, answer: Answer) -> Component:
    """The path of the users with its band, the reference, and how many there are at its foot."""
    rows, centre = rows_of(answer), view.centre
    title = findings.path_title(
        rows,
        centre=centre,
        outcome=view.outcome_name,
        named=view.centre_name,
        unit=view.unit,
        horizon=int(view.parameters.horizon),
    )
    is_table = view.is_table("path")
    if is_table:
        body: Component = _table(view, answer, title)
    elif all(is_missing(row[centre]) for row in rows):
        body = too_few(text("monitoring.few_title"), text("monitoring.few"), wider(view))
    else:
        body = _drawn(view, rows, title)
    first = next(row for row in rows if row["event_year"] == 0)
    return figure_frame(
        title,
        text(
            "monitoring.path_sub",
            outcome=view.outcome_name,
            centre=view.centre_name,
            unit=unit_text(view.unit, _scale(view, answer)),
            scope=view.scope_text,
            n=format_number(first["n_user"], Unit.FIRM),
        ),
        body,
        name="path",
        answer=answer,
        caveat=text("monitoring.path_caveat"),
        table_href=view.table_href("path"),
        is_table=is_table,
        csv_href=view.export_href("monitoring_path"),
        xlsx_href=view.export_href("monitoring_path", "xlsx"),
        span=7,
        views=[
            (
                text(f"monitoring.see_{name}"),
                view.href(centre=None if name == CENTRES[0] else name),
            )
            for name in CENTRES
            if name != centre
        ],
        measures=(centre, f"{centre}_low", f"{centre}_high", f"reference_{centre}", "n"),
    )


def wider(view: View) -> list[tuple[str, str]]:
    """What to relax where there are too few."""
    ways = []
    for name in ("size", "industry", "region"):
        if getattr(view.parameters, name):
            ways.append((text(f"monitoring.relax_{name}"), view.href(**{name: None})))
    if view.parameters.used_from != "0" or view.parameters.used_to != "0":
        ways.append((text("monitoring.relax_years"), view.href(used_from=None, used_to=None)))
    return ways


def _drawn(view: View, rows: Sequence[Row], title: str) -> Component:
    centre = view.centre
    followed = Followed(
        text("monitoring.users"),
        [int(row["event_year"]) for row in rows],
        [row[centre] for row in rows],
        [row[f"{centre}_low"] for row in rows],
        [row[f"{centre}_high"] for row in rows],
        [int(row["n"]) for row in rows],
        text("monitoring.reference"),
        [row[f"reference_{centre}"] for row in rows],
    )
    last = [row for row in rows if not is_missing(row[centre])][-1]
    summary = text(
        "monitoring.path_summary",
        title=title,
        year=since_text(int(last["event_year"])),
        value=findings.amount(last[centre], view.unit),
        reference=findings.amount(last[f"reference_{centre}"], view.unit),
    )
    figure = followed_path_figure(followed, view.unit, n_name=text("monitoring.n_name"))
    return chart(figure, summary, name="path", height=520, height_narrow=460)


def _scale(view: View, answer: Answer) -> Scale | None:
    return column_scale(answer.frame[view.centre]) if view.unit is Unit.YEN else None


def amount_cell(name: str, unit: Unit, scale: Scale | None) -> Cell:
    """A cell with one amount, … where there are too few."""

    def cell(row: Mapping[str, Any]) -> str:
        return FEW if is_missing(row[name]) else _written(row[name], unit, scale)

    return cell


def interval_cell(name: str, unit: Unit, scale: Scale | None) -> Cell:
    """A cell with the interval around ``name``."""

    def cell(row: Mapping[str, Any]) -> str:
        low, high = row[f"{name}_low"], row[f"{name}_high"]
        if is_missing(low) or is_missing(high):
            return FEW
        ends = [_written(end, unit, scale) for end in (low, high)]
        return text("number.interval", low=ends[0], high=ends[1])

    return cell


def _written(value: Any, unit: Unit, scale: Scale | None) -> str:
    decimals = 1 if unit is Unit.PERSON else None
    return format_number(value, unit, scale=scale, decimals=decimals, has_unit=False)


def value_columns(view: View, answer: Answer, centre: str) -> list[TableColumn]:
    """One centre with its interval and the reference, in one unit."""
    unit = view.unit
    scale = column_scale(answer.frame[centre]) if unit is Unit.YEN else None
    head = text("monitoring.head_unit", unit=unit_text(unit, scale))
    named = text(f"monitoring.centre_{centre}")
    return [
        TableColumn(
            centre,
            label=f"{named}{head}",
            is_number=True,
            text_of=amount_cell(centre, unit, scale),
        ),
        TableColumn(
            f"{centre}_low",
            label=text("monitoring.head_interval") + head,
            is_number=True,
            text_of=interval_cell(centre, unit, scale),
        ),
        TableColumn(
            f"reference_{centre}",
            label=text("monitoring.head_reference") + head,
            is_number=True,
            text_of=amount_cell(f"reference_{centre}", unit, scale),
        ),
    ]


def _table(view: View, answer: Answer, label: str) -> Component:
    # The chosen one first: the others are reached by scrolling.
    shown = sorted(CENTRES, key=lambda centre: centre != view.centre)
    return answer_table(
        answer,
        [
            TableColumn(
                "when",
                label=text("monitoring.head_since"),
                text_of=lambda row: since_text(int(row["event_year"])),
            ),
            "n_user",
            "n",
            *(column for centre in shown for column in value_columns(view, answer, centre)),
        ],
        name="path",
        label=label,
        is_wide=True,
    )
