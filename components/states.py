"""What stands in a figure's place when there is no figure: why, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from components.attributes import attributes
from components.links import button_link
from components.notes import notice
from language import text

Ways = Sequence[tuple[str, str]]
_SAID = (
    "loading",
    "stop",
    "stopping",
    "stopped",
    "failed",
    "again",
    "making_file",
    "making_picture",
    "failed_picture",
)


def loading(token: str) -> html.Div:
    """Where a page says what it waits for and offers to stop: on every page, and empty until then.

    assets/waiting.js fills it with the words given here; ``token`` protects the stop.
    """
    said = {f"data_{name}": text(f"waiting.{name}") for name in _SAID}
    said["data_saved_rows"] = text("waiting.saved_rows", n="{n}", name="{name}")
    said["data_saved"] = text("waiting.saved", name="{name}")
    return html.Div(
        [html.P(), html.Button(type="button", className="btn", hidden=True)],
        id="waiting",
        className="sl-waiting",
        role="status",
        **attributes(data_token=token, **said),
    )


def stopped(reason: str, retry_href: str) -> html.Div:
    """The answer was not waited for, or took too long: what is kept, and the way to try again."""
    # An ordinary link: it asks anew for the address that the reader is at already.
    again = html.A(text("waiting.again"), href=retry_href, className="btn")
    words = notice(reason, title=text("state.stopped"), is_warning=True)
    return html.Div([words, html.P(again, className="sl-ways")], className="sl-empty")


def empty(reason: str, relax: Ways = (), *, title: str = "") -> html.Div:
    """Nothing fits the conditions: why, and the conditions whose removal helps (label, href)."""
    words = html.P([html.B(title or text("state.empty")), html.Br(), reason])
    return html.Div([words, _ways(relax)], className="sl-empty")


def withheld(reason: str = "", relax: Ways = ()) -> html.Div:
    """The whole figure is withheld for disclosure control."""
    paper = html.Div(
        [
            html.P(
                [html.B(text("state.withheld")), html.Br(), reason or text("state.withheld_why")]
            ),
            _ways(relax),
        ],
        className="sl-onpaper",
    )
    return html.Div(paper, className="sl-empty sl-withheld")


def too_few(title: str, reason: str, wider: Ways = ()) -> html.Div:
    """Too few firms for an estimate: how many, and the next level up."""
    return html.Div(
        [notice(reason, title=title, is_warning=True), _ways(wider)], className="sl-empty"
    )


def warning(title: str, reason: str, ways: Ways = ()) -> html.Div:
    """Something to heed before reading on."""
    return html.Div(
        [notice(reason, title=title, is_warning=True), _ways(ways)], className="sl-empty"
    )


def error(reference: str, retry_href: str = "") -> html.Div:
    """It failed: what is kept, what to do, and the number by which it is found in the log."""
    before, after = text("state.error_why", reference="\0").split("\0")
    words = [before, html.Span(reference, className="sl-hash"), after]
    ways = [(text("state.retry"), retry_href)] if retry_href else []
    return html.Div(
        [notice(words, title=text("state.error"), is_warning=True), _ways(ways)],
        className="sl-empty",
        role="alert",
    )


def refused(reason: str = "", home_href: str = "/") -> html.Div:
    """The reader may not see this; says so without saying what it is."""
    return warning(
        text("state.refused"),
        reason or text("state.refused_why"),
        [(text("state.home"), home_href)],
    )


def unknown_value(label: str, value: str, reset_href: str) -> html.Div:
    """The address names a value that is not published."""
    return warning(
        text("state.unknown_value"),
        text("state.unknown_value_why", label=label, value=value),
        [(text("state.reset"), reset_href)],
    )


def _ways(ways: Ways) -> html.P | None:
    if not ways:
        return None
    return html.P([button_link(label, to) for label, to in ways], className="sl-ways")
