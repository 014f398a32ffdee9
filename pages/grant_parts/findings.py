"""The sentences above the award figures, made from the numbers of their answers.

A title says what is seen and no more: counts and sums of public records are complete, so they
are compared as they are; rates carry an interval and are compared only where it allows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from components.eras import fiscal_year_text
from components.numbers import difference, format_number
from gate.answer import Answer, rows_of
from language import text
from pages.explore_parts.view import last_ended_year
from pages.grant_parts.view import AwardView
from store.quantity import Unit

UNITS = {"amount_yen": Unit.YEN, "n_firm": Unit.RECIPIENT, "n_award": Unit.AWARD}


def measure_label(view: AwardView) -> str:
    return text(f"quantity.{view.measure}.label")


def map_title(view: AwardView, answer: Answer) -> str:
    """Which prefectures hold most of the measure, and how much of it."""
    rows = sorted(rows_of(answer), key=lambda r: (-r[view.measure], r["region_code"]))
    total = sum(r[view.measure] for r in rows)
    label = measure_label(view)
    if total <= 0:
        return text("grants.map_title_none", measure=label)
    first = view.name("region", rows[0]["region_code"])
    if rows[0][view.measure] == total:
        return text("grants.map_title_single", measure=label, region=first)
    if view.measure == "n_firm":
        return text("grants.map_title_most", measure=label, region=first)
    share = 100 * sum(r[view.measure] for r in rows[:3]) / total
    return text(
        "grants.map_title_top3",
        measure=label,
        region=first,
        share=format_number(share, Unit.PERCENT, decimals=0),
    )


def trend_title(view: AwardView, answer: Answer) -> str:
    """How the measure changed from the year before the one shown, or over the whole period.

    A year still running is not set against whole ones: its title says how much there is so far.
    """
    series = {
        int(r["fiscal_year"]): r[view.measure] for r in rows_of(answer) if r["series"] == "selected"
    }
    chosen = int(view.parameters.year or 0)
    if view.is_running and chosen in series:
        return text(
            "grants.trend_title_running",
            measure=measure_label(view),
            region=view.region_name,
            year=fiscal_year_text(chosen),
            value=format_number(series[chosen], UNITS[view.measure]),
        )
    last_ended = last_ended_year(view.members)
    ended = {year: value for year, value in series.items() if year <= last_ended}
    return change_title(measure_label(view), view.region_name, ended, chosen)


def change_title(label: str, region: str, series: Mapping[int, float], chosen: int) -> str:
    """How a measure of whole years (``series``) changed up to the chosen one, or over them all."""
    if len(series) < 2:
        return text("grants.trend_title_short", measure=label, region=region)
    if chosen in series and chosen - 1 in series:
        now, before, since = series[chosen], series[chosen - 1], chosen - 1
    else:
        now, before, since = series[max(series)], series[min(series)], min(series)
    if before <= 0:
        return text("grants.trend_title_short", measure=label, region=region)
    change = 100 * (now - before) / before
    word = "flat" if abs(change) < 0.05 else "up" if change > 0 else "down"
    return text(
        f"grants.trend_title_{word}",
        region=region,
        measure=label,
        since=fiscal_year_text(since),
        change=format_number(abs(change), Unit.PERCENT, decimals=1),
    )


def programme_title(view: AwardView, answer: Answer) -> str:
    """Which programme is the largest, and its share where shares add up."""
    return _largest(view, answer, "programme", "programme_code")


def industry_title(view: AwardView, answer: Answer) -> str:
    """Which known industry is the largest, and its share of all awards."""
    return _largest(view, answer, "industry", "division_code")


def _largest(view: AwardView, answer: Answer, domain: str, code: str) -> str:
    rows = [r for r in rows_of(answer) if r[code] != "?"]
    total = sum(r[view.measure] for r in rows_of(answer))
    if not rows or total <= 0:
        return text(f"grants.{domain}_title_none")
    first = max(rows, key=lambda r: r[view.measure])
    name = view.name(domain, first[code])
    if view.measure == "n_firm":
        return text(f"grants.{domain}_title_most", name=name, measure=measure_label(view))
    share = format_number(100 * first[view.measure] / total, Unit.PERCENT, decimals=0)
    return text(f"grants.{domain}_title_share", name=name, measure=measure_label(view), share=share)


def rate_title(view: AwardView, answer: Answer) -> str:
    """Which prefectures lie above and which below the nation, beyond chance."""
    rows = rows_of(answer)
    nation = next(r["recipient_rate"] for r in rows if r["region_code"] == "")
    places = [r for r in rows if r["region_code"]]
    above = [r["region_code"] for r in places if r["rate_low"] > nation]
    below = [r["region_code"] for r in reversed(places) if r["rate_high"] < nation]
    if not above and not below:
        return text("grants.rate_title_chance")
    word = "both" if above and below else "above" if above else "below"
    return text(f"grants.rate_title_{word}", above=_places(view, above), below=_places(view, below))


def _places(view: AwardView, codes: Sequence[str]) -> str:
    """The one region, or the first and how many there are."""
    if not codes:
        return ""
    first = view.name("region", codes[0])
    return first if len(codes) == 1 else text("grants.rate_many", region=first, n=len(codes))


def versus(label: str, value: float | None, reference: float | None, unit: Unit) -> list[str]:
    """The words of a comparison over time: what it is compared with, and the difference."""
    shown = format_number(reference, unit)
    return [text("grants.versus", label=label, value=shown), difference(value, reference, unit)]


def versus_place(label: str, value: float | None, reference: float | None, unit: Unit) -> list[str]:
    """The words of a comparison between places."""
    shown = format_number(reference, unit)
    words = text("grants.versus_place", label=label, value=shown)
    return [words, difference(value, reference, unit)]
