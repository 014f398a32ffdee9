"""The figures of the model card: calibration, rank by year, terms in words, stability."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import exp
from typing import Any

from dash import html
from dash.development.base_component import Component

import gate
from components.calibration import Foretold, calibration_figure
from components.chart import chart
from components.eras import fiscal_year_text
from components.estimates import Estimate, estimates_figure, estimates_height
from components.figure import figure_frame
from components.numbers import MISSING, format_number, interval_text, is_missing
from components.table import TableColumn, answer_table
from gate.answer import Answer, Row, rows_of
from language import text
from pages.credit_model_parts.state import table_href
from pages.explore_parts.view import name_of
from store.quantity import Unit

_HEIGHT = 400
_TERMS_SHOWN = 12
_SLICE_DOMAIN = {"industry": "industry", "size": "size"}


def calibration(answer: Answer, test: Row, tables: tuple[str, ...]) -> Component:
    """Foretold against seen, tenth by tenth, on the test years."""
    low, high = test["observed_expected_low"], test["observed_expected_high"]
    word = "even" if low <= 1 <= high else "above" if low > 1 else "below"
    title = text(
        f"credit_model.calibration_{word}",
        ratio=format_number(test["observed_expected"], None, decimals=2),
        interval=interval_text(low, high, None, decimals=2),
    )
    if is_table := "calibration" in tables:
        body: Component = answer_table(
            answer,
            [
                TableColumn("decile"),
                "n",
                "n_default",
                "expected_rate",
                "observed_rate",
                TableColumn(
                    "observed_low",
                    interval_to="observed_high",
                    label=text("credit_map.head_interval"),
                ),
            ],
            name="calibration",
            label=title,
        )
    else:
        body = _drawn(answer, title)
    return figure_frame(
        title,
        text("credit_model.calibration_sub", n=format_number(test["n"], Unit.RECORD)),
        body,
        name="calibration",
        answer=answer,
        table_href=table_href(tables, "calibration"),
        is_table=is_table,
        csv_href="/export/credit_model_calibration.csv",
        xlsx_href="/export/credit_model_calibration.xlsx",
        span=6,
        height=_HEIGHT,
    )


def _drawn(answer: Answer, title: str) -> Component:
    groups = [
        Foretold(
            row["expected_rate"],
            row["observed_rate"],
            row["observed_low"],
            row["observed_high"],
            text(
                "credit_model.hover_decile",
                decile=row["decile"],
                expected=format_number(row["expected_rate"], Unit.PERCENT),
                observed=format_number(row["observed_rate"], Unit.PERCENT),
                n=format_number(row["n"], Unit.RECORD),
            ),
        )
        for row in rows_of(answer)
    ]
    return chart(
        calibration_figure(
            groups,
            x_title=text("credit_model.axis_expected"),
            y_title=text("credit_model.axis_observed"),
            reference=text("credit_model.diagonal"),
        ),
        title,
        name="calibration",
        height=_HEIGHT,
        height_narrow=340,
    )


def quality(answer: Answer, test: Row, tables: tuple[str, ...]) -> Component:
    """AUC by year, and in the table every slice with every measure."""
    years = [row for row in rows_of(answer) if row["slice"] == "year"]
    known = [row for row in years if not is_missing(row["auc"])]
    values = [row["auc"] for row in known]
    title = (
        text(
            "credit_model.quality_title",
            low=format_number(min(values), None, decimals=2),
            high=format_number(max(values), None, decimals=2),
        )
        if values
        else text("credit_model.quality_few")
    )
    is_table = "quality" in tables
    if is_table:
        body: Component = _quality_table(answer, title)
    else:
        rows = [
            Estimate(
                text(
                    "credit_model.year_part",
                    year=fiscal_year_text(int(row["slice_code"])),
                    part=text(f"credit_model.short_{row['part']}"),
                ),
                int(row["n"]),
                row["auc"],
                row["auc_low"],
                row["auc_high"],
                is_marked=row["part"] == "test",
            )
            for row in years
        ]
        body = chart(
            estimates_figure(
                rows,
                None,
                reference=float(test["auc"]),
                reference_label=text("credit_model.auc_test"),
                n_unit=Unit.RECORD,
                decimals=3,
            ),
            title,
            name="quality",
            height=estimates_height(rows),
        )
    return figure_frame(
        title,
        text("credit_model.quality_sub"),
        body,
        name="quality",
        answer=answer,
        table_href=table_href(tables, "quality"),
        is_table=is_table,
        csv_href="/export/credit_model_quality.csv",
        xlsx_href="/export/credit_model_quality.xlsx",
        measures=("n", "auc", "auc_low", "auc_high"),
        span=6,
        height=_HEIGHT,
    )


def _slice_name(row: Mapping[str, Any]) -> str:
    kind, code = str(row["slice"]), str(row["slice_code"])
    if kind == "part":
        return text(f"credit_model.part_{code}")
    if kind == "year":
        return fiscal_year_text(int(code))
    member = gate.members().get(_SLICE_DOMAIN[kind], code)
    return name_of(member) if member else text("credit_model.unknown")


def _rounded(name: str, decimals: int) -> TableColumn:
    def cell(row: Mapping[str, Any]) -> str:
        value = row[name]
        return MISSING if is_missing(value) else format_number(value, None, decimals=decimals)

    return TableColumn(name, text_of=cell, is_number=True)


def _quality_table(answer: Answer, title: str) -> Component:
    return answer_table(
        answer,
        [
            TableColumn("slice_code", text_of=_slice_name),
            "n",
            "n_default",
            _rounded("auc", 3),
            _rounded("accuracy_ratio", 3),
            _rounded("observed_expected", 2),
            _rounded("slope", 2),
            _rounded("intercept", 2),
            _rounded("brier", 4),
            _rounded("brier_base", 4),
        ],
        name="quality",
        label=title,
        is_total=lambda row: row["slice"] == "part",
        is_wide=True,
    )


def terms(answer: Answer, tables: tuple[str, ...]) -> Component:
    """Every term in words: by how much a standard deviation more changes the odds of default."""
    rows = [row for row in rows_of(answer) if row["kind"] == "ratio"]
    strongest = max(rows, key=lambda row: abs(row["estimate"]))
    numbers = {
        name: format_number(strongest[name], None, decimals=3) for name in ("estimate", "error")
    }
    title = text("credit_model.terms_title", term=_term_name(strongest), **numbers)
    table = answer_table(
        answer,
        [
            TableColumn("term", text_of=_term_name),
            _rounded("estimate", 3),
            _rounded("error", 3),
            _worded("kind", _odds, "credit_model.head_odds"),
            _worded("low", _limits, "credit_model.head_limits"),
        ],
        name="terms",
        label=title,
        n_shown=None if "terms" in tables else _TERMS_SHOWN,
        more_href=table_href(tables, "terms"),
    )  # fmt: skip
    return figure_frame(
        title,
        text("credit_model.terms_sub"),
        html.Div([table, html.P(text("credit_model.terms_note"), className="sl-note")]),
        name="terms",
        answer=answer,
        csv_href="/export/credit_model_terms.csv",
        xlsx_href="/export/credit_model_terms.xlsx",
        measures=("estimate", "error", "low", "high"),
        span=7,
    )


def _worded(name: str, cell: Callable[[Mapping[str, Any]], str], head: str) -> TableColumn:
    return TableColumn(name, text_of=cell, label=text(head), is_number=True)


def _term_name(row: Mapping[str, Any]) -> str:
    kind, term = str(row["kind"]), str(row["term"])
    if kind == "industry":
        member = gate.members().get("industry", term)
        name = name_of(member) if member else text("credit_model.unknown")
        return text("credit_model.term_industry", name=name)
    if kind in ("intercept", "line"):
        return text(f"credit_model.term_{kind}_{term}" if kind == "line" else
                    "credit_model.term_intercept")  # fmt: skip
    return text(f"credit_model.term_{kind}", name=text(f"credit_ratio.{term}"))


def _odds(row: Mapping[str, Any]) -> str:
    if row["kind"] in ("intercept", "line") or is_missing(row["estimate"]):
        return MISSING
    return format_number(exp(row["estimate"]), None, decimals=2)


def _limits(row: Mapping[str, Any]) -> str:
    if is_missing(row["low"]):
        return text("credit_model.neglog") if row["transform"] == "neglog" else MISSING
    ends = [format_number(row[name], None, decimals=2) for name in ("low", "high")]
    return text("number.interval", low=ends[0], high=ends[1])


def stability(answer: Answer) -> Component:
    """How far the scores of each year have moved from those of training."""
    years = [row for row in rows_of(answer) if row["slice"] == "year"]
    moved = [row for row in years if row["psi"] > 0.1]
    title = text("credit_model.stability_moved" if moved else "credit_model.stability_even")
    table = answer_table(
        replace(answer, frame=answer.frame[answer.frame["slice"] == "year"]),
        [
            TableColumn("slice_code", text_of=_slice_name, label=text("credit_model.head_year")),
            TableColumn("part", text_of=lambda row: text(f"credit_model.short_{row['part']}")),
            "n",
            _rounded("psi", 3),
            _rounded("psi_by_chance", 3),
        ],
        name="stability",
        label=title,
    )
    return figure_frame(
        title,
        text("credit_model.stability_sub"),
        table,
        name="stability",
        answer=answer,
        csv_href="/export/credit_model_quality.csv",
        xlsx_href="/export/credit_model_quality.xlsx",
        measures=("n", "psi", "psi_by_chance"),
        span=5,
    )
