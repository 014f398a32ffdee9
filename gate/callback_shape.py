"""The shape of a callback request, checked against the known callbacks before Dash reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# What dcc.Location hands to callbacks; Dash takes it apart as text without looking.
_ADDRESS_PARTS = frozenset({"pathname", "search", "hash", "href"})
_PAGES_LOCATION = "_pages_location"


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
    """One place: a component's property with its value, or several for a pattern."""
    is_pattern = component.startswith("{")
    if is_pattern and isinstance(item, list):
        for one in item:
            _check_item(one, component, name)
        return
    if not isinstance(item, dict) or item.get("property") != name:
        raise ShapeError("property")
    identity = item.get("id")
    if is_pattern:
        if not isinstance(identity, dict) or not all(
            isinstance(part, str | int | float) for part in identity.values()
        ):
            raise ShapeError("id")
    elif identity != component:
        raise ShapeError("id")
    if name in _ADDRESS_PARTS:
        value = item.get("value")
        if not isinstance(value, str) and (value is not None or component == _PAGES_LOCATION):
            raise ShapeError("value")
