"""Rankings as lists of links: bars for amounts, dots with intervals for rates.

Each row is one link, so that a keyboard reaches what a mouse does; its mark is drawn by the style
sheet from three numbers (assets/ranked_list.css), and no chart library takes part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from components.attributes import attributes
from components.axis import value_axis
from components.links import page_link
from components.numbers import interval_text, is_missing
from language import text
from store.quantity import Unit


@dataclass(frozen=True, slots=True)
class Ranked:
    """One row: its name (with what stands behind it), its number as it is read and where it
    leads. Without a ``value`` no mark is drawn. ``is_chosen`` says that it is the filter's."""

    label: str
    value_text: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    link: str = ""
    is_chosen: bool = False
    is_subject: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """An axis: its ends, its ticks and their words."""

    low: float
    high: float
    ticks: Sequence[tuple[float, str]]

    def share(self, value: float) -> float:
        """Where ``value`` stands between the ends, from 0 to 1."""
        return (value - self.low) / (self.high - self.low)


def dot_list(
    rows: Sequence[Ranked],
    unit: Unit,
    *,
    label: str,
    reference: float | None,
    reference_label: str = "",
    gap: tuple[int, str] | None = None,
) -> html.Div:
    """Estimates with intervals beside a reference line, in the order given, on an axis below.

    A point is filled blue only when its interval excludes ``reference``, else open and grey.
    ``gap`` puts words between the rows: how many stand above them, and what was left out.
    """
    ends = [v for row in rows for v in (row.low, row.high, row.value)]
    span = _span([*ends, reference], unit)
    items = [
        _item(row, _place(row, span), _apart(row, reference), _read(row, unit)) for row in rows
    ]
    marks = [_tick(span, value, words) for value, words in span.ticks]
    if reference is not None and not is_missing(reference):
        marks.append(_tick(span, reference, reference_label, is_reference=True))
    return _list(items, "sl-rank is-dots", label, gap, marks)


def bar_list(
    rows: Sequence[Ranked],
    *,
    label: str,
    gap: tuple[int, str] | None = None,
) -> html.Div:
    """Bars from zero in the order given, the subject blue, the number at every end."""
    # The numbers stand at the ends, and no axis: the longest bar reaches the edge of its field.
    values = [float(row.value) for row in rows if row.value is not None]
    span = Span(min([0.0, *values]), max([0.0, *values]) or 1.0, ())
    items = [
        _item(row, _length(row, span), "is-subject" if row.is_subject else "", "") for row in rows
    ]
    is_signed = span.low < 0
    marks = [_tick(span, 0.0, "", is_reference=True)] if is_signed else []
    return _list(items, "sl-rank is-bars" + (" is-signed" if is_signed else ""), label, gap, marks)


def _span(values: Sequence[float | None], unit: Unit) -> Span:
    axis = value_axis(values, unit)
    low, high = axis["range"]
    return Span(low, high, list(zip(axis["tickvals"], axis["ticktext"], strict=True)))


def _list(
    items: list[Any],
    class_name: str,
    label: str,
    gap: tuple[int, str] | None,
    marks: list[html.I],
) -> html.Div:
    if gap:
        items = [*items[: gap[0]], html.Li(gap[1], className="sl-rank__gap"), *items[gap[0] :]]
    axis = html.Div(marks, className="sl-rank__axis", **attributes(aria_hidden="true"))
    return html.Div([axis, html.Ol(items, **attributes(aria_label=label))], className=class_name)


def _item(row: Ranked, place: dict[str, str], look: str, detail: str) -> html.Li:
    children: list[Any] = [
        html.Span(row.label, className="sl-rank__name"),
        html.B(row.value_text),
    ]
    if detail:
        children.append(html.Span(detail, className="visually-hidden"))
    tip = {"data_tip": f"{row.value_text}{detail}"} if detail else {}
    link = page_link(children, row.link, current="true" if row.is_chosen else "", **tip)
    return html.Li(link, style=place, className=look if place else "is-bare")


def _place(row: Ranked, span: Span) -> dict[str, str]:
    if row.value is None:
        return {}
    low = row.value if row.low is None else row.low
    high = row.value if row.high is None else row.high
    return {
        "--v": f"{span.share(row.value):.4f}",
        "--l": f"{span.share(low):.4f}",
        "--h": f"{span.share(high):.4f}",
    }


def _length(row: Ranked, span: Span) -> dict[str, str]:
    if row.value is None:
        return {}
    ends = sorted((span.share(0.0), span.share(row.value)))
    return {"--l": f"{ends[0]:.4f}", "--h": f"{ends[1]:.4f}"}


def _apart(row: Ranked, reference: float | None) -> str:
    if row.low is None or row.high is None or reference is None:
        return ""
    return "is-apart" if row.low > reference or row.high < reference else ""


def _read(row: Ranked, unit: Unit) -> str:
    """The interval, for those who cannot see it."""
    if row.low is None or row.high is None:
        return ""
    interval = interval_text(row.low, row.high, unit, has_unit=True)
    return text("ranked.interval", interval=interval)


def _tick(span: Span, value: float, words: str, *, is_reference: bool = False) -> html.I:
    share = span.share(value)
    side = " is-left" if share > 0.75 else " is-right" if share < 0.25 else ""
    return html.I(
        html.Span(words) if words else None,
        className=f"is-reference{side}" if is_reference else None,
        style={"--at": f"{share:.4f}"},
    )
