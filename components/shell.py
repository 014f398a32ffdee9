"""The frame of every page: who is signed in, the sections, the page, and what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import dash_bootstrap_components as dbc
from dash import html

from components.attributes import attributes
from components.eras import full_moment_text
from components.links import page_link
from components.notes import notice
from components.static import Page
from language import current_language, text

_SET_LEFT_BELOW = 8


@dataclass(frozen=True, slots=True)
class NavItem:
    """One section of the navigation."""

    label: str
    href: str
    is_active: bool = False


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the page; ``token`` protects the forms, ``next_path`` is where they return."""

    name: str
    token: str
    next_path: str = "/"
    is_signed_in: bool = True


def shell(
    children: Any,
    *,
    viewer: Viewer,
    nav: Sequence[NavItem],
    part_nav: Sequence[NavItem] = (),
    snapshot: str = "",
    published_at: datetime | None = None,
    is_synthetic: bool = False,
    is_fallback: bool = False,
    home_href: str = "/",
    help_href: str = "",
    footer_links: Sequence[tuple[str, str]] = (),
    dialogs: Sequence[Any] = (),
) -> Page:
    """The whole page around ``children``. ``published_at`` is UTC.

    ``part_nav`` leads to the pages of the section one is in, where it has several.
    ``is_synthetic`` puts a line above everything that says the data are invented;
    ``is_fallback`` a warning that an earlier snapshot is shown. ``dialogs`` are those that any
    page may open.
    """
    warnings = [notice(text("shell.fallback"), is_warning=True)] if is_fallback else []
    return Page(
        [
            html.A(text("shell.skip"), href="#main", className="sl-skip"),
            _synthetic_line() if is_synthetic else None,
            html.Header(
                [_masthead(viewer, home_href, help_href), _sections(nav), _parts(part_nav)]
            ),
            html.Main(
                [*warnings, *(children if isinstance(children, list | tuple) else [children])],
                id="main",
                className="sl-wrap",
                tabIndex="-1",
            ),
            _footer(snapshot, published_at, is_synthetic, footer_links),
            *dialogs,
        ],
        className="sl-app",
        lang=current_language(),
    )


def _synthetic_line() -> html.Aside:
    return html.Aside(
        html.P([html.B(text("shell.synthetic")), text("shell.synthetic_detail")]),
        className="sl-synthetic",
        **attributes(aria_label=text("shell.synthetic")),
    )


def _masthead(viewer: Viewer, home_href: str, help_href: str) -> html.Div:
    other = "en" if current_language() == "ja" else "ja"
    return html.Div(
        [
            page_link(
                [text("shell.brand"), html.Small(text("shell.brand_detail"))], home_href, "sl-brand"
            ),
            html.Button(
                text("shell.menu"),
                type="button",
                className="btn sl-menu",
                **attributes(aria_expanded="false", aria_controls="sections", data_lens_toggle=""),
            ),
            html.Div(
                [
                    html.Span(viewer.name) if viewer.name else None,
                    _post(
                        "/language",
                        text("shell.other_language"),
                        viewer,
                        {"language": other, "next": viewer.next_path},
                        language=other,
                    ),
                    page_link(text("shell.help"), help_href) if help_href else None,
                    _post("/logout", text("shell.sign_out"), viewer, {})
                    if viewer.is_signed_in
                    else None,
                ],
                className="sl-who",
            ),
        ],
        className="sl-wrap sl-masthead",
    )


def _post(
    action: str, label: str, viewer: Viewer, values: dict[str, str], language: str = ""
) -> html.Form:
    """A link that changes something, and so is a form with the token."""
    hidden = {"csrf_token": viewer.token, **values}
    return html.Form(
        [
            *(dbc.Input(type="hidden", name=name, value=value) for name, value in hidden.items()),
            html.Button(label, type="submit", className="sl-linkbtn", lang=language or None),
        ],
        action=action,
        method="post",
    )


def _sections(nav: Sequence[NavItem]) -> html.Nav | None:
    if not nav:
        return None
    links = [
        html.Li(
            page_link(
                item.label,
                item.href,
                "nav-link active" if item.is_active else "nav-link",
                current="page" if item.is_active else "",
            )
        )
        for item in nav
    ]
    row = "nav is-left" if len(nav) < _SET_LEFT_BELOW else "nav"
    return html.Nav(
        html.Div(html.Ul(links, className=row), className="sl-wrap"),
        id="sections",
        className="sl-sections",
        **attributes(aria_label=text("shell.sections")),
    )


def _parts(nav: Sequence[NavItem]) -> html.Nav | None:
    if not nav:
        return None
    links = [
        html.Li(page_link(item.label, item.href, current="page" if item.is_active else ""))
        for item in nav
    ]
    return html.Nav(
        html.Ul(links, className="sl-wrap"),
        className="sl-parts",
        **attributes(aria_label=text("shell.parts")),
    )


def _footer(
    snapshot: str,
    published_at: datetime | None,
    is_synthetic: bool,
    links: Sequence[tuple[str, str]],
) -> html.Footer:
    updated = text("shell.updated", moment=full_moment_text(published_at)) if published_at else ""
    return html.Footer(
        html.Div(
            [
                html.Strong(text("shell.synthetic")) if is_synthetic else None,
                html.Span([text("shell.snapshot"), " ", html.Span(snapshot, className="sl-hash")])
                if snapshot
                else None,
                html.Span(updated) if updated else None,
                *(page_link(label, to) for label, to in links),
            ],
            className="sl-footer",
        ),
        className="sl-wrap",
    )
