"""How an edition came to be public: each step with its time and the role that took it."""

from __future__ import annotations

from datetime import datetime

from dash import html
from dash.development.base_component import Component

from components.attributes import attributes
from components.eras import full_moment_text
from gate.editions import EditionNote
from language import text


def approval(edition: EditionNote) -> Component:
    """The four steps; those still to come are open."""
    steps = [
        _step("built", edition.built_at, text("report.by_machine")),
        _step("checked", edition.checked_at, text("report.passed")),
        _step("reviewed", edition.reviewed_at, _role(edition.author_role)),
        _step("public", edition.approved_at, _role(edition.approver_role)),
    ]
    return html.Section(
        [
            html.H2(text("report.approval"), id="approval-title"),
            html.P(text("report.two_people"), className="sl-figure__sub"),
            html.Ol(steps, className="sl-steps"),
        ],
        className="sl-figure",
        **attributes(aria_labelledby="approval-title"),
    )


def _step(name: str, at: datetime | None, by: str) -> Component:
    title = html.B(text(f"report.step_{name}"))
    if at is None:
        return html.Li([title, html.Span(text("report.step_waits"))], className="is-next")
    when = html.Span(full_moment_text(at), className="sl-nb")
    return html.Li([title, html.Span([when, "　", by])])


def _role(role: str) -> str:
    return text(f"gate.role.{role}") if role else ""
