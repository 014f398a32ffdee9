"""B: adopted and rejected applicants around the year of their application, and their difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.chart import chart
from components.event_study import EventPath, Gap, event_study_figure, event_year_text
from components.figure import figure_frame
from components.notes import notice
from components.numbers import FEW, Scale, format_number, is_missing, unit_text, yen_scale
from components.states import too_few
from components.table import TableColumn, answer_table
from gate.answer import Answer, Row, rows_of
from language import text
from pages.research_parts import findings
from pages.research_parts.view import (
    CENTRES,
    View,
    cohort_text,
    followed_scope,
    measure_name,
    measure_unit,
)
from store.quantity import Unit

SERIES = ("adopted", "rejected")


def paths(view: View, answer: Answer, gaps: Sequence[Row]) -> Component:
    """Both groups with bands; below them how far their changes lie apart."""
    rows = rows_of(answer)
    unit = measure_unit(view)
    centre = view.choices["centre"]
    title = findings.paths_title(gaps, measure_name(view), unit)
    is_table = view.is_table("paths")
    if is_table:
        body: Component = _path_table(view, answer, title)
    elif all(is_missing(row[centre]) for row in rows):
        body = too_few(text("research.few_title"), text("research.few_paths"), _wider(view))
    else:
        body = _drawn(view, rows, gaps, title)
    return figure_frame(
        title,
        text(
            "research.paths_sub",
            measure=measure_name(view),
            centre=text(f"research.centre_{centre}"),
            cohort=cohort_text(view),
            scope=followed_scope(view, with_year=False),
            band=text("research.band") if centre == "mean" else "",
        ),
        body,
        name="paths",
        answer=answer,
        caveat=text("research.paths_caveat"),
        table_href=view.table_href("paths"),
        is_table=is_table,
        csv_href=view.export_href("research_path"),
        xlsx_href=view.export_href("research_path", "xlsx"),
        span=7,
        views=_switches(view),
        measures=(centre, "mean_low", "mean_high") if centre == "mean" else (centre,),
    )


def _switches(view: View) -> list[tuple[str, str]]:
    """The other ways to make one line of many firms."""
    return [
        (text(f"research.see_{name}"), view.href(centre=None if name == CENTRES[0] else name))
        for name in CENTRES
        if name != view.choices["centre"]
    ]


def _wider(view: View) -> list[tuple[str, str]]:
    if view.parameters.cohort == "all":
        return []
    return [(text("research.relax_cohort"), view.href(cohort="all"))]


def _drawn(view: View, rows: Sequence[Row], gaps: Sequence[Row], title: str) -> Component:
    unit, centre = measure_unit(view), view.choices["centre"]
    has_gap = any(not is_missing(row["difference"]) and row["event_year"] != -1 for row in gaps)
    gap = Gap(
        text("research.gap_name", measure=measure_name(view)),
        [int(row["event_year"]) for row in gaps],
        [row["difference"] for row in gaps],
        [row["difference_low"] for row in gaps],
        [row["difference_high"] for row in gaps],
    )
    return chart(
        event_study_figure(
            [_path(rows, series, centre) for series in SERIES],
            unit,
            gap=gap if has_gap else None,
            n_unit=Unit.RECORD,
        ),
        text("research.paths_summary", title=title, values=_ends(view, rows)),
        name="paths",
        height=620,
        height_narrow=560,
    )


def _path(rows: Sequence[Row], series: str, centre: str) -> EventPath:
    own = [row for row in rows if row["series"] == series]
    is_mean = centre == "mean"
    return EventPath(
        text(f"research.{series}"),
        [int(row["event_year"]) for row in own],
        [row[centre] for row in own],
        [int(row["n"]) for row in own],
        [row["mean_low"] for row in own] if is_mean else (),
        [row["mean_high"] for row in own] if is_mean else (),
        is_subject=series == "adopted",
    )


def _ends(view: View, rows: Sequence[Row]) -> str:
    """The last known value of both groups, in words."""
    unit, centre = measure_unit(view), view.choices["centre"]
    found = []
    for series in SERIES:
        known = [r for r in rows if r["series"] == series and not is_missing(r[centre])]
        if known:
            last = max(known, key=lambda r: r["event_year"])
            value = findings.gap_text(last[centre], unit, is_signed=False)
            year = event_year_text(int(last["event_year"]))
            found.append(f"{text(f'research.{series}')} {year} {value}")
    return text("explore.list_separator").join(found)


def _path_table(view: View, answer: Answer, label: str) -> Component:
    unit = measure_unit(view)
    scale = yen_scale(answer.frame["mean"]) if unit is Unit.YEN else None
    head = _unit_head(unit, scale)
    return answer_table(
        answer,
        [
            TableColumn("series", text_of=lambda row: text(f"research.{row['series']}")),
            _year_column(),
            "n",
            "n_firm",
            *(
                TableColumn(
                    name,
                    label=text(f"research.centre_{name}") + head,
                    is_number=True,
                    text_of=_amount(name, unit, scale),
                )
                for name in CENTRES
            ),
            TableColumn(
                "mean_low",
                label=text("research.mean_interval") + head,
                is_number=True,
                text_of=lambda row: _between(row, "mean_low", "mean_high", unit, scale),
            ),
        ],
        name="paths",
        label=label,
        is_wide=True,
    )


def _unit_head(unit: Unit, scale: Scale | None) -> str:
    return text("research.head_unit", unit=unit_text(unit, scale))


def _year_column() -> TableColumn:
    return TableColumn(
        "when",
        label=text("research.head_event_year"),
        text_of=lambda row: event_year_text(int(row["event_year"])),
    )


def _written(value: Any, unit: Unit, scale: Scale | None, *, is_signed: bool = False) -> str:
    return format_number(
        value,
        unit,
        scale=scale,
        decimals=None if unit is Unit.YEN else 1,
        is_signed=is_signed,
        has_unit=False,
    )


def _amount(
    name: str, unit: Unit, scale: Scale | None, *, is_signed: bool = False
) -> Callable[[Mapping[str, Any]], str]:
    def cell(row: Mapping[str, Any]) -> str:
        if is_missing(row[name]):
            return FEW
        return _written(row[name], unit, scale, is_signed=is_signed)

    return cell


def _between(row: Any, low: str, high: str, unit: Unit, scale: Scale | None) -> str:
    if is_missing(row[low]) or is_missing(row[high]):
        return FEW
    return text(
        "number.interval",
        low=_written(row[low], unit, scale),
        high=_written(row[high], unit, scale),
    )


def differences(view: View, answer: Answer) -> Component:
    """The difference of the changes year by year, with its interval and both n."""
    unit = measure_unit(view)
    scale = yen_scale(answer.frame["difference_high"]) if unit is Unit.YEN else None
    title = text("research.difference_title")
    head = _unit_head(unit, scale)
    last = findings.last_gap(rows_of(answer))
    table = answer_table(
        answer,
        [
            _year_column(),
            TableColumn(
                "difference",
                label=text("research.head_difference") + head,
                is_number=True,
                text_of=_amount("difference", unit, scale, is_signed=True),
            ),
            TableColumn(
                "difference_low",
                label=text("research.head_interval") + head,
                is_number=True,
                text_of=lambda row: _difference_interval(row, unit, scale),
            ),
            "n_adopted",
            "n_rejected",
        ],
        name="difference",
        label=title,
        is_current=lambda row: bool(last) and row["event_year"] == (last or {})["event_year"],
    )
    return figure_frame(
        title,
        text(
            "research.difference_sub",
            measure=measure_name(view),
            unit=unit_text(unit, scale),
            cohort=cohort_text(view),
        ),
        html.Div([table, html.Div(_selection(rows_of(answer)), className="sl-table-more")]),
        name="difference",
        answer=answer,
        measures=("difference", "difference_low", "difference_high"),
        csv_href=view.export_href("research_difference"),
        xlsx_href=view.export_href("research_difference", "xlsx"),
        span=5,
    )


def _difference_interval(row: Any, unit: Unit, scale: Scale | None) -> str:
    if int(row["event_year"]) == findings.BASE_YEAR:
        return "-"
    return _between(row, "difference_low", "difference_high", unit, scale)


def _selection(gaps: Sequence[Row]) -> Component:
    """That the difference holds selection; and a warning where it shows before the application."""
    words = text("research.selection")
    if findings.is_apart_before(gaps):
        return notice(
            f"{text('research.apart_before')}{words}",
            title=text("research.apart_before_title"),
            is_warning=True,
        )
    return notice(words, title=text("research.selection_title"))
