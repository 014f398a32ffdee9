"""Applications in the snapshot: each once, of the firm that applied, with its project around it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from etl.sources import (
    consent_record,
    sapoin_application,
    sapoin_commercialisation,
    sapoin_execution,
    sapoin_score,
    subsidy_application,
)
from tests.etl.deliveries import Desk, number, registration
from tests.etl.sheets import Sheet, published

NAME, ADDRESS = "株式会社試験", "福井県鯖江市試験町1-2-3"
APPLICATIONS = Sheet(
    subsidy_application.CONTRACT,
    "application_yen",
    {
        "application_number": "A1",
        "programme_name": "ものづくり補助金",
        "call_number": 3,
        "applied_date": "2024-05-01",
        "number_as_written": number(1),
        "name": NAME,
        "address": ADDRESS,
        "project_title": "試験装置の導入",
        "requested_yen": 7_500_000,
        "decision": "採択",
        "decided_date": "2024-08-01",
        "granted_yen": 7_000_000,
    },
)
PROJECTS = Sheet(
    sapoin_application.CONTRACT,
    "sapoin_1",
    {
        "project_number": "P1",
        "fiscal_year": "平成26年度",
        "classification": "平成26年版",
        "technology_name": "精密加工",
        "project_title": "難削材の精密加工",
        "name": NAME,
        "number_as_written": number(1),
        "address": ADDRESS,
        "decision": "採択",
        "decided_date": "2014-08-01",
    },
)
SPENDING = Sheet(
    sapoin_execution.CONTRACT,
    "sapoin_3",
    {"project_number": "P1", "fiscal_year": "2014", "name": NAME, "number_as_written": number(1)},
)
REPORTS = Sheet(
    sapoin_commercialisation.CONTRACT,
    "sapoin_5",
    {"project_number": "P1", "name": NAME, "number_as_written": number(1)},
)


@pytest.fixture
def registered(desk: Desk) -> Desk:
    desk.put("register.csv", f"{registration(1)}\n{registration(2, name='株式会社別試験')}\n")
    return desk


def test_an_application_stands_once_with_its_newest_decision(registered: Desk) -> None:
    undecided: dict[str, object] = {"decision": "", "decided_date": "", "granted_yen": ""}
    registered.put("first.csv", APPLICATIONS.of(undecided))
    registered.put("second.csv", APPLICATIONS.of({}))
    found = published(
        registered,
        """SELECT programme_code, fiscal_year, call_number, decision, decided_date, requested_yen,
                  granted_yen, prefecture_code, application_number_in_firm
           FROM application JOIN firm USING (firm_id, prefecture_code)""",
    )
    assert found == [
        ("monodzukuri", 2024, 3, "adopted", date(2024, 8, 1), 7_500_000, 7_000_000, "18", 1)
    ]


def test_the_newest_decision_counts_whichever_file_it_stands_in(registered: Desk) -> None:
    undecided: dict[str, object] = {"decision": "", "decided_date": "", "granted_yen": ""}
    other: dict[str, object] = {"application_number": "A2"}
    registered.put("first.csv", APPLICATIONS.of(undecided, other))
    registered.put("second.csv", APPLICATIONS.of({}, other | undecided))
    assert published(registered, "SELECT decision, granted_yen FROM application") == [
        ("adopted", 7_000_000)
    ] * 2  # fmt: skip


def test_applications_of_one_firm_are_counted_in_order(registered: Desk) -> None:
    later: dict[str, object] = {"application_number": "A2", "applied_date": "2025-05-01"}
    first: dict[str, object] = {"decision": "不採択", "granted_yen": ""}
    registered.put("a.csv", APPLICATIONS.of(later, first))
    query = "SELECT decision, application_number_in_firm FROM application ORDER BY fiscal_year"
    assert published(registered, query) == [("rejected", 1), ("adopted", 2)]


def test_an_old_technology_goes_through_the_crosswalk_or_is_said_not_to(registered: Desk) -> None:
    registered.put(
        "p.csv",
        PROJECTS.of(
            {},
            {
                "project_number": "P2",
                "classification": "平成18年版",
                "technology_name": "めっき",
                "fiscal_year": "平成20年度",
            },
            {
                "project_number": "P3",
                "classification": "平成27年版",
                "technology_name": "測定計測",
                "fiscal_year": "平成28年度",
            },
            {"project_number": "P4", "technology_name": "聞いたことのない技術"},
        ),
    )
    found = published(
        registered,
        """SELECT technology_name, technology_field.name, technology_status FROM application
           LEFT JOIN technology_field ON code = technology_code ORDER BY 1""",
    )
    assert found == [
        ("めっき", "表面処理", "mapped"),
        ("測定計測", "測定計測", "current"),
        ("精密加工", "精密加工", "mapped"),
        ("聞いたことのない技術", None, "unmappable"),
    ]


def test_money_of_a_project_adds_up_over_instalments_and_counts_as_granted(
    registered: Desk,
) -> None:
    registered.put("p.csv", PROJECTS.of({}))
    instalment: dict[str, object] = {"decided_yen": 1_000, "paid_yen": 900}
    registered.put("m.csv", SPENDING.of(instalment, instalment))
    spent = "SELECT decided_yen, paid_yen FROM project_execution"
    assert published(registered, spent) == [(2_000, 1_800)]
    assert published(registered, "SELECT granted_yen FROM application") == [(2_000,)]


def test_a_report_knows_how_long_after_completion_it_was_made(registered: Desk) -> None:
    registered.put("p.csv", PROJECTS.of({}))
    years: list[dict[str, object]] = [{"fiscal_year": str(y), "decided_yen": 1} for y in (2014, 15)]
    years[1]["fiscal_year"] = "2016"
    registered.put("m.csv", SPENDING.of(*years))
    registered.put("r.csv", REPORTS.of({"fiscal_year": "2019", "stage": "3", "sales_yen": 5}))
    found = published(
        registered,
        "SELECT years_since_completion, stage, sales_yen FROM commercialisation_report",
    )
    assert found == [(3, 3, 5)]


def test_evaluators_are_numbers_and_never_codes(registered: Desk) -> None:
    scores = Sheet(sapoin_score.CONTRACT, "sapoin_2", {"project_number": "P1"})
    registered.put("p.csv", PROJECTS.of({}))
    registered.put(
        "s.csv",
        scores.of(
            {"evaluator_code": "E77", "technical_points": 80},
            {"evaluator_code": "E12", "technical_points": 60},
        ),
    )
    query = "SELECT evaluator_number, technical_points FROM evaluation_score ORDER BY 1"
    assert published(registered, query) == [(1, 60.0), (2, 80.0)]


def test_a_number_of_another_firm_is_not_merged_silently(registered: Desk) -> None:
    registered.put("a.csv", APPLICATIONS.of({"number_as_written": number(2)}))
    links = published(registered, "SELECT status, rule FROM link_summary")
    assert links == [("review", "number_name_conflict")]
    assert published(registered, "SELECT count(*) FROM application JOIN firm USING (firm_id)") == [
        (0,)
    ]


def test_the_title_of_a_project_never_names_the_applicant(registered: Desk) -> None:
    registered.put("a.csv", APPLICATIONS.of({"project_title": f"{NAME}の試験装置の導入"}))
    titles = published(registered, "SELECT project_name FROM application")
    assert "試験装置" in str(titles)
    assert NAME not in str(titles)


def test_who_refused_is_in_no_table_of_applications(registered: Desk) -> None:
    refusals = Sheet(
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
    registered.put("a.csv", APPLICATIONS.of({}))
    other: dict[str, object] = {
        "application_number": "A2",
        "number_as_written": number(2),
        "name": "株式会社別試験",
    }
    registered.put("b.csv", APPLICATIONS.of(other))
    count = "SELECT count(*) FROM application"
    assert published(registered, count) == [(2,)]
    registered.put("c.csv", refusals.of({}))
    assert published(registered, count) == [(1,)]


def test_amounts_in_thousands_are_the_same_amounts(registered: Desk) -> None:
    thousands = replace(APPLICATIONS, layout="application_thousand")
    registered.put("a.csv", thousands.of({"requested_yen": 7_500, "granted_yen": 7_000}))
    query = "SELECT requested_yen, granted_yen FROM application"
    assert published(registered, query) == [(7_500_000, 7_000_000)]
