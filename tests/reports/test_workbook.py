"""The workbook holds the numbers of its answer, and never a formula."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO

import openpyxl
import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from gate.answer import Answer, SourceNote
from queries.award_list import ROWS
from queries.award_trend import QUESTION as TREND
from reports.workbook import render
from store.quantity import Quantity


def _answer(question: str, columns: tuple[Quantity, ...], frame: pd.DataFrame) -> Answer:
    return Answer(
        question=question,
        query={"region": "04"},
        frame=frame[[c.name for c in columns]],
        columns=columns,
        snapshot="2026-11-20-061200000-a3f1",
        published_at=datetime(2026, 11, 20, 6, 12),  # noqa: DTZ001
        is_synthetic=True,
        sources=(SourceNote("gbiz_subsidy", None, date(2026, 10, 31), 1),),
    )


def _sheets(answer: Answer) -> tuple[Worksheet, Worksheet]:
    book = openpyxl.load_workbook(BytesIO(render(answer)))
    return book.worksheets[0], book.worksheets[1]


def _trend() -> Answer:
    rows = [
        {"series": "selected", "fiscal_year": 2022, **dict.fromkeys(_MEASURES, 7)},
        {"series": "selected", "fiscal_year": 2023, **dict.fromkeys(_MEASURES, -1_234_567_890_123)},
    ]
    frame = pd.DataFrame(rows)
    frame["amount_per_firm_yen"] = [3.5, None]
    return _answer("award_trend", TREND.columns, frame)


_MEASURES = [c.name for c in TREND.columns if c.is_number]


def test_cells_are_the_values_of_the_frame_to_the_last_digit() -> None:
    answer = _trend()
    data, _ = _sheets(answer)
    for place, column in enumerate(answer.columns, start=1):
        for row, value in enumerate(answer.frame[column.name], start=2):
            expected = None if pd.isna(value) else value
            assert data.cell(row, place).value == expected


def test_yes_and_no_are_no_numbers() -> None:
    columns = (Quantity("member_code"), Quantity("is_marked"))
    frame = pd.DataFrame({"member_code": ["b03", "b05"], "is_marked": [True, False]})
    data, _ = _sheets(_answer("growth_correlation", columns, frame))
    assert [data.cell(row, 2).value for row in (2, 3)] == [True, False]
    assert data.cell(2, 2).data_type == "b"


def test_the_head_is_frozen_and_names_units() -> None:
    data, _ = _sheets(_trend())
    assert data.freeze_panes == "B2"
    heads = [cell.value for cell in data[1]]
    assert "交付額（円）" in heads
    assert "採択（件）" in heads


def test_texts_that_look_like_formulas_stay_texts() -> None:
    values: dict[str, object] = {c.name: "" for c in ROWS.columns}
    values |= {
        "fiscal_year": 2023,
        "project_name": '=HYPERLINK("x")',
        "scheme_name": "+1",
        "first_approval_date": date(2023, 6, 1),
        "amount_yen": 5,
        "returned_yen": 0,
        "n_payment": 1,
    }
    data, _ = _sheets(_answer("award_list", ROWS.columns, pd.DataFrame([values])))
    cells = {head.value: cell for head, cell in zip(data[1], data[2], strict=True)}
    assert cells["課題名"].value == '=HYPERLINK("x")'
    assert cells["課題名"].data_type == "s"
    assert cells["事業名"].data_type == "s"
    assert cells["交付決定日"].value == datetime(2023, 6, 1)  # noqa: DTZ001


def test_the_notes_say_what_it_is_and_that_it_is_synthetic() -> None:
    answer = _trend()
    _, notes = _sheets(answer)
    text = "\n".join(str(cell.value) for row in notes for cell in row if cell.value)
    for expected in ("採択の推移", "region=04", answer.snapshot, "gBizINFO", "架空"):
        assert expected in text
    for column in ("交付額", "交付先", "年度"):
        assert column in text
