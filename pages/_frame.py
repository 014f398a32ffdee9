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


def framed(
    key: str,
    query: Mapping[str, object],
    content: Callable[[Mapping[str, str]], list[Component | None]],
) -> Component:
    """The whole page ``key``: its ``content`` inside the shell, or a sentence in its place."""
    section = next(s for s in SECTIONS if s.key == key)
    plain = {name: str(value) for name, value in query.items() if isinstance(value, str)}
    actor = gate.current_actor()
    if section.permission and not actor.can(section.permission):
        children: Sequence[Component | None] = [refused(text("page_state.refused"), "/")]
    else:
        children = _answered(plain, content, section.path)
    note = gate.snapshot_note()
    path = section.path + (f"?{urlencode(plain)}" if plain else "")
    return shell(
        children,
        viewer=Viewer(name=gate.viewer_name(), token=gate.csrf_token(), next_path=path),
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
    query: Mapping[str, str],
    content: Callable[[Mapping[str, str]], list[Component | None]],
    path: str,
) -> Sequence[Component | None]:
    try:
        return content(query)
    except ParameterError as error:
        return [unknown_value(error.name, error.value, path)]
    except gate.NoSnapshot as error:
        return [notice(str(error), is_warning=True)]
    except gate.GateError as error:
        return [refused(str(error), "/")]
