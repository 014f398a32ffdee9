"""A chamber's consultations stand beside those of its own prefecture and of the nation."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest

from queries.chamber_consultation import ChamberParameters, chamber_consultation
from store.cursor import StoreCursor, create_table_sql
from store.tables import released_cube, released_office

ROWS = [
    # level, prefecture, name, year, topic, years, value, status
    ("office", "04", "A", 2023, "finance", None, 30, ""),
    ("office", "04", "A", 2023, "tax", None, 10, ""),
    ("office", "04", "B", 2023, "finance", None, 70, ""),
    ("office", "04", "B", 2023, "tax", None, None, "x"),
    ("prefecture", "04", "", 2023, "finance", 1, 100, ""),
    ("prefecture", "04", "", 2023, "tax", 1, 25, ""),
    ("nation", "04", "", 2023, "finance", 1, 900, ""),
    ("nation", "04", "", 2023, "tax", 1, None, "x"),
    ("office", "05", "C", 0, "", None, 40, ""),
    ("prefecture", "05", "", 0, "", 9, 80, ""),
    ("nation", "05", "", 0, "", 9, 7000, ""),
]


@pytest.fixture
def cursor() -> Iterator[StoreCursor]:
    with duckdb.connect() as connection:
        for table in (released_office, released_cube):
            connection.execute(create_table_sql(table, "main"))
        connection.execute(
            "INSERT INTO released_cube (cube, fiscal_year, category_code, kept_since) VALUES "
            "('chamber_consultation', 0, '05', '2026-10-01'), "
            "('chamber_consultation', 0, '04', NULL), ('another', 0, '04', '2026-10-01')"
        )
        connection.executemany("INSERT INTO released_office VALUES (?, ?, ?, ?, ?, ?, ?, ?)", ROWS)
        yield StoreCursor(connection)


def _asked(cursor: StoreCursor, region: str, office: str) -> dict[str, dict[str, object]]:
    frame = chamber_consultation(cursor, ChamberParameters(region=region, office=office))
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return {str(row["category_code"]): {str(k): v for k, v in row.items()} for row in records}


def test_each_topic_has_the_chamber_its_prefecture_and_the_nation(cursor: StoreCursor) -> None:
    rows = _asked(cursor, "04", "A")
    assert set(rows) == {"finance", "tax"}
    assert [rows["finance"][n] for n in ("n_office", "n_prefecture", "n_nation")] == [30, 100, 900]
    assert rows["finance"]["share_office"] == 75
    assert rows["finance"]["share_prefecture"] == 80


def test_no_share_is_told_of_a_year_with_a_hidden_topic(cursor: StoreCursor) -> None:
    rows = _asked(cursor, "04", "B")
    assert rows["finance"]["n_office"] == 70
    assert rows["tax"]["n_office"] is None
    assert rows["tax"]["status"] == "x"
    assert rows["finance"]["share_office"] is rows["tax"]["share_office"] is None
    assert rows["finance"]["share_nation"] is None
    assert rows["finance"]["share_prefecture"] == 80


def test_without_a_chamber_or_with_one_of_elsewhere_the_prefecture_stands_alone(
    cursor: StoreCursor,
) -> None:
    for office in ("", "C"):
        rows = _asked(cursor, "04", office)
        assert {row["n_office"] for row in rows.values()} == {None}
        assert rows["finance"]["n_prefecture"] == 100
    whole = _asked(cursor, "05", "C")[""]
    assert (whole["n_office"], whole["n_year"], whole["share_office"]) == (40, 9, None)


def test_rows_that_stand_as_they_were_published_say_since_when(cursor: StoreCursor) -> None:
    assert {row["kept_since"] for row in _asked(cursor, "04", "A").values()} == {None}
    [row] = _asked(cursor, "05", "C").values()
    assert row["kept_since"] == pd.Timestamp("2026-10-01")
