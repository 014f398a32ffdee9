"""An answer as CSV: exactly the values drawn, tidy, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from gate.answer import Answer
from language import has_text, text
from store.quantity import Quantity

# A spreadsheet would run text that begins with one of these as a formula.
RUNS_AS_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
# Above this a float no longer tells neighbouring whole numbers apart.
_EXACT = 2**53


def answer_csv(answer: Answer) -> bytes:
    """The frame under Japanese labels: numbers raw, dates ISO, missing values empty.

    UTF-8 with BOM, CRLF, one line of labels with units in full-width brackets.
    """
    columns = [column for column in answer.columns if column.name in answer.frame]
    cells = (_cells(answer.frame[column.name]) for column in columns)
    return _csv([column_label(column) for column in columns], zip(*cells, strict=True))


def variables_csv(answer: Answer) -> bytes:
    """What the columns of ``answer_csv`` mean: one row per column, with source and snapshot."""
    head = [
        text(f"gate.export.{name}")
        for name in (
            "column",
            "item",
            "unit",
            "definition",
            "numerator",
            "denominator",
            "source",
            "snapshot",
        )
    ]
    sources = text("gate.export.separator").join(source_name(s.source) for s in answer.sources)
    rows = (
        (
            column_label(column),
            column.name,
            _unit(column),
            _words(f"quantity.{column.key}.definition"),
            _words(f"quantity.{column.numerator}.label"),
            _words(f"quantity.{column.denominator}.label"),
            sources,
            answer.snapshot,
        )
        for column in answer.columns
    )
    return _csv(head, ([neutralised(words) for words in row] for row in rows))


def column_label(column: Quantity) -> str:
    """The label of a column with its unit: 交付額（円）."""
    label = text(f"quantity.{column.key}.label")
    unit = _unit(column)
    return text("gate.export.labelled", label=label, unit=unit) if unit else label


def source_name(source: str) -> str:
    """The name of a kind of delivery; its code where the catalogue has none."""
    return _words(f"source.{source}") or source


def _unit(column: Quantity) -> str:
    return text(f"unit.{column.unit}") if column.unit else ""


def _words(key: str) -> str:
    return text(key) if has_text(key) else ""


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8-sig", errors="replace")


def _cells(column: pd.Series[Any]) -> list[str]:
    """A column as a spreadsheet and a program both read it."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iu":
        # Nothing is missing among whole numbers, and they are the most.
        return [str(value) for value in column.tolist()]
    return [_cell(value) for value in column.astype(object).tolist()]


def _cell(value: object) -> str:
    if isinstance(value, str):
        return neutralised(value)
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # Whole numbers become floats where one of the column is missing.
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, int) else neutralised(str(value))


def neutralised(words: str) -> str:
    """``words`` with an apostrophe before what would run as a formula."""
    return f"'{words}" if words.startswith(RUNS_AS_FORMULA) else words
