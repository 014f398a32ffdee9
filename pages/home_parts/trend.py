"""The adoption rate by fiscal year with its interval, beside the nation."""

from __future__ import annotations

from dash.development.base_component import Component

from components.chart import chart
from components.eras import date_text, fiscal_year_text
from components.figure import figure_frame
from components.numbers import format_number
from components.table import TableColumn, answer_table
from components.trend import trend_figure
from gate.answer import Answer, Row, rows_of
from language import text
from pages.award_parts.evidence import drawn_columns, drawn_from
from pages.award_parts.findings import apart, share_difference, trend_title
from pages.award_parts.measures import ADOPTION
from pages.award_parts.trend import lines_of
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
            n=format_number(looked_at["n_application"] if looked_at else 0, None),
        ),
        _table(answer, title) if is_table else _drawn(asked, height),
        name="trend",
        answer=drawn_from(answer, ADOPTION),
        caveat=_caveat(asked),
        table_href=view.table_href("trend"),
        is_table=is_table,
        csv_href=view.export_href("application_trend"),
        n_row=answer.n_row,
        span=span,
        measures=drawn_columns(ADOPTION),
    )


def rate_title(asked: Asked) -> str:
    """How the rate changed up to the year looked at, or the last that has ended, and how it lies to
    the nation's then; no more than the intervals bear."""
    view, years = asked.view, asked.by_year
    year = min(asked.year, asked.last_ended)
    known = [y for y, row in sorted(years.items()) if ADOPTION.value(row) is not None and y <= year]
    nation = _nation(asked).get(year)
    if not view.parameters.region or nation is None or year not in known or len(known) < 2:
        return trend_title(
            ADOPTION,
            text("quantity.adoption_rate.label"),
            view.region_name,
            years,
            last_ended=asked.last_ended,
            chosen=int(view.parameters.year or 0),
        )
    row, first = years[year], years[known[0]]
    found = share_difference(ADOPTION, row, first)
    change = "chance"
    if found is not None and not found[1] <= 0 <= found[2]:
        change = "up" if found[0] > 0 else "down"
    side = {1: "above", -1: "below", 0: "chance"}[apart(ADOPTION, row, ADOPTION.value(nation))]
    return text(
        f"home.trend_{change}_{side}",
        region=view.region_name,
        since=fiscal_year_text(known[0]),
        year=fiscal_year_text(year),
    )


def _nation(asked: Asked) -> dict[int, Row]:
    rows = rows_of(asked.trend)
    return {int(r["fiscal_year"]): r for r in rows if r["series"] == "nation"}


def _drawn(asked: Asked, height: int) -> Component:
    name = asked.view.region_name
    names = {"selected": name, "nation": text("explore.all_region")}
    series = {"selected": asked.by_year, "nation": _nation(asked)}
    lines = lines_of(ADOPTION, series, names, asked.last_ended)
    known = [(y, r) for y, r in sorted(asked.by_year.items()) if ADOPTION.value(r) is not None]
    values_text = text("explore.list_separator").join(
        f"{fiscal_year_text(year)} {ADOPTION.shown(row)}" for year, row in known[-SHOWN:]
    )
    label = text("home.trend_summary", region=name, values=values_text)
    figure = trend_figure(lines, Unit.PERCENT)
    return chart(figure, label, name="trend", height=height, height_narrow=360)


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


def _caveat(asked: Asked) -> str:
    """That a year still running is not whole, and how far its records reach."""
    last = max(asked.by_year)
    sources = drawn_from(asked.trend, ADOPTION).sources
    reach = max((s.period_to for s in sources if s.period_to), default=None)
    if last <= asked.last_ended or reach is None:
        return ""
    return text("home.partial_caveat", year=fiscal_year_text(last), day=date_text(reach))
