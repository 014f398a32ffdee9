"""The frame of every figure: what it says, what it shows, what it rests on, what to do with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from components.attributes import attributes
from components.definitions import source_line
from components.drawn_body import few_sentences, is_picture, spoken
from components.evidence_card import card_button, folded_card
from components.links import download_link, page_link
from components.numbers import FEW
from gate.answer import Answer
from language import text

# A wide blank that vanishes where a line breaks.
_GAP = html.Span(" ", className="sl-gap")


def figure_frame(
    title: Any,
    subtitle: Any,
    body: Any,
    *,
    name: str,
    answer: Answer | None = None,
    caveat: str = "",
    table_href: str = "",
    is_table: bool = False,
    csv_href: str = "",
    xlsx_href: str = "",
    n_row: int | None = None,
    span: int = 12,
    height: int = 0,
    actions: Sequence[Any] = (),
    views: Sequence[tuple[str, str]] = (),
    measures: Sequence[str] = (),
    summary: str = "",
) -> html.Figure:
    """One figure. ``name`` is its id on the page, ``span`` its columns of twelve.

    ``title`` says what is seen, ``subtitle`` measure（unit）, scope, period and n. ``body`` is the
    chart, or with ``is_table`` its table; ``table_href`` leads from one to the other, ``views``
    (words, address) to further ways of showing the same answer. ``height``
    (pixels) keeps both equally high. From ``answer`` come sources, snapshot, definitions and,
    unless ``n_row`` is given, the number of rows that the files will hold.

    Behind 定義 stands the card of evidence: ``measures`` names the columns that are drawn,
    ``summary`` says in words what is seen; without it, the labels that charts carry do.
    """
    rows = n_row if n_row is not None else (answer.n_row if answer else 0)
    tools = [
        *(page_link(words, to) for words, to in views),
        _table_link(table_href, is_table),
        card_button(answer, name, measures) if answer else None,
        _csv_link(csv_href, rows),
        *actions,
    ]
    shown = [tool for tool in tools if tool is not None]
    evidence = _evidence(answer, caveat, few_sentences(body) if answer else ())
    card = (
        folded_card(
            answer,
            name,
            summary or spoken(body),
            csv_href=csv_href,
            xlsx_href=xlsx_href,
            n_row=rows,
            has_picture=not is_table and is_picture(body),
        )
        if answer
        else None
    )
    style = {"--sl-h": f"{height}px"} if height else {}
    return html.Figure(
        [
            html.Div(
                [
                    html.H2(title, id=f"{name}-title"),
                    html.P(subtitle, className="sl-figure__sub"),
                ],
                className="sl-figure__head",
            ),
            html.Div(
                body,
                className="sl-figure__body is-table" if is_table else "sl-figure__body",
                style=style,
            ),
            html.Div(
                [part for part in (evidence, _actions(shown), card) if part],
                className="sl-evidence",
            ),
        ],
        id=name,
        className=f"sl-figure sl-{span}of12",
        **attributes(aria_labelledby=f"{name}-title"),
    )


def figure_grid(*figures: Any) -> html.Div:
    """Figures on the grid of twelve columns; those of one row share their inner lines."""
    return html.Div(list(figures), className="sl-grid sl-section")


def _evidence(answer: Answer | None, caveat: str, few: Sequence[str]) -> html.P | None:
    parts = [caveat]
    if answer:
        parts = [source_line(answer), caveat]
        if FEW not in caveat:
            parts += few
        if answer.n_withheld:
            parts.append(text("evidence.withheld"))
    words: list[Any] = [text("evidence.stop").join(part for part in parts if part)]
    if answer:
        if answer.is_synthetic:
            words += [_GAP, html.Span(text("evidence.synthetic"), className="sl-nb")]
        # In full where it is pointed at, and in a picture of the figure.
        version = html.Span(answer.snapshot[-4:], title=answer.snapshot, className="sl-hash")
        edition = html.Span([text("evidence.edition"), " ", version], className="sl-nb")
        words += [_GAP, edition]
    return html.P(words) if any(words) else None


def _actions(tools: list[Any]) -> html.Div | None:
    return html.Div(tools, className="sl-actions") if tools else None


def _table_link(table_href: str, is_table: bool) -> Any:
    if not table_href:
        return None
    return page_link(text("figure.as_chart" if is_table else "figure.as_table"), table_href)


def _csv_link(to: str, n_row: int) -> html.A | None:
    return download_link(text("figure.csv", n=f"{n_row:,}"), to) if to else None
