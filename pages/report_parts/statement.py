"""What was hidden in an edition, what proves that it cannot be worked back, and by which rules."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from components.attributes import attributes
from components.notes import spec_list, state_mark
from components.numbers import format_number
from gate.editions import EditionNote
from language import text
from store.quantity import Unit

_LEAST_WRITTEN = 0.1


def statement(edition: EditionNote, subtitle: str, name: str = "statement") -> Component:
    """The statement of disclosure control as the check of the edition left it."""
    found = edition.statement
    return html.Section(
        [
            html.H2(text("report.statement"), id=f"{name}-title"),
            html.P(subtitle, className="sl-figure__sub"),
            spec_list(_pairs(edition)) if found else html.P(text("report.not_checked")),
        ],
        className="sl-figure",
        **attributes(aria_labelledby=f"{name}-title"),
    )


def _pairs(edition: EditionNote) -> list[tuple[str, Any]]:
    found = edition.statement
    n_cell, n_hidden = int(found["n_cell"]), int(found["n_hidden"])
    share = 100 * n_hidden / n_cell if n_cell else None
    pairs: list[tuple[str, Any]] = [
        (
            text("report.cells"),
            text(
                "report.cells_of",
                n=format_number(n_cell, None),
                hidden=format_number(n_hidden, None),
                share=format_number(share, Unit.PERCENT),
            ),
        )
    ]
    if found.get("amount_hidden_percent") is not None:
        amount = format_number(found["amount_hidden_percent"], Unit.PERCENT, decimals=0)
        pairs.append((text("report.value_hidden"), text("report.value_hidden_of", share=amount)))
    if found.get("least_interval_percent") is not None:
        width = _width(float(found["least_interval_percent"]))
        pairs.append((text("report.interval"), text("report.interval_of", width=width)))
    tried = format_number(int(found["n_attacked"]), None)
    return [
        *pairs,
        (
            text("report.result"),
            [state_mark(text("report.passed")), "　", text("report.result_of", n=tried)],
        ),
        (
            text("report.policy"),
            html.Span(_short(edition.policy_hash), title=edition.policy_hash, className="sl-hash"),
        ),
        (text("shell.snapshot"), html.Span(edition.snapshot, className="sl-hash")),
    ]


def _width(percent: float) -> str:
    """The narrowest interval; less than can be written is said so."""
    if percent < _LEAST_WRITTEN:
        return text("report.less_than", least=format_number(_LEAST_WRITTEN, Unit.PERCENT))
    return format_number(percent, Unit.PERCENT)


def _short(digest: str) -> str:
    return f"{digest[:4]}-{digest[4:8]}"
