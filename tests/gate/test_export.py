"""Downloads hold what the screen shows, open safely in a spreadsheet, and are recorded."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from gate.answer import Answer, SourceNote
from gate.csv_file import RUNS_AS_FORMULA, answer_csv, neutralised, variables_csv
from language import catalogue, speaking
from store.application import AuditRecord
from store.quantity import Quantity, Unit
from tests.gate.little_store import Application

WORDS = {
    "question.award_rows": "採択の行",
    "question.award_total": "採択の合計",
    "question.award_counts": "公開用の採択数",
}


@pytest.fixture(autouse=True)
def _words(monkeypatch: pytest.MonkeyPatch) -> None:
    for key, words in WORDS.items():
        monkeypatch.setitem(catalogue("ja"), key, words)


@pytest.fixture
def client(application: Application) -> FlaskClient:
    return application.client("ministry")


def _rows(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _answer(frame: pd.DataFrame, columns: tuple[Quantity, ...]) -> Answer:
    return Answer(
        question="award_rows",
        query={},
        frame=frame,
        columns=columns,
        snapshot="s1",
        published_at=datetime(2025, 4, 1, tzinfo=UTC),
        is_synthetic=True,
        sources=(SourceNote("gbiz_subsidy", None, None, 1),),
    )


def test_the_csv_holds_exactly_the_rows_of_the_answer(client: FlaskClient) -> None:
    response = client.get("/export/award_rows.csv?region=13&year=2024&table=map")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["X-Row-Count"] == "2"
    assert _rows(response.data) == [
        ["交付額（円）", "課題名"],
        ["1000", "'=HYPERLINK(1)"],
        ["2000", "'=HYPERLINK(1)"],
    ]


def test_the_file_is_named_after_the_question_the_filters_and_the_day(client: FlaskClient) -> None:
    header = client.get("/export/award_rows.csv?region=13&year=2024").headers["Content-Disposition"]
    plain, encoded = header.split("; ")[1:]
    assert plain.isascii()
    assert plain.startswith('filename="award_rows_2')
    name = unquote(encoded.removeprefix("filename*=UTF-8''"))
    day = name.removesuffix(".csv")[-8:]
    assert name == f"採択の行_東京都_2024年度_{day}.csv"
    assert datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC).year >= 2025


def test_a_download_is_recorded_with_its_rows(
    application: Application, client: FlaskClient
) -> None:
    client.get("/export/award_rows.csv?region=13")
    with Session(application.engine) as session:
        record = session.scalars(select(AuditRecord).order_by(AuditRecord.audit_id.desc())).first()
    assert record is not None
    assert (record.action, record.subject, record.detail["n_row"]) == ("download", "award_rows", 2)


@pytest.mark.parametrize(
    ("username", "address", "status"),
    [
        ("ministry", "/export/nothing.csv", 404),
        ("ministry", "/export/award_rows.exe", 404),
        ("ministry", "/export/award_rows", 404),
        ("ministry", "/export/award_rows.csv?region=99", 400),
        ("admin", "/export/award_rows.csv", 403),
        ("admin", "/export/award_total.csv", 403),
        ("chamber-miyagi", "/export/award_rows.csv", 403),
        ("chamber-miyagi", "/export/award_total.variables.csv", 403),
        ("chamber-miyagi", "/export/award_counts.csv", 200),
        ("bureau-kanto", "/export/award_rows.csv?region=04", 200),
    ],
)
def test_a_download_is_refused_like_the_page(
    application: Application, username: str, address: str, status: int
) -> None:
    response = application.client(username).get(address)
    assert response.status_code == status
    if status >= 400:
        assert response.mimetype == "text/plain"
        assert response.text.endswith("。\n")
        assert "1000" not in response.text


def test_a_bureau_downloads_its_own_rows_whatever_the_address_says(
    application: Application,
) -> None:
    client = application.client("bureau-kanto")
    assert len(_rows(client.get("/export/award_rows.csv?region=04").data)) == 1
    assert [row[0] for row in _rows(client.get("/export/award_rows.csv").data)[1:]] == [
        "1000",
        "2000",
    ]


def test_the_variables_say_what_the_columns_mean(client: FlaskClient) -> None:
    rows = _rows(client.get("/export/award_rows.variables.csv").data)
    assert rows[0] == ["列名", "項目", "単位", "定義", "分子", "分母", "出典", "版"]
    assert rows[1][:3] == ["交付額（円）", "amount_yen", "円"]
    assert "返還を差し引いた" in rows[1][3]
    assert [row[-1] for row in rows[1:]] == ["s1", "s1"]


def test_the_variables_are_named_and_counted_as_what_they_are(client: FlaskClient) -> None:
    response = client.get("/export/award_rows.variables.csv?region=13&year=2024")
    assert response.headers["X-Row-Count"] == "2"
    name = unquote(response.headers["Content-Disposition"].rpartition("''")[2])
    assert name.startswith("採択の行_東京都_2024年度_")
    assert name.endswith("_変数の説明.csv")


def test_a_hundred_thousand_rows_are_written_to_the_last() -> None:
    n = 100_000
    frame = pd.DataFrame(
        {
            "fiscal_year": range(n),
            "project_name": ["=1+1", "課題", None, "a,b"] * (n // 4),
            "amount_yen": [float("nan"), 1.0, 2.5, -3.0] * (n // 4),
            "first_approval_date": [date(2024, 4, 1)] * n,
        }
    )
    columns = tuple(Quantity(name) for name in frame.columns)
    rows = _rows(answer_csv(_answer(frame, columns)))
    assert len(rows) == n + 1
    assert rows[-1] == ["99999", "a,b", "-3", "2024-04-01"]
    assert rows[1][1] == "'=1+1"


def test_a_ratio_names_its_parts() -> None:
    rate = Quantity(
        "recipient_rate", Unit.PERCENT, numerator="n_firm", denominator="n_establishment"
    )
    rows = _rows(variables_csv(_answer(pd.DataFrame({"recipient_rate": [1.0]}), (rate,))))
    assert rows[1][4:6] == ["交付先", "事業所"]


def test_another_kind_of_file_is_drawn_from_the_same_answer(client: FlaskClient) -> None:
    response = client.get("/export/award_rows.xlsx?region=13")
    assert response.status_code == 200
    assert response.data.startswith(b"PK")
    assert response.headers["X-Row-Count"] == "2"


def test_numbers_are_raw_dates_iso_and_missing_values_empty() -> None:
    frame = pd.DataFrame(
        {
            "amount_yen": [1_234_567.0, None, -3.0],
            "recipient_rate": [0.1, float("nan"), 1e300],
            "first_approval_date": [date(2024, 4, 1), None, date(2023, 1, 2)],
            "received_at": pd.Series([datetime(2024, 4, 1, 9, 30), None, datetime(2023, 1, 2)]),  # noqa: DTZ001
            "project_name": ["a", None, 'b,"c"\nd'],
            "status": [True, False, None],
        }
    )
    columns = tuple(Quantity(name) for name in frame.columns)
    assert _rows(answer_csv(_answer(frame, columns)))[1:] == [
        ["1234567", "0.1", "2024-04-01", "2024-04-01T09:30:00", "a", "true"],
        ["", "", "", "", "", "false"],
        ["-3", "1e+300", "2023-01-02", "2023-01-02T00:00:00", 'b,"c"\nd', ""],
    ]


def test_an_english_reader_gets_english_labels() -> None:
    answer = _answer(pd.DataFrame({"amount_yen": [1]}), (Quantity("amount_yen", Unit.YEN),))
    with speaking("en"):
        head = _rows(answer_csv(answer))[0][0]
    assert head.isascii()


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5), st.sampled_from(RUNS_AS_FORMULA))
def test_no_cell_begins_like_a_formula(words: list[str], start: str) -> None:
    frame: Any = pd.DataFrame({"project_name": [start + word for word in words] + words})
    answer = replace(_answer(frame, (Quantity("project_name"),)))
    cells = [row[0] for row in _rows(answer_csv(answer))[1:] if row]
    assert not any(cell.startswith(RUNS_AS_FORMULA) for cell in cells)


@given(st.text())
def test_only_what_would_run_is_changed(words: str) -> None:
    if words.startswith(RUNS_AS_FORMULA):
        assert neutralised(words) == f"'{words}"
    else:
        assert neutralised(words) == words
