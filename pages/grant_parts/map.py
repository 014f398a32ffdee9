"""The map of the 47 prefectures: tiles, or real shapes where the operator has a map file."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

import gate
from components.chart import chart
from components.classes import class_breaks, class_legend, class_of, legend_texts
from components.figure import figure_frame
from components.numbers import column_scale, format_number, number_parts, unit_text
from components.prefecture_map import Region, prefecture_map
from components.table import answer_table
from components.tile_map import Readout, Tile, readout_box, tile_map
from gate.answer import Answer, Row, rows_of
from language import text
from pages.grant_parts import findings
from pages.grant_parts.figures import measure_columns, name_column
from pages.grant_parts.findings import UNITS
from pages.grant_parts.view import AwardView
from store.quantity import Unit

# What fits a tile at 1024 pixels.
TILE_DIGITS = 5


def prefectures(view: AwardView) -> Component:
    """The measure of each prefecture; a click goes down into it."""
    answer = view.ask("award_by_prefecture")
    title = findings.map_title(view, answer)
    total = sum(row[view.measure] for row in rows_of(answer))
    return figure_frame(
        title,
        text(
            "grants.map_sub",
            measure=findings.measure_label(view),
            industry=view.name("industry", view.parameters.industry),
            year=view.year_text,
            total=""
            if view.measure == "n_firm"
            else text("grants.map_total", total=format_number(total, UNITS[view.measure])),
        ),
        _table(view, answer, title) if view.is_table("map") else _drawn(view, answer),
        name="map",
        answer=answer,
        caveat=text("grants.map_caveat"),
        table_href=view.table_href("map"),
        is_table=view.is_table("map"),
        csv_href=view.export_href("award_by_prefecture"),
        xlsx_href=view.export_href("award_by_prefecture", "xlsx"),
        n_row=answer.n_row,
        span=7,
    )


def _table(view: AwardView, answer: Answer, title: str) -> Component:
    return answer_table(
        answer,
        [name_column(view, "region", "region_code"), *measure_columns(answer)],
        name="map",
        label=title,
        is_wide=True,
        href_of=lambda row: view.href(region=str(row["region_code"])),
        is_current=lambda row: row["region_code"] == view.parameters.region[:2],
    )


def _drawn(view: AwardView, answer: Answer) -> Component:
    rows = rows_of(answer)
    unit = UNITS[view.measure]
    values = [row[view.measure] for row in rows if row[view.measure] > 0]
    scale = column_scale(values, TILE_DIGITS) if unit is Unit.YEN else None
    breaks = class_breaks(values) if values else ()
    legend = legend_texts(breaks, unit, scale) if values else ()
    if len(set(values)) == 1:
        legend = (format_number(values[0], unit, scale=scale, has_unit=False),)
    measure = text(
        "grants.with_unit", measure=findings.measure_label(view), unit=unit_text(unit, scale)
    )
    path = gate.map_path()
    if path is not None:
        regions = {
            row["region_code"]: Region(
                format_number(row[view.measure], unit, scale=scale),
                _class_of(row, view.measure, breaks),
                view.href(region=row["region_code"]),
                is_missing=not row["n_award"],
            )
            for row in rows
        }
        names = {row["region_name"]: row["region_code"] for row in rows}
        drawn = chart(
            prefecture_map(path, regions, names, view.parameters.region[:2]),
            findings.map_title(view, answer),
            name="map",
            height=560,
            height_narrow=360,
        )
        chosen = _readout(view, rows)
        return html.Div(
            [class_legend(measure, legend), readout_box(chosen) if chosen else None, drawn]
        )
    tiles = {
        row["region_code"]: Tile(
            number_parts(row[view.measure], unit, scale=scale)[0],
            _class_of(row, view.measure, breaks),
            view.href(region=row["region_code"]),
            is_missing=not row["n_award"],
            sublabel=format_number(row["n_firm"], Unit.RECIPIENT),
        )
        for row in rows
    }
    return tile_map(
        tiles,
        measure=measure,
        legend=legend,
        chosen=view.parameters.region[:2] if not view.parameters.region.startswith("b") else "",
        readout=_readout(view, rows),
    )


def _class_of(row: Row, measure: str, breaks: Sequence[float]) -> int | None:
    """The class of a prefecture: none without awards, the lightest where returns outweigh."""
    if not row["n_award"]:
        return None
    return class_of(row[measure], breaks) if row[measure] > 0 else 1


def _readout(view: AwardView, rows: list[Row]) -> Readout | None:
    chosen = next((r for r in rows if r["region_code"] == view.parameters.region[:2]), None)
    if chosen is None:
        return None
    return Readout(
        view.name("region", chosen["region_code"]),
        format_number(chosen[view.measure], UNITS[view.measure]),
        text(
            "grants.readout",
            awards=format_number(chosen["n_award"], Unit.AWARD),
            firms=format_number(chosen["n_firm"], Unit.RECIPIENT),
        ),
        text("grants.see_municipalities"),
        "#areas",
    )
