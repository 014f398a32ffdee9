"""What the page says first: one sentence with its interval, and four numbers."""

from __future__ import annotations

from dash.development.base_component import Component

from components.key_figures import KeyFigure, key_figures, strong
from components.notes import reading as reading_sentence
from components.numbers import FEW, format_number, is_missing
from gate.answer import Row
from language import text
from pages.growth_parts import findings
from pages.growth_parts.view import View, growth_name, growth_unit_words, window_text
from store.quantity import Unit


def sentence(view: View, total: Row) -> Component | None:
    """The reading of the whole selection; what it counts, and that selection is in it."""
    state = view.parameters
    found = findings.reading(
        total, result=state.result, growth=growth_name(view), window=window_text(view)
    )
    if found is None:
        return None
    counted = text(
        f"growth.counted_{state.result}",
        adopted=format_number(total["n_adopted"], Unit.RECORD),
        rejected=format_number(total["n_rejected"], Unit.RECORD),
        window=window_text(view),
        per=growth_unit_words(view),
    )
    return reading_sentence(
        found.before,
        found.number,
        found.after,
        detail=f"{counted}{text(f'growth.selection_{state.result}')}",
    )


def key_figure_row(view: View, adopted: Row, rejected: Row, total: Row, even: Row) -> Component:
    """The two medians, their difference beside the tested one, and the correlation.

    ``total`` is the relation to the chosen result, ``even`` that to adoption or rejection.
    """
    return key_figures(
        [
            _median(view, adopted, "adopted"),
            _median(view, rejected, "rejected"),
            _difference(adopted, rejected, even),
            _correlation(view, total),
        ],
        label=text("growth.keys"),
    )


def _median(view: View, row: Row, decision: str) -> KeyFigure:
    label = text(f"growth.key_{decision}", growth=growth_name(view))
    n = format_number(row["n"], Unit.RECORD)
    if is_missing(row["median"]):
        return KeyFigure(label, FEW, "", [text("growth.key_few")])
    value = format_number(row["median"], Unit.PERCENT, is_signed=True, has_unit=False)
    firms = format_number(row["n_firm"], Unit.FIRM)
    return KeyFigure(label, value, "%", [text("growth.key_n", n=n, firms=firms)])


def _difference(adopted: Row, rejected: Row, even: Row) -> KeyFigure:
    label = text("growth.key_difference")
    if is_missing(adopted["median"]) or is_missing(rejected["median"]):
        return KeyFigure(label, FEW, "", [text("growth.key_few")])
    gap = adopted["median"] - rejected["median"]
    value = format_number(gap, Unit.PERCENT, is_signed=True, has_unit=False)
    versus: list[str | Component] = []
    if not is_missing(even.get("slope")):
        versus = [
            text("growth.key_mean"),
            strong(findings.points_text(even["slope"])),
            text(
                "growth.key_interval",
                interval=findings.points_interval(even["slope_low"], even["slope_high"]),
            ),
        ]
    return KeyFigure(label, value, text("number.point"), versus)


def _correlation(view: View, total: Row) -> KeyFigure:
    result = text(f"growth.result_{view.parameters.result}")
    label = text("growth.key_rho", result=result)
    if is_missing(total.get("rho")):
        return KeyFigure(label, FEW, "", [text("growth.key_few_rho")])
    interval = findings.rho_interval(total["rho_low"], total["rho_high"])
    words = findings.strength(total["rho"])
    if not findings.side_of(total, "rho"):
        words = text("growth.strength_chance")
    return KeyFigure(
        label,
        findings.rho_text(total["rho"]),
        "",
        [text("growth.key_rho_interval", interval=interval), strong(words)],
    )
