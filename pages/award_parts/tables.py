"""The tables of the drill-down: members of a breakdown with all their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash.development.base_component import Component

from components.numbers import column_scale
from components.table import Sort, TableColumn, answer_table
from gate.answer import Answer
from language import text
from pages.award_parts.measures import MEASURES, label_of
from pages.award_parts.view import SORTS, View, is_chosen, towards

# As they are read from left to right; on a narrow screen the first ones are in view.
COLUMNS = ("n_application", "n_adopted", "adoption_rate", "adoption_low", "granted_yen")
MORE = (
    "granted_per_adopted_yen",
    "commercialisation_rate",
    "mean_sales_yen",
    "median_growth",
)
SHORT = ("mean_sales_yen", "median_growth")


def measure_columns(
    view: View, answer: Answer, more: tuple[str, ...] = MORE
) -> list[str | TableColumn]:
    """The numbers of a table, the interval of the share behind it, amounts in one unit a column."""
    columns: list[str | TableColumn] = []
    for name in (*COLUMNS, *more):
        if name == "adoption_low":
            words = text("drilldown.interval")
            columns.append(TableColumn(name, "adoption_high", label=words))
            continue
        measure = MEASURES[name]
        scale = column_scale(answer.frame[name].tolist()) if name.endswith("_yen") else None
        few_n = measure.n.name if measure.has_fewest else ""
        label = head_of(view, name)
        columns.append(TableColumn(name, scale=scale, label=label, few_n=few_n))
    return columns


def head_of(view: View, name: str) -> str:
    """A measure's name where space is short."""
    if name in ("granted_per_adopted_yen", "mean_sales_yen", "median_growth"):
        return text(f"drilldown.head.{name}")
    return label_of(MEASURES[name], view.parameters.after)


def member_column(view: View, domain: str, whole: str = "") -> TableColumn:
    """The first column: the name of each member in the reader's language."""
    named = "region" if domain == "prefecture" else domain
    label = (
        text("explore.field_region") if domain == "prefecture" else text(f"explore.field_{domain}")
    )

    def name(row: Mapping[str, Any]) -> str:
        code = str(row["member_code"])
        return view.name(named, code) if code else whole or view.name(named, "")

    return TableColumn("member_name", label=label, text_of=name)


def member_table(
    view: View,
    answer: Answer,
    name: str,
    domain: str,
    label: str,
    *,
    whole: str = "",
    more: tuple[str, ...] = MORE,
    sort: str = "",
    n_shown: int | None = None,
    more_href: str = "",
) -> Component:
    """The whole first, then the members; each name sets its member as a condition."""
    return answer_table(
        answer,
        [member_column(view, domain, whole), *measure_columns(view, answer, more)],
        name=name,
        label=label,
        href_of=lambda row: (
            towards(view, domain, str(row["member_code"])) if row["member_code"] else ""
        ),
        is_total=lambda row: not row["member_code"],
        is_current=lambda row: is_chosen(view, domain, str(row["member_code"])),
        sort=Sort(sort, True, lambda column: view.href(sort=column) if column in SORTS else "")
        if sort
        else None,
        n_shown=n_shown,
        more_href=more_href,
        is_wide=True,
    )
