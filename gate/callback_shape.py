"""The shape of a callback request, checked against the known callbacks before Dash reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

# What dcc.Location hands to callbacks; Dash takes it apart as text without looking.
_ADDRESS_PARTS = frozenset({"pathname", "search", "hash", "href"})
_PAGES_LOCATION = "_pages_location"
# What a table asks for while one scrolls, and the store that keeps its page's query.
_ROWS_REQUEST = "getRowsRequest"
_QUERY_STORE = "-query"


class ShapeError(ValueError):
    """The body is not one that this application's pages send."""


def check_callback(body: object, callbacks: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise ShapeError unless ``body`` names a callback and fills each of its places.

    ``callbacks`` is Dash's callback map: per output id the declared inputs, state and output.
    """
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        raise ShapeError("no output")
    callback = callbacks.get(body["output"])
    # Callbacks that run in the browser are listed too, without a function to call.
    if callback is None or "callback" not in callback:
        raise ShapeError("unknown output")
    _check_text(body)
    _check_places(body.get("inputs", []), callback["inputs"])
    _check_places(body.get("state", []), callback["state"])
    _check_outputs(body.get("outputs"), callback)
    changed = body.get("changedPropIds", [])
    if not isinstance(changed, list) or not all(isinstance(name, str) for name in changed):
        raise ShapeError("changedPropIds")


def _check_text(value: object) -> None:
    """No text may hold half a character (a lone surrogate), which nothing can encode."""
    if isinstance(value, str):
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise ShapeError("text") from None
    elif isinstance(value, list):
        for item in value:
            _check_text(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_text(key)
            _check_text(item)


def _check_places(given: object, declared: list[dict[str, Any]]) -> None:
    if not isinstance(given, list) or len(given) != len(declared):
        raise ShapeError("number of inputs")
    for item, place in zip(given, declared, strict=True):
        _check_item(item, place["id"], place["property"])


def _check_outputs(given: object, callback: Mapping[str, Any]) -> None:
    if callback.get("no_output"):
        return
    output = callback["output"]
    if isinstance(output, list | tuple):
        if not isinstance(given, list) or len(given) != len(output):
            raise ShapeError("number of outputs")
        for item, place in zip(given, output, strict=True):
            _check_item(item, place.component_id_str(), place.component_property)
    else:
        _check_item(given, output.component_id_str(), output.component_property)


def _check_item(item: object, component: str, name: str) -> None:
    """One place: a component's property with its value; a list of them for ALL and ALLSMALLER."""
    if '["ALL' in component:
        if not isinstance(item, list):
            raise ShapeError("list")
        for one in item:
            _check_one(one, component, name)
    else:
        _check_one(item, component, name)


def _check_one(item: object, component: str, name: str) -> None:
    # Several callbacks for one output are told apart by what stands behind an @.
    if not isinstance(item, dict) or str(item.get("property")).partition("@")[0] != name:
        raise ShapeError("property")
    identity = item.get("id")
    if component.startswith("{"):
        _check_pattern(identity, json.loads(component))
    elif identity != component:
        raise ShapeError("id")
    if name in _ADDRESS_PARTS:
        _check_address(item.get("value"), name, is_router=component == _PAGES_LOCATION)
    elif name == _ROWS_REQUEST:
        _check_rows_request(item.get("value"))
    elif name == "data" and component.endswith(_QUERY_STORE):
        _check_query(item.get("value"))


def _check_address(value: object, name: str, *, is_router: bool) -> None:
    if value is None and not is_router:
        # Before the browser has told where it is.
        return
    if not isinstance(value, str) or (name == "pathname" and not value.startswith("/")):
        raise ShapeError("address")


def _check_rows_request(value: object) -> None:
    """A window of rows, ``startRow`` to ``endRow``, and the columns to sort by."""
    if value is None:
        # Before the table is drawn.
        return
    if not isinstance(value, dict):
        raise ShapeError("rows")
    if not all(type(value.get(edge)) is int for edge in ("startRow", "endRow")):
        raise ShapeError("rows")
    sorts = value.get("sortModel") or []
    if not isinstance(sorts, list) or not all(isinstance(sort, dict) for sort in sorts):
        raise ShapeError("sort")


def _check_query(value: object) -> None:
    """The query of an address: texts under names."""
    if not isinstance(value, dict) or not all(isinstance(word, str) for word in value.values()):
        raise ShapeError("query")


def _check_pattern(identity: object, pattern: dict[str, Any]) -> None:
    """``identity`` fits ``{"type": "row", "index": ["MATCH"]}`` with any scalar for the list."""
    if not isinstance(identity, dict) or identity.keys() != pattern.keys():
        raise ShapeError("id")
    for key, declared in pattern.items():
        given, is_any = identity[key], isinstance(declared, list)
        if not (isinstance(given, str | int | float) if is_any else given == declared):
            raise ShapeError("id")
