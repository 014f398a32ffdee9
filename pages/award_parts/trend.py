"""The measure by fiscal year beside the nation and what is compared; running years set apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from components.chart import chart
from components.eras import fiscal_year_text
from components.figure import figure_frame
from components.numbers import Scale, unit_text
from components.table import TableColumn, answer_table
from components.trend import Bars, Line, trend_figure
from gate.answer import Answer, Row, rows_of
from language import text
from pages.award_parts.evidence import drawn_columns, drawn_from
from pages.award_parts.findings import trend_title
from pages.award_parts.measures import MEASURES, Measure
from pages.award_parts.tables import measure_columns
from pages.award_parts.view import (
    View,
    measure_label,
    measure_of,
    measure_with_unit,
    scope_text,
    series_names,
    towards,
)
from pages.explore_parts.view import last_ended_year

QUESTION = "application_trend"
COMPARED = ("versus", "versus_industry", "nation")
HEIGHT, HEIGHT_NARROW = 560, 420

YearRows = dict[int, Row]


def trend(view: View, span: int = 5) -> Component:
    """The measure of the chosen applications, and what it rests on in each year below it."""
    answer = view.ask(QUESTION)
    series = _by_series(answer)
    measure, label = measure_of(view), measure_label(view)
    names = series_names(view)
    last_ended = last_ended_year(view.members)
    title = trend_title(
        measure,
        label,
        names["selected"],
        series["selected"],
        last_ended=last_ended,
        chosen=int(view.parameters.year or 0),
    )
    is_table = view.is_table("trend")
    scale = measure.scale([row for rows in series.values() for row in rows.values()])
    return figure_frame(
        title,
        text(
            "drilldown.trend_sub",
            measure=measure_with_unit(view, scale),
            lower=text(
                "drilldown.with_unit",
                measure=text(f"quantity.{measure.n.name}.label"),
                unit=unit_text(measure.n.unit),
            ),
            subject=names["selected"],
            scope=scope_text(view, "region", "year") or text("drilldown.all_conditions"),
        ),
        _table(view, answer, title) if is_table else _drawn(view, series, names, scale, last_ended),
        name="trend",
        answer=answer if is_table else drawn_from(answer, measure),
        caveat=_caveat(view, series["selected"], last_ended),
        table_href=view.table_href("trend"),
        is_table=is_table,
        csv_href=view.export_href(QUESTION),
        xlsx_href=view.export_href(QUESTION, "xlsx"),
        n_row=answer.n_row,
        span=span,
        measures=drawn_columns(measure),
    )


def _by_series(answer: Answer) -> dict[str, YearRows]:
    found: dict[str, YearRows] = {"selected": {}}
    for row in rows_of(answer):
        found.setdefault(str(row["series"]), {})[int(row["fiscal_year"])] = row
    return found


def _caveat(view: View, rows: YearRows, last_ended: int) -> str:
    words = [text("drilldown.caveat.year")]
    if measure_of(view).has_interval:
        words.append(text("drilldown.band"))
    running = [year for year in rows if year > last_ended and rows[year]["n_application"]]
    if running:
        words.append(text("drilldown.running_years", year=fiscal_year_text(running[0])))
    return text("evidence.stop").join(words)


def _table(view: View, answer: Answer, title: str) -> Component:
    names = series_names(view)
    return answer_table(
        answer,
        [
            "fiscal_year",
            TableColumn("series", text_of=lambda row: names[str(row["series"])]),
            *measure_columns(view, answer),
        ],
        name="trend",
        label=title,
        href_of=lambda row: towards(view, "year", str(row["fiscal_year"])),
        is_current=lambda row: str(row["fiscal_year"]) == view.parameters.year,
        is_wide=True,
    )


def lines_of(
    measure: Measure, series: Mapping[str, YearRows], names: Mapping[str, str], last_ended: int
) -> list[Line]:
    """The subject with its interval, dashed on into years still running; what is compared with
    it only where years have ended."""
    lines = []
    for name in ("selected", *COMPARED):
        rows = series.get(name, {})
        ended = {year: row for year, row in rows.items() if year <= last_ended}
        if any(measure.value(row) is not None for row in ended.values()):
            lines.append(_line(measure, names[name], ended, is_subject=name == "selected"))
    running = {
        year: row
        for year, row in series["selected"].items()
        if year > last_ended and measure.value(row) is not None
    }
    if running:
        before = [year for year in series["selected"] if year <= last_ended][-1:]
        onward = {year: series["selected"][year] for year in (*before, *running)}
        label = text("drilldown.partial", year=fiscal_year_text(max(running)))
        lines.append(_line(measure, label, onward, is_subject=False))
    return lines


def _line(measure: Measure, name: str, rows: YearRows, *, is_subject: bool) -> Line:
    bounds = [measure.bounds(row) or (None, None) for row in rows.values()]
    has_band = is_subject and measure.has_interval
    return Line(
        name,
        list(rows),
        [measure.value(row) for row in rows.values()],
        is_subject=is_subject,
        low=[low for low, _ in bounds] if has_band else (),
        high=[high for _, high in bounds] if has_band else (),
    )


def _drawn(
    view: View,
    series: Mapping[str, YearRows],
    names: Mapping[str, str],
    scale: Scale | None,
    last_ended: int,
) -> Component:
    measure = measure_of(view)
    own = series["selected"]
    years = list(own)
    lines = lines_of(measure, series, names, last_ended)
    lower = MEASURES.get(measure.n.name, measure)
    figure = trend_figure(
        lines,
        measure.unit,
        bars=Bars(
            text(f"quantity.{measure.n.name}.label"),
            years,
            [measure.count(row) for row in own.values()],
            measure.n.unit or lower.unit,
            chosen_year=_chosen_year(view, years, last_ended),
            year_links={year: towards(view, "year", str(year)) for year in years},
        ),
        scale=scale,
    )
    return chart(
        figure,
        _summary(measure, measure_label(view), lines, scale),
        name="trend",
        height=HEIGHT,
        height_narrow=HEIGHT_NARROW,
    )


def _chosen_year(view: View, years: Sequence[int], last_ended: int) -> int:
    return int(view.parameters.year or 0) or min(last_ended, max(years, default=last_ended))


def _summary(measure: Measure, label: str, lines: Sequence[Line], scale: Scale | None) -> str:
    """The first and last number of each line, for those who cannot see them."""
    words = []
    for line in lines:
        known = [(y, v) for y, v in zip(line.years, line.values, strict=True) if v is not None]
        if known:
            ends = [
                f"{fiscal_year_text(year)} {measure.shown({measure.name: v}, scale=scale)}"
                for year, v in (known[0], known[-1])
            ]
            joined = text("drilldown.onward").join(ends)
            words.append(text("drilldown.summary_line", name=line.name, values=joined))
    return text("drilldown.trend_summary", measure=label, lines=text("evidence.stop").join(words))
