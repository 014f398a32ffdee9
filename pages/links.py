"""名寄せの質: how many records could be joined to a firm, by which rule, and what is doubtful."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import register_page
from dash.development.base_component import Component

import gate
from components.breadcrumb import page_head
from components.chart import chart
from components.figure import figure_frame, figure_grid
from components.filters import FilterField, filter_bar
from components.key_figures import KeyFigure, key_figures, strong
from components.links import href, page_link
from components.numbers import format_number, number_parts
from components.ranking import Bar, bar_ranking, ranking_height
from components.states import empty
from components.table import TableColumn, answer_table
from gate.answer import Answer
from language import has_text, text
from pages._frame import framed, tab_title
from pages.data_parts.words import (
    by_source_name,
    rule_text,
    source_name,
    source_options,
    status_text,
)
from queries.record_links import LinkParameters
from store.quantity import Unit

register_page(__name__, path="/data/links", title=tab_title("nav.links"))


def layout(**query: object) -> Component:
    return framed("links", query, _content)


def _content(query: Mapping[str, str]) -> list[Component | None]:
    parameters = LinkParameters.from_query(query, gate.members())
    every = gate.ask("link_quality", {})
    head = page_head(text("links.title"), text("links.lead"))
    if every.frame.empty:
        return [head, empty(text("links.none"), title=text("links.none_title"))]
    chosen = source_name(parameters.source) if parameters.source else text("data.all_sources")
    bar = filter_bar(
        [
            FilterField(
                "source",
                text("quantity.source.label"),
                source_options(every.frame["source"]),
                parameters.source,
            )
        ],
        summary=chosen,
    )
    answer = gate.ask("link_quality", parameters.to_query())
    if answer.frame.empty:
        ways = [(text("data.all_sources"), "/data/links")]
        return [head, bar, empty(text("links.none_here"), ways, title=text("links.none_title"))]
    return [
        head,
        bar,
        _figures(answer),
        figure_grid(_shares(every, parameters.source), _table(every, parameters.source)),
        figure_grid(_rules(parameters, chosen)),
    ]


def _figures(answer: Answer) -> Component:
    counts = [c.name for c in answer.columns if c.unit is Unit.RECORD]
    sums = {name: int(answer.frame[name].sum()) for name in counts}
    single = sums["n_record"] - sums["n_several"]

    def share(name: str) -> list[Any]:
        part = format_number(100 * sums[name] / single if single else None, Unit.PERCENT)
        return [text("links.of_records"), strong(part)]

    return key_figures(
        [
            KeyFigure(
                text("quantity.linked_share.label"),
                *number_parts(100 * sums["n_linked"] / single if single else None, Unit.PERCENT),
                [text("links.linked", n=format_number(sums["n_linked"], Unit.RECORD))],
            ),
            KeyFigure(
                text("quantity.n_review.label"),
                *number_parts(sums["n_review"], Unit.RECORD),
                [*share("n_review"), *(_review_link() if sums["n_review"] else [])],
            ),
            KeyFigure(
                text("quantity.n_unlinked.label"),
                *number_parts(sums["n_unlinked"], Unit.RECORD),
                share("n_unlinked"),
            ),
            KeyFigure(
                text("quantity.n_several.label"),
                *number_parts(sums["n_several"], Unit.RECORD),
                [text("links.several")],
            ),
        ],
        label=text("links.title"),
    )


def _review_link() -> list[Component | str]:
    """The way to the queue, for those who decide."""
    if not gate.current_actor().can("operate"):
        return []
    return [" ", page_link(text("links.to_review"), "/data/review")]


def _shares(every: Answer, source: str) -> Component:
    rows = sorted(every.frame.to_dict("records"), key=lambda row: row["linked_share"] or 0)
    rows = [row for row in rows if row["linked_share"] == row["linked_share"]]
    bars = [
        Bar(
            source_name(row["source"]),
            row["linked_share"],
            is_subject=row["source"] == source,
            link=href({"source": row["source"]}, "/data/links"),
        )
        for row in reversed(rows)
    ]
    least, most = rows[0], rows[-1]
    values = text("data.comma").join(
        f"{source_name(row['source'])} {format_number(row['linked_share'], Unit.PERCENT)}"
        for row in reversed(rows)
    )
    if least is most:
        title = text("links.share_one", source=source_name(most["source"]))
    else:
        title = text(
            "links.share_finding",
            low=source_name(least["source"]),
            value=format_number(least["linked_share"], Unit.PERCENT),
        )
    return figure_frame(
        title,
        text("links.share_sub"),
        chart(
            bar_ranking(bars, Unit.PERCENT),
            text("links.share_summary", values=values),
            name="linked-share",
            height=ranking_height([bar.label for bar in bars]),
        ),
        name="shares",
        answer=every,
        csv_href="/export/link_quality.csv",
        n_row=every.n_row,
        span=5,
    )


def _table(every: Answer, source: str) -> Component:
    title = text("links.table_title")
    return figure_frame(
        title,
        text("links.table_sub"),
        answer_table(
            by_source_name(every),
            [
                TableColumn("source", text_of=lambda row: source_name(row["source"])),
                "n_record",
                "linked_share",
                "n_review",
                "n_unlinked",
                "n_several",
            ],
            name="by-source",
            label=title,
            href_of=lambda row: href({"source": row["source"]}, "/data/links"),
            is_current=lambda row: row["source"] == source,
        ),
        name="by-source",
        answer=every,
        caveat=text("links.caveat"),
        csv_href="/export/link_quality.csv",
        n_row=every.n_row,
        span=7,
    )


def _rules(parameters: LinkParameters, chosen: str) -> Component:
    answer = gate.ask("link_rules", parameters.to_query())
    whole = int(answer.frame["n_record"].sum())
    title = text("links.rules_title")
    return figure_frame(
        title,
        text("links.rules_sub", source=chosen, n=format_number(whole, Unit.RECORD)),
        answer_table(
            answer,
            [
                TableColumn("link_rule", text_of=lambda row: rule_text(row["link_rule"])),
                TableColumn("link_status", text_of=lambda row: status_text(row["link_status"])),
                "n_party",
                "n_record",
                TableColumn(
                    "share",
                    label=text("links.share_of_records"),
                    is_number=True,
                    text_of=lambda row: format_number(
                        100 * row["n_record"] / whole if whole else None, Unit.PERCENT
                    ),
                ),
                TableColumn(
                    "mean_score", text_of=lambda r: _score(r["mean_score"]), is_number=True
                ),
                TableColumn("meaning", label=text("links.rule_meaning"), text_of=_meaning),
            ],
            name="rules",
            label=title,
            is_wide=True,
        ),
        name="rules",
        answer=answer,
        csv_href=href(answer.query, "/export/link_rules.csv"),
        n_row=answer.n_row,
    )


def _score(value: Any) -> str:
    return format_number(value, None, decimals=2)


def _meaning(row: Mapping[str, Any]) -> str:
    key = f"link_rule_meaning.{row['link_rule']}"
    return text(key) if has_text(key) else ""
