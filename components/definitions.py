"""What the columns of an answer mean, and where they come from."""

from __future__ import annotations

from dash import html

from components.eras import date_text
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
    """``出典：…（…到着）、…``: every source with the day of its last arrival; a day that all of
    them share is said once."""
    comma = text("evidence.comma")
    days = {date_text(note.received_at) if note.received_at else "" for note in answer.sources}
    if len(answer.sources) > 1 and len(days) == 1 and "" not in days:
        names = comma.join(map(source_name, answer.sources))
        return text(
            "evidence.sources", sources=text("evidence.all_arrived", sources=names, day=days.pop())
        )
    named = []
    for note in answer.sources:
        name = source_name(note)
        if note.received_at:
            name = text("evidence.arrived", source=name, day=date_text(note.received_at))
        named.append(name)
    return text("evidence.sources", sources=comma.join(named)) if named else ""


def meaning(column: Quantity, answer: Answer) -> list[html.Div | str]:
    """What a column means: its definition, how it is made, its unit and how it is protected."""
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


def provenance(note: SourceNote) -> html.Div:
    """A source with how many files came of it, when the last, and how far its records reach."""
    parts = [source_name(note)]
    if note.n_file:
        parts.append(text("definition.files", n=f"{note.n_file:,}"))
    if note.received_at:
        parts.append(text("definition.received", day=date_text(note.received_at)))
    if note.period_to:
        parts.append(text("definition.period", day=date_text(note.period_to)))
    return html.Div(text("definition.joint").join(parts))
