"""What the body of a figure holds, read from what its components drew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dash.development.base_component import Component

from components.numbers import FEW, format_number
from language import text
from store.quantity import Unit

# A table is no picture, nor are controls, nor words that stand in a figure's place.
_NO_PICTURE = frozenset({"Table", "AgGrid", "Form", "Input", "Select", "Textarea"})
_NO_PICTURE_CLASSES = frozenset({"sl-empty", "sl-table"})
# Statistics of firms rest on at least as many.
_USUAL_LEAST = 10


def _walk(node: Any) -> Iterator[Any]:
    """Every component and text under ``node``."""
    if isinstance(node, list | tuple):
        for child in node:
            yield from _walk(child)
    elif isinstance(node, Component):
        yield node
        yield from _walk(getattr(node, "children", None))
    elif node is not None:
        yield node


def spoken(body: Any) -> str:
    """What the charts of ``body`` say to those who do not see them."""
    labels = [
        getattr(node, "aria-label", "")
        for node in _walk(body)
        if isinstance(node, Component) and getattr(node, "role", "") == "img"
    ]
    return " ".join(label for label in labels if label)


def is_picture(body: Any) -> bool:
    """Whether ``body`` is drawn, so that it can be kept as a picture."""
    parts = [node for node in _walk(body) if isinstance(node, Component)]
    return bool(parts) and not any(
        type(part).__name__ in _NO_PICTURE
        or _NO_PICTURE_CLASSES & set((getattr(part, "className", "") or "").split())
        for part in parts
    )


def few_sentences(body: Any) -> list[str]:
    """A sentence for each threshold below which ``body`` shows … in place of a value."""
    found: dict[str, None] = {}
    for node in _walk(body):
        if isinstance(node, Component) and getattr(node, "className", "") == "sl-few":
            found[str(getattr(node, "title", ""))] = None
    if not found and any(node == FEW for node in _walk(body) if isinstance(node, str)):
        found[text("evidence.few", least=format_number(_USUAL_LEAST, Unit.FIRM))] = None
    return list(found)
