"""信用力モデル: how well the model behind the map foretells defaults, and what is in it."""

from __future__ import annotations

from collections.abc import Mapping

from dash import register_page
from dash.development.base_component import Component

import gate
from components.breadcrumb import page_head
from components.figure import figure_grid
from gate.answer import rows_of
from language import text
from pages._frame import framed, tab_title
from pages.credit_model_parts.figures import calibration, quality, stability, terms
from pages.credit_model_parts.head import key_figure_row, split_words
from pages.credit_model_parts.state import PATH, no_model, tables_of

register_page(__name__, path=PATH, title=tab_title("credit_model.title"))


def layout(**query: object) -> Component:
    return framed("credit_model", query, _content)


def _content(query: Mapping[str, str]) -> list[Component | None]:
    judged = gate.ask("credit_model_quality", {})
    top: list[Component | None] = [page_head(text("credit_model.title"), text("credit_model.lead"))]
    if not judged.n_row:
        return [*top, no_model()]
    seen, inside = gate.ask("credit_model_calibration", {}), gate.ask("credit_model_terms", {})
    tables = tables_of(query)
    parts = {row["part"]: row for row in rows_of(judged) if row["slice"] == "part"}
    return [
        *top,
        split_words(parts),
        key_figure_row(parts["test"]),
        figure_grid(
            calibration(seen, parts["test"], tables), quality(judged, parts["test"], tables)
        ),
        figure_grid(terms(inside, tables), stability(judged)),
    ]
