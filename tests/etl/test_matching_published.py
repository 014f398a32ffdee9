"""What firms are matched by, and their arrays of outcomes, of a few invented firms."""

from __future__ import annotations

from math import isclose, log
from typing import Any

import pytest

from store.matching_tables import FEATURE_NAMES
from tests.etl.deliveries import Desk, number, payment, registration, subsidies
from tests.etl.sheets import published
from tests.etl.test_followed_published import REFUSAL
from tests.etl.test_statements_published import keys, statement, statements

# Thousand yen of sales by fiscal year: one firm without 2017, three in all years.
SALES = {
    "F1": {2015: 100, 2016: 120, 2018: 150},
    "F2": {2015: 200, 2016: 210, 2017: 220, 2018: 260},
    "F3": {2015: 50, 2016: 40, 2017: 30, 2018: 20},
    "F4": {2015: 900, 2016: 950, 2017: 1000, 2018: 1100},
}
OUT = "SELECT {} FROM matching_profile ORDER BY fiscal_year, firm_id"


@pytest.fixture
def stated(desk: Desk) -> Desk:
    """Four firms; the third defaults in the fiscal year 2017."""
    desk.put("register.csv", "".join(f"{registration(n)}\n" for n in (1, 2, 3, 4)))
    desk.put("keys.csv", keys(*((f"F{n}", number(n)) for n in (1, 2, 3, 4))))
    lines = [
        statement(
            firm_code=code,
            closing_date=f"{year + 1}-03",
            sales_yen=1000 * kyen,
            cost_of_sales_yen=700 * kyen,
            net_profit_yen=-1000,
            operating_profit_yen=50_000,
            net_assets_yen=2_000_000,
            n_employee=10 if code != "F4" else "",
            **({"default_code": "1", "default_date": "2017-09-01"} if code == "F3" else {}),
        )
        for code, books in SALES.items()
        for year, kyen in books.items()
    ]
    desk.put("s.csv", statements(*lines))
    return desk


def _profiles(desk: Desk) -> list[dict[str, Any]]:
    names = ("fiscal_year", "size_code", "stratum", "missing_bits", "tie", *FEATURE_NAMES)
    rows = published(desk, OUT.format(", ".join(names)))
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_what_is_missing_is_marked_and_stays_missing(stated: Desk) -> None:
    rows = _profiles(stated)
    for row in rows:
        bits = sum(2**i for i, name in enumerate(FEATURE_NAMES) if row[name] is None)
        assert row["missing_bits"] == bits
        assert 0 <= row["tie"] < 1
    # Nobody knows when these firms were founded; the fourth does not say how many work there.
    assert all(row["log_age"] is None for row in rows)
    assert {row["size_code"]: row["log_employees"] is None for row in rows} == {
        "s2": False,
        "?": True,
    }
    known = {(r["fiscal_year"], r["growth_1"] is not None, r["growth_2"] is not None) for r in rows}
    # 2018: the first firm has no 2017, but a 2016, two years before.
    assert (2015, False, False) in known
    assert (2016, True, False) in known
    assert (2018, False, True) in known
    assert (2018, True, True) in known


def test_a_firm_is_matched_until_it_has_left(stated: Desk) -> None:
    years = [row["fiscal_year"] for row in _profiles(stated)]
    # Firm 1 in three years, firm 2 and 4 in four, firm 3 in the two before its default.
    assert {year: years.count(year) for year in sorted(set(years))} == {
        2015: 4,
        2016: 4,
        2017: 2,
        2018: 3,
    }


def test_sales_are_logarithms_in_standard_deviations_of_their_year(stated: Desk) -> None:
    rows = sorted(r["log_sales"] for r in _profiles(stated) if r["fiscal_year"] == 2018)
    logs = sorted(log(1 + SALES[code][2018]) for code in ("F1", "F2", "F4"))
    # Bounded at the 1st and 99th percentile of three firms.
    low, high = (logs[0] + 0.02 * (logs[1] - logs[0]), logs[2] - 0.02 * (logs[2] - logs[1]))
    bounded = [low, logs[1], high]
    mean = sum(bounded) / 3
    deviation = (sum((value - mean) ** 2 for value in bounded) / 3) ** 0.5
    for found, value in zip(rows, bounded, strict=True):
        assert isclose(found, value / round(deviation, 6), abs_tol=6e-4)


def test_a_stratum_holds_year_industry_size_and_bureau(stated: Desk) -> None:
    names = "fiscal_year, division_code, size_code, bureau_code, stratum, fine_stratum, major_code"
    rows: list[Any] = published(stated, OUT.format(names))
    assert len({row[:4] for row in rows}) == len({row[4] for row in rows})
    for year, division, size, bureau, stratum, fine, major in rows:
        parts = (stratum >> 12, stratum >> 7 & 31, stratum >> 4 & 7, stratum & 15)
        number_of_size = 0 if size == "?" else int(str(size)[1:])
        expected = (int(str(year)) - 1990, ord(str(division)) - 64, number_of_size)
        assert parts == (*expected, int(str(bureau)[1:]))
        assert (fine >> 14, fine >> 7 & 127) == (int(str(year)) - 1990, int(str(major)))


def test_a_path_has_a_place_for_every_year_of_its_firm(stated: Desk) -> None:
    rows = published(
        stated,
        """SELECT first_year, sales_kyen, gross_profit_kyen, net_profit_kyen, n_employee,
                  default_year FROM firm_path ORDER BY sales_kyen[1]""",
    )
    assert rows[1] == (
        2015, [100, 120, None, 150], [30, 36, None, 45], [-1, -1, None, -1], [10, 10, None, 10],
        None,
    )  # fmt: skip
    assert rows[0][-1] == 2017
    assert rows[3][4] == [None, None, None, None]


def test_who_refuses_is_in_neither_table(stated: Desk) -> None:
    stated.put("consent.csv", REFUSAL.of({}))
    counts = """SELECT (SELECT count(*) FROM matching_profile), (SELECT count(*) FROM firm_path)"""
    assert published(stated, counts) == [(10, 3)]


def test_the_first_published_award_of_each_programme_is_kept(stated: Desk) -> None:
    title = "サービス等生産性向上IT導入支援事業"
    awards = [payment(1, day=f"{year}-06-01", title=title) for year in (2019, 2018)]
    stated.put("awards.csv", subsidies(*awards, payment(2, day="2020-06-01", title=title)))
    found = "SELECT measure_code, first_year FROM published_use ORDER BY first_year"
    assert published(stated, found) == [("it", 2018), ("it", 2020)]
