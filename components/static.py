"""The still parts of a page as markup, so that Dash has few parts to look after.

Dash tells every component of a page of every new one: the work grows with the square of their
number, and a page of 1,500 elements stands still for seconds. Most of ours never change and are
spoken to by no callback: links are followed by assets/lens.js wherever they stand. Such a part is
sent as one component, whose inside is markup (assets/static.js draws it).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from dash import html
from dash.development.base_component import Component

_HTML = html.Div._namespace
_STATIC = {"namespace": "lens_components", "type": "Static"}
_VOID = frozenset({"Br", "Col", "Hr", "Img", "Wbr"})
# What runs, loads or keeps what was typed is never written as markup.
_LIVE = frozenset({"Embed", "Iframe", "ObjectEl", "Script", "Select", "Template", "Textarea"})
_ATTRIBUTES = {
    "className": "class",
    "htmlFor": "for",
    "colSpan": "colspan",
    "rowSpan": "rowspan",
    "tabIndex": "tabindex",
    **{
        name: name
        for name in ("alt", "dir", "download", "height", "hidden", "href", "lang", "rel", "role")
    },
    **{name: name for name in ("scope", "src", "style", "target", "title", "type", "width")},
}
_CAPITAL = re.compile("(?<!^)([A-Z])")


class Page(html.Div):
    """A Div that goes to the browser with its still parts as markup.

    In Python it is the tree that was put into it. Whatever has an id, and whatever holds such a
    thing, stays a component; so does all that is not plain HTML.
    """

    def to_plotly_json(self) -> dict[str, Any]:
        sent: dict[str, Any] = super().to_plotly_json()  # type: ignore[no-untyped-call]
        sent["props"]["children"] = _condensed(getattr(self, "children", None), {})
        return sent


def _condensed(node: Any, written: dict[int, str | None]) -> Any:
    if isinstance(node, list | tuple):
        return [_condensed(one, written) for one in node]
    if not isinstance(node, Component) or node._namespace != _HTML:
        return node
    props, children = _parts(node)
    if _has_parts(children) and _markup(node, written) is not None:
        inside = _inside(children, written)
        return {**_STATIC, "props": {"tag": _tag(node), "attributes": props, "html": inside}}
    if children is not None:
        props["children"] = _condensed(children, written)
    return {"namespace": _HTML, "type": node._type, "props": props}


def _parts(node: Component) -> tuple[dict[str, Any], Any]:
    """The properties of a component without its children, and these."""
    props: dict[str, Any] = node.to_plotly_json()["props"]  # type: ignore[no-untyped-call]
    return props, props.pop("children", None)


def _has_parts(children: Any) -> bool:
    if isinstance(children, list | tuple):
        return any(isinstance(one, Component) for one in children)
    return isinstance(children, Component)


def _tag(node: Component) -> str:
    return str(node._type).lower()


def _markup(node: Component, written: dict[int, str | None]) -> str | None:
    """``node`` as HTML, or None when it has to stay a component."""
    known = id(node)
    if known not in written:
        written[known] = _write(node, written)
    return written[known]


def _write(node: Component, written: dict[int, str | None]) -> str | None:
    kind = node._type
    if node._namespace != _HTML or kind in _LIVE:
        return None
    props, children = _parts(node)
    attributes = _attributes(props)
    if attributes is None:
        return None
    tag = _tag(node)
    if kind in _VOID:
        return f"<{tag}{attributes}>"
    inside = _inside(children, written)
    return None if inside is None else f"<{tag}{attributes}>{inside}</{tag}>"


def _inside(children: Any, written: dict[int, str | None]) -> str | None:
    parts = children if isinstance(children, list | tuple) else [children]
    texts: list[str] = []
    for part in parts:
        if isinstance(part, list | tuple):
            words = _inside(part, written)
        elif isinstance(part, Component):
            words = _markup(part, written)
        else:
            words = "" if part is None or isinstance(part, bool) else escape(str(part))
        if words is None:
            return None
        texts.append(words)
    return "".join(texts)


def _attributes(props: Mapping[str, Any]) -> str | None:
    """The attributes of an element, or None when one of them is not for markup (an id, a count of
    clicks, anything that nobody has thought of)."""
    texts: list[str] = []
    for name, value in props.items():
        if value is None:
            continue
        if name.startswith(("aria-", "data-")):
            texts.append(f' {name}="{escape(_spoken(value))}"')
            continue
        if name not in _ATTRIBUTES:
            return None
        if name == "style":
            rules = _style(value)
            if rules is None:
                return None
            value = rules
        if value is False:
            continue
        words = "" if value is True else escape(str(value))
        texts.append(f' {_ATTRIBUTES[name]}="{words}"')
    return "".join(texts)


def _spoken(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _style(rules: Mapping[str, Any]) -> str | None:
    """CSS text; None where a number would need a unit."""
    if any(not isinstance(value, str) for value in rules.values()):
        return None
    return "; ".join(
        f"{name if name.startswith('--') else _CAPITAL.sub(_lower, name)}: {value}"
        for name, value in rules.items()
    )


def _lower(letter: re.Match[str]) -> str:
    return f"-{letter[1].lower()}"
