"""Exit as an outcome of its own: how many of both sides have left by when, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dash.development.base_component import Component

from components.figure import figure_frame
from components.numbers import FEW, MISSING, format_number, interval_text, is_missing
from components.table import TableColumn, answer_table
from gate.answer import Answer, rows_of
from language import text
from pages.matching_parts import findings
from pages.matching_parts.findings import Named
from pages.matching_parts.view import View, scope_words
from store.quantity import Unit


def exits(view: View, named: Named, answer: Answer, *, is_blocked: bool) -> Component:
    """Each kind of exit at the chosen event time: both shares, their difference and its band."""
    after = int(view.parameters.after)
    title = findings.exit_title(named, rows_of(answer), after, is_blocked=is_blocked)
    return figure_frame(
        title,
        text("matching.exit_sub", n=after, scope=scope_words(view)),
        answer_table(
            _at(answer, after),
            [
                TableColumn("kind", text_of=lambda row: text(f"matching.exit_{row['kind']}")),
                _share("user_share", named.user),
                _share("control_share", named.control),
                _share("difference", text("matching.head_exit_difference"), is_signed=True),
                TableColumn(
                    "difference_low",
                    label=text("matching.head_exit_band"),
                    is_number=True,
                    text_of=_band,
                ),
                "n_user_at_risk",
            ],
            name="exits",
            label=title,
        ),
        name="exits",
        answer=answer,
        caveat=findings.caveat("exit", is_blocked=is_blocked),
        csv_href=view.export_href("matched_exit"),
        xlsx_href=view.export_href("matched_exit", "xlsx"),
        measures=("user_share", "control_share", "difference"),
    )


def _at(answer: Answer, after: int) -> Answer:
    return replace(answer, frame=answer.frame[answer.frame["event_year"] == after])


def _share(name: str, words: str, *, is_signed: bool = False) -> TableColumn:
    def cell(row: Mapping[str, Any]) -> str:
        if is_missing(row[name]):
            return FEW
        return format_number(row[name], Unit.PERCENT, is_signed=is_signed, has_unit=False)

    return TableColumn(name, label=words, is_number=True, text_of=cell)


def _band(row: Mapping[str, Any]) -> str:
    if is_missing(row["difference_low"]):
        return FEW if row["status"] == "few" else MISSING
    return interval_text(row["difference_low"], row["difference_high"], Unit.PERCENT)
