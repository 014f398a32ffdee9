"""The card of evidence of one figure, made when its reader opens it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote

from dash.development.base_component import Component

import gate
from components.evidence_card import Asked, evidence_card
from components.links import href
from components.notes import notice
from gate.answer import Answer


def card_of(question: str, figure: str, asked: Any, path: str, search: str) -> Component:
    """What stands behind the figure ``figure`` of the page at ``path``, or why it cannot be said.

    ``asked`` is what the figure's button carries.
    """
    about = Asked.read(asked if isinstance(asked, str) else "")
    try:
        answer = gate.answer_to(str(question), about.query)
        link = _permanent(answer, figure, path, search)
    except gate.GateError as error:
        return notice(str(error), is_warning=True)
    return evidence_card(answer, about.measures, link)


def _permanent(answer: Answer, figure: str, path: str, search: str) -> str:
    """The address of the figure that shows the same next year: what the page takes from the newest
    data where nothing is chosen (the year) is written out."""
    query = dict(parse_qsl(search.removeprefix("?"), keep_blank_values=True))
    dated = {
        name: answer.query[name]
        for name in gate.members().defaults
        if name in answer.query and not query.get(name)
    }
    return f"{href({**query, **dated}, path)}#{quote(str(figure))}"
