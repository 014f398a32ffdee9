"""What every page shares: the shell around it, who may open it, and what stands in its place
when an answer is refused or cannot be given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

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
from components.links import href
from components.notes import notice
from components.shell import NavItem, Viewer, shell
from components.states import loading, refused, stopped, unknown_value
from language import has_text, text
from pages._evidence import card_of
from pages._saving import DONE, save_dialog
from pages._shared import chosen, keep_along, with_query
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
    Section("credit_map", "/mapping", "aggregate"),
    Section("credit_model", "/mapping/model", "aggregate", "credit_map"),
    Section("monitoring", "/monitoring", "aggregate"),
    Section("matching", "/matching", "aggregate"),
    Section("reports", "/reports", "package"),
    Section("release_desk", "/reports/desk", "withdraw_package", "reports"),
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
    return html.Div(
        [loading(gate.csrf_token()), page_container, dcc.Store(id=DONE)], className="sl-page"
    )


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
    State({"type": "define", "question": MATCH, "figure": MATCH}, "value"),
    State("_pages_location", "pathname"),
    State("_pages_location", "search"),
    prevent_initial_call=True,
)
def define(n_clicks: int | None, asked: str | None, path: str, search: str) -> Component:
    """What one figure rests on, when its reader asks."""
    if not n_clicks:
        raise PreventUpdate
    button = ctx.triggered_id
    return card_of(button["question"], button["figure"], asked, path, search)


Content = Callable[[Mapping[str, str]], Sequence[Component | None]]


def framed(
    key: str,
    query: Mapping[str, object],
    content: Content,
    path: str = "",
    *,
    is_listed: bool = True,
) -> Component:
    """The whole page: its ``content`` inside the shell, or a sentence in its place.

    ``key`` is its section; ``path`` its own path where that is not the section's; one that is not
    ``is_listed`` is no part of any. What was chosen goes along with every link of the frame.
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
        children = _answered(section, plain, content, path or section.path)
    note = gate.snapshot_note()
    own_path = path or section.path
    along = chosen(own_path, plain)
    keep_along(children, own_path, along)
    open_to_actor = [
        replace(s, path=with_query(s.path, along))
        for s in SECTIONS
        if not s.permission or actor.can(s.permission)
    ]
    open_keys = {s.key for s in open_to_actor}
    # A page whose section is closed to this reader stands by itself.
    own_top = section.parent if section.parent in open_keys else section.key
    top = own_top if is_listed else ""
    return shell(
        children,
        viewer=Viewer(
            name=gate.viewer_name(), token=gate.csrf_token(), next_path=href(plain, own_path)
        ),
        nav=[
            NavItem(text(f"nav.{s.key}"), s.path, is_active=s.key == top)
            for s in open_to_actor
            if s.parent not in open_keys
        ],
        part_nav=_parts_of(top, key, open_to_actor),
        home_href=with_query("/", along),
        snapshot=note.snapshot if note else "",
        published_at=note.published_at if note else None,
        is_synthetic=bool(note and note.is_synthetic),
        is_fallback=bool(note and note.is_fallback),
        footer_links=[
            (text(label), with_query(to, along)) for to, label in FOOTER if actor.can("provenance")
        ],
        dialogs=[save_dialog(text(f"nav.{section.key}"))],
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


def _field_name(name: str, section: str) -> str:
    """The name of a field of the address as the filter bar of a section has it."""
    for key in (f"{section}.field_{name}", f"explore.field_{name}", f"quantity.{name}.label"):
        if has_text(key):
            return text(key)
    return name


def _answered(
    section: Section, query: Mapping[str, str], content: Content, path: str
) -> Sequence[Component | None]:
    """The content, or under the section's name a sentence that says why there is none."""
    state: Component
    try:
        return content(query)
    except ParameterError as error:
        state = unknown_value(_field_name(error.name, section.key), error.value, section.path)
    except gate.NoSnapshot as error:
        state = notice(str(error), is_warning=True)
    except (gate.Stopped, gate.TooSlow) as error:
        state = stopped(str(error), href(query, path))
    except gate.GateError as error:
        state = refused(str(error), "/")
    return [page_head(text(f"nav.{section.key}")), state]
