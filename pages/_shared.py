"""What a reader chose goes along from page to page, also by way of pages that do not read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from dash import html
from dash.development.base_component import Component

import gate
from pages.explore_parts.view import ALL, SHARED, shared_query
from store.members import Members

# The part of the filter that the pages below a path do not read, so that their own links are
# without it.
_UNREAD: Mapping[str, tuple[str, ...]] = {
    "/data": SHARED,
    "/awards/grants": ("technology", "size"),
}
# Where nothing is chosen, these pages show all years.
_OVER_ALL_YEARS = frozenset({"/growth", "/research"})


def chosen(path: str, query: Mapping[str, str]) -> dict[str, str]:
    """The filter in the address of a page, without values that are not published (any more)."""
    try:
        members = gate.members()
    except gate.NoSnapshot:
        members = Members({}, {})
    found = shared_query(query, members)
    if path in _OVER_ALL_YEARS and found.get("year") == ALL:
        del found["year"]
    return {name: value for name, value in found.items() if members.get(name, value)}


def with_query(address: str, query: Mapping[str, str]) -> str:
    """``address`` with what it does not say itself of ``query``."""
    parts = urlsplit(address)
    said = dict(parse_qsl(parts.query, keep_blank_values=True))
    more = {name: value for name, value in query.items() if name not in said}
    if not more:
        return address
    return urlunsplit(parts._replace(query=urlencode({**said, **more})))


def keep_along(node: Any, path: str, query: Mapping[str, str]) -> None:
    """Give the links under ``node``, on the page at ``path``, what their pages do not read."""
    for link in _links(node):
        target = urlsplit(link.href).path or path
        unread = next((names for p, names in _UNREAD.items() if _is_below(target, p)), ())
        link.href = with_query(link.href, {n: v for n, v in query.items() if n in unread})


def _is_below(path: str, top: str) -> bool:
    return path == top or path.startswith(f"{top}/")


def _links(node: Any) -> Iterator[Any]:
    """The links to pages of our own under ``node``."""
    if isinstance(node, list | tuple):
        for child in node:
            yield from _links(child)
    elif isinstance(node, Component):
        if isinstance(node, html.A) and hasattr(node, "data-lens-link"):
            yield node
        yield from _links(getattr(node, "children", None))
