"""What chambers read of matched comparisons: the nation's measures, hidden and missing ones told
apart."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from queries.released_effect import ReleasedEffectParameters, released_effect
from store.cursor import StoreCursor, create_table_sql
from store.tables import released_cell, released_cube, released_dimension_member

NATION = ("matched_effect", 0, "nation", "", "")
CELLS = [
    (*NATION, "sapoin", "", None, "n_user", 189, ""),
    (*NATION, "sapoin", "", 3, "sales_effect", 90, ""),
    (*NATION, "sapoin", "", 3, "sales_low", 40, ""),
    (*NATION, "sapoin", "", 3, "sales_high", 150, ""),
    (*NATION, "sapoin", "", 5, "sales_effect", 230, ""),
    (*NATION, "sapoin", "", 3, "employee_effect", None, "x"),
    (*NATION, "it", "", None, "n_user", 40, ""),
    (*NATION, "it", "", None, "smd_hundredth", 31, ""),
    # A bureau's is not the nation's.
    ("matched_effect", 0, "bureau", "b02", "", "it", "", 3, "sales_effect", 500, ""),
]


@pytest.fixture
def cursor() -> StoreCursor:
    connection = duckdb.connect()
    for table in (released_cell, released_cube, released_dimension_member):
        connection.execute(create_table_sql(table, "main"))
    marks = ", ".join("?" * len(released_cell.columns))
    connection.executemany(f"INSERT INTO released_cell VALUES ({marks})", CELLS)  # noqa: S608
    connection.execute(
        "INSERT INTO dimension_member (domain, code, name, position) VALUES "
        "('measure', 'it', 'IT導入補助金', 6), ('measure', 'sapoin', 'サポイン', 1), "
        "('programme', 'it', 'IT', 6)"
    )
    connection.execute(
        "INSERT INTO released_cube (cube, fiscal_year, category_code, kept_since) VALUES "
        "('matched_effect', 0, 'sapoin', NULL), ('matched_effect', 0, 'it', '2026-10-01')"
    )
    return StoreCursor(connection)


def _rows(frame: pd.DataFrame) -> list[list[object]]:
    return frame.astype(object).where(frame.notna(), None).values.tolist()


def test_measures_stand_in_official_order_with_their_differences_in_percent(
    cursor: StoreCursor,
) -> None:
    assert _rows(released_effect(cursor, ReleasedEffectParameters())) == [
        ["sapoin", "サポイン", 189, 9.0, 4.0, 15.0, "", None],
        ["it", "IT導入補助金", 40, None, None, None, "-", pd.Timestamp("2026-10-01")],
    ]


def test_what_is_hidden_has_no_number_and_says_so(cursor: StoreCursor) -> None:
    found = released_effect(cursor, ReleasedEffectParameters(outcome="employee"))
    assert _rows(found)[0] == ["sapoin", "サポイン", 189, None, None, None, "x", None]


def test_another_year_is_another_difference(cursor: StoreCursor) -> None:
    found = released_effect(cursor, ReleasedEffectParameters(after="5"))
    assert found["difference"].iloc[0] == 23.0
