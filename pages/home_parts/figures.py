"""The key figures of the home page: applications, adoptions, grants, and what came of them."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from components.attributes import attributes
from components.key_figures import KeyFigure, key_figures, strong
from components.numbers import MISSING, difference, format_number, interval_text, number_parts
from gate.answer import Row
from language import text
from pages.award_parts.measures import ADOPTION, COMMERCIALISATION, MEASURES, Measure
from pages.home_parts.asked import Asked
from store.quantity import Unit

Words = list[Any]


def scope_section(region: str, year: str, figures: Component) -> html.Section:
    """Key figures under the name of the region and the year they are of."""
    return html.Section(
        [
            html.H2(
                text("home.figures_title", region=region, year=year),
                className="sl-h2",
                id="figures-title",
            ),
            figures,
        ],
        className="sl-section",
        **attributes(aria_labelledby="figures-title"),
    )


def key_figure_row(asked: Asked) -> Component:
    """Four figures, each with one comparison: counts and amounts with the year before, shares
    with the nation."""
    return key_figures(
        [
            _since(asked, MEASURES["n_application"], "home.k_applications"),
            _adoption(asked),
            _since(asked, MEASURES["granted_yen"], "home.k_granted"),
            _commercialised(asked),
        ]
    )


def _figure(measure: Measure, row: Row, words: Words, label: str) -> KeyFigure:
    return KeyFigure(label, *number_parts(row.get(measure.name), measure.unit), words)


def _since(asked: Asked, measure: Measure, label: str) -> KeyFigure:
    """Beside the year before; a year that has not ended is not set against a whole one."""
    now, before = asked.series["selected"], asked.series.get("previous_year")
    words: Words = []
    if before and asked.view.is_running:
        words = [text("home.running", value=measure.shown(before))]
    elif before:
        words = _compared("home.versus_previous", measure, now, before)
    return _figure(measure, now, words, text(label))


def _adoption(asked: Asked) -> KeyFigure:
    if not asked.view.parameters.region:
        return _since(asked, ADOPTION, "quantity.adoption_rate.label")
    now, nation = asked.series["selected"], asked.series["nation"]
    words = _compared("home.versus_nation", ADOPTION, now, nation)
    return _figure(ADOPTION, now, words, text("quantity.adoption_rate.label"))


def _commercialised(asked: Asked) -> KeyFigure:
    measure, now = COMMERCIALISATION, asked.outcomes["selected"]
    key = "home.k_commercialised_all" if asked.is_over_all_years else "home.k_commercialised"
    label = text(key, years=asked.view.parameters.after)
    bounds = measure.bounds(now)
    if bounds is None:
        return _figure(measure, now, [text("home.no_report")], label)
    if asked.view.parameters.region:
        nation = asked.outcomes["nation"]
        return _figure(measure, now, _compared("home.versus_nation", measure, now, nation), label)
    n = format_number(measure.count(now), None)
    interval = interval_text(*bounds, Unit.PERCENT, has_unit=True)
    return _figure(measure, now, [text("home.interval_of", interval=interval, n=n)], label)


def _compared(key: str, measure: Measure, row: Row, other: Row) -> Words:
    """What it is compared with, and in bold how much it differs."""
    if measure.value(other) is None:
        return []
    change = difference(row.get(measure.name), other.get(measure.name), measure.unit)
    shown = text(key, value=measure.shown(other))
    return [shown, strong(change)] if change != MISSING else []
