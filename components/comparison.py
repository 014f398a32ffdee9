"""Two records side by side: what agrees and what differs, in words and marked in the text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from dash import html

from components.attributes import attributes
from language import text

# Texts that have less in common are another text, not a variant of the same: nothing is marked.
_ALIKE = 0.4


@dataclass(frozen=True, slots=True)
class Compared:
    """One property of both records. ``verdict`` says how they agree; ``agrees`` is None where
    there is nothing to compare. ``note`` stands below the right-hand value."""

    label: str
    left: str
    right: str
    verdict: str
    agrees: bool | None = None
    note: str = ""
    is_marked: bool = True


def comparison(rows: Sequence[Compared], *, heads: Sequence[str], label: str) -> html.Div:
    """A table of ``rows`` under four ``heads`` (property, left, right, verdict).

    A property that neither record has is left out.
    """
    head = html.Tr([html.Th(words, scope="col") for words in heads])
    body = [html.Tr(_cells(row, heads)) for row in rows if row.left or row.right]
    return html.Div(
        html.Table([html.Thead(head), html.Tbody(body)], className="table sl-compare"),
        role="region",
        **attributes(aria_label=label),
    )


def _cells(row: Compared, heads: Sequence[str]) -> list[Any]:
    nothing = html.Span(text("comparison.nothing"), className="sl-nothing")
    left: list[Any] = [row.left or nothing]
    right: list[Any] = [row.right or nothing]
    if row.is_marked and row.left and row.right and row.agrees is not True:
        left, right = marked(row.left, row.right)
    look = {True: "sl-agrees", False: "sl-differs", None: None}[row.agrees]
    verdict = html.Span(row.verdict, className=look) if row.verdict else None
    note = [html.Div(row.note, className="sl-quiet")] if row.note else []
    return [
        html.Th(row.label, scope="row"),
        html.Td(left, **attributes(data_head=heads[1])),
        html.Td([*right, *note], **attributes(data_head=heads[2])),
        html.Td(verdict, **attributes(data_head=heads[3])),
    ]


def marked(left: str, right: str) -> tuple[list[Any], list[Any]]:
    """Both texts with the stretches that the other lacks marked; widths of letters do not count."""
    matcher = SequenceMatcher(None, _folded(left), _folded(right), autojunk=False)
    if matcher.ratio() < _ALIKE:
        return [left], [right]
    ours: list[Any] = []
    theirs: list[Any] = []
    for kind, i, j, k, m in matcher.get_opcodes():
        for words, into in ((left[i:j], ours), (right[k:m], theirs)):
            if words:
                into.append(words if kind == "equal" else html.Mark(words, className="sl-diff"))
    return ours, theirs


def _folded(words: str) -> str:
    """Letter by letter, so that places in the folded text are places in the text."""
    return "".join(unicodedata.normalize("NFKC", letter)[0].casefold()[0] for letter in words)
