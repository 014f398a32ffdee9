"""保存した画面: the reader's own views, to be opened, handed on, renamed and dropped."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from dash import Input, Output, State, callback, ctx, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

import gate
from components.attributes import attributes
from components.dialog import dialog, name_field, opener
from components.eras import date_text, fiscal_year_text
from gate import saved_views
from gate.saved_views import KeptView
from language import text
from pages._frame import SECTIONS
from pages._saving import DONE
from pages.explore_parts.view import ALL, SHARED, name_of
from store.members import Members

_RENAME, _DELETE = "rename-view", "delete-view"
_CHOSEN, _LIST, _SAID = "view-chosen", "saved-list", "saved-said"


def saved_section() -> html.Section:
    """The list under its heading, with the dialogs that its buttons open."""
    return html.Section(
        [
            html.H2(text("saved.title"), className="sl-h2", id="saved-title"),
            html.P(text("saved.lead"), className="sl-figure__sub"),
            html.P(id=_SAID, className="sl-said", role="status", tabIndex="-1"),
            html.Div(_list(), id=_LIST),
            dcc.Store(id=_CHOSEN),
            dialog(
                _RENAME,
                text("saved.rename_title"),
                [name_field(f"{_RENAME}-name", text("saved.name"), saved_views.LONGEST_NAME)],
                text("saved.rename_confirm"),
            ),
            dialog(
                _DELETE,
                text("saved.delete_title"),
                [html.P(id=f"{_DELETE}-which")],
                text("saved.delete_confirm"),
            ),
        ],
        id="saved",
        className="sl-figure sl-section sl-saved",
        **attributes(aria_labelledby="saved-title"),
    )


def _list() -> Component:
    views = saved_views.saved_views()
    if not views:
        words: list[Any] = [html.B(text("saved.none_title")), html.Br(), text("saved.none")]
        return html.Div(html.P(words), className="sl-empty sl-empty-low")
    try:
        members = gate.members()
    except gate.NoSnapshot:
        members = Members({}, {})
    heads = ("name", "page", "conditions", "used")
    head = [html.Th(text(f"saved.{key}"), scope="col") for key in heads]
    hidden = html.Span(text("saved.ways"), className="visually-hidden")
    return html.Div(
        [
            html.P(text("table.swipe"), className="sl-swipe"),
            html.Div(
                html.Table(
                    [
                        html.Thead(html.Tr([*head, html.Th(hidden, scope="col")])),
                        html.Tbody([_row(view, members) for view in views]),
                    ],
                    className="table",
                ),
                className="sl-scroll",
                tabIndex="0",
                role="region",
                **attributes(aria_label=text("saved.list")),
            ),
        ],
        className="sl-table",
    )


def _row(view: KeptView, members: Members) -> html.Tr:
    # Not followed by the script: the server leads on from the short address.
    return html.Tr(
        [
            html.Th(html.A(view.name, href=view.link), scope="row"),
            html.Td(_page_name(view.address), className="sl-nb"),
            html.Td(conditions(view.address, members)),
            html.Td(_used(view.used_at or view.created_at), className="sl-nb"),
            html.Td(html.Div(_ways(view), className="sl-saved__ways")),
        ]
    )


def _ways(view: KeptView) -> list[Component]:
    chosen = {_CHOSEN: {"data": view.view_id}}
    which = text("saved.delete_which", name=view.name)
    return [
        html.Button(
            text("saved.copy"),
            type="button",
            className="btn btn-link",
            **attributes(
                data_lens_copy=view.link,
                data_lens_done=text("filter.copied"),
                data_lens_failed=text("filter.copy_failed"),
                aria_label=text("saved.copy_of", name=view.name),
            ),
        ),
        opener(
            text("saved.rename"),
            _RENAME,
            {**chosen, f"{_RENAME}-name": {"value": view.name}},
            aria_label=text("saved.rename_of", name=view.name),
        ),
        opener(
            text("saved.delete"),
            _DELETE,
            {**chosen, f"{_DELETE}-which": {"children": which}},
            aria_label=text("saved.delete_of", name=view.name),
        ),
        html.Span(className="sl-copied", role="status"),
    ]


def _page_name(address: str) -> str:
    """The name of the page of an address: that of its section, or of the one it lies below."""
    path = urlsplit(address).path
    below = [s for s in SECTIONS if path == s.path or path.startswith(f"{s.path.rstrip('/')}/")]
    return text(f"nav.{max(below, key=lambda s: len(s.path)).key}")


def conditions(address: str, members: Members) -> str:
    """The filter of an address in words; a value that is not published (any more) as it stands."""
    query = dict(parse_qsl(urlsplit(address).query))
    words = []
    for name in SHARED:
        code = query.get(name)
        if not code:
            continue
        words.append(_named(name, code, members))
    return text("explore.list_separator").join(words)


def _named(domain: str, code: str, members: Members) -> str:
    member = members.get(domain, code)
    if member is None:
        return code
    if domain == "year":
        return text("explore.all_year") if code == ALL else fiscal_year_text(int(code))
    return name_of(member)


def _used(moment: datetime) -> str:
    return date_text(moment)


@callback(
    Output(_LIST, "children"),
    Output(f"{_RENAME}-said", "children"),
    Output(f"{_DELETE}-said", "children"),
    Output(DONE, "data", allow_duplicate=True),
    Input(f"{_RENAME}-confirm", "n_clicks"),
    Input(f"{_DELETE}-confirm", "n_clicks"),
    State(_CHOSEN, "data"),
    State(f"{_RENAME}-name", "value"),
    prevent_initial_call=True,
)
def change_view(
    rename_clicks: int | None,
    delete_clicks: int | None,
    chosen: Any,
    name: Any,
) -> tuple[Any, ...]:
    """Rename or drop the chosen view; the list is drawn anew, or the dialog says why not."""
    is_delete = ctx.triggered_id == f"{_DELETE}-confirm"
    if not (delete_clicks if is_delete else rename_clicks):
        raise PreventUpdate
    view_id = chosen if type(chosen) is int else 0
    try:
        if is_delete:
            saved_views.delete(view_id)
        else:
            saved_views.rename(view_id, name)
    except gate.GateError as error:
        said = str(error)
        return (
            no_update,
            no_update if is_delete else said,
            said if is_delete else no_update,
            no_update,
        )
    what = "delete" if is_delete else "rename"
    words = text(f"saved.{what}_done")
    return _list(), "", "", {"words": words, "where": f"#{_SAID}", "what": f"{what} {view_id}"}
