"""Cells and followed firms of a few invented applications, to the last row."""

from __future__ import annotations

import pytest

from etl.sources import consent_record
from tests.etl.deliveries import Desk, number, registration
from tests.etl.sheets import Sheet, published
from tests.etl.test_applications_published import (
    APPLICATIONS,
    PROJECTS,
    REPORTS,
    SPENDING,
)
from tests.etl.test_statements_published import keys, statement, statements

REFUSAL = Sheet(
    consent_record.CONTRACT,
    "consent",
    {
        "consent_number": "C1",
        "corporate_number": number(1),
        "purposes": "③",
        "scope": "すべて",
        "user_class": "すべて",
        "agreed_date": "2020-01-01",
        "withdrawn_date": "2021-01-01",
        "evidence": "書面",
    },
)
# Sales (yen), operating profit and employees of the fiscal years 2013 to 2018.
BOOKS = {
    2013: (100_000_000, 1_000_000, 10),
    2014: (110_000_000, 2_000_000, 10),
    2016: (133_100_000, 7_000_000, 20),
    2018: (90_000_000, -4_000_000, ""),
}


@pytest.fixture
def followed(desk: Desk) -> Desk:
    """A firm with books that applied in 2014 (rejected) and in 2016 (adopted)."""
    desk.put("register.csv", f"{registration(1)}\n")
    desk.put("keys.csv", keys(("F1", number(1))))
    desk.put(
        "s.csv",
        statements(
            *(
                statement(
                    closing_date=f"{year + 1}-03",
                    sales_yen=sales,
                    operating_profit_yen=profit,
                    n_employee=n,
                )
                for year, (sales, profit, n) in BOOKS.items()
            )
        ),
    )
    rejected: dict[str, object] = {"decision": "不採択", "decided_date": "", "n_employee": 21}
    again: dict[str, object] = {"project_number": "P2", "fiscal_year": "2016"}
    desk.put("p.csv", PROJECTS.of(rejected, again))
    return desk


def test_growth_is_counted_from_the_year_before_the_application(followed: Desk) -> None:
    found = published(
        followed,
        """SELECT fiscal_year, decision, is_first, is_adopted_later, base_sales_kyen,
                  latest_sales_kyen, round(sales_growth_1, 6), round(sales_growth_3, 6),
                  round(profit_change_3, 6), round(employee_growth_3, 6),
                  round(employee_growth_5, 6), round(sales_growth_5, 6)
           FROM application_outcome ORDER BY fiscal_year""",
    )
    # Three years from 2013 to 2016: sales by 33.1 %, profit by 6 % of the sales of 2013.
    first = (2014, "rejected", True, True, 100_000, 90_000, 10.0, 10.0, 2.0)
    doubled = round(100 * (2 ** (1 / 3) - 1), 6)
    halved = round(100 * (0.9 ** (1 / 5) - 1), 6)
    assert found == [
        (*first, doubled, None, halved),
        # The books of 2015 are missing: nothing to measure from.
        (2016, "adopted", False, False, None, 90_000, *[None] * 6),
    ]


def test_a_path_leads_from_three_years_before_to_twelve_after(followed: Desk) -> None:
    query = """SELECT fiscal_year, event_year, sales_kyen FROM research_path
               ORDER BY fiscal_year, event_year"""
    assert published(followed, query) == [
        (2014, -1, 100_000),
        (2014, 0, 110_000),
        (2014, 2, 133_100),
        (2014, 4, 90_000),
        (2016, -3, 100_000),
        (2016, -2, 110_000),
        (2016, 0, 133_100),
        (2016, 2, 90_000),
    ]


def test_a_withdrawn_application_is_a_project_and_has_no_outcome(followed: Desk) -> None:
    followed.put("more.csv", PROJECTS.of({"project_number": "P3", "decision": "取下げ"}))
    decisions = "SELECT decision, count(*) FROM research_project GROUP BY 1 ORDER BY 1"
    assert published(followed, decisions) == [("adopted", 1), ("rejected", 1), ("withdrawn", 1)]
    assert published(followed, "SELECT count(*) FROM application_outcome") == [(2,)]


def test_an_application_outside_the_research_sets_is_no_research_project(followed: Desk) -> None:
    followed.put("a.csv", APPLICATIONS.of({"applied_date": "2015-05-01"}))
    assert published(followed, "SELECT count(*) FROM research_project") == [(2,)]
    outcome = "SELECT programme_code, count(*) FROM application_outcome GROUP BY 1 ORDER BY 1"
    assert published(followed, outcome) == [("monodzukuri", 1), ("sapoin", 2)]


def test_a_report_speaks_of_its_project_with_all_organisations(followed: Desk) -> None:
    followed.put("m.csv", SPENDING.of({"project_number": "P2", "decided_yen": 1}))
    stages: list[dict[str, object]] = [
        {"fiscal_year": "2014", "stage": "3", "sales_yen": 7},
        {"fiscal_year": "2015", "stage": "1", "sales_yen": 5},
        {"fiscal_year": "2015", "stage": "3", "sales_yen": 2, "name": "別試験大学"},
        {"fiscal_year": "2016", "stage": "", "sales_yen": 9},
        {"fiscal_year": "2017", "stage": "2", "sales_yen": "", "n_patent_applied": 1},
    ]
    stages[2]["number_as_written"] = ""
    followed.put("r.csv", REPORTS.of(*({"project_number": "P2", **stage} for stage in stages)))
    found = published(
        followed,
        """SELECT completed_year, has_report, has_patent, project.is_commercialised, has_sales,
                  years_since_completion, report.is_commercialised, sales_yen
           FROM research_project AS project JOIN research_report AS report USING (application_id)
           ORDER BY years_since_completion""",
    )
    # The year of completion is no year since; of the second one nobody says a stage.
    project = (2014, True, True, True, True)
    assert found == [(*project, 1, True, 7), (*project, 3, False, None)]


@pytest.mark.parametrize(
    ("scope", "n_application", "n_outcome", "n_project", "n_path"),
    [("申請", 0, 0, 0, 0), ("決算", 2, 0, 2, 0), ("すべて", 0, 0, 0, 0), ("支援", 2, 2, 2, 8)],
)
def test_who_refuses_is_counted_and_not_followed(
    followed: Desk, scope: str, n_application: int, n_outcome: int, n_project: int, n_path: int
) -> None:
    followed.put("c.csv", REFUSAL.of({"scope": scope}))
    tables = ("application", "application_outcome", "research_project", "research_path")
    counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)  # noqa: S608
    assert published(followed, f"SELECT {counts}") == [
        (n_application, n_outcome, n_project, n_path)
    ]
    cells = "SELECT sum(n_application)::INTEGER, sum(n_adopted)::INTEGER FROM application_cell"
    assert published(followed, cells) == [(2, 1)]


CELL = """SELECT fiscal_year, bureau_code, prefecture_code, municipality_code, division_code,
                 major_code, technology_code, programme_code, size_code, n_application, n_adopted,
                 requested_yen, granted_yen
          FROM application_cell ORDER BY ALL NULLS FIRST"""


def test_a_cell_adds_up_the_applications_of_the_same_subjects(desk: Desk) -> None:
    desk.put("register.csv", f"{registration(1)}\n")
    sized: dict[str, object] = {"industry_code": "28", "n_employee": 6, "requested_yen": 1}
    nowhere: dict[str, object] = {"number_as_written": "", "name": "試験工房", "address": ""}
    desk.put(
        "a.csv",
        APPLICATIONS.of(
            sized,
            {**sized, "application_number": "A2", "decision": "不採択", "granted_yen": ""},
            {"application_number": "A3", "industry_code": "E", "n_employee": 0, **nowhere},
        ),
    )
    assert published(desk, CELL) == [
        (2024, None, None, None, "E", "?", "?", "monodzukuri", "s1", 1, 1, 7_500_000, 7_000_000),
        (2024, "b05", "18", "18207", "E", "28", "?", "monodzukuri", "s2", 2, 1, 2, 7_000_000),
    ]


SIZES = {
    0: "s1", 5: "s1", 6: "s2", 20: "s2", 21: "s3", 50: "s3", 51: "s4", 100: "s4", 101: "s5",
    300: "s5", 301: "s6", 99_999: "s6", "": "?",
}  # fmt: skip


def test_every_number_of_employees_has_one_size(desk: Desk) -> None:
    """The amounts tell which applications a cell is made of."""
    applied: list[dict[str, object]] = [
        {"n_employee": n, "application_number": f"A{i}", "requested_yen": i}
        for i, n in enumerate(SIZES, 1)
    ]
    desk.put("a.csv", APPLICATIONS.of(*applied))
    found = published(desk, "SELECT size_code, requested_yen::INTEGER FROM application_cell")
    twin: dict[str, int] = {}
    for i, size in enumerate(SIZES.values(), 1):
        twin[size] = twin.get(size, 0) + i
    assert sorted(found) == sorted(twin.items())


def test_a_major_group_never_stands_beside_another_division(desk: Desk) -> None:
    """The register says 28 of E; the form says G and no group."""
    desk.put("register.csv", f"{registration(1)}\n")
    desk.put("keys.csv", keys(("F1", number(1))))
    desk.put("s.csv", statements(statement()))
    other: dict[str, object] = {"application_number": "A2", "industry_code": "G"}
    silent: dict[str, object] = {"application_number": "A3", "industry_code": ""}
    desk.put("a.csv", APPLICATIONS.of({"industry_code": "E"}, other, silent))
    query = "SELECT DISTINCT division_code, major_code FROM application_cell ORDER BY 1"
    assert published(desk, query) == [("E", "28"), ("G", "?")]
