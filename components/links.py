"""Ordinary links. assets/lens.js follows them without reloading; they work without it, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from components.attributes import attributes
from language import text


def href(query: Mapping[str, str], path: str = "", **changes: str | None) -> str:
    """The address of ``query`` with ``changes``; None removes a parameter, "" sets it empty.

    Without ``path`` the address stays on the same page.
    """
    merged = {**query, **changes}
    kept = {name: value for name, value in merged.items() if value is not None}
    return f"{path}?{urlencode(kept)}" if kept or not path else path


def page_link(
    children: Any, to: str, class_name: str = "", *, current: str = "", **more: str
) -> html.A:
    """A link to another state or page; ``current`` becomes aria-current (page, true …).

    ``more`` are further HTML attributes with ``_`` for ``-`` (``data_row="3"``).
    """
    if current:
        more["aria_current"] = current
    return html.A(
        children,
        href=to,
        className=class_name or None,
        **attributes(data_lens_link="", **more),
    )


def button_link(children: Any, to: str, *, is_primary: bool = False) -> html.A:
    """A link that looks like a button; at most one primary on a screen."""
    return page_link(children, to, "btn btn-primary" if is_primary else "btn")


def download_link(children: Any, to: str, class_name: str = "") -> html.A:
    """A link to a file: the browser fetches it itself."""
    return html.A(children, href=to, className=class_name or None, download="")


def copy_button(link: str, label: str, class_name: str) -> list[Component]:
    """A button that copies a link, and where it is said that it did (assets/lens.js)."""
    said = attributes(
        data_lens_copy=link,
        data_lens_done=text("filter.copied"),
        data_lens_failed=text("filter.copy_failed"),
    )
    return [
        html.Button(label, type="button", className=class_name, **said),
        html.Span(className="sl-copied", role="status"),
    ]
