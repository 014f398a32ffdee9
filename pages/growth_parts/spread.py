"""How growth spreads among adopted and rejected, or along the grant or the points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.chart import chart
from components.distribution import (
    Bin,
    Strip,
    binned_medians,
    distribution_strips,
    strips_height,
)
from components.figure import figure_frame
from components.notes import spec_list
from components.numbers import FEW, format_number, is_missing
from components.paired_table import Pair, paired_table
from components.states import too_few
from components.table import TableColumn, answer_table
from gate.answer import Answer, Row, rows_of
from language import text
from pages.growth_parts import findings
from pages.growth_parts.view import View, growth_name, growth_unit_words, result_name, window_text
from store.quantity import Unit

PERCENTILES = ("p90", "p75", "median", "p25", "p10")
HEIGHT = 340
X_UNITS = {"granted": Unit.YEN, "points": Unit.POINT}


def spread(view: View, summary: Answer, adopted: Row, rejected: Row, total: Row) -> Component:
    """The spread of growth of both decisions, as strips on one scale."""
    title = findings.spread_title(adopted, rejected, total)
    strips = [
        _strip(row, decision)
        for row, decision in ((adopted, "adopted"), (rejected, "rejected"))
        if not is_missing(row["median"])
    ]
    is_table = view.is_table("spread")
    if is_table:
        body: Component = answer_table(
            summary,
            [
                TableColumn("decision", text_of=lambda row: text(f"growth.{row['decision']}")),
                "n",
                "n_firm",
                *(_signed_column(name) for name in (*reversed(PERCENTILES), "mean")),
            ],
            name="spread",
            label=title,
        )
    elif not strips:
        body = too_few(text("growth.few_title"), text("growth.few_firms"))
    else:
        body = html.Div([_drawn_strips(strips), *_spec(view)])
    return figure_frame(
        title,
        text(
            "growth.spread_sub",
            growth=growth_name(view),
            per=growth_unit_words(view),
            window=window_text(view),
            scope=view.scope_text,
        ),
        body,
        name="spread",
        answer=summary,
        caveat=text("growth.spread_caveat", n=view.parameters.window),
        table_href=view.table_href("spread"),
        is_table=is_table,
        measures=PERCENTILES,
        csv_href=view.export_href("growth_summary"),
        xlsx_href=view.export_href("growth_summary", "xlsx"),
        span=7,
    )


def _drawn_strips(strips: Sequence[Strip]) -> Component:
    return chart(
        distribution_strips(
            strips,
            Unit.PERCENT,
            n_unit=Unit.RECORD,
            reference_label=text("growth.no_growth"),
        ),
        text(
            "growth.spread_summary",
            values=text("explore.list_separator").join(
                f"{strip.label} {format_number(strip.median, Unit.PERCENT, is_signed=True)}"
                for strip in strips
            ),
        ),
        name="spread",
        height=strips_height(len(strips)),
    )


def _spec(view: View) -> list[Component]:
    """How growth was measured."""
    rows = (("who", ""), ("when", window_text(view)), ("mean", ""))
    return [
        html.H3(text("growth.spec_title"), className="sl-h3"),
        spec_list(
            [(text(f"growth.spec_{name}"), text(f"growth.spec_{name}_is", n=n)) for name, n in rows]
        ),
    ]


def _strip(row: Row, decision: str) -> Strip:
    return Strip(
        text(f"growth.{decision}"),
        int(row["n"]),
        row["p10"],
        row["p25"],
        row["median"],
        row["p75"],
        row["p90"],
        is_subject=decision == "adopted",
    )


def _signed_column(name: str) -> TableColumn:
    """A percentage that stands as … where there are too few firms behind it."""

    def cell(row: Mapping[str, Any]) -> str:
        value = row[name]
        return (
            FEW
            if is_missing(value)
            else format_number(value, Unit.PERCENT, is_signed=True, has_unit=False)
        )

    return TableColumn(name, text_of=cell)


def bins(view: View, total: Row) -> Component:
    """Median growth along the grant or the points, with the middle half of each bin."""
    answer = view.ask("growth_bins")
    rows = [row for row in rows_of(answer) if not is_missing(row["median"])]
    result = view.parameters.result
    unit = X_UNITS[result]
    title = findings.bins_title(total, result, growth_name(view))
    is_table = view.is_table("spread")
    if is_table:
        body: Component = answer_table(
            answer,
            [
                TableColumn("bin", is_number=True),
                "n",
                "n_firm",
                *(
                    TableColumn(name, label=text(f"growth.{name}"), text_of=_x_cell(name, unit))
                    for name in ("x_low", "x_median", "x_high")
                ),
                *(_signed_column(name) for name in ("p25", "median", "p75")),
            ],
            name="spread",
            label=title,
        )
    elif len(rows) < 2:
        body = too_few(text("growth.few_title"), text("growth.few_bins", result=result_name(view)))
    else:
        body = html.Div([_drawn_bins(view, rows, unit), *_spec(view)])
    return figure_frame(
        title,
        text(
            "growth.bins_sub",
            growth=growth_name(view),
            per=growth_unit_words(view),
            window=window_text(view),
            scope=view.scope_text,
            n=format_number(sum(row["n"] for row in rows), Unit.RECORD),
        ),
        body,
        name="spread",
        answer=answer,
        caveat=text(f"growth.bins_caveat_{result}"),
        table_href=view.table_href("spread"),
        is_table=is_table,
        measures=("x_median", "p25", "median", "p75"),
        csv_href=view.export_href("growth_bins"),
        xlsx_href=view.export_href("growth_bins", "xlsx"),
        span=7,
    )


def _x_cell(name: str, unit: Unit) -> Callable[[Mapping[str, Any]], str]:
    return lambda row: format_number(row[name], unit)


def _drawn_bins(view: View, rows: Sequence[Row], unit: Unit) -> Component:
    first, last = rows[0], rows[-1]
    return chart(
        binned_medians(
            [Bin(r["x_median"], int(r["n"]), r["p25"], r["median"], r["p75"]) for r in rows],
            unit,
            Unit.PERCENT,
            x_title=text(f"growth.axis_{view.parameters.result}"),
            y_title=text(
                "growth.axis_growth", growth=growth_name(view), per=growth_unit_words(view)
            ),
            n_unit=Unit.RECORD,
            is_even=unit is Unit.YEN,
        ),
        text(
            "growth.bins_summary",
            low=format_number(first["x_median"], unit),
            first=format_number(first["median"], Unit.PERCENT, is_signed=True),
            high=format_number(last["x_median"], unit),
            last=format_number(last["median"], Unit.PERCENT, is_signed=True),
        ),
        name="spread",
        height=HEIGHT,
    )


def summary_table(view: View, summary: Answer, adopted: Row, rejected: Row) -> Component:
    """The numbers of both decisions side by side."""
    rows = [
        Pair(
            text("growth.row_n"),
            [format_number(row["n"], None) for row in (adopted, rejected)] + [""],
        ),
        *(
            _pair(name, adopted, rejected, is_current=name == "median")
            for name in (*PERCENTILES, "mean")
        ),
    ]
    title = text("growth.summary_title")
    heads = [
        (text("growth.row_head"), ""),
        (text("growth.adopted"), "%"),
        (text("growth.rejected"), "%"),
        (text("growth.head_difference"), text("number.point")),
    ]
    return figure_frame(
        title,
        text("growth.summary_sub", growth=growth_name(view), per=growth_unit_words(view)),
        paired_table(rows, heads, name="summary", label=title),
        name="summary",
        answer=summary,
        csv_href=view.export_href("growth_summary"),
        xlsx_href=view.export_href("growth_summary", "xlsx"),
        span=5,
    )


def _pair(name: str, adopted: Row, rejected: Row, *, is_current: bool) -> Pair:
    values = [row[name] for row in (adopted, rejected)]
    cells = [
        FEW
        if is_missing(value)
        else format_number(value, Unit.PERCENT, is_signed=True, has_unit=False)
        for value in values
    ]
    gap = FEW
    if not any(map(is_missing, values)):
        gap = format_number(values[0] - values[1], Unit.PERCENT, is_signed=True, has_unit=False)
    return Pair(text(f"growth.row_{name}"), [*cells, gap], is_current=is_current)
