"""Users followed year by year, of a few invented firms, and their industry in total."""

from __future__ import annotations

import pytest

from tests.etl.deliveries import Desk, number, registration
from tests.etl.sheets import published
from tests.etl.test_applications_published import APPLICATIONS
from tests.etl.test_statements_published import keys, statement, statements

ADOPTED: dict[str, object] = {"applied_date": "2016-05-01", "decided_date": "2016-08-01"}
LAST = 2019


def books(firm: str, years: range | tuple[int, ...], **more: object) -> list[str]:
    return [
        statement(
            firm_code=firm,
            closing_date=f"{year + 1}-03",
            sales_yen=(year - 2000) * 1_000_000,
            n_employee=10,
            **more,
        )
        for year in years
    ]


def defaulted(day: str) -> str:
    """The books of 2017 once more, with a default."""
    return books("F1", (2017,), default_code="1", default_date=day)[0]


@pytest.fixture
def used(desk: Desk) -> Desk:
    """A firm adopted in 2016 with books of 2014, 2015 and 2017, beside eleven firms of the same
    industry with all books of 2014 to 2019."""
    others = range(2, 13)
    names = {n: f"株式会社試験{n}" for n in others}
    lines = [registration(1), *(registration(n, name=names[n]) for n in others)]
    desk.put("register.csv", "\n".join([*lines, ""]))
    desk.put("keys.csv", keys(*((f"F{n}", number(n)) for n in range(1, 13))))
    rows = books("F1", (2014, 2015, 2017))
    for n in others:
        rows += books(f"F{n}", range(2014, LAST + 1))
    desk.put("s.csv", statements(*rows))
    desk.put("a.csv", APPLICATIONS.of(ADOPTED))
    return desk


PATH = """SELECT event_year, fiscal_year, sales_kyen, base_sales_kyen, is_at_risk, exit_state
          FROM monitoring_path ORDER BY event_year"""


def test_a_user_is_followed_within_the_years_of_the_statements(used: Desk) -> None:
    """A gap is no exit; a gap that nothing follows is one, from its first year on."""
    rest = (15_000, True)
    assert published(used, PATH) == [
        (-2, 2014, 14_000, *rest, None),
        (-1, 2015, 15_000, *rest, None),
        (0, 2016, None, *rest, None),
        (1, 2017, 17_000, *rest, None),
        (2, 2018, None, *rest, "missing"),
        (3, 2019, None, *rest, "missing"),
    ]


@pytest.mark.parametrize(
    ("day", "left"),
    [
        # Later books do not bring a firm back; what comes first counts.
        ("2017-06-01", {1: "default", 2: "default", 3: "default"}),
        ("2019-06-01", {3: "default"}),
        # After the last books: nobody knows of it yet.
        ("2021-06-01", {2: "missing", 3: "missing"}),
    ],
)
def test_of_the_final_exits_the_first_counts_before_any_gap(
    used: Desk, day: str, left: dict[int, str]
) -> None:
    used.put("d.csv", statements(defaulted(day)))
    found = published(used, "SELECT event_year, exit_state, is_at_risk FROM monitoring_path")
    assert {year: state for year, state, _ in found if state} == left
    assert all(is_at_risk for *_, is_at_risk in found)


def test_who_had_left_before_the_first_use_is_not_at_risk(used: Desk) -> None:
    used.put("d.csv", statements(defaulted("2015-06-01")))
    assert published(used, "SELECT DISTINCT is_at_risk FROM monitoring_path") == [(False,)]
    exits = "SELECT n, n_default FROM industry_exit WHERE first_year = 2016 AND event_year = 0"
    assert published(used, exits) == [(11, 0)]


@pytest.mark.parametrize(("cause", "state"), [("11", "merger"), ("01", "closure")])
def test_a_closed_register_is_a_closure_or_a_merger(used: Desk, cause: str, state: str) -> None:
    closed = registration(
        1,
        process="21",
        update_date="2024-05-01",
        change_date="2019-03-31",
        close_date="2019-03-31",
        close_cause=cause,
    )
    used.put("closed.csv", f"{closed}\n")
    found = published(used, "SELECT event_year, exit_state FROM monitoring_path")
    assert {year for year, found_state in found if found_state == state} == {2, 3}


def test_the_industry_has_its_mean_its_median_and_its_exits(used: Desk) -> None:
    found = published(
        used,
        """SELECT fiscal_year, n, mean, median, winsorised_mean FROM industry_outcome
           WHERE outcome = 'sales' AND fiscal_year >= 2017 ORDER BY fiscal_year""",
    )
    assert found == [
        (2017, 12, 17_000.0, 17_000.0, 17_000.0),
        (2018, 11, 18_000.0, 18_000.0, 18_000.0),
        (2019, 11, 19_000.0, 19_000.0, 19_000.0),
    ]
    exits = """SELECT event_year, n, n_default, n_missing FROM industry_exit
               WHERE first_year = 2016 ORDER BY event_year"""
    assert published(used, exits) == [(0, 12, 0, 0), (1, 12, 0, 0), (2, 12, 0, 1), (3, 12, 0, 1)]
    assert published(used, "SELECT count(*) FROM industry_outcome WHERE n < 10") == [(0,)]
