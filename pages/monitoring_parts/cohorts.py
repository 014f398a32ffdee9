"""The years of first use side by side, all of them as many years later."""

from __future__ import annotations

from dash.development.base_component import Component

from components.eras import fiscal_year_text
from components.figure import figure_frame
from components.states import empty
from components.table import TableColumn, answer_table
from gate.answer import Answer, rows_of
from language import text
from pages.monitoring_parts import findings
from pages.monitoring_parts.exits import percent_cell, rate_interval_cell
from pages.monitoring_parts.head import horizon_text
from pages.monitoring_parts.paths import value_columns
from pages.monitoring_parts.view import HORIZONS, View


def cohorts(view: View, answer: Answer) -> Component:
    """One row per year of first use that is observed long enough."""
    rows, horizon = rows_of(answer), horizon_text(view)
    title = findings.cohort_title(
        rows,
        centre=view.centre,
        outcome=view.outcome_name,
        named=view.centre_name,
        horizon=horizon,
        unit=view.unit,
    )
    return figure_frame(
        title,
        text(
            "monitoring.cohort_sub",
            outcome=view.outcome_name,
            centre=view.centre_name,
            horizon=horizon,
            scope=view.scope_text,
        ),
        _table(view, answer, title) if rows else _none(view, horizon),
        name="cohorts",
        answer=answer,
        caveat=text("monitoring.cohort_caveat", horizon=horizon),
        csv_href=view.export_href("monitoring_cohort"),
        xlsx_href=view.export_href("monitoring_cohort", "xlsx"),
        span=12,
        views=[
            (text("monitoring.years_later", n=n), view.href(horizon=None if n == "3" else n))
            for n in sorted(HORIZONS)
            if n != view.parameters.horizon
        ],
        measures=(view.centre, f"{view.centre}_low", f"{view.centre}_high", "exit_rate"),
    )


def _none(view: View, horizon: str) -> Component:
    ways = [(text("monitoring.years_later", n="1"), view.href(horizon="1"))]
    return empty(text("monitoring.cohort_none", horizon=horizon), ways)


def _table(view: View, answer: Answer, label: str) -> Component:
    return answer_table(
        answer,
        [
            TableColumn("first_year", text_of=lambda row: fiscal_year_text(int(row["first_year"]))),
            "n_user",
            "n",
            *value_columns(view, answer, view.centre),
            "n_at_risk",
            TableColumn(
                "exit_rate",
                label=text("monitoring.head_default"),
                text_of=lambda row: percent_cell(row, "exit_rate"),
            ),
            TableColumn(
                "exit_rate_low",
                label=text("monitoring.head_rate_interval"),
                text_of=rate_interval_cell,
            ),
            TableColumn(
                "reference_exit_rate",
                label=text("monitoring.head_default_reference"),
                text_of=lambda row: percent_cell(row, "reference_exit_rate"),
            ),
        ],
        name="cohorts",
        label=label,
        is_wide=True,
    )
