"""How the comparison is specified, and what lets somebody else do it again."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

import gate
from components.links import copy_button, download_link, href, page_link
from components.notes import spec_list
from components.numbers import format_number
from gate.answer import Answer
from language import text
from pages.matching_parts.view import PATH, View
from store.quantity import Unit

_SPECIFIED = ("estimand", "day", "controls", "strata", "distance", "reuse", "adjust", "interval")


def specification(view: View, answer: Answer) -> list[Component]:
    """The method in words, the numbers that stand for choices, data and pairs, and the files.

    ``answer`` is that of ``matched_loss``.
    """
    return [
        html.H3(text("matching.spec_title"), className="sl-h3"),
        spec_list([*_words(view, answer), *_numbers(view, answer)]),
        html.Div(_files(view, answer), className="sl-actions"),
    ]


def _words(view: View, answer: Answer) -> list[tuple[str, Any]]:
    state = view.parameters
    choice = {
        "estimand": state.users if state.against == "non_user" else "rejected",
        "day": state.against,
        "controls": state.controls if state.against == "non_user" else f"rejected_{state.controls}",
        "strata": f"{state.against}_{state.strata}",
        "distance": state.covariates,
        "reuse": "any" if state.reuse == "any" else "capped",
        "adjust": state.adjust,
        "interval": "band",
    }
    return [
        (
            text(f"matching.spec_{name}"),
            text(
                f"matching.spec_{name}_{choice[name]}",
                k=state.nearest,
                cap=state.reuse,
                n=format_number(answer.frame["n_reused"].iloc[0], Unit.FIRM),
                most=format_number(answer.frame["most_uses"].iloc[0], None),
                caliper=text(
                    f"matching.within_{state.caliper_on}",
                    caliper=text(f"matching.caliper_{state.caliper}"),
                ),
            ),
        )
        for name in _SPECIFIED
    ]


def _numbers(view: View, answer: Answer) -> list[tuple[str, Any]]:
    table = str(answer.frame["match_table"].iloc[0])
    link = href(view.query, PATH)
    return [
        (text("matching.spec_number"), _hash(view.parameters.number)),
        (text("matching.spec_data"), _hash(answer.snapshot)),
        (text("matching.spec_table"), _hash(table)),
        (text("matching.spec_link"), _permanent(link)),
    ]


def _hash(words: str) -> html.Span:
    return html.Span(words, className="sl-hash")


def _permanent(link: str) -> html.Div:
    """The address with every choice written out, and a button that copies it."""
    return html.Div(
        [
            page_link(link, link, "sl-hash sl-breaks"),
            html.Div(copy_button(link, text("matching.copy_link"), "btn btn-link")),
        ]
    )


def _files(view: View, answer: Answer) -> list[Component]:
    actor = gate.current_actor()
    files: list[Component] = [
        download_link(
            text("matching.file_specification"), view.export_href("matched_loss", "json")
        ),
        download_link(text("matching.file_checks"), view.export_href("matched_check")),
    ]
    # Rows of firms: a role that sees the firms of its own programmes sees no firm beside them.
    if actor.can("firm") and actor.limit != "programme":
        n = format_number(int(answer.frame["n_pair"].iloc[0]), Unit.RECORD, has_unit=False)
        key = "matching.file_table_own" if actor.limit else "matching.file_table"
        files.append(download_link(text(key, n=n), view.export_href("matched_table")))
    return files
