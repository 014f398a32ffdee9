"""The state of the model card: which figures are tables."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from components.links import href
from components.states import empty
from language import text

PATH = "/mapping/model"


def tables_of(query: Mapping[str, str]) -> tuple[str, ...]:
    """The figures that stand as tables."""
    return tuple(name for name in query.get("table", "").split(",") if name.isidentifier())


def table_href(tables: tuple[str, ...], figure: str) -> str:
    """The address that swaps chart and table of one figure."""
    others = [name for name in tables if name != figure]
    names = others if figure in tables else [*others, figure]
    return href({}, PATH, table=",".join(names) or None)


def no_model() -> Component:
    """Why there is no model."""
    return empty(text("credit_map.no_model"), title=text("credit_map.no_model_title"))
