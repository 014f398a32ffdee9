"""The document as a workbook: a sheet a table with its native chart, a cover and notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from language import text
from reports.package.alternative import alternative
from reports.package.document import Chart, Document, Row, Table
from reports.package.drawing import ACCENT, BAND, REST
from reports.package.messages import unbroken
from reports.workbook import OPTIONS

_FACE = "Yu Gothic"
_COLOURS = {"own": ACCENT, "peer": "#4d4d4d", "nation": "#737373"}
_DASHES = {"own": "solid", "peer": "dash", "nation": "round_dot"}
_HEAD_ROWS = 4


@dataclass(frozen=True, slots=True)
class _Looks:
    title: Any
    small: Any
    head: Any
    words: Any
    bold: Any
    wrap: Any
    link: Any
    own: Any
    numbers: Mapping[tuple[int, str], Any]


def render(document: Document, made: datetime) -> bytes:
    """The workbook; ``made`` (UTC) is the time its properties carry. Numbers are those printed, to
    the digit; x and the other signs are texts."""
    stream = BytesIO()
    with Workbook(stream, OPTIONS) as workbook:
        workbook.set_properties(
            {
                "title": unbroken(document.title),
                "author": text("package.publisher"),
                "created": made,
            }
        )
        looks = _looks(workbook)
        cover = workbook.add_worksheet(text("package.sheet.cover"))
        notes_name = text("package.sheet.notes")
        for table in document.tables:
            sheet = workbook.add_worksheet(table.key)
            chart = next((c for c in document.charts if c.table == table.key), None)
            _write_table(workbook, sheet, document, table, chart, looks)
        _write_cover(cover, document, looks)
        _write_notes(workbook.add_worksheet(notes_name), document, looks)
    return stream.getvalue()


def _looks(workbook: Workbook) -> _Looks:
    base = {"font_name": _FACE, "font_size": 10}

    def look(**more: Any) -> Any:
        return workbook.add_format(base | more)

    emphasis: dict[str, dict[str, Any]] = {
        "": {},
        "total": {"bold": True, "top": 1},
        "own": {"bold": True, "bg_color": BAND},
    }
    numbers = {}
    for decimals in (0, 1):
        digits = "#,##0" + ("." + "0" * decimals if decimals else "")
        for kind, more in emphasis.items():
            numbers[decimals, kind] = look(
                num_format=f'{digits};"▲"{digits}', align="right", **more
            )
    return _Looks(
        title=look(font_size=14, bold=True),
        small=look(font_size=9, font_color="#595959"),
        head=look(bold=True, bottom=1, top=2, text_wrap=True, valign="bottom", align="center"),
        words=look(),
        bold=look(**emphasis["total"]),
        own=look(**emphasis["own"]),
        wrap=look(text_wrap=True, valign="top"),
        link=look(font_color=ACCENT, underline=1),
        numbers=numbers,
    )


def _write_table(
    workbook: Workbook,
    sheet: Worksheet,
    document: Document,
    table: Table,
    chart: Chart | None,
    looks: _Looks,
) -> None:
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, f"{table.key}　{unbroken(table.title)}", looks.title)
    measure = unbroken(table.measure)
    sheet.write_string(1, 0, measure, looks.small)
    sheet.write_string(2, 0, f"{unbroken(document.title)}　{document.edition}　{document.sample}",
                       looks.small)  # fmt: skip
    head = _HEAD_ROWS
    sheet.write_string(head, 0, table.stub, looks.head)
    for place, column in enumerate(table.columns, start=1):
        words = unbroken(text(f"package.variable.{column.variable}.label"))
        unit = text(f"package.variable.{column.variable}.unit")
        label = f"{column.group}\n{words}" if column.group else words
        sheet.write_string(head, place, f"{label}（{unit}）", looks.head)
    for down, row in enumerate(table.rows, start=head + 1):
        sheet.write_string(down, 0, row.label, _label_look(row, looks))
        for place, value in enumerate(row.values, start=1):
            if value.number is None:
                sheet.write_string(down, place, value.status, looks.numbers[0, _emphasis(row)])
            else:
                decimals = -int(value.number.as_tuple().exponent)
                sheet.write_number(
                    down,
                    place,
                    value.number,
                    looks.numbers[min(max(decimals, 0), 1), _emphasis(row)],
                )
    below = head + len(table.rows) + 2
    for down, note in enumerate(table.notes, start=below):
        sheet.write_string(down, 0, unbroken(note), looks.small)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, len(table.columns), 12)
    sheet.set_row(head, 44)
    sheet.freeze_panes(head + 1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    if chart is not None:
        _draw(workbook, sheet, table, chart, looks, below + len(table.notes) + 1)


def _emphasis(row: Row) -> str:
    return "total" if row.is_total else "own" if row.is_own else ""


def _label_look(row: Row, looks: _Looks) -> Any:
    return {"total": looks.bold, "own": looks.own, "": looks.words}[_emphasis(row)]


def _draw(
    workbook: Workbook, sheet: Worksheet, table: Table, chart: Chart, looks: _Looks, down: int
) -> None:
    """A native chart under the table, from values beside it: a text would be drawn as zero."""
    kind = {"line": "line", "bars": "column"}.get(chart.kind, "bar")
    drawn = workbook.add_chart({"type": kind})
    left, head = len(table.columns) + 2, _HEAD_ROWS
    sheet.write_string(head - 1, left, text("package.sheet.chart_values"), looks.small)
    series = [s for s in chart.series if not (kind == "bar" and s.role == "nation")]
    n = len(chart.labels)
    for row, label in enumerate(chart.labels, start=head + 1):
        sheet.write_string(row, left, label, looks.words)
    for place, one in enumerate(series, start=left + 1):
        sheet.write_string(head, place, one.name, looks.head)
        for row, value in enumerate(one.values, start=head + 1):
            if value.number is not None:
                decimals = -int(value.number.as_tuple().exponent)
                sheet.write_number(
                    row, place, value.number, looks.numbers[min(max(decimals, 0), 1), ""]
                )
        name = sheet.get_name()
        colour = _COLOURS[one.role]
        shape: dict[str, Any] = (
            {"line": {"color": colour, "width": 2.25 if one.role == "own" else 1.25,
                      "dash_type": _DASHES[one.role]},
             "marker": {"type": "circle", "size": 5, "fill": {"color": "#ffffff"},
                        "border": {"color": colour}} if one.role == "own" else {"type": "none"}}
            if kind == "line"
            else {"fill": {"color": colour}, "gap": 70, **_points(chart)}
        )  # fmt: skip
        drawn.add_series(
            {
                "name": [name, head, place],
                "categories": [name, head + 1, left, head + n, left],
                "values": [name, head + 1, place, head + n, place],
                **shape,
            }
        )
    face = {"name": _FACE, "size": 10, "bold": False}
    drawn.set_title(
        {
            "name": f"{chart.key}　{unbroken(chart.title)}",
            "name_font": face | {"size": 12, "bold": True},
            "overlay": False,
        }
    )
    value_axis = {
        "name": chart.unit,
        "name_font": face,
        "num_font": face,
        "major_gridlines": {"visible": True, "line": {"color": "#d4d4d4", "width": 0.5}},
        "line": {"none": True},
    }
    word_axis = {"num_font": face, "line": {"color": "#8c8c8c"}}
    if kind == "bar":
        drawn.set_y_axis(word_axis | {"reverse": True})
        drawn.set_x_axis(value_axis | {"crossing": 0, "label_position": "high"})
    else:
        drawn.set_x_axis(word_axis)
        drawn.set_y_axis(value_axis)
    drawn.show_blanks_as("gap")
    if len(series) > 1:
        drawn.set_legend({"position": "bottom", "font": face})
    else:
        drawn.set_legend({"none": True})
    drawn.set_size({"width": 760, "height": max(300, 26 * n + 110) if kind == "bar" else 320})
    sheet.insert_chart(down, 0, drawn, {"description": alternative(chart)})
    sheet.set_column(left, left, 16)
    sheet.set_column(left + 1, left + len(series), 12)


def _points(chart: Chart) -> dict[str, Any]:
    """The fills of single bars: the own one dark among light ones, where one is the own."""
    if chart.highlight not in chart.labels:
        return {"fill": {"color": REST}} if chart.kind == "rows" else {}
    return {
        "points": [
            {"fill": {"color": ACCENT if label == chart.highlight else REST}}
            for label in chart.labels
        ]
    }


def _write_cover(sheet: Worksheet, document: Document, looks: _Looks) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, unbroken(document.title), looks.title)
    rows = [(text("package.series"), "")]
    if document.sample:
        rows.append((document.sample, ""))
    rows += [*document.meta]
    down = 1
    for name, words in rows:
        sheet.write_string(down, 0, name, looks.words)
        sheet.write_string(down, 1, words, looks.words)
        down += 1
    down += 1
    sheet.write_string(down, 0, text("package.messages"), looks.bold)
    for message in document.messages:
        down += 1
        sheet.write_string(down, 1, unbroken(message.text), looks.wrap)
        down += 1
        sheet.write_string(down, 1, unbroken(message.basis), looks.small)
    down += 2
    for figure in document.key_figures:
        sheet.write_string(down, 0, figure.label, looks.words)
        sheet.write_string(
            down, 1, f"{figure.value.shown()}{figure.unit}　{figure.compare}　{figure.n}",
            looks.words,
        )  # fmt: skip
        down += 1
    down += 1
    sheet.write_string(down, 0, text("package.sheet.contents"), looks.bold)
    for table in document.tables:
        down += 1
        sheet.write_url(down, 0, f"internal:'{table.key}'!A1", looks.link, table.key)
        sheet.write_string(down, 1, unbroken(table.title), looks.words)


def _write_notes(sheet: Worksheet, document: Document, looks: _Looks) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    down = 0
    for part in document.parts:
        sheet.write_string(down, 0, part.title, looks.bold)
        if part.text:
            sheet.write_string(down, 1, part.text, looks.wrap)
        for name, words in part.terms:
            down += 1
            sheet.write_string(down, 0, name, looks.wrap)
            sheet.write_string(down, 1, words, looks.wrap)
        down += 2
    sheet.write_string(down, 0, text("package.variables.definition"), looks.bold)
    used = dict.fromkeys(c.variable for table in document.tables for c in table.columns)
    for name in used:
        down += 1
        label, unit, meaning = (
            text(f"package.variable.{name}.{part}") for part in ("label", "unit", "definition")
        )
        sheet.write_string(down, 0, f"{unbroken(label)}（{unit}）", looks.wrap)
        sheet.write_string(down, 1, meaning, looks.wrap)
    down += 2
    sheet.write_string(down, 0, text("package.never_title"), looks.bold)
    sheet.write_string(down, 1, text("package.never"), looks.wrap)
    sheet.freeze_panes(0, 1)
