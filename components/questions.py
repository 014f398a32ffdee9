"""The questions that the home page starts from, each with its answer in one number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html

from components.attributes import attributes
from components.links import page_link


@dataclass(frozen=True, slots=True)
class Question:
    """A question, its answer (``label`` says what the number is) and the page behind it."""

    title: str
    detail: str
    href: str
    value_text: str
    unit_text: str
    label: str


def question_list(items: Sequence[Question], *, heading: str, span: int = 7) -> html.Section:
    """The questions under one rule; ``heading`` is read aloud only."""
    rows = [
        html.Li(
            page_link(
                [
                    html.H3(item.title),
                    html.P(item.detail),
                    html.Span(
                        [
                            item.value_text,
                            html.Span(
                                item.unit_text,
                                className="sl-close" if item.unit_text == "%" else None,
                            ),
                            html.Small(item.label),
                        ],
                        className="sl-answer",
                    ),
                ],
                item.href,
            )
        )
        for item in items
    ]
    return html.Section(
        [
            html.H2(heading, id="questions-title", className="visually-hidden"),
            html.Ul(rows, className="sl-questions"),
        ],
        className=f"sl-{span}of12",
        **attributes(aria_labelledby="questions-title"),
    )
