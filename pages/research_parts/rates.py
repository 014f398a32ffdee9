"""C and D: which share of projects reached the market, by points, years, field and region."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash.development.base_component import Component

from components.chart import chart
from components.estimates import Estimate, estimates_figure, estimates_height
from components.figure import figure_frame
from components.numbers import FEW, column_scale, format_number, is_missing
from components.states import too_few
from components.steps import Step, steps_figure
from components.table import TableColumn, answer_table
from gate.answer import Answer, Row, rows_of
from language import text
from pages.explore_parts.view import ALL
from pages.research_parts import findings
from pages.research_parts.view import View, after_text, level_of, whole_of
from store.quantity import Unit

STEPS_HEIGHT = 360
RATE = "commercialisation"
DRAWN = tuple(f"{RATE}_{name}" for name in ("rate", "low", "high"))


def score(view: View, rates: Sequence[Row]) -> Component:
    """The share by quarter of the evaluators' points, beside that of all projects."""
    answer = view.ask("research_score")
    rows = rows_of(answer)
    after = int(view.parameters.after)
    whole = next((r for r in rates if int(r["years_since_completion"]) == after), None)
    steps = [
        _step(
            row,
            text(f"research.quarter_{int(row['points_quarter'])}"),
            is_subject=int(row["points_quarter"]) == 4,
        )
        for row in rows
    ]
    reference = whole[f"{RATE}_rate"] if whole else None
    return _steps_frame(
        view,
        answer,
        "score",
        findings.score_title(rows, after_text(view)),
        text("research.score_sub", after=after_text(view), scope=view.scope_text),
        steps,
        reference=None if is_missing(reference) else reference,
        first=TableColumn(
            "points_quarter",
            text_of=lambda row: text(f"research.quarter_{int(row['points_quarter'])}"),
        ),
        has_adopted=True,
    )


def rate(view: View, answer: Answer) -> Component:
    """The share by years since completion: each year has its own projects."""
    rows = rows_of(answer)
    after = int(view.parameters.after)
    steps = [
        _step(
            row,
            text("research.year_n", n=int(row["years_since_completion"])),
            is_subject=int(row["years_since_completion"]) == after,
            link=view.href(after=str(int(row["years_since_completion"]))),
        )
        for row in rows
    ]
    return _steps_frame(
        view,
        answer,
        "rate",
        findings.rate_title(rows, after),
        text("research.rate_sub", scope=view.scope_text),
        steps,
        first=TableColumn(
            "years_since_completion",
            text_of=lambda row: text("research.year_n", n=int(row["years_since_completion"])),
        ),
    )


def _step(row: Row, label: str, *, is_subject: bool, link: str = "") -> Step:
    return Step(
        label,
        int(row["n_reported"]),
        row[f"{RATE}_rate"],
        row[f"{RATE}_low"],
        row[f"{RATE}_high"],
        is_subject=is_subject,
        link=link,
    )


def _steps_frame(
    view: View,
    answer: Answer,
    name: str,
    title: str,
    subtitle: str,
    steps: Sequence[Step],
    *,
    first: TableColumn,
    reference: float | None = None,
    has_adopted: bool = False,
) -> Component:
    is_table = view.is_table(name)
    if is_table:
        body: Component = _table(answer, first, name, title, has_adopted=has_adopted)
    elif all(is_missing(step.value) for step in steps):
        body = _no_reports(view)
    else:
        body = chart(
            steps_figure(
                steps,
                Unit.PERCENT,
                n_unit=Unit.RECORD,
                reference=reference,
                reference_label=text("research.whole", rate=format_number(reference, Unit.PERCENT)),
            ),
            text(
                "research.steps_summary",
                values=text("explore.list_separator").join(
                    f"{step.label} {format_number(step.value, Unit.PERCENT)}" for step in steps
                ),
            ),
            name=name,
            height=STEPS_HEIGHT,
            height_narrow=320,
        )
    return figure_frame(
        title,
        subtitle,
        body,
        name=name,
        answer=answer,
        caveat=text(f"research.{name}_caveat"),
        table_href=view.table_href(name),
        is_table=is_table,
        measures=DRAWN,
        csv_href=view.export_href(answer.question),
        xlsx_href=view.export_href(answer.question, "xlsx"),
        span=6,
    )


def _no_reports(view: View) -> Component:
    """Nobody has reported for so long: all years, or fewer years since completion."""
    ways = []
    if view.parameters.year != ALL:
        ways.append((text("research.relax_year"), view.href(year=ALL)))
    if view.parameters.after != "1":
        ways.append((text("research.relax_after"), view.href(after="1")))
    return too_few(
        text("research.no_reports_title"),
        text("research.no_reports", scope=view.scope_text, after=after_text(view)),
        ways,
    )


def _table(
    answer: Answer, first: TableColumn, name: str, label: str, *, has_adopted: bool, **more: Any
) -> Component:
    """The columns of every table of shares; mean sales in one unit."""
    scale = column_scale(answer.frame["mean_project_sales_yen"])
    return answer_table(
        answer,
        [
            first,
            *(["n_adopted"] if has_adopted else []),
            "n_reported",
            "n_commercialised",
            f"{RATE}_rate",
            TableColumn(f"{RATE}_low", f"{RATE}_high", label=text("research.head_interval")),
            "n_project_sales",
            TableColumn("mean_project_sales_yen", scale=scale, few_n="n_project_sales"),
            TableColumn(
                "project_sales_low_yen",
                "project_sales_high_yen",
                scale=scale,
                label=text("research.head_interval"),
            ),
        ],
        name=name,
        label=label,
        is_wide=True,
        **more,
    )


def breakdown(view: View, by: str, name: str) -> Component:
    """The share by field or region with its interval, mean sales of a project at the edge."""
    answer = view.ask("research_breakdown", by=by)
    whole, *rows = rows_of(answer)
    level = level_of(view, by)

    def naming(code: str) -> str:
        return view.name(by, code or whole_of(view, by))

    title = findings.breakdown_title(rows, whole, naming, level)
    is_table = view.is_table(name)
    if is_table:
        body: Component = _table(
            answer,
            TableColumn("member_name", text_of=lambda row: naming(str(row["member_code"]))),
            name,
            title,
            has_adopted=True,
            href_of=lambda row: view.href("", **{by: str(row["member_code"]) or None}),
            is_total=lambda row: not row["member_code"],
            is_current=lambda row: (
                bool(row["member_code"]) and row["member_code"] == getattr(view.parameters, by)
            ),
        )
    elif not whole["n_reported"]:
        body = _no_reports(view)
    else:
        body = _drawn(view, by, name, whole, rows)
    return figure_frame(
        title,
        text(
            "research.breakdown_sub",
            level=text(f"research.level_{level}"),
            after=after_text(view),
            scope=view.scope_text,
        ),
        body,
        name=name,
        answer=answer,
        caveat=text("research.breakdown_caveat"),
        table_href=view.table_href(name),
        is_table=is_table,
        measures=(*DRAWN, "mean_project_sales_yen"),
        csv_href=view.export_href("research_breakdown", by=by),
        xlsx_href=view.export_href("research_breakdown", "xlsx", by=by),
        span=6,
    )


def _drawn(view: View, by: str, name: str, whole: Row, rows: Sequence[Row]) -> Component:
    reference = whole[f"{RATE}_rate"]
    scale = column_scale([row["mean_project_sales_yen"] for row in (whole, *rows)])
    sides = findings.marked(rows, whole)
    ordered = [
        whole,
        *sorted(
            (row for row in rows if row["n_reported"]),
            key=lambda r: str(r["member_code"]) == findings.UNKNOWN,
        ),
    ]
    estimates = [
        Estimate(
            view.name(by, str(row["member_code"]) or whole_of(view, by)),
            int(row["n_reported"]),
            row[f"{RATE}_rate"],
            row[f"{RATE}_low"],
            row[f"{RATE}_high"],
            is_marked=str(row["member_code"]) in sides,
            is_total=row is whole,
            link="" if row is whole else view.href("", **{by: str(row["member_code"])}),
            aside=FEW
            if is_missing(row["mean_project_sales_yen"])
            else format_number(row["mean_project_sales_yen"], Unit.YEN, scale=scale),
        )
        for row in ordered
    ]
    return chart(
        estimates_figure(
            estimates,
            Unit.PERCENT,
            reference=reference,
            reference_label=text("research.whole", rate=format_number(reference, Unit.PERCENT)),
            n_unit=Unit.RECORD,
            aside_label=text("research.mean_sales"),
        ),
        text(
            "research.steps_summary",
            values=text("explore.list_separator").join(
                f"{e.label} {format_number(e.value, Unit.PERCENT)}" for e in estimates[:4]
            ),
        ),
        name=name,
        height=estimates_height(estimates),
    )
