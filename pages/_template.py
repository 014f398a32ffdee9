"""PAGE_TITLE: say in one sentence what a reader finds out here.

Copied by `make new-page NAME=…`: rename nothing else, add a Section to pages/_frame.py and the
words of `page_name` to language/, then replace the question below by the page's own.
"""

from __future__ import annotations

from collections.abc import Mapping

from dash import register_page
from dash.development.base_component import Component

import gate
from components.breadcrumb import page_head
from components.figure import figure_frame, figure_grid
from components.table import answer_table
from language import text
from pages._frame import framed

register_page(__name__, path="/page-name", title="PAGE_TITLE｜SME Lens")


def layout(**query: object) -> Component:
    return framed("page_name", query, _content)


def _content(_query: Mapping[str, str]) -> list[Component | None]:
    answer = gate.ask("source_freshness", {})
    title = text("page_name.figure_title")
    return [
        page_head(text("page_name.title"), text("page_name.lead")),
        figure_grid(
            figure_frame(
                title,
                text("page_name.figure_sub"),
                answer_table(answer, ["source", "n_file"], name="page_name", label=title),
                name="page_name-figure",
                answer=answer,
                csv_href="/export/source_freshness.csv",
                n_row=answer.n_row,
            )
        ),
    ]
