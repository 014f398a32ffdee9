"""A dialog over the page: the browser's own, which holds the focus and closes with Escape.

assets/lens.js opens it for a button made here, and closes it once what was asked for is done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html

from components.attributes import attributes
from language import text


def dialog(name: str, title: str, body: Sequence[Any], confirm: str, **more: str) -> html.Dialog:
    """A dialog with the id ``name``: ``body``, the button ``<name>-confirm`` and one to leave it.

    What is said in answer stands in ``<name>-said``. ``more`` are further HTML attributes with
    ``_`` for ``-``.
    """
    return html.Dialog(
        [
            html.H2(title, id=f"{name}-title"),
            *body,
            html.P(id=f"{name}-said", className="sl-dialog__said", role="alert"),
            html.Div(
                [
                    html.Button(
                        confirm, id=f"{name}-confirm", type="button", className="btn btn-primary"
                    ),
                    html.Button(
                        text("dialog.leave"),
                        type="button",
                        className="btn",
                        **attributes(data_lens_leave=""),
                    ),
                ],
                className="sl-dialog__ways",
            ),
        ],
        id=name,
        className="sl-dialog",
        **attributes(aria_labelledby=f"{name}-title", **more),
    )


def name_field(name: str, label: str, longest: int) -> html.Div:
    """The field of a dialog in which something is named; Enter in it confirms."""
    return html.Div(
        [
            html.Label(label, htmlFor=name, className="form-label"),
            dbc.Input(id=name, value="", maxLength=longest, autocomplete="off"),
        ]
    )


def opener(
    words: str,
    opened: str,
    fill: Mapping[str, Mapping[str, Any]] | None = None,
    **more: str,
) -> html.Button:
    """A button that opens the dialog ``opened`` with the properties of components in ``fill``."""
    return html.Button(
        words,
        type="button",
        className="btn btn-link",
        **attributes(
            data_lens_dialog=opened,
            data_lens_fill=json.dumps(fill or {}, ensure_ascii=False),
            aria_haspopup="dialog",
            **more,
        ),
    )
