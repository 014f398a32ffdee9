"""How users had left by when, four ways apart, beside firms of the same industries and years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash.development.base_component import Component

from components.chart import chart
from components.exit_panels import ExitPanel, exit_panels_figure
from components.figure import figure_frame
from components.followed_path import since_text
from components.numbers import FEW, format_number, interval_text, is_missing
from components.states import too_few
from components.table import TableColumn, answer_table
from gate.answer import Answer, Row, rows_of
from language import text
from pages.monitoring_parts import findings
from pages.monitoring_parts.head import horizon_text, row_at
from pages.monitoring_parts.paths import wider
from pages.monitoring_parts.view import View
from store.quantity import Unit

STATES = ("default", "missing", "closure", "merger")


def exits(view: View, answer: Answer) -> Component:
    """Cumulative shares, one panel a way of leaving."""
    rows = rows_of(answer)
    default = row_at(rows, int(view.parameters.horizon), "default")
    title = findings.exit_title(default, horizon_text(view))
    is_table = view.is_table("exits")
    if is_table:
        body: Component = _table(answer, title)
    elif all(is_missing(row["exit_rate"]) for row in rows):
        body = too_few(text("monitoring.few_title"), text("monitoring.few_exits"), wider(view))
    else:
        body = _drawn(rows, title)
    n = int(rows[0]["n_at_risk"])
    return figure_frame(
        title,
        text("monitoring.exit_sub", scope=view.scope_text, n=format_number(n, Unit.FIRM)),
        body,
        name="exits",
        answer=answer,
        caveat=text("monitoring.exit_caveat"),
        table_href=view.table_href("exits"),
        is_table=is_table,
        csv_href=view.export_href("monitoring_exit"),
        xlsx_href=view.export_href("monitoring_exit", "xlsx"),
        span=5,
        measures=("exit_rate", "exit_rate_low", "exit_rate_high", "reference_exit_rate"),
    )


def _drawn(rows: Sequence[Row], title: str) -> Component:
    panels = []
    for state in STATES:
        own = [row for row in rows if row["exit_state"] == state]
        panels.append(
            ExitPanel(
                text(f"monitoring.exit_{state}"),
                [int(row["event_year"]) for row in own],
                [row["exit_rate"] for row in own],
                [row["exit_rate_low"] for row in own],
                [row["exit_rate_high"] for row in own],
                [row["reference_exit_rate"] for row in own],
            )
        )
    figure = exit_panels_figure(
        panels, group_name=text("monitoring.users"), reference_name=text("monitoring.reference")
    )
    summary = text("monitoring.exit_summary", title=title)
    return chart(figure, summary, name="exits", height=520, height_narrow=460)


def percent_cell(row: Mapping[str, Any], name: str) -> str:
    """A share in percent, … where there are too few."""
    value = row[name]
    return FEW if is_missing(value) else format_number(value, Unit.PERCENT, has_unit=False)


def rate_interval_cell(row: Mapping[str, Any]) -> str:
    """The interval of a share of leavers."""
    if is_missing(row["exit_rate_low"]) or is_missing(row["exit_rate_high"]):
        return FEW
    return interval_text(row["exit_rate_low"], row["exit_rate_high"], Unit.PERCENT)


def _table(answer: Answer, label: str) -> Component:
    return answer_table(
        answer,
        [
            TableColumn(
                "when",
                label=text("monitoring.head_since"),
                text_of=lambda row: since_text(int(row["event_year"])),
            ),
            TableColumn(
                "exit_state", text_of=lambda row: text(f"monitoring.exit_{row['exit_state']}")
            ),
            "n_at_risk",
            TableColumn("n_exit", few_n="n_at_risk"),
            TableColumn("exit_rate", text_of=lambda row: percent_cell(row, "exit_rate")),
            TableColumn(
                "exit_rate_low",
                label=text("monitoring.head_rate_interval"),
                text_of=rate_interval_cell,
            ),
            TableColumn(
                "reference_exit_rate",
                text_of=lambda row: percent_cell(row, "reference_exit_rate"),
            ),
        ],
        name="exits",
        label=label,
        is_wide=True,
    )
