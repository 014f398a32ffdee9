"""What the columns of an answer mean, where they come from and who may see them."""

from __future__ import annotations

from dash import html

from components.eras import date_text, full_moment_text
from components.numbers import unit_text
from gate.answer import Answer, SourceNote
from language import text
from store.quantity import Quantity, Unit

STATUS = "status"


def column_label(column: Quantity) -> str:
    """The name of a column as it heads tables."""
    return text(f"quantity.{column.key}.label")


def source_name(note: SourceNote) -> str:
    return text(f"source.{note.source}")


def source_line(answer: Answer) -> str:
    """``出典：…（…到着）、…``: every source with the day of its last arrival."""
    named = []
    for note in answer.sources:
        name = source_name(note)
        if note.received_at:
            name = text("evidence.arrived", source=name, day=date_text(note.received_at))
        named.append(name)
    return text("evidence.sources", sources=text("evidence.comma").join(named)) if named else ""


def definitions(answer: Answer) -> html.Dl:
    """The columns of ``answer`` with definition, unit, formula and protection; then provenance."""
    rows: list[tuple[str, list[html.Div | str]]] = [
        (column_label(column), _meaning(column, answer)) for column in answer.columns
    ]
    rows.append((text("definition.sources"), [_provenance(note) for note in answer.sources]))
    rows.append(
        (
            text("definition.snapshot"),
            [
                html.Div(html.Span(answer.snapshot, className="sl-hash")),
                html.Div(full_moment_text(answer.published_at)),
            ],
        )
    )
    cells = [
        part
        for label, meaning in rows
        if meaning
        for part in (html.Dt(label), html.Dd(list(meaning)))
    ]
    return html.Dl(cells, className="sl-spec")


def _meaning(column: Quantity, answer: Answer) -> list[html.Div | str]:
    lines: list[html.Div | str] = [html.Div(text(f"quantity.{column.key}.definition"))]
    notes = []
    if column.numerator and column.denominator:
        by_name = {c.name: column_label(c) for c in answer.columns}
        notes.append(
            text(
                "definition.ratio",
                numerator=by_name.get(column.numerator)
                or text(f"quantity.{column.numerator}.label"),
                denominator=by_name.get(column.denominator)
                or text(f"quantity.{column.denominator}.label"),
            )
        )
    if column.unit:
        yen = column.unit is Unit.YEN
        notes.append(
            text("definition.unit", unit=text("unit.yen") if yen else unit_text(column.unit))
        )
        notes.append(text(f"definition.rule.{column.rule.value}"))
    if notes:
        lines.append(html.Div(text("definition.joint").join(notes), className="sl-quiet"))
    return lines


def _provenance(note: SourceNote) -> html.Div:
    parts = [source_name(note)]
    if note.n_file:
        parts.append(text("definition.files", n=f"{note.n_file:,}"))
    if note.received_at:
        parts.append(text("definition.received", day=date_text(note.received_at)))
    if note.period_to:
        parts.append(text("definition.period", day=date_text(note.period_to)))
    return html.Div(text("definition.joint").join(parts))
