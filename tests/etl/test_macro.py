"""The macros of the contracts against python-stdnum and a plain-Python reading of days."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.jp import cn

from etl.fiscal_year import ERAS
from etl.macro import install_macros
from tests.etl.deliveries import number
from tests.etl.slow_days import parse_wareki


@pytest.fixture(scope="module")
def work() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    install_macros(connection)
    return connection


def evaluate(work: duckdb.DuckDBPyConnection, macro: str, texts: list[str]) -> list[object]:
    work.execute("CREATE OR REPLACE TEMP TABLE given (i INTEGER, t VARCHAR)")
    work.executemany("INSERT INTO given VALUES (?, ?)", list(enumerate(texts)))
    found = work.execute(f"SELECT {macro}(t) FROM given ORDER BY i").fetchall()  # noqa: S608
    return [row[0] for row in found]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.integers(0, 10**13 - 1).map(lambda n: f"{n:013d}")
        | st.integers(0, 10**12 - 1).map(number),
        min_size=1,
    )
)
def test_the_check_digit_is_that_of_stdnum(numbers: list[str]) -> None:
    with duckdb.connect() as work:
        install_macros(work)
        found = evaluate(work, "is_corporate_number", numbers)
    assert found == [cn.is_valid(n) for n in numbers]


def test_the_known_numbers_are_judged_as_known(work: duckdb.DuckDBPyConnection) -> None:
    texts = ["9999999999999", "0000000000000", "1000000000022", "7000012050002", "", "12"]
    assert evaluate(work, "is_corporate_number", texts) == [True, False, False, True, False, False]
    assert evaluate(work, "is_dummy_number", texts) == [True] + [False] * 5


@pytest.mark.parametrize("dress", ["{}", "T{}", "Ｔ{}", "{}.0", " {} ", "　{}"])
def test_a_dressed_number_is_undressed(work: duckdb.DuckDBPyConnection, dress: str) -> None:
    sound = number(123456789012)
    wide = sound.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})
    given = [dress.format(sound), dress.format(wide)]
    assert evaluate(work, "corporate_number_of", given) == [sound, sound]


def test_a_number_that_a_spreadsheet_has_spoilt_is_none(work: duckdb.DuckDBPyConnection) -> None:
    spoilt = ["5.83568E+12", "123456789012", "7-0000-1205-0002", "7000012050002x"]
    assert evaluate(work, "corporate_number_of", spoilt) == [None] * 4


def test_amounts_are_read_in_every_dress(work: duckdb.DuckDBPyConnection) -> None:
    amounts = {
        "1234": 1234, "-5": -5, "1,234": 1234, "１，２３４円": 1234, "▲5": -5, "－７": -7,
        "¥1,000": 1000, "12.0": 12, "+3": 3, "0": 0, "12.5": None, "1,2": None, "1 2": None,
        "abc": None, "1e5": None, "円": None, "99999999999999999999": None, "NaN": None,
    }  # fmt: skip
    assert evaluate(work, "integer_of", list(amounts)) == list(amounts.values())
    assert evaluate(work, "number_of", ["12.5", "−0.5", "1,234.5", "nan", "inf"]) == [
        12.5, -0.5, 1234.5, None, None,
    ]  # fmt: skip


def test_days_are_read_in_every_dress(work: duckdb.DuckDBPyConnection) -> None:
    spring = date(2024, 4, 1)
    days = {
        "2024-04-01": spring, "2024/4/1": spring, "20240401": spring, "2024年4月1日": spring,
        "２０２４．４．１": spring, "令和６年４月１日": spring, "R6.4.1": spring,
        "R6/04/01": spring, "令和六年四月一日": spring, "令和6年四月1日": spring,
        "平成三十年十二月三十一日": date(2018, 12, 31), "昭和四十九年十月十日": date(1974, 10, 10),
        "平成二〇年十月20日": date(2008, 10, 20), "令和十十年一月一日": None, "三十": None,
        "2024-02-30": None, "2024-13-01": None, "9999-12-31": None, "0000-00-00": None,
        "2024111": None, "4月1日": None, "令和6年13月1日": None, "x": None,
    }  # fmt: skip
    assert evaluate(work, "date_of", list(days)) == list(days.values())
    assert evaluate(work, "iso_date_of", ["2024-04-01", "2024-4-1", "20240401"]) == [
        spring, None, None,
    ]  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([name for era in ERAS for name in (era.name, era.letter)]),
            st.integers(1, 70),
            st.integers(0, 13),
            st.integers(0, 32),
        ),
        min_size=1,
    )
)
def test_days_by_era_are_those_of_the_plain_reading(
    days: list[tuple[str, int, int, int]],
) -> None:
    texts = [f"{era}{year}年{month}月{day}日" for era, year, month, day in days]
    texts += [f"{era}{year}.{month}.{day}" for era, year, month, day in days]
    with duckdb.connect() as work:
        install_macros(work)
        found = evaluate(work, "date_of", texts)
    assert found == [parse_wareki(text) for text in texts]


def test_the_bounds_of_the_eras_are_kept(work: duckdb.DuckDBPyConnection) -> None:
    days = {
        "令和元年5月1日": date(2019, 5, 1), "令和元年4月30日": None,
        "平成31年4月30日": date(2019, 4, 30), "平成31年5月1日": None,
        "平成元年1月8日": date(1989, 1, 8), "平成元年1月7日": None,
        "昭和64年1月7日": date(1989, 1, 7), "昭和64年1月8日": None,
    }  # fmt: skip
    assert evaluate(work, "date_of", list(days)) == list(days.values())
