"""The members of a breakdown in order: dots with intervals for shares, bars for the rest."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dash.development.base_component import Component

from components.numbers import Scale, format_number
from components.ranked_list import Ranked, bar_list, dot_list
from components.states import empty
from gate.answer import Row
from language import text
from pages.award_parts.findings import UNKNOWN, Parts
from pages.award_parts.view import View, is_chosen, towards
from pages.explore_parts.view import ALL

MOST = 12
HIGHEST, LOWEST = 9, 6
SIZES = "size"
# The share of fewer than these is no rank.
HANDFUL = 10
# With fewer rows than these there is room for all.
ENOUGH = 5


def ranking(view: View, parts: Parts, domain: str, label: str) -> Component:
    """One row per member, the greatest first (classes of size as they follow each other); each sets
    its member as a condition.

    Of prefectures the highest and the lowest are shown, of others those that matter most; the
    chosen one always is. What is not known stands below all that is.
    """
    known = parts.known
    few = [r for r in _named(parts) if parts.measure.value(r) is None and parts.measure.count(r)]
    if not known:
        return _nothing_known(view, parts, domain, has_few=bool(few))
    chosen = {
        str(row["member_code"])
        for row in parts.rows
        if is_chosen(view, domain, str(row["member_code"]))
    }
    if domain == "prefecture":
        top, bottom = _both_ends(_bearing(parts), chosen)
        rest: list[Row] = []
    else:
        top, bottom = weightiest(parts, chosen), []
        if domain == SIZES:
            top.sort(key=lambda row: str(row["member_code"]))
        unknown = [row for row in parts.rows if row["member_code"] == UNKNOWN]
        rest = [*few[: MOST - len(top)], *unknown]
    scale = parts.measure.scale(known)
    subject = chosen or {str(known[0]["member_code"])}
    rows = [
        _ranked(view, parts, domain, row, scale, chosen, subject) for row in (*top, *bottom, *rest)
    ]
    n_left = len(known) - len(top) - len(bottom)
    counter = text(f"drilldown.counter.{parts.kind}", n=n_left)
    gap = (len(top), text("drilldown.gap", n=counter)) if bottom and n_left else None
    if not parts.measure.has_interval:
        return bar_list(rows, label=label, gap=gap)
    name, value = _whole_name(view, domain), parts.measure.shown(parts.whole)
    return dot_list(
        rows,
        parts.measure.unit,
        label=label,
        reference=parts.measure.value(parts.whole),
        reference_label=text("drilldown.mean_of", name=name, value=value),
        gap=gap,
    )


def _nothing_known(view: View, parts: Parts, domain: str, *, has_few: bool) -> Component:
    """Why nothing is ranked, and all years as a way on where one was chosen."""
    if has_few:
        reason = text("drilldown.few_all", measure=parts.label)
    else:
        reason = text(f"drilldown.none_{'technology' if domain == 'technology' else 'other'}")
    relax = []
    if view.parameters.year not in ("", ALL):
        relax.append((text("drilldown.see_all_years"), view.href(year=ALL)))
    return empty(reason, relax)


def n_named(parts: Parts) -> int:
    return len(_named(parts))


def _named(parts: Parts) -> list[Row]:
    return [row for row in parts.rows if row["member_code"] != UNKNOWN]


def weightiest(parts: Parts, chosen: Collection[str] = ()) -> list[Row]:
    """Shares of those with the most behind them, for the share of a few is chance; sums and
    means of the greatest. The greatest first."""
    known = _bearing(parts)
    weight = parts.measure.count if parts.measure.has_interval else parts.measure.value
    most = sorted(known, key=lambda row: -(weight(row) or 0))[:MOST]
    wanted = {str(row["member_code"]) for row in most} | set(chosen)
    return [row for row in parts.known if row["member_code"] in wanted]


def _bearing(parts: Parts) -> list[Row]:
    """The members in order; of shares those of a handful are left out, which would be first or
    last by chance."""
    known = parts.known
    if not parts.measure.has_interval:
        return known
    bearing = [row for row in known if parts.measure.count(row) >= HANDFUL]
    return bearing if len(bearing) >= ENOUGH else known


def _both_ends(rows: Sequence[Row], chosen: Collection[str]) -> tuple[list[Row], list[Row]]:
    """The first and the last rows; the chosen one is put to the first."""
    if len(rows) <= HIGHEST + LOWEST:
        return list(rows), []
    between = rows[HIGHEST:-LOWEST]
    mine = [row for row in between if row["member_code"] in chosen]
    return [*rows[:HIGHEST], *mine], list(rows[-LOWEST:])


def _whole_name(view: View, domain: str) -> str:
    """What the members are parts of."""
    if domain == "prefecture":
        return text("explore.all_region")
    industry = view.parameters.industry
    if domain == "industry" and industry not in ("", UNKNOWN):
        return view.name("industry", view.members.path("industry", industry)[0].code)
    return text("drilldown.all")


def _ranked(
    view: View,
    parts: Parts,
    domain: str,
    row: Row,
    scale: Scale | None,
    chosen: Collection[str],
    subject: Collection[str],
) -> Ranked:
    measure, code = parts.measure, str(row["member_code"])
    low, high = (measure.bounds(row) if measure.has_interval else None) or (None, None)
    n = format_number(measure.count(row), measure.n.unit, has_unit=False)
    return Ranked(
        text("ranking.name_with_n", name=parts.name(row), n=n),
        measure.shown(row, scale=scale),
        measure.value(row),
        low,
        high,
        towards(view, domain, code),
        is_chosen=code in chosen,
        is_subject=code in subject,
    )
