"""採択 × 成長: how firms grew after they applied, and where adoption and growth go together."""

from __future__ import annotations

from collections.abc import Mapping

from dash import register_page
from dash.development.base_component import Component

from components.breadcrumb import page_head
from components.figure import figure_grid
from gate.answer import rows_of
from language import text
from pages._frame import framed, tab_title
from pages.growth_parts import head
from pages.growth_parts.nothing import nothing
from pages.growth_parts.relation import relation
from pages.growth_parts.spread import bins, spread, summary_table
from pages.growth_parts.view import filter_bar, read_view
from queries.dimensions import region_level

register_page(__name__, path="/growth", title=tab_title("growth.title"))


def layout(**query: object) -> Component:
    return framed("growth", query, _content)


def _content(query: Mapping[str, str]) -> list[Component | None]:
    view = read_view(query)
    top: list[Component | None] = [
        page_head(text("growth.title"), text("growth.lead"), view.trails()),
        *filter_bar(view),
    ]
    summary = view.ask("growth_summary")
    of = {row["decision"]: row for row in rows_of(summary)}
    adopted, rejected = of["adopted"], of["rejected"]
    if not adopted["n"] and not rejected["n"]:
        return [*top, nothing(view)]
    by_region = view.ask("growth_correlation", by="region")
    by_industry = view.ask("growth_correlation", by="industry")
    total = even = rows_of(by_region)[0]
    if region_level(view.parameters.region) == "municipality":
        # It stands among those of its prefecture, which is the whole there.
        total = even = rows_of(view.ask("growth_relation"))[0]
    if view.parameters.result != "adopted":
        even = rows_of(view.ask("growth_relation", result="adopted"))[0]
    first = (
        spread(view, summary, adopted, rejected, total)
        if view.parameters.result == "adopted"
        else bins(view, total)
    )
    return [
        *top,
        head.sentence(view, total),
        head.key_figure_row(view, adopted, rejected, total, even),
        figure_grid(first, summary_table(view, summary, adopted, rejected)),
        figure_grid(relation(view, "region", by_region), relation(view, "industry", by_industry)),
    ]
