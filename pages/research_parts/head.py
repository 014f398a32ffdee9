"""What the page says first: four numbers, the ways to its parts, or why there is nothing."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from components.attributes import attributes
from components.eras import fiscal_year_text
from components.key_figures import KeyFigure, key_figures, strong
from components.numbers import FEW, format_number, is_missing, number_parts
from components.states import empty
from gate.answer import Row, rows_of
from language import text
from pages.explore_parts.view import FOLDED
from pages.research_parts import findings
from pages.research_parts.view import PATH, View, after_text, measure_name, measure_unit
from store.quantity import Unit

# The figures of the page, in their order; each is an anchor.
PARTS = ("counts", "paths", "score", "rate", "fields", "regions", "funnel")
_WAYS = 3


def contents() -> Component:
    """Ways down to the figures."""
    links = [html.A(text(f"research.part_{name}"), href=f"#{name}") for name in PARTS]
    return html.Nav(
        links, className="sl-contents", **attributes(aria_label=text("research.contents"))
    )


def key_figure_row(
    view: View, counts: Sequence[Row], rates: Sequence[Row], gaps: Sequence[Row]
) -> Component:
    """Applications and adoptions, the budget, the share commercialised, the difference at last."""
    total = next(row for row in counts if not int(row["fiscal_year"]))
    budget = _budget(total, [row for row in counts if int(row["fiscal_year"])])
    return key_figures(
        [_applications(total), budget, _rate(view, rates), _difference(view, gaps)],
        label=text("research.keys"),
    )


def _applications(total: Row) -> KeyFigure:
    number, unit = number_parts(total["n_application"], Unit.RECORD)
    return KeyFigure(
        text("research.key_applications"),
        number,
        unit,
        [
            text("research.key_adopted"),
            strong(format_number(total["n_adopted"], Unit.RECORD)),
            text("research.key_adopted_rate", rate=_percent(total["adoption_rate"])),
        ],
    )


def _percent(value: object) -> str:
    return format_number(value, Unit.PERCENT)


def _budget(total: Row, years: Sequence[Row]) -> KeyFigure:
    """The budget up to the last year with applications, as it was published; what was decided
    later for projects adopted before stands beside it."""
    if is_missing(total["decided_yen"]):
        label = text("research.key_budget")
        return KeyFigure(label, "-", "", [text("research.key_budget_unknown")])
    last = max(int(row["fiscal_year"]) for row in years if row["n_application"])
    known = [row for row in years if not is_missing(row["decided_yen"])]
    until = sum(int(row["decided_yen"]) for row in known if int(row["fiscal_year"]) <= last)
    number, unit = number_parts(until, Unit.YEN)
    later = int(total["decided_yen"]) - until
    versus: list[str | Component] = []
    if total["n_adopted"]:
        each = format_number(round(int(total["decided_yen"]) / total["n_adopted"]), Unit.YEN)
        versus = [text("research.key_budget_each"), strong(each)]
    if later:
        versus.append(text("research.key_budget_later", later=format_number(later, Unit.YEN)))
    return KeyFigure(
        text("research.key_budget_until", year=fiscal_year_text(last)), number, unit, versus
    )


def _rate(view: View, rates: Sequence[Row]) -> KeyFigure:
    label = text("research.key_rate", after=after_text(view))
    after = int(view.parameters.after)
    row = next(r for r in rates if int(r["years_since_completion"]) == after)
    if not row["n_reported"]:
        return KeyFigure(label, "-", "", [text("research.key_rate_none")])
    number, unit = number_parts(row["commercialisation_rate"], Unit.PERCENT)
    return KeyFigure(
        label,
        number,
        unit,
        [
            text(
                "research.key_rate_interval",
                n=format_number(row["n_reported"], Unit.RECORD),
                interval=findings.rate_interval(row),
            )
        ],
    )


def _difference(view: View, gaps: Sequence[Row]) -> KeyFigure:
    unit = measure_unit(view)
    last = findings.last_gap(gaps)
    if last is None:
        label = text("research.key_difference", measure=measure_name(view), n=8)
        return KeyFigure(label, FEW, "", [text("research.key_few")])
    decimals = None if unit is Unit.YEN else 1
    number, unit_name = number_parts(last["difference"], unit, decimals=decimals, is_signed=True)
    words = [text("research.key_interval", interval=findings.gap_interval(last, unit))]
    if not findings.gap_side(last):
        words.append(text("research.key_chance"))
    return KeyFigure(
        text("research.key_difference", measure=measure_name(view), n=last["event_year"]),
        number,
        unit_name,
        ["".join(words)],
    )


def nothing(view: View) -> Component:
    """Why there is nothing, and the conditions whose removal helps, with what would follow."""
    ways = []
    for name in (*reversed(FOLDED), "industry", "region"):
        if not getattr(view.parameters, name):
            continue
        rows = rows_of(view.ask("research_counts", **{name: ""}))
        n = next((int(r["n_application"]) for r in rows if not int(r["fiscal_year"])), 0)
        if n:
            label = text(f"research.relax_{name}", n=format_number(n, Unit.RECORD))
            ways.append((label, view.href("", **{name: None})))
    reason = text("research.empty_reason", scope=view.scope_text)
    found = ways[:_WAYS] or [(text("research.relax_all"), PATH)]
    return empty(reason, found, title=text("research.empty_title"))
