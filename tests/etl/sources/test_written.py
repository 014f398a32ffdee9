"""The macros for what offices write, in every form that was met and some that must fail."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.fiscal_year import FISCAL_YEAR, fiscal_year_in
from etl.macro import install_macros
from etl.reference import read_reference


@pytest.fixture(scope="module")
def work() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        install_macros(connection)
        yield connection


@pytest.mark.parametrize(
    ("macro", "written", "read"),
    [
        ("year_of", "2014", 2014),
        ("year_of", "2014年度", 2014),
        ("year_of", "平成26年度", 2014),
        ("year_of", "Ｈ２６", 2014),
        ("year_of", "令和元年度", 2019),
        ("year_of", "平成31年度", 2019),
        ("year_of", "平成32年度", None),
        ("year_of", "大正10年", 1921),
        ("year_of", "明治45年", 1912),
        ("year_of", "昭和64", 1989),
        ("year_of", "26", None),
        ("year_of", "3014", None),
        ("closing_date_of", "2024-02", "2024-02-29"),
        ("closing_date_of", "202402", "2024-02-29"),
        ("closing_date_of", "令和元年5月", "2019-05-31"),
        ("closing_date_of", "令和元年4月", None),
        ("closing_date_of", "昭和64年1月", "1989-01-31"),
        ("closing_date_of", "平成元年1月", "1989-01-31"),
        ("closing_date_of", "2024-13", None),
        ("closing_date_of", "202400", None),
        ("closing_date_of", "2024", None),
        ("count_of", "1,234", 1234),
        ("count_of", "12人", 12),
        ("count_of", "１２名", 12),
        ("count_of", "-1", None),
        ("count_of", "2147483648", None),
        ("ordinal_of", "3", 3),
        ("ordinal_of", "第３次公募", 3),
        ("ordinal_of", "初回", None),
        ("prefecture_code_of", "1", "01"),
        ("prefecture_code_of", "１８", "18"),
        ("prefecture_code_of", "京都", "26"),
        ("prefecture_code_of", "48", None),
        ("prefecture_code_of", "0", None),
        ("prefecture_code_of", "海外", None),
        ("industry_code_of", "28", "28"),
        ("industry_code_of", "9", "09"),
        ("industry_code_of", "Ｅ２８", "28"),
        ("industry_code_of", "2811", "28"),
        ("industry_code_of", "e", "E"),
        ("industry_code_of", "00", None),
        ("industry_code_of", "U", None),
        ("industry_code_of", "製造業", None),
    ],
)
def test_a_text_is_read_as_meant(
    work: duckdb.DuckDBPyConnection, macro: str, written: str, read: object
) -> None:
    found = work.execute(f"SELECT {macro}(t) FROM (SELECT ?::VARCHAR AS t)", [written]).fetchone()  # noqa: S608
    assert found is not None
    value = found[0]
    assert (value.isoformat() if hasattr(value, "isoformat") else value) == read


def test_every_prefecture_is_known_by_code_and_name(work: duckdb.DuckDBPyConnection) -> None:
    work.register("prefecture", read_reference("prefecture"))
    rows = work.execute(
        """SELECT prefecture_code, prefecture_code_of(prefecture_code), prefecture_code_of(name),
                  prefecture_code_of(short_name) FROM prefecture"""
    ).fetchall()
    assert len(rows) == 47
    assert all(set(row) == {row[0]} for row in rows)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["令和", "R", "平成", "H", "昭和", "S"]),
    st.integers(1, 70).map(lambda n: "元" if n == 1 else str(n)),
)
def test_a_fiscal_year_is_that_of_plain_python(era: str, year: str) -> None:
    text = f"{era}{year}年度"
    match = FISCAL_YEAR.fullmatch(text)
    assert match is not None
    with duckdb.connect() as work:
        install_macros(work)
        found = work.execute("SELECT year_of(?)", [text]).fetchone()
    assert found == (fiscal_year_in(match),)


@settings(max_examples=60, deadline=None)
@given(st.decimals(-(10**14), 10**14, places=3), st.sampled_from([1, 1000, 1_000_000]))
def test_an_amount_is_the_figure_times_its_unit(figure: Decimal, unit: int) -> None:
    exact = figure * unit
    with duckdb.connect() as work:
        install_macros(work)
        found = work.execute(f"SELECT amount_of(?, {unit})", [format(figure, "f")]).fetchone()
    whole = exact == exact.to_integral_value() and abs(exact) < 2**63
    assert found == (int(exact) if whole else None,)
