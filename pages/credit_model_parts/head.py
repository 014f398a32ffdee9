"""What the model card says first: on which years it learnt, and how it did on those it had not
seen."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from components.eras import fiscal_year_text
from components.key_figures import KeyFigure, key_figures
from components.notes import spec_list
from components.numbers import MISSING, format_number, is_missing
from gate.answer import Row
from language import text
from store.quantity import Unit


def split_words(parts: Mapping[str, Row]) -> Component:
    """The years of each part, its statements and defaults."""
    return spec_list(
        [
            (
                text(f"credit_model.part_{name}"),
                text(
                    "credit_model.part_is",
                    years=years_text(row),
                    n=format_number(row["n"], Unit.RECORD),
                    defaults=format_number(row["n_default"], Unit.RECORD),
                ),
            )
            for name, row in parts.items()
        ]
    )


def years_text(row: Row) -> str:
    first, last = (fiscal_year_text(int(row[name])) for name in ("first_year", "last_year"))
    return first if first == last else text("number.interval", low=first, high=last)


def key_figure_row(test: Row) -> Component:
    """Rank, accuracy, calibration and score on the test years."""
    return key_figures(
        [
            _figure("auc", test, 3, _interval(test, "auc", 3)),
            _figure("accuracy_ratio", test, 3, text("credit_model.key_accuracy_ratio_is")),
            _figure("observed_expected", test, 2, _interval(test, "observed_expected", 2)),
            _figure("slope", test, 2, text("credit_model.key_slope_is")),
            _figure(
                "brier",
                test,
                4,
                text(
                    "credit_model.key_brier_is",
                    base=format_number(test["brier_base"], None, decimals=4),
                ),
            ),
        ],
        label=text("credit_model.keys"),
    )


def _figure(name: str, row: Row, decimals: int, words: str) -> KeyFigure:
    value = row[name]
    shown = MISSING if is_missing(value) else format_number(value, None, decimals=decimals)
    return KeyFigure(text(f"quantity.credit_{name}.label"), shown, "", [words])


def _interval(row: Row, name: str, decimals: int) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    if is_missing(low) or is_missing(high):
        return text("credit_model.no_interval")
    ends = [format_number(end, None, decimals=decimals) for end in (low, high)]
    return text(
        "credit_model.interval", interval=text("number.interval", low=ends[0], high=ends[1])
    )
