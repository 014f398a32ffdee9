"""Words beside figures: notices, states, the reading sentence with its checks, small lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dash import html

from components.attributes import attributes
from language import text

_MOST_IN_A_LINE = 6
_OUTCOMES = {True: "good", False: "warn", None: "none"}
_CHECK_LOOKS = {True: "sl-check", False: "sl-check is-warn", None: "sl-check is-none"}


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a result, in words; a failed one is marked with ! and named as such. One that
    has nothing to check (None) is marked with a dash."""

    title: str
    detail: str
    is_good: bool | None = True


def notice(children: Any, *, title: str = "", is_warning: bool = False) -> html.Div:
    """A remark with a bar at its side: blue, or orange for a warning."""
    head = [html.B(title), html.Br()] if title else []
    return html.Div(
        [*head, *(children if isinstance(children, list) else [children])],
        className="sl-notice is-warn" if is_warning else "sl-notice",
    )


def state_mark(words: str, kind: Literal["good", "wait", "warn"] = "good") -> html.Span:
    """A state: a dot (filled, open, or an orange disc with !) and its word."""
    look = {"good": "", "wait": " is-wait", "warn": " is-warn"}[kind]
    return html.Span(words, className=f"sl-state{look}")


def reading(
    before: str, number: str, after: str, *, detail: str = "", checks: Sequence[Check] = ()
) -> html.Section:
    """The result in one sentence, its number bold and blue, with what it rests on."""
    items = [
        html.Li(
            [
                html.B(
                    [
                        html.Span(
                            text(f"note.check_{_OUTCOMES[check.is_good]}"),
                            className="visually-hidden",
                        ),
                        check.title,
                    ],
                    className=_CHECK_LOOKS[check.is_good],
                ),
                html.Span(check.detail, className="d"),
            ]
        )
        for check in checks
    ]
    return html.Section(
        [
            html.Blockquote([before, html.Strong(number), after]),
            html.P(detail) if detail else None,
            html.Ul(items, className=_checks_class(len(items))) if items else None,
        ],
        className="sl-reading sl-section",
        **attributes(aria_label=text("note.reading")),
    )


def _checks_class(n: int) -> str:
    """Checks stand in one line, or in lines of five."""
    return "sl-checks is-many" if n > _MOST_IN_A_LINE else "sl-checks"


def spec_list(pairs: Sequence[tuple[str, Any]]) -> html.Dl:
    """Names and values in two columns."""
    return html.Dl(
        [part for name, value in pairs for part in (html.Dt(name), html.Dd(value))],
        className="sl-spec",
    )


def change_list(rows: Sequence[tuple[str, str, Any]]) -> html.Dl:
    """What changed: kind, headline in bold, detail."""
    return html.Dl(
        [
            part
            for kind, headline, detail in rows
            for part in (html.Dt(kind), html.Dd([html.B(headline), html.Span(detail)]))
        ],
        className="sl-changes",
    )
