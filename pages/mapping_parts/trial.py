"""What a profile makes of the first rows of a sample: the records accepted, and those refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.attributes import attributes
from components.notes import notice
from components.numbers import MISSING, Scale, format_number, is_missing
from language import has_text, text
from pages.data_parts.words import reason_text
from pages.mapping_parts.draft import TARGET
from pages.mapping_parts.form import item_text
from store.mapping_profile import ProfileTrial
from store.quantity import Unit


def trial_view(trial: ProfileTrial) -> Component:
    """The trial in words, then its rows. The records are those of the operator's own file."""
    if trial.reason:
        missing = text("data.comma").join(trial.missing_columns)
        words = reason_text(trial.reason)
        detail = text("mapping.lacking", columns=missing) if missing else ""
        return notice([words, detail], title=text("mapping.file_refused"), is_warning=True)
    n_good, n_bad = len(trial.frame), len(trial.refused)
    title = text(
        "mapping.trial_finding" if n_bad else "mapping.trial_all",
        n=format_number(n_good + n_bad, Unit.LINE),
        good=format_number(n_good, Unit.LINE),
        bad=format_number(n_bad, Unit.LINE),
    )
    return html.Div(
        [
            html.H3(title),
            _unknown(trial),
            _accepted(trial) if n_good else None,
            _refused(trial) if n_bad else None,
        ]
    )


def _unknown(trial: ProfileTrial) -> Component | None:
    if not trial.unknown_columns:
        return None
    columns = text("data.comma").join(trial.unknown_columns)
    return html.P(text("mapping.unknown_columns", columns=columns), className="sl-figure__sub")


def _accepted(trial: ProfileTrial) -> Component:
    rows = trial.frame.to_dict("records")
    shown = [
        item
        for item in (*TARGET.items, "number_status")
        if item in trial.frame and any(not is_missing(row[item]) for row in rows)
    ]
    head = html.Tr(
        [
            html.Th(text("quantity.line.label"), scope="col", className="n"),
            *(html.Th(item_text(item), scope="col", className=_align(item)) for item in shown),
        ]
    )
    body = [
        html.Tr(
            [
                html.Th(str(row["line"]), scope="row", className="n"),
                *(html.Td(_cell(item, row), className=_align(item)) for item in shown),
            ]
        )
        for row in rows
    ]
    return _box(text("mapping.accepted"), head, body)


def _refused(trial: ProfileTrial) -> Component:
    head = html.Tr(
        [
            html.Th(text(f"quantity.{name}.label"), scope="col")
            for name in ("line", "reason_code", "column_name", "raw_text")
        ]
    )
    body = [
        html.Tr(
            [
                html.Th(str(refusal.line), scope="row"),
                html.Td(reason_text(refusal.reason)),
                html.Td(_column(refusal.column)),
                html.Td(html.Code(refusal.raw)),
            ]
        )
        for refusal in trial.refused
    ]
    return _box(text("mapping.refused"), head, body)


def _box(label: str, head: Component, body: Sequence[Component]) -> Component:
    return html.Div(
        [
            html.H4(label),
            html.P(text("table.swipe"), className="sl-swipe"),
            html.Div(
                html.Table(
                    [html.Thead(head), html.Tbody(body)], className="table sl-table-wide sl-preview"
                ),
                className="sl-scroll",
                tabIndex="0",
                role="region",
                **attributes(aria_label=label),
            ),
        ],
        className="sl-form-part",
    )


def _align(item: str) -> str | None:
    return "n" if item in (*TARGET.money, "n_employee") else None


def _column(item: str) -> str:
    key = f"staged_column.{item}"
    return text(key) if item and has_text(key) else item or MISSING


def _cell(item: str, row: Mapping[Any, Any]) -> str:
    value = row[item]
    if is_missing(value):
        return MISSING
    if item in TARGET.money:
        return format_number(value, Unit.YEN, scale=Scale.ONE)
    if item == "n_employee":
        return format_number(value, Unit.PERSON)
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    key = f"consultation_{item}.{value}"
    return text(key) if has_text(key) else str(value)
