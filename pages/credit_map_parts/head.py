"""What the map says first, in four numbers of the users beside all firms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash.development.base_component import Component

from components.key_figures import KeyFigure, key_figures, strong
from components.numbers import FEW, difference, format_number, is_missing
from gate.answer import Answer, Row, rows_of
from language import text
from pages.credit_map_parts import findings
from pages.credit_map_parts.plane import chosen_row
from pages.credit_map_parts.view import View, later_words, measure_name, quadrant_name
from store.quantity import Unit

_GONE = ("default", "closure", "merger", "silence")


def key_figure_row(view: View, quadrants: Answer, moves: Answer) -> Component:
    """Users of the chosen quadrant, its share or that of the weak, how its users moved beside
    others, how many of them were gone."""
    rows = rows_of(quadrants)
    ends = {who: view.ask("credit_transition", who=who) for who in ("users", "others")}
    return key_figures(
        [
            _users(view, chosen_row(view, quadrants), rows[0]),
            _share(view, rows),
            _moved(view, rows_of(moves)[0]),
            _gone(view, {who: rows_of(answer) for who, answer in ends.items()}),
        ],
        label=text("credit_map.keys"),
    )


def _users(view: View, chosen: Row, whole: Row) -> KeyFigure:
    label = text("credit_map.key_users", measure=measure_name(view))
    n = format_number(chosen["n_user"], None)
    every = format_number(chosen["n"], Unit.RECORD)
    lines: list[Any] = [text("credit_map.key_users_of", n=every)]
    if view.parameters.quadrant:
        users = format_number(whole["n_user"], Unit.FIRM)
        quadrant = quadrant_name(view.parameters.quadrant)
        lines.append(text("credit_map.key_users_in", quadrant=quadrant, n=users))
    return KeyFigure(label, n, text("unit.firm"), lines)


def _share(view: View, rows: Sequence[Row]) -> KeyFigure:
    """The share of weak users, or of those in the chosen quadrant."""
    chosen = view.parameters.quadrant
    label = text("credit_map.key_weak")
    if chosen:
        label = text("credit_map.key_quadrant", quadrant=quadrant_name(chosen))
    of = [row for row in rows if str(row["quadrant"]).startswith(chosen or "weak")]
    if any(is_missing(row["share_user"]) for row in of):
        return KeyFigure(label, FEW, "", [text("credit_map.key_few")])
    users, every = (sum(row[name] for row in of) for name in ("share_user", "share_all"))
    return KeyFigure(
        label,
        format_number(users, Unit.PERCENT, has_unit=False),
        "%",
        [
            text("credit_map.key_than_all", share=format_number(every, Unit.PERCENT)),
            strong(difference(users, every, Unit.PERCENT)),
        ],
    )


def _moved(view: View, row: Row) -> KeyFigure:
    label = text("credit_map.key_moved", later=later_words(view))
    if is_missing(row["dx"]):
        return KeyFigure(label, FEW, "", [text("credit_map.key_few")])
    return KeyFigure(
        label,
        format_number(row["dx"], None, decimals=1, is_signed=True),
        text("unit.point"),
        [
            text(
                "credit_map.key_moved_interval",
                interval=findings.points_interval(row["dx_low"], row["dx_high"]),
            )
        ],
    )


def _gone(view: View, rows: Mapping[str, Sequence[Row]]) -> KeyFigure:
    label = text("credit_map.key_gone", later=later_words(view))
    users, others = (_share_gone(rows[who]) for who in ("users", "others"))
    if users is None or others is None:
        return KeyFigure(label, FEW, "", [text("credit_map.key_few")])
    return KeyFigure(
        label,
        format_number(users, Unit.PERCENT, has_unit=False),
        "%",
        [
            text("credit_map.key_than_others", share=format_number(others, Unit.PERCENT)),
            strong(difference(users, others, Unit.PERCENT)),
        ],
    )


def _share_gone(rows: Sequence[Row]) -> float | None:
    """The share, in percent, that had no place for one of the four reasons."""
    of = [row for row in rows if row["n_start"]]
    if not of or any(is_missing(row["n"]) for row in of):
        return None
    total = sum(int(row["n"]) for row in of)
    gone = sum(int(row["n"]) for row in of if row["end"] in _GONE)
    return 100 * gone / total
