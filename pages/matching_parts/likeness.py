"""How alike both sides are, who found nobody, and how the comparison is specified."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.chart import chart
from components.figure import figure_frame
from components.funnel import Stage, funnel_figure, funnel_height
from components.love_plot import Likeness, love_plot, love_plot_height
from components.numbers import FEW, format_number, is_missing
from components.states import too_few
from components.table import TableColumn, answer_table
from gate.answer import Answer, Row, rows_of
from language import text
from pages.matching_parts import findings
from pages.matching_parts.audit import specification
from pages.matching_parts.findings import Named
from pages.matching_parts.view import View
from queries.matching_measures import BLOCK_ABOVE, WARN_ABOVE
from store.quantity import Unit

_COLUMNS = ("smd_before", "smd_after", "variance_ratio_before", "variance_ratio_after")


def likeness(view: View, answer: Answer) -> Component:
    """The love plot: before and after matching, feature by feature."""
    rows = rows_of(answer)
    title = findings.balance_title(rows)
    is_table = view.is_table("balance")
    if is_table:
        body: Component = answer_table(
            answer,
            [
                TableColumn("covariate", text_of=lambda row: _feature(str(row["covariate"]))),
                *(TableColumn(name, is_number=True, text_of=_two(name)) for name in _COLUMNS),
            ],
            name="balance",
            label=title,
            is_wide=True,
        )
    elif findings.worst_likeness(rows) is None:
        body = too_few(text("matching.few_title"), text("matching.few_balance"))
    else:
        body = _drawn(rows, title)
    return figure_frame(
        title,
        text("matching.balance_sub"),
        body,
        name="balance",
        answer=answer,
        caveat=text("matching.balance_caveat"),
        table_href=view.table_href("balance"),
        is_table=is_table,
        csv_href=view.export_href("matched_balance"),
        xlsx_href=view.export_href("matched_balance", "xlsx"),
        span=5,
        measures=("smd_before", "smd_after"),
    )


def _drawn(rows: list[Row], title: str) -> Component:
    shown = [
        Likeness(_feature(str(row["covariate"])), row["smd_before"], row["smd_after"])
        for row in rows
    ]
    worst = findings.worst_likeness(rows)
    return chart(
        love_plot(shown, warn_above=WARN_ABOVE, block_above=BLOCK_ABOVE),
        text(
            "matching.balance_summary",
            title=title,
            worst=format_number(worst, None, decimals=2),
        ),
        name="balance",
        height=max(420, love_plot_height(len(shown))),
    )


def _feature(name: str) -> str:
    return text(f"matching.feature_{name}")


def _two(name: str) -> Callable[[Mapping[str, Any]], str]:
    def cell(row: Mapping[str, Any]) -> str:
        return FEW if is_missing(row[name]) else format_number(row[name], None, decimals=2)

    return cell


def losses(view: View, named: Named, answer: Answer) -> Component:
    """From all users to those compared, and below it the specification."""
    rows = [row for row in rows_of(answer) if row["n"] or row["step"] in ("user", "matched")]
    title = findings.loss_title(rows)
    whole = int(rows[0]["n"])
    stages = [
        Stage(
            text(f"matching.step_{row['step']}", user=named.user),
            int(row["n"]),
            share=format_number(row["share"], Unit.PERCENT),
            is_subject=row["step"] in ("user", "matched"),
            whole=whole,
        )
        for row in rows
    ]
    is_table = view.is_table("losses")
    if is_table:
        body: Component = answer_table(
            answer,
            [
                TableColumn(
                    "step",
                    text_of=lambda row: text(f"matching.step_{row['step']}", user=named.user),
                ),
                "n",
                "share",
            ],
            name="losses",
            label=title,
        )
    else:
        drawn = chart(
            funnel_figure(stages, n_unit=Unit.FIRM),
            text("matching.loss_summary", title=title),
            name="losses",
            height=funnel_height(len(stages)),
        )
        body = html.Div([drawn, *specification(view, answer)])
    return figure_frame(
        title,
        text("matching.loss_sub", user=named.user),
        body,
        name="losses",
        answer=answer,
        table_href=view.table_href("losses"),
        is_table=is_table,
        csv_href=view.export_href("matched_loss"),
        xlsx_href=view.export_href("matched_loss", "xlsx"),
        span=4,
        measures=("n", "share"),
    )
