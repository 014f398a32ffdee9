"""Two regions or industries side by side: each number, the difference and what it bears."""

from __future__ import annotations

from dash.development.base_component import Component

import gate
from components.figure import figure_frame
from components.numbers import MISSING, Scale, difference, format_number
from components.paired_table import Pair, paired_table
from gate.answer import Row
from language import text
from pages.award_parts.findings import share_difference, versus_title
from pages.award_parts.key_row import Series
from pages.award_parts.measures import ADOPTION, MEASURES, Measure, label_of
from pages.award_parts.view import View, measure_of, scope_text, series_names
from store.quantity import Unit

ORDER = (
    "n_application",
    "n_adopted",
    "adoption_rate",
    "granted_yen",
    "granted_per_adopted_yen",
    "commercialisation_rate",
    "mean_sales_yen",
    "median_growth",
)
QUESTION = "application_totals"


def comparisons(view: View, series: Series) -> list[Component]:
    """A table for the region and one for the industry that are compared."""
    return [
        _comparison(view, series, name, domain)
        for name, domain in (("versus", "region"), ("versus_industry", "industry"))
        if name in series
    ]


def _comparison(view: View, series: Series, name: str, domain: str) -> Component:
    names = series_names(view)
    first, second = series["selected"], series[name]
    heads = (names["selected"], names[name])
    apart = is_apart(view, name, domain)
    measure = measure_of(view) if measure_of(view).has_interval else ADOPTION
    label = label_of(measure, view.parameters.after)
    title = (
        versus_title(measure, label, heads, (first, second))
        if apart
        else text("drilldown.versus_within", first=heads[0], second=heads[1])
    )
    both = len([n for n in ("versus", "versus_industry") if n in series]) > 1
    wide = [
        (text("drilldown.interval"), text("number.point")),
        (text("drilldown.verdict"), ""),
    ]
    query = gate.ask(QUESTION, view.parameters.to_query())
    return figure_frame(
        title,
        text("drilldown.versus_sub", scope=scope_text(view, domain)),
        paired_table(
            [
                _pair(view, MEASURES[n], first, second, is_apart=apart, is_narrow=both)
                for n in ORDER
            ],
            [
                (text("drilldown.versus_head"), ""),
                (heads[0], ""),
                (heads[1], ""),
                (text("drilldown.difference"), text("drilldown.interval") if both else ""),
                *([] if both else wide),
            ],
            name=name,
            label=title,
        ),
        name=name,
        answer=query,
        caveat=text("drilldown.versus_caveat"),
        csv_href=view.export_href(QUESTION),
        xlsx_href=view.export_href(QUESTION, "xlsx"),
        span=6 if both else 12,
    )


def is_apart(view: View, name: str, domain: str) -> bool:
    """Whether neither of the two lies in the other: only then are they separate groups."""
    mine, other = getattr(view.parameters, domain), getattr(view.parameters, name)
    if not mine or not other:
        return False
    above = {m.code for m in view.members.path(domain, mine)}
    above_other = {m.code for m in view.members.path(domain, other)}
    return mine not in above_other and other not in above


def _signed(value: float) -> str:
    return format_number(value, Unit.PERCENT, is_signed=True, has_unit=False)


def _pair(
    view: View, measure: Measure, first: Row, second: Row, *, is_apart: bool, is_narrow: bool
) -> Pair:
    """One measure of both; where it is ``is_narrow`` the interval stands below the difference."""
    scale: Scale | None = measure.scale([first, second])
    change = difference(first.get(measure.name), second.get(measure.name), measure.unit)
    found = share_difference(measure, first, second) if is_apart and measure.has_interval else None
    interval, verdict = MISSING, MISSING
    if found is not None:
        value, low, high = found
        interval = text("number.interval", low=_signed(low), high=_signed(high))
        word = "chance" if low <= 0 <= high else "higher" if value > 0 else "lower"
        verdict = text(f"drilldown.verdict_{word}")
    return Pair(
        label_of(measure, view.parameters.after),
        (
            measure.shown(first, scale=scale),
            measure.shown(second, scale=scale),
            *(((change, interval if found else ""),) if is_narrow else (change, interval, verdict)),
        ),
        is_current=measure is measure_of(view),
    )
