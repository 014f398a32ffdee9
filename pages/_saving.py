"""この画面を保存: what is shown is kept under a name, on every page with a filter bar."""

from __future__ import annotations

from typing import Any

from dash import (
    ClientsideFunction,
    Input,
    Output,
    State,
    callback,
    clientside_callback,
    html,
    no_update,
)
from dash.exceptions import PreventUpdate

import gate
from components.dialog import dialog, name_field
from gate import saved_views
from language import text

NAME = "save-view"
# The store of the outermost layout into which goes what was done, to be said on the page.
DONE = "done"


def save_dialog(page: str) -> html.Dialog:
    """The dialog that names what is kept; ``page`` begins the name that it offers."""
    return dialog(
        NAME,
        text("saved.save_title"),
        [
            html.P(text("saved.save_lead"), className="sl-quiet"),
            name_field(f"{NAME}-name", text("saved.name"), saved_views.LONGEST_NAME),
        ],
        text("saved.save_confirm"),
        data_lens_page=page,
    )


@callback(
    Output(f"{NAME}-said", "children"),
    Output(DONE, "data"),
    Input(f"{NAME}-confirm", "n_clicks"),
    State(f"{NAME}-name", "value"),
    State("_pages_location", "pathname"),
    State("_pages_location", "search"),
    prevent_initial_call=True,
)
def save_view(n_clicks: int | None, name: Any, path: str, search: str) -> tuple[Any, Any]:
    """Keep the address of the page that is shown; a name that cannot be is answered for."""
    if not n_clicks:
        raise PreventUpdate
    try:
        view = saved_views.save(name, f"{path}{search}")
    except gate.GateError as error:
        return str(error), no_update
    return "", {"words": text("saved.done"), "what": f"save {view.view_id}"}


clientside_callback(
    ClientsideFunction("lens", "done"), Input(DONE, "data"), prevent_initial_call=True
)
