"""How fresh each source is: on time or late, when it came and when it is expected next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dash.development.base_component import Component

import gate
from components.figure import figure_frame
from components.links import href
from components.numbers import format_number
from components.table import TableColumn, answer_table
from language import text
from pages.data_parts.schedule import (
    Standing,
    State,
    arrived_cell,
    covers_cell,
    next_cell,
    standing,
    state_cell,
    today,
)
from pages.data_parts.words import by_source_name, date_cell, moment_cell, source_name

# What is wrong is read first.
_RANK: Mapping[State, int] = {"late": 0, "on_time": 1, "missing": 2}


def freshness(span: int = 7, n_shown: int | None = None) -> Component:
    """Per source: whether it is on time, when it came, when it is expected next and how far its
    records reach; what is late stands first. ``n_shown`` cuts the rows for the home page."""
    if gate.current_actor().can("released"):
        return _released_freshness(span)
    answer, day = gate.ask("source_freshness", {}), today()
    rows = [{str(k): v for k, v in row.items()} for row in answer.frame.to_dict("records")]
    standings = [standing(row, day) for row in rows]
    order = sorted(range(len(rows)), key=lambda i: (_RANK[standings[i].state], i))
    title = text("data.freshness_title")
    return figure_frame(
        title,
        _freshness_finding(rows, standings),
        answer_table(
            replace(answer, frame=answer.frame.iloc[order]),
            [
                TableColumn("source", text_of=lambda row: source_name(row["source"])),
                TableColumn(
                    "state", label=text("freshness.state"), text_of=lambda row: state_cell(row, day)
                ),
                TableColumn(
                    "received_at", text_of=lambda row: arrived_cell(row["received_at"], day)
                ),
                TableColumn("next_date", text_of=lambda row: next_cell(row, day)),
                TableColumn("period_to", text_of=lambda row: covers_cell(row["period_to"])),
            ],
            name="freshness",
            label=title,
            href_of=lambda row: (
                href({"source": row["source"]}, "/data/deliveries") if row["n_file"] else ""
            ),
            n_shown=n_shown,
            more_href="/data#freshness",
        ),
        name="freshness",
        answer=answer,
        csv_href="/export/source_freshness.csv",
        n_row=answer.n_row,
        span=span,
    )


def _freshness_finding(rows: Sequence[Mapping[str, Any]], standings: Sequence[Standing]) -> str:
    """How many sources are on time; the one that is late longest; how many have not come."""
    late = [
        (s.n_late, source_name(r["source"]))
        for r, s in zip(rows, standings, strict=True)
        if s.state == "late"
    ]
    n_missing = sum(s.state == "missing" for s in standings)
    n_here = len(rows) - n_missing
    words = [text("freshness.sub_all", n=n_here)]
    if late:
        n_late, name = max(late)
        key = "freshness.sub_late" if len(late) == 1 else "freshness.sub_late_most"
        words = [
            text("freshness.sub_some", n=n_here, on_time=n_here - len(late)),
            text(key, source=name, n=n_late),
        ]
    if n_missing:
        words.append(text("freshness.sub_missing", n=n_missing))
    return "".join(words)


def _released_freshness(span: int) -> Component:
    """As chambers see it: files, last arrival, how far the records reach."""
    answer = gate.ask("released_freshness", {})
    title = text("data.freshness_title")
    return figure_frame(
        title,
        text("data.freshness_sub", n=format_number(answer.n_row, None)),
        answer_table(
            by_source_name(answer),
            [
                TableColumn("source", text_of=lambda row: source_name(row["source"])),
                TableColumn("received_at", text_of=lambda row: moment_cell(row["received_at"])),
                TableColumn("period_to", text_of=lambda row: date_cell(row["period_to"])),
                "n_file",
            ],
            name="freshness",
            label=title,
        ),
        name="freshness",
        answer=answer,
        csv_href="/export/released_freshness.csv",
        n_row=answer.n_row,
        span=span,
    )
