"""The figures of breakdowns: each takes one answer and is drawn from it alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dash.development.base_component import Component

from components.figure import figure_frame
from components.numbers import format_number
from components.states import empty
from gate.answer import Row
from language import text
from pages.award_parts.evidence import drawn_columns, drawn_from
from pages.award_parts.findings import UNKNOWN, Parts, parts_summary, parts_title
from pages.award_parts.measures import MEASURES, total_and_parts
from pages.award_parts.ranking import HANDFUL, n_named, ranking, weightiest
from pages.award_parts.tables import COLUMNS, SHORT, head_of, member_table
from pages.award_parts.view import (
    View,
    breakdown_sort,
    measure_label,
    measure_of,
    measure_with_unit,
    scope_text,
    sort_of,
)
from queries.dimensions import region_level

SHOWN_ROWS = 11
SHOWN_YEARS = 11
# A link to so few more rows takes as much room as they do.
SPARED = 2
LEVEL_BELOW = {"nation": "bureau", "bureau": "prefecture"}
QUESTION = "application_breakdown"


def breakdown(view: View, domain: str, span: int = 6) -> Component:
    """The members of one dimension by the measure; a click sets one as a condition."""
    sort = breakdown_sort(view)
    answer = view.ask(QUESTION, by=domain, sort=sort)
    whole, rows = total_and_parts(answer)
    measure = measure_of(view)
    kind = _kind(view, domain)
    parts = Parts(
        kind, lambda code: view.name(domain, code), measure, measure_label(view), whole, rows
    )
    is_table = view.is_table(domain)
    # The title speaks of what is drawn.
    drawn = weightiest(parts)
    title = parts_title(parts if is_table or not drawn else replace(parts, rows=drawn))
    body: Component
    if not rows:
        body = empty(title)
    elif is_table:
        body = member_table(view, answer, domain, domain, title, whole=text("drilldown.all"))
    else:
        body = ranking(view, parts, domain, title)
    word = "share" if measure.has_interval else "amount"
    return figure_frame(
        title,
        text(
            f"drilldown.parts_sub_{word}",
            kind=text(f"drilldown.kind.{kind}"),
            measure=measure_with_unit(view, measure.scale(parts.known)),
            scope=scope_text(view, domain),
            n=text(f"quantity.{measure.n.name}.label"),
            cut=_cut(parts),
        ),
        body,
        name=domain,
        answer=answer if is_table else drawn_from(answer, measure),
        caveat=text(f"drilldown.caveat.{domain}"),
        table_href=view.table_href(domain),
        is_table=is_table,
        csv_href=view.export_href(QUESTION, by=domain, sort=sort),
        xlsx_href=view.export_href(QUESTION, "xlsx", by=domain, sort=sort),
        n_row=answer.n_row,
        span=span,
        measures=drawn_columns(measure),
        summary=parts_summary(parts),
    )


def _cut(parts: Parts) -> str:
    """What the ranking leaves to the table."""
    n_shown = len(weightiest(parts))
    if n_shown == n_named(parts):
        return ""
    word = "share" if parts.measure.has_interval else "amount"
    return text(f"drilldown.cut_{word}", n=n_shown, least=HANDFUL)


def _kind(view: View, domain: str) -> str:
    """What the members are called: an industry's are divisions or major groups."""
    if domain != "industry":
        return domain
    return "division" if view.parameters.industry in ("", UNKNOWN) else "major"


def area_level(view: View) -> str:
    """The level one step below the region chosen; for a municipality its own."""
    return LEVEL_BELOW.get(region_level(view.parameters.region), "municipality")


def areas(view: View, span: int = 7) -> Component:
    """The table of the areas one step down, the whole first; each name goes there."""
    sort, level = sort_of(view), area_level(view)
    answer = view.ask(QUESTION, by="region", sort=sort)
    whole, rows = total_and_parts(answer)
    # Above a municipality stands its prefecture, among whose municipalities it is shown.
    region = view.parameters.region
    above = region[:2] if region_level(region) == "municipality" else region
    ordered = MEASURES[sort]
    # The title speaks of what the table is ordered by.
    parts = Parts(
        level,
        lambda code: view.name("region", code),
        ordered,
        head_of(view, sort),
        whole,
        rows,
    )
    title = parts_title(parts) if rows else text(f"drilldown.areas_title_{level}")
    is_open = view.is_table("areas") or len(rows) <= SHOWN_ROWS + SPARED
    return figure_frame(
        title,
        text(
            "drilldown.areas_sub",
            kind=text(f"drilldown.kind.{level}"),
            scope=scope_text(view, "region"),
            region=view.name("region", above),
            sort=head_of(view, sort),
            n=format_number(len(rows), None),
        ),
        member_table(
            view,
            answer,
            "areas",
            "region",
            title,
            whole=view.name("region", above),
            more=_shown(sort, measure_of(view).name),
            sort=sort,
            n_shown=None if is_open else SHOWN_ROWS,
            more_href=view.table_href("areas"),
        )
        if rows
        else empty(text("drilldown.beyond_scope")),
        name="areas",
        answer=answer,
        caveat=text(f"drilldown.areas_caveat_{level}"),
        csv_href=view.export_href(QUESTION, by="region", sort=sort),
        xlsx_href=view.export_href(QUESTION, "xlsx", by="region", sort=sort),
        n_row=answer.n_row,
        span=span,
        measures=drawn_columns(ordered),
        summary=parts_summary(parts) if rows else "",
    )


def _shown(*wanted: str) -> tuple[str, ...]:
    """The last columns of the table of areas, and before them what is drawn and what orders it."""
    more = dict.fromkeys(name for name in wanted if name not in (*COLUMNS, *SHORT))
    return (*more, *SHORT)


def years(view: View, span: int = 6) -> Component:
    """The table of fiscal years, all of them together first; a click looks at one year."""
    answer = view.ask(QUESTION, by="year")
    _, rows = total_and_parts(answer)
    is_open = view.is_table("years") or len(rows) <= SHOWN_YEARS + SPARED
    shown = rows if is_open else rows[-SHOWN_YEARS:]
    title = _years_title(view, shown, is_all=is_open)
    places = [0, *range(1 + len(rows) - len(shown), 1 + len(rows))]
    more = text("drilldown.all_years", n=format_number(len(rows) - len(shown), None))
    return figure_frame(
        title,
        text("drilldown.years_sub", scope=scope_text(view, "year") or text("explore.all_region")),
        member_table(
            view,
            replace(answer, frame=answer.frame.iloc[places]),
            "years",
            "year",
            title,
            whole=text("explore.all_year"),
            more=(),
        ),
        name="years",
        answer=drawn_from(answer, MEASURES["granted_yen"]),
        caveat=text("drilldown.caveat.year"),
        views=[] if is_open else [(more, view.table_href("years"))],
        csv_href=view.export_href(QUESTION, by="year"),
        xlsx_href=view.export_href(QUESTION, "xlsx", by="year"),
        n_row=answer.n_row,
        span=span,
        measures=COLUMNS,
    )


def _years_title(view: View, rows: Sequence[Row], *, is_all: bool) -> str:
    """The year with the most applications of those shown: a count, and complete."""
    found = [row for row in rows if row["n_application"]]
    if not found:
        return text("drilldown.years_title")
    most = max(found, key=lambda row: (row["n_application"], row["member_code"]))
    return text(
        "drilldown.years_most" if is_all else "drilldown.years_most_of",
        span=text("drilldown.span_years", n=len(rows)),
        year=view.name("year", str(most["member_code"])),
        n=MEASURES["n_application"].shown(most),
    )
