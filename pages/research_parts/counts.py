"""A: applications, adoptions and budget year by year, as they were published."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from components.chart import chart
from components.eras import fiscal_year_text
from components.figure import figure_frame
from components.numbers import Scale, format_number, is_missing
from components.rounds import Rounds, RoundWords, rounds_figure
from components.table import TableColumn, answer_table
from gate.answer import Answer, Row, rows_of
from language import text
from pages.research_parts import findings
from pages.research_parts.view import View, followed_scope
from store.quantity import Unit


def counts(view: View, answer: Answer) -> Component:
    """The rate, the counts and the budget over the years, one panel each."""
    rows = rows_of(answer)
    chosen = int(view.parameters.year or 0)
    title = findings.counts_title(rows, chosen)
    years = [row for row in rows if int(row["fiscal_year"])]
    is_table = view.is_table("counts")
    return figure_frame(
        title,
        text("research.counts_sub", scope=followed_scope(view, with_year=False)),
        _table(answer, title, "counts") if is_table else _drawn(years, chosen, title),
        name="counts",
        answer=answer,
        caveat=text("research.counts_caveat"),
        table_href=view.table_href("counts"),
        is_table=is_table,
        measures=("n_application", "n_adopted", "adoption_rate", "decided_yen"),
        csv_href=view.export_href("research_counts"),
        xlsx_href=view.export_href("research_counts", "xlsx"),
        span=7,
    )


def _drawn(rows: Sequence[Row], chosen: int, title: str) -> Component:
    last = next((row for row in reversed(rows) if row["n_application"]), None)
    summary = title
    if last is not None:
        summary = text(
            "research.counts_summary",
            title=title,
            year=fiscal_year_text(int(last["fiscal_year"])),
            n=format_number(last["n_application"], Unit.RECORD),
            adopted=format_number(last["n_adopted"], Unit.RECORD),
        )
    return chart(
        rounds_figure(
            Rounds(
                [int(row["fiscal_year"]) for row in rows],
                [int(row["n_application"]) for row in rows],
                [int(row["n_adopted"]) for row in rows],
                [row["adoption_rate"] for row in rows],
                [row["adoption_low"] for row in rows],
                [row["adoption_high"] for row in rows],
                [row["decided_yen"] for row in rows],
            ),
            RoundWords(
                text("research.panel_rate"),
                text("research.panel_counts"),
                text("research.applications"),
                text("research.adoptions"),
                text("research.panel_budget"),
            ),
            n_unit=Unit.RECORD,
            chosen_year=chosen,
        ),
        summary,
        name="counts",
        height=600,
        height_narrow=520,
    )


def counts_table(view: View, answer: Answer) -> Component:
    """The same as numbers, the sum of all years first."""
    title = text("research.counts_table_title")
    return figure_frame(
        title,
        text("research.counts_table_sub"),
        _table(answer, title, "counts-table", chosen=int(view.parameters.year or 0)),
        name="counts-table",
        answer=answer,
        csv_href=view.export_href("research_counts"),
        span=5,
    )


def _table(answer: Answer, label: str, name: str, chosen: int = 0) -> Component:
    has_budget = not answer.frame["decided_yen"].isna().all()
    return answer_table(
        answer,
        [
            TableColumn(
                "fiscal_year",
                text_of=lambda row: (
                    fiscal_year_text(int(row["fiscal_year"]))
                    if int(row["fiscal_year"])
                    else text("research.sum")
                ),
            ),
            "n_application",
            "n_adopted",
            "adoption_rate",
            *(
                [
                    TableColumn(
                        "decided_yen",
                        label=text("research.head_budget"),
                        scale=Scale.HUNDRED_MILLION,
                    )
                ]
                if has_budget
                else []
            ),
        ],
        name=name,
        label=label,
        is_total=lambda row: not int(row["fiscal_year"]),
        is_current=lambda row: bool(chosen) and int(row["fiscal_year"]) == chosen,
    )


def has_any(rows: Sequence[Row]) -> bool:
    """Whether anybody applied at all under the filter."""
    return any(not is_missing(row["n_application"]) and row["n_application"] for row in rows)
