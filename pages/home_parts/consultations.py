"""What a chamber's clients asked about, given back to it beside its prefecture and the nation."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

import gate
from components.attributes import attributes
from components.eras import fiscal_year_text
from components.figure import figure_frame, figure_grid
from components.filters import FilterField, filter_bar
from components.links import href
from components.states import empty
from components.table import Row, TableColumn, answer_table
from language import text
from pages.home_parts.kept import with_kept
from queries.dimensions import ALL_YEARS

NUMBERS = ("office", "prefecture", "nation")


def own_consultations(query: Mapping[str, str], region: str, name: str) -> Component:
    """The consultations of one of the region's chambers, chosen in the address, by topic or year:
    as finely as can be released."""
    offices = {one.code: one.name for one in gate.members().children("office", region)}
    office = query.get("office", "")
    if office not in offices:
        office = ""
    answer = gate.ask("chamber_consultation", {"region": region, "office": office})
    rows = answer.frame.to_dict("records")
    if not rows:
        why = text("chamber.consultation_empty", region=name)
        return _section(empty(why, title=text("chamber.consultation_empty_title")))
    newest = [row for row in rows if row["fiscal_year"] == rows[0]["fiscal_year"]]
    is_by_topic = bool(rows[0]["category_code"])
    # Of many years with many topics the newest is seen, and the rest is in the file.
    n_shown = len(newest) if is_by_topic else len(rows)
    labels = {"office": office, "prefecture": name, "nation": text("explore.all_region")}
    shown = [which for which in NUMBERS if labels[which]]
    columns = [TableColumn("category_code", label=_head(rows), text_of=_row_name)]
    for which in shown:
        columns.append(TableColumn(f"n_{which}", label=labels[which]))
        if is_by_topic:
            share = text("chamber.consultation_share", name=labels[which])
            columns.append(TableColumn(f"share_{which}", label=share))
    if office:
        title = text("chamber.consultation_title", name=office)
    else:
        title = text("chamber.consultation_area", name=name)
    figure = figure_frame(
        title,
        _subtitle(rows),
        answer_table(
            answer,
            columns,
            name="consultation-table",
            label=title,
            n_shown=n_shown,
            is_wide=len(columns) > 4,
        ),
        name="consultation-figure",
        answer=answer,
        caveat=with_kept(text("chamber.consultation_caveat"), rows),
        csv_href=href({"region": region, "office": office}, "/export/chamber_consultation.csv"),
        n_row=answer.n_row,
    )
    return _section(_choice(offices, office, name, region), figure_grid(figure))


def _section(*parts: Component) -> Component:
    title = html.H2(text("chamber.consultation"), className="sl-h2", id="consultations-title")
    return html.Section(
        [title, *parts],
        className="sl-section",
        **attributes(aria_labelledby="consultations-title"),
    )


def _choice(offices: Mapping[str, str], office: str, name: str, region: str) -> Component:
    fields = [
        FilterField(
            "region", text("explore.field_region"), [(region, name)], region, is_locked=True
        ),
        FilterField(
            "office",
            text("chamber.office"),
            [("", text("chamber.no_office")), *sorted(offices.items())],
            office,
        ),
    ]
    return filter_bar(fields, summary=office or text("chamber.no_office"))


def _head(rows: Sequence[Mapping[Hashable, Any]]) -> str:
    return text("chamber.consultation_topic" if rows[0]["category_code"] else "chamber.year")


def _row_name(row: Row) -> str:
    if row["category_code"]:
        return text(f"consultation_topic.{row['category_code']}")
    if str(row["fiscal_year"]) == ALL_YEARS:
        return text("chamber.all_years", n=int(row["n_year"]))
    return fiscal_year_text(int(row["fiscal_year"]))


def _subtitle(rows: Sequence[Mapping[Hashable, Any]]) -> str:
    year = rows[0]["fiscal_year"]
    if str(year) == ALL_YEARS:
        return text("chamber.consultation_pooled")
    if rows[0]["category_code"]:
        return text("chamber.consultation_sub", year=fiscal_year_text(int(str(year))))
    return text("chamber.consultation_years")
