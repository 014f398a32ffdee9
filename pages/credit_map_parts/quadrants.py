"""Users and all firms by quadrant, and the users of two measures side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

import gate
from components.figure import figure_frame
from components.links import button_link, href
from components.notes import notice
from components.numbers import FEW, MISSING, format_number, interval_text, is_missing
from components.table import TableColumn, answer_table
from gate.answer import Answer, rows_of
from language import text
from pages.credit_map_parts import findings
from pages.credit_map_parts.plane import chosen_row
from pages.credit_map_parts.view import (
    LIST_PATH,
    View,
    growth_words,
    list_query,
    measure_name,
    quadrant_name,
    versus_name,
)
from store.quantity import Unit


def quadrant_table(view: View, quadrants: Answer) -> Component:
    """Users and all firms by quadrant; each row narrows the page to its quadrant."""
    rows = [row for row in rows_of(quadrants) if row["quadrant"] != "whole"]
    title = findings.quadrant_title(rows)
    table = answer_table(
        quadrants,
        [
            TableColumn("quadrant", text_of=lambda row: _quadrant_cell(str(row["quadrant"]))),
            "n_user",
            TableColumn("share_user", text_of=lambda row: _share(row["share_user"])),
            TableColumn(
                "share_user_low",
                text_of=lambda row: _interval(row, "share_user", Unit.PERCENT),
                label=text("credit_map.head_interval"),
            ),
            "share_all",
            TableColumn("quotient", text_of=lambda row: _times(row["quotient"]), is_number=True),
        ],
        name="quadrants",
        label=title,
        href_of=lambda row: _narrowed(view, str(row["quadrant"])),
        is_total=lambda row: row["quadrant"] == "whole",
        is_current=lambda row: row["quadrant"] == view.parameters.quadrant,
    )
    return figure_frame(
        title,
        text("credit_map.quadrants_sub", measure=measure_name(view), scope=view.scope_text),
        html.Div(
            [
                table,
                html.P(text("credit_map.lines", growth=growth_words(view)), className="sl-note"),
                notice(text("credit_map.no_effect")),
                _way_to_firms(view, quadrants),
            ]
        ),
        name="quadrants",
        answer=quadrants,
        csv_href=view.export_href("credit_quadrants"),
        xlsx_href=view.export_href("credit_quadrants", "xlsx"),
        measures=("n_user", "share_user", "share_all", "quotient"),
        span=5,
    )


def _way_to_firms(view: View, quadrants: Answer) -> Component | None:
    """The ways down to the firms of the chosen quadrant, or of all, for those who may see them: the
    users, and everyone."""
    row, actor = chosen_row(view, quadrants), gate.current_actor()
    # The register knows no programmes: whose firms are limited to some sees none of it.
    if not actor.can("firm") or actor.limit == "programme":
        return None
    quadrant = view.parameters.quadrant
    where = quadrant_name(quadrant) if quadrant else text("credit_map.all_quadrants")
    ways = [
        button_link(
            text("credit_map.see_everyone", quadrant=where),
            href(list_query(view, listed="everyone"), LIST_PATH),
        )
    ]
    if row["n_user"]:
        n = format_number(row["n_user"], Unit.FIRM)
        words = text("credit_map.see_firms", quadrant=where, n=n)
        ways.insert(0, button_link(words, href(list_query(view), LIST_PATH)))
    return html.P(ways, className="sl-ways")


def comparison(view: View, answer: Answer) -> Component:
    """The shares of both measures' users by quadrant, and their difference."""
    title = findings.comparison_title(rows_of(answer)[1:], measure_name(view), versus_name(view))
    names = {"user": measure_name(view), "versus": versus_name(view)}
    columns: list[TableColumn | str] = [
        TableColumn("quadrant", text_of=lambda row: _quadrant_cell(str(row["quadrant"])))
    ]
    for name, words in names.items():
        columns += [
            TableColumn(f"n_{name}", label=text("credit_map.head_n_of", measure=words)),
            _share_column(f"share_{name}", text("credit_map.head_share_of", measure=words)),
            _interval_column(f"share_{name}", text("credit_map.head_interval_of", measure=words)),
        ]
    columns += [
        TableColumn("share_difference", text_of=_points),
        TableColumn(
            "share_difference_low",
            text_of=_points_interval,
            label=text("credit_map.head_interval"),
        ),
    ]
    both = format_number(rows_of(answer)[0]["n_both"], Unit.FIRM)
    return figure_frame(
        title,
        text(
            "credit_map.comparison_sub",
            growth=growth_words(view),
            scope=view.scope_text,
            **_lettered(names),
        ),
        answer_table(
            answer,
            columns,
            name="comparison",
            label=title,
            href_of=lambda row: _narrowed(view, str(row["quadrant"])),
            is_total=lambda row: row["quadrant"] == "whole",
            is_current=lambda row: row["quadrant"] == view.parameters.quadrant,
            is_wide=True,
        ),
        name="comparison",
        answer=answer,
        caveat=text("credit_map.comparison_caveat", both=both),
        csv_href=view.export_href("credit_comparison"),
        xlsx_href=view.export_href("credit_comparison", "xlsx"),
        measures=("n_user", "share_user", "n_versus", "share_versus", "share_difference"),
        summary=findings.comparison_summary(rows_of(answer), *names.values()),
    )


def _lettered(names: Mapping[str, str]) -> dict[str, str]:
    return {"first": names["user"], "second": names["versus"]}


def _share_column(name: str, label: str) -> TableColumn:
    return TableColumn(name, text_of=lambda row: _share(row[name]), label=label)


def _interval_column(name: str, label: str) -> TableColumn:
    return TableColumn(
        f"{name}_low", text_of=lambda row: _interval(row, name, Unit.PERCENT), label=label
    )


def _points(row: Mapping[str, Any], name: str = "share_difference") -> str:
    if is_missing(row[name]):
        return FEW if row["status"] == "few" and row["quadrant"] != "whole" else MISSING
    return format_number(row[name], Unit.PERCENTAGE_POINT, is_signed=True, has_unit=False)


def _points_interval(row: Mapping[str, Any]) -> str:
    low, high = (_points(row, f"share_difference_{end}") for end in ("low", "high"))
    return low if is_missing(row["share_difference"]) else findings.between(low, high)


def _quadrant_cell(quadrant: str) -> str:
    return text("credit_map.whole") if quadrant == "whole" else quadrant_name(quadrant)


def _narrowed(view: View, quadrant: str) -> str:
    if quadrant == "whole":
        return view.href(quadrant=None) if view.parameters.quadrant else ""
    return "" if quadrant == view.parameters.quadrant else view.href(quadrant=quadrant)


def _share(value: Any) -> str:
    return FEW if is_missing(value) else format_number(value, Unit.PERCENT, has_unit=False)


def _interval(row: Mapping[str, Any], name: str, unit: Unit) -> str:
    return interval_text(row[f"{name}_low"], row[f"{name}_high"], unit)


def _times(value: Any) -> str:
    return format_number(value, None, decimals=2)
