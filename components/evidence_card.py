"""The card behind 定義: everything that a figure rests on, for whoever wants to rely on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from dash import html

from components.attributes import attributes
from components.definitions import column_label, meaning, provenance
from components.eras import date_text, full_moment_text
from components.links import copy_button, download_link, page_link
from components.numbers import format_number, is_missing
from gate.answer import Answer
from language import text
from store.quantity import Quantity

Row = tuple[str, Sequence[Any]]
# As many definitions as can be read at a glance.
_MOST_UNASKED = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What a figure's card is about: the query of its answer and the columns that are drawn.

    It travels through the page as one text, ``region=04&year=2024#adoption_rate``.
    """

    query: Mapping[str, str]
    measures: tuple[str, ...] = ()

    @classmethod
    def read(cls, words: str) -> Asked:
        query, _, measures = words.partition("#")
        return cls(
            dict(parse_qsl(query, keep_blank_values=True)),
            tuple(name for name in measures.split(",") if name),
        )

    def __str__(self) -> str:
        return f"{urlencode(self.query)}#{','.join(self.measures)}"


def card_button(answer: Answer, name: str, measures: Sequence[str] = ()) -> html.Button:
    """定義: opens the card of the figure ``name``, which is filled when it is first opened."""
    return html.Button(
        text("figure.definition"),
        id={"type": "define", "question": answer.question, "figure": name},
        value=str(Asked(answer.query, tuple(measures))),
        type="button",
        **attributes(
            aria_expanded="false", aria_controls=f"{name}-definitions", data_lens_toggle=""
        ),
    )


def folded_card(
    answer: Answer,
    name: str,
    summary: str,
    *,
    csv_href: str = "",
    xlsx_href: str = "",
    n_row: int = 0,
    has_picture: bool = False,
) -> html.Div:
    """The card before it is opened: the figure in words, and its further files. What it rests on
    comes later: with every figure's evidence a page is twice as heavy."""
    body = html.Div(id={"type": "definition", "question": answer.question, "figure": name})
    files = [
        *_links(csv_href, xlsx_href, n_row),
        *([_picture(kind) for kind in ("png", "svg")] if has_picture else []),
    ]
    return html.Div(
        [
            html.P(summary, className="sl-card__summary") if summary else None,
            body,
            html.Div([html.Span(text("card.files")), *files], className="sl-card__files")
            if files
            else None,
        ],
        id=f"{name}-definitions",
        className="sl-definitions",
    )


def _links(csv_href: str, xlsx_href: str, n_row: int) -> list[Any]:
    """What goes with the CSV, which stands in the line above."""
    variables = csv_href.replace(".csv", ".variables.csv", 1)
    return [
        download_link(words, to)
        for words, to in (
            (text("card.variables"), variables),
            (text("figure.xlsx", n=f"{n_row:,}"), xlsx_href),
        )
        if to
    ]


def _picture(kind: str) -> html.Button:
    return html.Button(text(f"card.{kind}"), type="button", **attributes(data_lens_picture=kind))


def evidence_card(answer: Answer, measures: Sequence[str] = (), link: str = "") -> html.Div:
    """What stands behind ``answer``: its numbers, n, how far the data reach, sources, snapshot, who
    may see it, and ``link``, the address that leads back to the figure.

    ``measures`` names the columns that the figure draws: they come first, the others folded.
    Without them come the first numbers.
    """
    numbers = [c for c in answer.columns if c.is_number] or list(answer.columns)
    drawn = [c for c in answer.columns if c.name in measures] or numbers[:_MOST_UNASKED]
    others = [c for c in answer.columns if c not in drawn]
    rows: list[Row] = [(column_label(column), meaning(column, answer)) for column in drawn]
    if others:
        rows.append((text("card.others"), [_folded(others, answer)]))
    rows += [
        (text("card.n"), _count(answer, drawn)),
        (text("card.until"), _until(answer)),
        (text("definition.sources"), [provenance(note) for note in answer.sources]),
        (text("definition.snapshot"), _snapshot(answer)),
        (text("card.roles"), _roles(answer)),
        (text("card.link"), [_link(link)] if link else []),
    ]
    return html.Div(_spec(rows))


def _spec(rows: Sequence[Row]) -> html.Dl:
    parts = [
        part for label, words in rows if words for part in (html.Dt(label), html.Dd(list(words)))
    ]
    return html.Dl(parts, className="sl-spec")


def _folded(columns: Sequence[Quantity], answer: Answer) -> html.Details:
    rows = [(column_label(column), meaning(column, answer)) for column in columns]
    words = text("card.others_open", n=format_number(len(columns), None))
    return html.Details([html.Summary(words), _spec(rows)], className="sl-card__others")


def _count(answer: Answer, drawn: Sequence[Quantity]) -> list[Any]:
    """How many rows, and what is counted in the row of the whole where there is one."""
    words = [text("card.rows", n=format_number(answer.n_row, None))]
    whole = _whole(answer)
    counted = _counted(answer, drawn)
    if whole is not None and counted is not None and not is_missing(whole.get(counted.name)):
        value = format_number(whole[counted.name], counted.unit)
        words.insert(0, text("card.counted", label=column_label(counted), value=value))
    return [text("definition.joint").join(words)]


def _counted(answer: Answer, drawn: Sequence[Quantity]) -> Quantity | None:
    """What the drawn measures are shares of, or the first count."""
    names = [c.denominator for c in drawn if c.denominator]
    names += [c.name for c in answer.columns if c.is_number and c.name.startswith("n_")]
    by_name = {c.name: c for c in answer.columns}
    return next((by_name[name] for name in names if name in by_name), None)


def _whole(answer: Answer) -> Mapping[Any, Any] | None:
    """The one row that stands for everything chosen; None where no row, or several, would."""
    rows = answer.frame.to_dict("records")
    if len(rows) == 1:
        return rows[0]
    for column, value in (("member_code", ""), ("region_code", ""), ("series", "selected")):
        if column in answer.frame:
            found = [row for row in rows if row[column] == value]
            return found[0] if len(found) == 1 else None
    return None


def _until(answer: Answer) -> list[Any]:
    """The last day covered; where sources differ, that of the one that lies furthest back, too."""
    days = sorted(note.period_to for note in answer.sources if note.period_to)
    if not days:
        return []
    if days[0] == days[-1]:
        return [text("definition.period", day=date_text(days[0]))]
    return [text("card.until_range", first=date_text(days[0]), last=date_text(days[-1]))]


def _snapshot(answer: Answer) -> list[Any]:
    return [
        html.Div(html.Span(answer.snapshot, className="sl-hash")),
        html.Div(text("shell.updated", moment=full_moment_text(answer.published_at))),
    ]


def _roles(answer: Answer) -> list[Any]:
    """Who may have it, as the gate found when it was asked, and what of it in part only."""
    roles = [text(f"gate.role.{role.value}") for role in answer.reach.roles]
    notes = [
        html.Div(text(f"card.narrowed.{kind}"), className="sl-quiet")
        for kind in sorted(answer.reach.narrowed)
    ]
    return [html.Div(text("evidence.comma").join(roles)), *notes] if roles else []


def _link(link: str) -> html.Div:
    return html.Div(
        [
            page_link(text("card.open"), link),
            *copy_button(link, text("card.copy"), "sl-linkbtn"),
        ],
        className="sl-card__link",
    )
