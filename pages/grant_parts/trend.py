"""The measure by fiscal year; a year that has not ended is set apart from those that have."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from components.chart import chart
from components.eras import date_text, fiscal_year_text
from components.figure import figure_frame
from components.numbers import Scale, format_number, unit_text, yen_scale
from components.table import answer_table
from components.trend import Bars, Line, trend_figure
from gate.answer import Answer, Row, rows_of
from language import text
from pages.explore_parts.view import last_ended_year
from pages.grant_parts import findings
from pages.grant_parts.figures import measure_columns
from pages.grant_parts.findings import UNITS
from pages.grant_parts.view import AwardView
from store.quantity import Unit


def trend_lines(
    name: str, years: Sequence[int], values: Sequence[float | None], last_ended: int
) -> list[Line]:
    """The line of the years that have ended, and a dashed one on into the year still running."""
    points = list(zip(years, values, strict=True))
    ended = [point for point in points if point[0] <= last_ended]
    running = [point for point in points if point[0] > last_ended]
    lines = []
    if ended:
        lines.append(Line(name, [y for y, _ in ended], [v for _, v in ended], is_subject=True))
    if running:
        label = text("grants.partial", year=fiscal_year_text(running[-1][0]))
        onward = [*ended[-1:], *running]
        lines.append(Line(label, [y for y, _ in onward], [v for _, v in onward]))
    return lines


def year_caveat(answer: Answer, years: Sequence[int], last_ended: int) -> str:
    """That years are those of approval, and how far a running year reaches."""
    words = [text("grants.year_caveat")]
    reach = next((s.period_to for s in answer.sources if s.period_to), None)
    if reach and years and max(years) > last_ended:
        year = fiscal_year_text(max(years))
        words.append(text("grants.partial_caveat", year=year, day=date_text(reach)))
    return text("evidence.stop").join(words)


def trend(view: AwardView, *, span: int = 5, height: int = 520) -> Component:
    """The measure of the chosen region, with the awards (or recipients) of each year below it."""
    answer = view.ask("award_trend")
    rows = [row for row in rows_of(answer) if row["series"] == "selected"]
    years = [int(row["fiscal_year"]) for row in rows]
    lower = "n_firm" if view.measure == "n_award" else "n_award"
    scale = yen_scale([row[view.measure] for row in rows])
    title = findings.trend_title(view, answer)
    is_table = view.is_table("trend")
    return figure_frame(
        title,
        text(
            "grants.trend_sub",
            measure=_with_unit(view.measure, scale),
            lower=_with_unit(lower),
            region=view.region_name,
        ),
        answer_table(
            answer,
            ["fiscal_year", *measure_columns(answer)],
            name="trend",
            label=title,
        )
        if is_table
        else _drawn(view, rows, lower, height),
        name="trend",
        answer=answer,
        caveat=year_caveat(answer, years, last_ended_year(view.members)),
        table_href=view.table_href("trend"),
        is_table=is_table,
        csv_href=view.export_href("award_trend"),
        xlsx_href=view.export_href("award_trend", "xlsx"),
        n_row=answer.n_row,
        span=span,
    )


def _with_unit(name: str, scale: Scale | None = None) -> str:
    return text(
        "grants.with_unit",
        measure=text(f"quantity.{name}.label"),
        unit=unit_text(UNITS[name], scale),
    )


def _drawn(view: AwardView, rows: list[Row], lower: str, height: int) -> Component:
    years = [int(row["fiscal_year"]) for row in rows]
    values = [row[view.measure] for row in rows]
    unit = UNITS[view.measure]
    scale: Scale | None = yen_scale(values) if unit is Unit.YEN else None
    figure = trend_figure(
        trend_lines(view.region_name, years, values, last_ended_year(view.members)),
        unit,
        bars=Bars(
            text(f"quantity.{lower}.label"),
            years,
            [row[lower] for row in rows],
            UNITS[lower],
            chosen_year=int(view.parameters.year or 0) or last_ended_year(view.members),
            year_links={year: view.href(year=str(year)) for year in years},
        ),
        scale=scale,
    )
    latest = text("explore.list_separator").join(
        f"{fiscal_year_text(year)} {format_number(value, unit, scale=scale)}"
        for year, value in list(zip(years, values, strict=True))[-3:]
    )
    label = text(
        "grants.trend_summary",
        region=view.region_name,
        measure=findings.measure_label(view),
        values=latest,
    )
    return chart(figure, label, name="trend", height=height, height_narrow=400)
