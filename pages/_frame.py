"""What every page shares: the shell around it, who may open it, and what stands in its place
when an answer is refused or cannot be given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from dash import (
    MATCH,
    ClientsideFunction,
    Input,
    Output,
    State,
    callback,
    clientside_callback,
    ctx,
    dcc,
    html,
    page_container,
)
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

import gate
from components.breadcrumb import page_head
from components.definitions import definitions
from components.notes import notice
from components.shell import NavItem, Viewer, shell
from components.states import refused, unknown_value
from language import has_text, text
from queries.parameters import ParameterError


@dataclass(frozen=True, slots=True)
class Section:
    """A page in the navigation: its path, its name in the catalogue, the permission it needs.

    One with a ``parent`` stands in the second line, among the pages of its parent's section.
    """

    key: str
    path: str
    permission: str
    parent: str = ""


SECTIONS = (
    Section("home", "/", ""),
    Section("awards", "/awards", "aggregate"),
    Section("grants", "/awards/grants", "aggregate", "awards"),
    Section("growth", "/growth", "aggregate"),
    Section("research", "/research", "aggregate"),
    Section("data", "/data", "provenance"),
    Section("deliveries", "/data/deliveries", "provenance", "data"),
    Section("items", "/data/items", "provenance", "data"),
    Section("links", "/data/links", "provenance", "data"),
    Section("lineage", "/data/lineage", "provenance", "data"),
    Section("runs", "/data/runs", "provenance", "data"),
    Section("review", "/data/review", "operate", "data"),
    Section("mapping", "/data/mapping", "operate", "data"),
)
FOOTER = (("/data/items", "nav.definitions"), ("/data#freshness", "nav.sources"))


def layout() -> Component:
    """The outermost layout: the place where Dash puts the page of the address."""
    return html.Div([page_container, dcc.Store(id="nothing")], className="sl-page")


clientside_callback(
    ClientsideFunction("lens", "follow"),
    Output({"type": "chart", "name": MATCH}, "clickData"),
    Input({"type": "chart", "name": MATCH}, "clickData"),
    prevent_initial_call=True,
)


def tab_title(key: str) -> Callable[..., str]:
    """The title of a page in the browser's tab, in the reader's language."""
    return lambda **_: text("shell.tab", page=text(key))


@callback(
    Output({"type": "definition", "question": MATCH, "figure": MATCH}, "children"),
    Input({"type": "define", "question": MATCH, "figure": MATCH}, "n_clicks"),
    State("_pages_location", "search"),
    prevent_initial_call=True,
)
def define(n_clicks: int | None, search: str | None) -> Component:
    """What the columns of one figure's answer mean and rest on, when its reader asks."""
    if not n_clicks:
        raise PreventUpdate
    query = dict(parse_qsl((search or "").removeprefix("?")))
    return definitions(gate.ask(ctx.triggered_id["question"], query))


Content = Callable[[Mapping[str, str]], Sequence[Component | None]]


def framed(key: str, query: Mapping[str, object], content: Content, path: str = "") -> Component:
    """The whole page: its ``content`` inside the shell, or a sentence in its place.

    ``key`` is its section; ``path`` its own path where that is not the section's.
    """
    section = next(s for s in SECTIONS if s.key == key)
    plain = {name: str(value) for name, value in query.items() if isinstance(value, str)}
    actor = gate.current_actor()
    if section.permission and not actor.can(section.permission):
        children: Sequence[Component | None] = [
            page_head(text(f"nav.{key}")),
            refused(text("page_state.refused"), "/"),
        ]
    else:
        children = _answered(section, plain, content)
    note = gate.snapshot_note()
    address = (path or section.path) + (f"?{urlencode(plain)}" if plain else "")
    open_to_actor = [s for s in SECTIONS if not s.permission or actor.can(s.permission)]
    top = section.parent or section.key
    return shell(
        children,
        viewer=Viewer(name=gate.viewer_name(), token=gate.csrf_token(), next_path=address),
        nav=[
            NavItem(text(f"nav.{s.key}"), s.path, is_active=s.key == top)
            for s in open_to_actor
            if not s.parent
        ],
        part_nav=_parts_of(top, key, open_to_actor),
        snapshot=note.snapshot if note else "",
        published_at=note.published_at if note else None,
        is_synthetic=bool(note and note.is_synthetic),
        is_fallback=bool(note and note.is_fallback),
        footer_links=[(text(label), href) for href, label in FOOTER if actor.can("provenance")],
    )


def _parts_of(top: str, key: str, sections: Sequence[Section]) -> list[NavItem]:
    """The pages of one section, its first page before the others; none where it is alone."""
    parts = [s for s in sections if s.parent == top]
    first = next((s for s in sections if s.key == top), None)
    if first is None or not parts:
        return []
    return [
        NavItem(text(f"nav.{top}_first"), first.path, is_active=key == top),
        *(NavItem(text(f"nav.{s.key}"), s.path, is_active=s.key == key) for s in parts),
    ]


def _field_name(name: str) -> str:
    """The name of a field of the address as the filter bar has it."""
    for key in (f"explore.field_{name}", f"quantity.{name}.label"):
        if has_text(key):
            return text(key)
    return name


def _answered(
    section: Section, query: Mapping[str, str], content: Content
) -> Sequence[Component | None]:
    """The content, or under the section's name a sentence that says why there is none."""
    state: Component
    try:
        return content(query)
    except ParameterError as error:
        state = unknown_value(_field_name(error.name), error.value, section.path)
    except gate.NoSnapshot as error:
        state = notice(str(error), is_warning=True)
    except gate.GateError as error:
        state = refused(str(error), "/")
    return [page_head(text(f"nav.{section.key}")), state]
