"""An answer as an Excel workbook: the data on one sheet, what it means on another."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from gate.answer import Answer
from language import text
from store.quantity import Unit

WIDEST = 48
# What every workbook of ours is written with: texts stay texts.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}
RATES = (Unit.PERCENT, Unit.PERCENTAGE_POINT, Unit.PER_10000_ESTABLISHMENTS)


def render(answer: Answer) -> bytes:
    """The workbook of one answer: raw values with their labels, frozen header, and notes.

    Texts are never run as formulas or turned into links or numbers. A missing value is an empty
    cell, as in the CSV.
    """
    stream = BytesIO()
    with Workbook(stream, OPTIONS) as workbook:
        workbook.set_properties({"title": text(f"question.{answer.question}")})
        head = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        _write_data(workbook, workbook.add_worksheet(text("workbook.data")), answer, head)
        _write_notes(workbook, workbook.add_worksheet(text("workbook.notes")), answer, head)
    return stream.getvalue()


def _write_data(workbook: Workbook, sheet: Worksheet, answer: Answer, head: Format) -> None:
    number = workbook.add_format({"num_format": "#,##0"})
    rate = workbook.add_format({"num_format": "#,##0.0"})
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    for place, quantity in enumerate(answer.columns):
        unit = f"（{text(f'unit.{quantity.unit.value}')}）" if quantity.unit else ""
        label = text(f"quantity.{quantity.key}.label") + unit
        sheet.write_string(0, place, label, head)
        values = answer.frame[quantity.name].tolist()
        for row, value in enumerate(values, start=1):
            if value is None or pd.isna(value):
                continue
            if isinstance(value, pd.Timestamp) or hasattr(value, "isoformat"):
                sheet.write_datetime(row, place, value, day)
            elif isinstance(value, bool):
                sheet.write_boolean(row, place, value)
            elif quantity.unit is not None and not isinstance(value, str):
                is_rate = quantity.unit in RATES
                sheet.write_number(row, place, value, rate if is_rate else number)
            elif isinstance(value, int | float):
                # A year is a number, but one that is read without separators; so is a correlation.
                sheet.write_number(row, place, value)
            else:
                sheet.write_string(row, place, str(value))
        longest = max((len(str(v)) for v in [label, *values[:200]]), default=8)
        sheet.set_column(place, place, min(WIDEST, 1.8 * longest if longest < 12 else longest + 6))
    sheet.freeze_panes(1, 1)
    if answer.n_row:
        sheet.autofilter(0, 0, answer.n_row, len(answer.columns) - 1)


def _write_notes(workbook: Workbook, sheet: Worksheet, answer: Answer, head: Format) -> None:
    wrap = workbook.add_format({"text_wrap": True, "valign": "top"})
    filters = " ".join(f"{name}={value}" for name, value in answer.query.items())
    rows: list[tuple[str, Any]] = [
        (text("workbook.question"), text(f"question.{answer.question}")),
        (text("workbook.filters"), filters or text("workbook.no_filters")),
        (text("workbook.rows"), str(answer.n_row)),
        (text("workbook.snapshot"), answer.snapshot),
        (
            text("workbook.sources"),
            "、".join(text(f"source.{s.source}") for s in answer.sources),
        ),
    ]
    if answer.is_synthetic:
        rows.append((text("workbook.caution"), text("workbook.synthetic")))
    for row, (name, value) in enumerate(rows):
        sheet.write_string(row, 0, name, head)
        sheet.write_string(row, 1, value, wrap)
    start = len(rows) + 1
    for place, key in enumerate(("column", "definition")):
        sheet.write_string(start, place, text(f"workbook.{key}"), head)
    for row, quantity in enumerate(answer.columns, start=start + 1):
        sheet.write_string(row, 0, text(f"quantity.{quantity.key}.label"), wrap)
        sheet.write_string(row, 1, text(f"quantity.{quantity.key}.definition"), wrap)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
