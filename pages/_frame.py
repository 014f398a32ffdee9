"""What every page shares: the shell around it, who may open it, and what stands in its place
when an answer is refused or cannot be given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from dash import (
    MATCH,
    ClientsideFunction,
    Input,
    Output,
    clientside_callback,
    dcc,
    html,
    page_container,
)
from dash.development.base_component import Component

import gate
from components.breadcrumb import page_head
from components.notes import notice
from components.shell import NavItem, Viewer, shell
from components.states import refused, unknown_value
from language import text
from queries.parameters import ParameterError


@dataclass(frozen=True, slots=True)
class Section:
    """A page in the navigation: its path, its name in the catalogue, the permission it needs."""

    key: str
    path: str
    permission: str


SECTIONS = (
    Section("home", "/", ""),
    Section("awards", "/awards", "aggregate"),
    Section("data", "/data", "provenance"),
)
FOOTER = (("/data#items", "nav.definitions"), ("/data#sources", "nav.sources"))


def layout() -> Component:
    """The outermost layout: the place where Dash puts the page of the address."""
    return html.Div([page_container, dcc.Store(id="nothing")], className="sl-page")


clientside_callback(
    ClientsideFunction("lens", "follow"),
    Output({"type": "chart", "name": MATCH}, "clickData"),
    Input({"type": "chart", "name": MATCH}, "clickData"),
    prevent_initial_call=True,
)


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
    return shell(
        children,
        viewer=Viewer(name=gate.viewer_name(), token=gate.csrf_token(), next_path=address),
        nav=[
            NavItem(text(f"nav.{s.key}"), s.path, is_active=s.key == key)
            for s in SECTIONS
            if not s.permission or actor.can(s.permission)
        ],
        snapshot=note.snapshot if note else "",
        published_at=note.published_at if note else None,
        is_synthetic=bool(note and note.is_synthetic),
        is_fallback=bool(note and note.is_fallback),
        footer_links=[(text(label), href) for href, label in FOOTER if actor.can("provenance")],
    )


def _answered(
    section: Section, query: Mapping[str, str], content: Content
) -> Sequence[Component | None]:
    """The content, or under the section's name a sentence that says why there is none."""
    state: Component
    try:
        return content(query)
    except ParameterError as error:
        state = unknown_value(error.name, error.value, section.path)
    except gate.NoSnapshot as error:
        state = notice(str(error), is_warning=True)
    except gate.GateError as error:
        state = refused(str(error), "/")
    return [page_head(text(f"nav.{section.key}")), state]
