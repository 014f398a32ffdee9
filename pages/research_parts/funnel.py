"""E: how far the projects of a cohort came, from application to sales."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from components.chart import chart
from components.figure import figure_frame
from components.funnel import Stage, funnel_figure, funnel_height
from components.notes import spec_list
from components.numbers import format_number, is_missing
from components.table import TableColumn, answer_table
from gate.answer import Answer, Row, rows_of
from language import text
from pages.research_parts import findings
from pages.research_parts.view import View, after_text, cohort_text, followed_scope
from store.quantity import Unit

# The stages before a project can be followed are counts of the cohort, not of its projects.
_BEFORE = ("applied",)


def funnel(view: View, answer: Answer) -> Component:
    """One bar a stage, with its number and its shares."""
    rows = rows_of(answer)
    title = findings.funnel_title(rows, after_text(view))
    is_table = view.is_table("funnel")
    body: Component = (
        answer_table(
            answer,
            [
                TableColumn("stage", text_of=lambda row: _name(view, str(row["stage"]))),
                "n",
                "share_before",
                "share_adopted",
            ],
            name="funnel",
            label=title,
        )
        if is_table
        else _drawn(view, rows)
    )
    return figure_frame(
        title,
        text(
            "research.funnel_sub",
            cohort=cohort_text(view),
            scope=followed_scope(view, with_year=False),
        ),
        body,
        name="funnel",
        answer=answer,
        caveat=text("research.funnel_caveat", after=after_text(view)),
        table_href=view.table_href("funnel"),
        is_table=is_table,
        csv_href=view.export_href("research_funnel"),
        xlsx_href=view.export_href("research_funnel", "xlsx"),
        span=7,
    )


def stages(view: View) -> Component:
    """What each stage means."""
    names = ("followed", "reported", "patent", "commercialised", "sold")
    rows = [
        (_name(view, name), text(f"research.meaning_{name}", n=view.parameters.after))
        for name in names
    ]
    return html.Section(
        [
            html.Div(
                [
                    html.H2(text("research.stages_title")),
                    html.P(
                        text("research.stages_sub", after=after_text(view)),
                        className="sl-figure__sub",
                    ),
                ]
            ),
            html.Div(spec_list(rows), className="sl-figure__body"),
        ],
        className="sl-figure sl-5of12",
    )


def _name(view: View, stage: str) -> str:
    return text(f"research.stage_{stage}", n=view.parameters.after)


def _drawn(view: View, rows: Sequence[Row]) -> Component:
    stages = [
        Stage(
            _name(view, str(row["stage"])),
            int(row["n"]),
            _share(row),
            is_subject=str(row["stage"]) not in _BEFORE,
        )
        for row in rows
    ]
    return chart(
        funnel_figure(stages, n_unit=Unit.RECORD),
        text(
            "research.steps_summary",
            values=text("explore.list_separator").join(
                f"{stage.label} {format_number(stage.n, Unit.RECORD)}" for stage in stages
            ),
        ),
        name="funnel",
        height=funnel_height(len(stages)),
    )


def _share(row: Row) -> str:
    """``採択の36.8%``: of the stage that it is part of."""
    stage = str(row["stage"])
    if is_missing(row["share_before"]) or stage == "applied":
        return ""
    share = format_number(row["share_before"], Unit.PERCENT)
    return text(f"research.share_{stage}", share=share)
