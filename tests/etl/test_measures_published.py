"""First uses of measures of a few invented firms, to the last row."""

from __future__ import annotations

import pytest

from tests.etl.deliveries import Desk, number, registration
from tests.etl.sheets import published
from tests.etl.test_applications_published import APPLICATIONS
from tests.etl.test_clients_published import CASES, CONSENTS
from tests.etl.test_statements_published import keys, statement, statements

REFUSED: dict[str, object] = {
    "application_number": "A1",
    "decision": "不採択",
    "applied_date": "2018-05-01",
    "decided_date": "2018-08-01",
    "granted_yen": "",
}
# Decided in the fiscal year after the one it was applied for.
ADOPTED: dict[str, object] = {
    "application_number": "A2",
    "applied_date": "2020-02-01",
    "decided_date": "2020-04-10",
}
AGAIN: dict[str, object] = {
    "application_number": "A3",
    "applied_date": "2022-05-01",
    "decided_date": "2022-08-01",
}


@pytest.fixture
def used(desk: Desk) -> Desk:
    """A firm with 10 employees in 2018 and 30 in 2020 that was rejected, adopted in April 2020 and
    again in 2022, and has consented to the sharing of its support in 2018 and 2020."""
    desk.put("register.csv", f"{registration(1)}\n")
    desk.put("keys.csv", keys(("F1", number(1))))
    books = [
        statement(closing_date=f"{y + 1}-03", n_employee=n) for y, n in ((2018, 10), (2020, 30))
    ]
    desk.put("s.csv", statements(*books))
    desk.put("a.csv", APPLICATIONS.of(REFUSED, ADOPTED, AGAIN))
    early: dict[str, object] = {"started_date": "2018-06-01"}
    later: dict[str, object] = {"record_number": "S2", "started_date": "2020-06-01"}
    desk.put("c.csv", CASES.of(early, later))
    desk.put("consent.csv", CONSENTS.of({"valid_from": "2018-04-01", "agreed_date": "2018-04-01"}))
    return desk


def test_a_measure_is_used_first_in_the_year_of_the_decision_by_a_firm_of_the_size_before(
    used: Desk,
) -> None:
    found = published(
        used,
        """SELECT measure_code, kind, first_year, n_use, is_repeater, n_other_measure,
                  is_rejected_before, bureau_code, prefecture_code, division_code, major_code,
                  size_code
           FROM measure_use ORDER BY measure_code""",
    )
    place = ("b05", "18", "E", "28")
    assert found == [
        ("monodzukuri", "subsidy", 2020, 2, True, 1, True, *place, "s2"),
        # Nothing is known of its size before 2018.
        ("support_yorozu", "support", 2018, 2, True, 0, False, *place, "?"),
    ]


def test_measures_that_occur_may_be_chosen_and_the_most_used_one_is_the_default(used: Desk) -> None:
    used.put("more.csv", f"{registration(2, name='株式会社別試験')}\n")
    other: dict[str, object] = {"number_as_written": number(2), "name": "株式会社別試験"}
    used.put("b.csv", APPLICATIONS.of({**other, "application_number": "A9"}))
    query = """SELECT code, name, level, is_default FROM dimension_member
               WHERE domain = 'measure' ORDER BY position"""
    assert published(used, query) == [
        ("monodzukuri", "ものづくり補助金", "subsidy", True),
        ("support_yorozu", "よろず支援拠点", "support", False),
    ]


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        ("申請", ["support_yorozu"]),
        ("支援", ["monodzukuri"]),
        ("決算", []),
        ("すべて", []),
    ],
)
def test_a_use_goes_with_the_consent_it_rests_on(used: Desk, scope: str, left: list[str]) -> None:
    withdrawn: dict[str, object] = {"consent_number": "C2", "withdrawn_date": "2025-01-01"}
    used.put("w.csv", CONSENTS.of({**withdrawn, "scope": scope}))
    query = "SELECT measure_code FROM measure_use ORDER BY 1"
    assert [code for (code,) in published(used, query)] == left


def test_support_without_a_consent_is_no_use(used: Desk) -> None:
    (used.inbox / "consent.csv").unlink()
    query = "SELECT measure_code FROM measure_use ORDER BY 1"
    assert published(used, query) == [("monodzukuri",)]
