"""The 47 prefectures as a map, as a ranking or as a table: three views of one answer."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

import gate
from components.chart import chart
from components.classes import class_breaks, class_legend, class_of, legend_texts
from components.figure import figure_frame
from components.numbers import format_number, interval_text
from components.prefecture_map import Region, prefecture_map
from components.tile_map import Readout, Tile, readout_box, tile_map
from gate.answer import Row
from language import text
from pages.award_parts.evidence import drawn_columns, drawn_from
from pages.award_parts.findings import Parts, parts_summary, parts_title
from pages.award_parts.measures import Measure, total_and_parts
from pages.award_parts.ranking import ranking
from pages.award_parts.tables import member_table
from pages.award_parts.view import (
    View,
    breakdown_sort,
    is_chosen,
    measure_label,
    measure_of,
    measure_with_unit,
    scope_text,
    towards,
)
from queries.dimensions import region_level
from store.quantity import Unit

# What fits a tile at 1024 pixels.
TILE_DIGITS = 5
HEIGHT, HEIGHT_NARROW = 560, 360


def prefectures(view: View) -> Component:
    """The measure of each prefecture; a click narrows the page to it."""
    sort = breakdown_sort(view)
    answer = view.ask("application_breakdown", by="prefecture", sort=sort)
    whole, rows = total_and_parts(answer)
    parts = Parts(
        "prefecture",
        lambda code: view.name("region", code),
        measure_of(view),
        measure_label(view),
        whole,
        rows,
    )
    title = parts_title(parts)
    is_table = view.is_table("map")
    body: Component
    if is_table:
        body = member_table(view, answer, "map", "prefecture", title)
    elif view.choices["map"] == "ranking":
        body = ranking(view, parts, "prefecture", title)
    else:
        body = _drawn(view, parts, title)
    measure = measure_of(view)
    with_unit = measure_with_unit(view, measure.scale(rows, TILE_DIGITS))
    return figure_frame(
        title,
        text(
            "drilldown.map_sub",
            measure=with_unit,
            scope=scope_text(view, "region"),
            whole=text(
                "drilldown.whole",
                name=text("explore.all_region"),
                value=measure.shown(whole),
                label=text(f"quantity.{measure.n.name}.label"),
                n=format_number(measure.count(whole), measure.n.unit),
            ),
        ),
        body,
        name="map",
        answer=answer if is_table else drawn_from(answer, measure),
        caveat=text(
            "drilldown.map_caveat_share" if measure.has_interval else "drilldown.map_caveat"
        ),
        views=_views(view),
        is_table=is_table,
        csv_href=view.export_href("application_breakdown", by="prefecture", sort=sort),
        xlsx_href=view.export_href("application_breakdown", "xlsx", by="prefecture", sort=sort),
        n_row=answer.n_row,
        span=7,
        measures=drawn_columns(measure),
        summary=parts_summary(parts),
    )


def _views(view: View) -> list[tuple[str, str]]:
    """The ways of showing the prefectures that are not shown now."""
    others = ",".join(name for name in view.tables if name != "map") or None
    now = "table" if view.is_table("map") else view.choices["map"]
    ways = {
        "tiles": view.href(map=None, table=others),
        "ranking": view.href(map="ranking", table=others),
        "table": view.href(table=",".join((*view.tables, "map"))),
    }
    return [(text(f"drilldown.as_{name}"), to) for name, to in ways.items() if name != now]


def _drawn(view: View, parts: Parts, title: str) -> Component:
    measure, unit = parts.measure, parts.measure.unit
    scale = measure.scale(list(parts.rows), TILE_DIGITS)
    values = [value for row in parts.rows if (value := measure.value(row)) is not None]
    breaks = class_breaks(values) if values else ()
    legend = legend_texts(breaks, unit, scale) if values else ()
    if len(set(values)) == 1:
        legend = (format_number(values[0], unit, scale=scale, has_unit=False),)
    readout = _readout(view, parts)
    path = gate.map_path()
    if path is not None:
        regions = {
            row["member_code"]: Region(
                measure.shown(row, scale=scale),
                _class_of(measure, row, breaks),
                towards(view, "prefecture", row["member_code"]),
                is_missing=measure.value(row) is None,
            )
            for row in parts.rows
        }
        names = {row["member_name"]: row["member_code"] for row in parts.rows}
        drawn = chart(
            prefecture_map(path, regions, names, view.parameters.region[:2]),
            title,
            name="map",
            height=HEIGHT,
            height_narrow=HEIGHT_NARROW,
        )
        return html.Div(
            [
                class_legend(measure_with_unit(view, scale), legend),
                readout_box(readout),
                drawn,
            ]
        )
    tiles = {
        row["member_code"]: Tile(
            measure.shown(row, scale=scale, has_unit=False),
            _class_of(measure, row, breaks),
            towards(view, "prefecture", row["member_code"]),
            sublabel=_spoken(measure, row),
            is_missing=measure.value(row) is None,
            missing_text=measure.shown(row),
        )
        for row in parts.rows
    }
    region = view.parameters.region
    return tile_map(
        tiles,
        measure=measure_with_unit(view, scale),
        legend=legend,
        chosen=region[:2] if region_level(region) in ("prefecture", "municipality") else "",
        readout=readout,
    )


def _class_of(measure: Measure, row: Row, breaks: Sequence[float]) -> int | None:
    value = measure.value(row)
    return None if value is None else class_of(value, breaks)


def _spoken(measure: Measure, row: Row) -> str:
    """What is read aloud after the number of a tile: what it rests on."""
    label = text(f"quantity.{measure.n.name}.label")
    return text(
        "drilldown.resting", label=label, n=format_number(measure.count(row), measure.n.unit)
    )


def _readout(view: View, parts: Parts) -> Readout:
    """The chosen prefecture in words, with the way down to its municipalities; else the nation."""
    chosen = next(
        (r for r in parts.rows if is_chosen(view, "prefecture", str(r["member_code"]))), None
    )
    row = parts.whole if chosen is None else chosen
    measure = parts.measure
    detail = [_spoken(measure, row)]
    bounds = measure.bounds(row)
    if bounds:
        interval = interval_text(*bounds, Unit.PERCENT, has_unit=True)
        detail.append(text("drilldown.interval_of", interval=interval))
    return Readout(
        parts.name(row) if chosen else text("explore.all_region"),
        measure.shown(row),
        text("explore.list_separator").join(detail),
        text("drilldown.see_municipalities") if chosen else "",
        "#areas" if chosen else "",
    )
