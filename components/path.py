"""A way through three columns: one thing, what it is made of, and what each of these came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html

from components.attributes import attributes
from components.links import page_link


@dataclass(frozen=True, slots=True)
class Leaf:
    """One end of the way: a name that leads further, and a number."""

    name: str
    detail: str
    href: str


@dataclass(frozen=True, slots=True)
class Branch:
    """One thing in the middle with its leaves; ``more`` says what was left out."""

    name: str
    detail: str
    href: str
    leaves: Sequence[Leaf]
    more: str = ""


def path_figure(
    root: str, detail: str, branches: Sequence[Branch], *, heads: tuple[str, str, str]
) -> html.Div:
    """``root`` at the left, ``branches`` in the middle, their leaves at the right, joined by lines.

    ``heads`` name the three columns. It is a nested list, so it reads in order without the lines;
    narrow screens indent it.
    """
    columns = [html.Span(head) for head in heads]
    return html.Div(
        [
            html.Div(columns, className="sl-path__heads", **attributes(aria_hidden="true")),
            html.Div(
                [
                    html.P([html.B(root), html.Span(detail)], className="sl-path__root"),
                    html.Ul([_branch(branch) for branch in branches]),
                ],
                className="sl-path__body",
            ),
        ],
        className="sl-path",
    )


def _branch(branch: Branch) -> html.Li:
    more = [html.Li(page_link(branch.more, branch.href))] if branch.more else []
    leaves = [
        html.Li([page_link(leaf.name, leaf.href), html.Span(leaf.detail)]) for leaf in branch.leaves
    ]
    return html.Li(
        [
            html.P([page_link(branch.name, branch.href), html.Span(branch.detail)]),
            html.Ul([*leaves, *more]),
        ]
    )
