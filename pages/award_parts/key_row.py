"""Four key figures of the chosen applications, each beside what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.key_figures import KeyFigure, key_figures, strong
from components.numbers import MISSING, difference, format_number, interval_text, number_parts
from gate.answer import Row, rows_of
from language import text
from pages.award_parts.measures import ADOPTION, COMMERCIALISATION, MEASURES, Measure, label_of
from pages.award_parts.view import View, series_names
from pages.explore_parts.view import ALL

Series = Mapping[str, Row]
Words = list[str | Component]


def series_of(view: View) -> dict[str, Row]:
    """The totals of the filter and of what stands beside it, by series."""
    return {str(row["series"]): row for row in rows_of(view.ask("application_totals"))}


def key_row(view: View, series: Series) -> Component:
    """Applications, share adopted, amount granted, share commercialised."""
    return key_figures(
        [
            _applications(view, series),
            _adoption(view, series),
            _granted(view, series),
            _commercialised(view, series),
        ]
    )


def _figure(measure: Measure, label: str, row: Row, lines: list[Words]) -> KeyFigure:
    number, unit = number_parts(row.get(measure.name), measure.unit)
    if number == MISSING:
        number = measure.shown(row)
    words: list[Any] = []
    for line in (line for line in lines if line):
        words += [html.Br(), *line] if words else line
    return KeyFigure(label, number, unit, words)


def _applications(view: View, series: Series) -> KeyFigure:
    measure = MEASURES["n_application"]
    now, before = series["selected"], series.get("previous_year")
    lines: list[Words] = (
        [] if before else [[text("drilldown.of_them", value=MEASURES["n_adopted"].shown(now))]]
    )
    if before and view.is_running:
        shown = measure.shown(before)
        lines.append([text("drilldown.running", value=shown)])
    elif before:
        lines.append(_since(measure, now, before))
    return _figure(
        measure, text("drilldown.k_applications"), now, [*lines, *_versus(view, measure, series)]
    )


def _adoption(view: View, series: Series) -> KeyFigure:
    now, before = series["selected"], series.get("previous_year")
    lines = [_beside_nation(view, ADOPTION, series)]
    if before and not view.is_running:
        lines.append(_since(ADOPTION, now, before))
    bounds = ADOPTION.bounds(now)
    if not any(lines) and bounds:
        interval = interval_text(*bounds, ADOPTION.unit, has_unit=True)
        lines = [[text("drilldown.interval_of", interval=interval)]]
    lines += _versus(view, ADOPTION, series)
    return _figure(ADOPTION, label_of(ADOPTION, ""), now, lines)


def _granted(view: View, series: Series) -> KeyFigure:
    measure, each = MEASURES["granted_yen"], MEASURES["granted_per_adopted_yen"]
    now, nation = series["selected"], series.get("nation")
    line: Words = [text("drilldown.each"), strong(each.shown(now))]
    if view.parameters.region and nation:
        line.append(text("drilldown.each_nation", value=each.shown(nation)))
    lines = [line]
    for name, words in series_names(view).items():
        if name.startswith("versus"):
            lines.append(
                [text("drilldown.each_versus", name=words, value=each.shown(series[name]))]
            )
    return _figure(measure, text("quantity.granted_yen.label"), now, lines)


def _commercialised(view: View, series: Series) -> KeyFigure:
    """Projects report for years after they are completed: of the applications of a late year
    none has yet, and then those of all years are shown."""
    measure, after = COMMERCIALISATION, view.parameters.after
    label = label_of(measure, after)
    now = series["selected"]
    if measure.count(now) or view.parameters.year == ALL:
        n = format_number(measure.count(now), measure.n.unit)
        lines: list[Words] = [
            _beside_nation(view, measure, series),
            [text("drilldown.reported", n=n)],
        ]
        return _figure(measure, label, now, [*lines, *_versus(view, measure, series)])
    every = {str(row["series"]): row for row in rows_of(view.ask("application_totals", year=ALL))}
    whole = every["selected"]
    n = format_number(measure.count(whole), measure.n.unit)
    lines = [
        _beside_nation(view, measure, every),
        [text("drilldown.no_report_yet", year=view.year_text, n=n)]
        if measure.count(whole)
        else [text("drilldown.no_report")],
    ]
    return _figure(
        measure,
        text("drilldown.of_all_years", measure=label) if measure.count(whole) else label,
        whole,
        [*lines, *_versus(view, measure, every)],
    )


def _since(measure: Measure, now: Row, before: Row) -> Words:
    """The year before, and how much it differs."""
    change = difference(now.get(measure.name), before.get(measure.name), measure.unit)
    return [
        text("drilldown.previous", value=measure.shown(before)),
        strong(change),
    ]


def _beside_nation(view: View, measure: Measure, series: Series) -> Words:
    nation = series.get("nation")
    if not view.parameters.region or nation is None:
        return []
    name = text("explore.all_region")
    return _beside(measure, name, series["selected"], nation)


def _beside(measure: Measure, name: str, row: Row, other: Row) -> Words:
    change = difference(row.get(measure.name), other.get(measure.name), measure.unit)
    shown = measure.shown(other)
    if change == MISSING:
        return [text("drilldown.beside_only", name=name, value=shown)]
    return [text("drilldown.beside", name=name, value=shown), strong(change)]


def _versus(view: View, measure: Measure, series: Series) -> list[Words]:
    """A line for each of the chosen comparisons."""
    return [
        _beside(measure, words, series["selected"], series[name])
        for name, words in series_names(view).items()
        if name.startswith("versus")
    ]
