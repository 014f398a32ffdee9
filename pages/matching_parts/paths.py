"""Users beside matched firms around the first use, and the differences year by year."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dash.development.base_component import Component

from components.chart import chart
from components.event_study import EventPath, Gap, event_study_figure, event_year_text
from components.figure import figure_frame
from components.numbers import FEW, Scale, format_number, interval_text, is_missing, unit_text
from components.numbers import column_scale as scale_of
from components.states import too_few
from components.table import TableColumn, answer_table
from gate.answer import Answer, Row, rows_of
from language import text
from pages.matching_parts import findings
from pages.matching_parts.findings import Named
from pages.matching_parts.view import View, scope_words
from queries.matching_measures import BASE_EVENT
from store.quantity import Unit


def paths(view: View, named: Named, answer: Answer, *, is_blocked: bool) -> Component:
    """Both lines, below them their difference with its band about zero."""
    rows = rows_of(answer)
    title = findings.path_title(named, rows, is_blocked)
    is_table = view.is_table("paths")
    if is_table:
        body: Component = _table(view, named, answer, title, "paths")
    elif all(is_missing(row["difference"]) for row in rows):
        body = too_few(text("matching.few_title"), text("matching.few_path", user=named.user))
    else:
        body = _drawn(view, named, rows, title)
    how = "log" if view.parameters.is_log else "level"
    return figure_frame(
        title,
        text(f"matching.path_sub_{how}", outcome=named.outcome, scope=scope_words(view)),
        body,
        name="paths",
        answer=answer,
        caveat=findings.caveat("path", is_blocked=is_blocked),
        table_href=view.table_href("paths"),
        is_table=is_table,
        csv_href=view.export_href("matched_path"),
        xlsx_href=view.export_href("matched_path", "xlsx"),
        span=7,
        measures=("user_mean", "control_mean", "difference", "difference_low", "difference_high"),
    )


def _drawn(view: View, named: Named, rows: Sequence[Row], title: str) -> Component:
    is_log = view.parameters.is_log
    years = [int(row["event_year"]) for row in rows]
    gap = Gap(
        text("matching.gap_name", outcome=named.outcome),
        years,
        [row["difference"] for row in rows],
        [row["difference_low"] for row in rows],
        [row["difference_high"] for row in rows],
    )
    lines = [
        EventPath(name, years, [row[column] for row in rows], [int(row[n]) for row in rows],
                  is_subject=column == "user_mean")
        for name, column, n in (
            (named.user, "user_mean", "n_user_alive"),
            (named.control, "control_mean", "n_control_alive"),
        )
    ]  # fmt: skip
    after = findings.at(rows, int(view.parameters.after)) or rows[-1]
    return chart(
        event_study_figure(
            lines, Unit.PERCENT if is_log else named.unit, gap=gap,
            start=named.start,
        ),
        text(
            "matching.path_summary",
            title=title,
            n=view.parameters.after,
            difference=findings.amount(after["difference"], named.unit),
        ),
        name="paths",
        height=620,
        height_narrow=560,
    )  # fmt: skip


def effects(view: View, named: Named, answer: Answer, *, is_blocked: bool) -> Component:
    """The difference of each year with its band, beside the plain one and both counts."""
    title = text("matching.effect_title")
    return figure_frame(
        title,
        text("matching.effect_sub", outcome=named.outcome, user=named.user, control=named.control),
        _table(view, named, answer, title, "effects"),
        name="effects",
        answer=answer,
        caveat=findings.caveat("effect", is_blocked=is_blocked),
        csv_href=view.export_href("matched_path"),
        xlsx_href=view.export_href("matched_path", "xlsx"),
        measures=("difference", "difference_low", "difference_high", "plain_difference"),
        span=8,
    )


def _table(view: View, named: Named, answer: Answer, label: str, name: str) -> Component:
    unit = named.unit
    scale = scale_of(answer.frame["difference"]) if unit is Unit.YEN else None
    head = text("matching.head_unit", unit=unit_text(unit, scale))
    after = int(view.parameters.after)

    def amount(column: str, words: str) -> TableColumn:
        return TableColumn(
            column, label=f"{words}{head}", is_number=True, text_of=_cell(column, unit, scale)
        )

    return answer_table(
        answer,
        [
            TableColumn(
                "when",
                label=text("matching.head_event"),
                text_of=lambda row: event_year_text(int(row["event_year"]), named.start),
            ),
            amount("difference", text("matching.head_difference")),
            TableColumn(
                "difference_low",
                label=text("matching.head_band") + head,
                is_number=True,
                text_of=lambda row: _band(row, unit, scale),
            ),
            "n",
            amount("difference_winsorised", text("matching.head_winsorised")),
            TableColumn(
                "plain_ratio",
                label=text("matching.head_plain_ratio"),
                is_number=True,
                text_of=lambda row: findings.ratio_text(row["plain_ratio"]),
            )
            if view.parameters.is_log
            else amount("plain_difference", text("matching.head_plain")),
        ],
        name=name,
        label=label,
        is_current=lambda row: int(row["event_year"]) == after,
        is_wide=True,
    )


def _cell(name: str, unit: Unit, scale: Scale | None) -> Callable[[Mapping[str, Any]], str]:
    def cell(row: Mapping[str, Any]) -> str:
        if is_missing(row[name]):
            return FEW
        decimals = findings.decimals_of(unit)
        return format_number(
            row[name], unit, scale=scale, decimals=decimals, is_signed=True, has_unit=False
        )

    return cell


def _band(row: Mapping[str, Any], unit: Unit, scale: Scale | None) -> str:
    if is_missing(row["difference_low"]):
        return FEW
    if int(row["event_year"]) == BASE_EVENT:
        return text("matching.base")
    ends = row["difference_low"], row["difference_high"]
    return interval_text(*ends, unit, scale, decimals=findings.decimals_of(unit))
