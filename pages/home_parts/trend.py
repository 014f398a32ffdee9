"""The adoption rate by fiscal year with its interval, beside the nation."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from components.chart import chart
from components.eras import date_text, fiscal_year_text
from components.figure import figure_frame
from components.numbers import format_number
from components.table import TableColumn, answer_table
from components.trend import Line, trend_figure
from gate.answer import Answer
from language import text
from pages.award_parts.findings import apart, share_difference, trend_title
from pages.award_parts.measures import ADOPTION, Row, rows_of
from pages.home_parts.asked import Asked
from store.quantity import Unit

SHOWN = 3


def trend(asked: Asked, *, span: int = 5, height: int = 400) -> Component:
    """The line of the region with a band of 95 %, the nation's dashed beside it."""
    view, answer = asked.view, asked.trend
    title = rate_title(asked)
    is_table = view.is_table("trend")
    years = sorted(asked.by_year)
    looked_at = asked.by_year.get(asked.year)
    return figure_frame(
        title,
        text(
            "home.trend_sub",
            since=fiscal_year_text(years[0]),
            until=fiscal_year_text(years[-1]),
            year=fiscal_year_text(asked.year),
            n=format_number(looked_at["n_application"] if looked_at else 0, Unit.RECORD),
        ),
        _table(answer, title) if is_table else _drawn(asked, height),
        name="trend",
        answer=answer,
        caveat=_caveat(asked, answer),
        table_href=view.table_href("trend"),
        is_table=is_table,
        csv_href=view.export_href("application_trend"),
        n_row=answer.n_row,
        span=span,
    )


def rate_title(asked: Asked) -> str:
    """How the rate changed over the years that have ended, and how it lies to the nation's in the
    year looked at; no more than the intervals bear."""
    view, years = asked.view, asked.by_year
    known = [y for y, row in sorted(years.items()) if ADOPTION.value(row) is not None]
    ended = [y for y in known if y <= asked.last_ended]
    year = min(asked.year, asked.last_ended)
    row, nation = years.get(year), _nation(asked).get(year)
    if not view.parameters.region or nation is None or row is None or len(ended) < 2:
        return trend_title(
            ADOPTION,
            text("quantity.adoption_rate.label"),
            view.region_name,
            years,
            last_ended=asked.last_ended,
            chosen=int(view.parameters.year or 0),
        )
    found = share_difference(ADOPTION, years[ended[-1]], years[ended[0]])
    change = "chance"
    if found is not None and not found[1] <= 0 <= found[2]:
        change = "up" if found[0] > 0 else "down"
    side = {1: "above", -1: "below", 0: "chance"}[apart(ADOPTION, row, ADOPTION.value(nation))]
    return text(
        f"home.trend_{change}_{side}",
        region=view.region_name,
        since=fiscal_year_text(ended[0]),
        year=fiscal_year_text(year),
    )


def _nation(asked: Asked) -> Mapping[int, Row]:
    rows = rows_of(asked.trend)
    return {int(r["fiscal_year"]): r for r in rows if r["series"] == "nation"}


def _drawn(asked: Asked, height: int) -> Component:
    name = asked.view.region_name
    lines = _lines(name, asked.by_year, asked.last_ended)
    if nation := _nation(asked):
        years = [year for year in sorted(nation) if year <= asked.last_ended]
        values = [ADOPTION.value(nation[year]) for year in years]
        lines.append(Line(text("explore.all_region"), years, values))
    known = [(y, r) for y, r in sorted(asked.by_year.items()) if ADOPTION.value(r) is not None]
    values_text = text("explore.list_separator").join(
        f"{fiscal_year_text(year)} {ADOPTION.shown(row)}" for year, row in known[-SHOWN:]
    )
    label = text("home.trend_summary", region=name, values=values_text)
    figure = trend_figure(lines, Unit.PERCENT)
    return chart(figure, label, name="trend", height=height, height_narrow=360)


def _lines(name: str, rows: Mapping[int, Row], last_ended: int) -> list[Line]:
    """The years that have ended with their band, and a dashed line on into one still running."""
    ended = [year for year in sorted(rows) if year <= last_ended]
    bounds = [ADOPTION.bounds(rows[year]) or (None, None) for year in ended]
    lines = [
        Line(
            name,
            ended,
            [ADOPTION.value(rows[year]) for year in ended],
            is_subject=True,
            low=[low for low, _ in bounds],
            high=[high for _, high in bounds],
        )
    ]
    running = [year for year in sorted(rows) if year > last_ended]
    if running:
        onward = [*ended[-1:], *running]
        label = text("home.partial", year=fiscal_year_text(running[-1]))
        lines.append(Line(label, onward, [ADOPTION.value(rows[year]) for year in onward]))
    return lines


def _table(answer: Answer, title: str) -> Component:
    return answer_table(
        answer,
        [
            "fiscal_year",
            TableColumn("series", text_of=lambda row: text(f"home.series_{row['series']}")),
            "n_application",
            "n_adopted",
            "adoption_rate",
            TableColumn("adoption_low", "adoption_high", label=text("home.interval")),
        ],
        name="trend",
        label=title,
    )


def _caveat(asked: Asked, answer: Answer) -> str:
    """That a year still running is not whole, and how far it reaches."""
    last = max(asked.by_year)
    reach = next((s.period_to for s in answer.sources if s.period_to), None)
    if last <= asked.last_ended or reach is None:
        return ""
    return text("home.partial_caveat", year=fiscal_year_text(last), day=date_text(reach))
