"""Support cases and consultations in the snapshot: with consent only, and of nobody without one."""

from __future__ import annotations

import pytest

from etl.sources import consent_record, support_record
from tests.etl.deliveries import Desk, number, registration
from tests.etl.sheets import Sheet, published

BIZMILL = (
    "record_id,organization,prefecture,advisor_id,date,category,program,company_name,"
    "corporate_number,gbiz_id,address,tel,industry,sales,profit,employees,consent_level"
)
ADDRESS = "福井県鯖江市試験町1-2-3"
CASES = Sheet(
    support_record.CONTRACT,
    "support_record",
    {
        "organisation_kind": "よろず支援拠点",
        "organisation_name": "福井県よろず支援拠点",
        "prefecture_code": "福井県",
        "record_number": "S1",
        "name": "株式会社試験",
        "number_as_written": number(1),
        "address": ADDRESS,
        "started_date": "R6.4.1",
    },
)
CONSENTS = Sheet(
    consent_record.CONTRACT,
    "consent",
    {
        "consent_number": "C1",
        "corporate_number": number(1),
        "purposes": "①③",
        "scope": "支援",
        "user_class": "すべて",
        "valid_from": "2024-04-01",
        "agreed_date": "2024-04-01",
        "evidence": "同意書",
    },
)


def consultation(record: str = "K1", level: str = "", **cells: str) -> str:
    sound = {
        "record_id": record,
        "organization": "鯖江商工会議所",
        "prefecture": "福井県",
        "advisor_id": "A1",
        "date": "2024-05-01",
        "category": "market",
        "company_name": "株式会社試験",
        "corporate_number": number(1),
        "address": ADDRESS,
        "industry": "製造業",
        "sales": "12000000",
        "consent_level": level,
    }
    return ",".join({**sound, **cells}.get(name, "") for name in BIZMILL.split(","))


@pytest.fixture
def registered(desk: Desk) -> Desk:
    desk.put("register.csv", registration(1) + "\n")
    return desk


COUNT = "SELECT count(*) FROM support_record"


def test_a_support_case_is_published_only_with_a_consent_in_force(registered: Desk) -> None:
    registered.put("s.csv", CASES.of({}))
    assert published(registered, COUNT) == [(0,)]
    registered.put("c.csv", CONSENTS.of({}))
    assert published(registered, COUNT) == [(1,)]
    found = published(
        registered,
        "SELECT organisation_kind, prefecture_code, fiscal_year, is_linked FROM support_record",
    )
    assert found == [("yorozu", "18", 2024, True)]


def test_a_consent_that_was_withdrawn_takes_its_cases_out_of_the_next_snapshot(
    registered: Desk,
) -> None:
    registered.put("s.csv", CASES.of({}))
    registered.put("c.csv", CONSENTS.of({}))
    assert published(registered, COUNT) == [(1,)]
    withdrawn: dict[str, object] = {"consent_number": "C2", "withdrawn_date": "2025-01-01"}
    registered.put("w.csv", CONSENTS.of(withdrawn))
    assert published(registered, COUNT) == [(0,)]


def test_a_consultation_sent_by_name_is_the_firms_and_one_sent_anonymously_nobodys(
    registered: Desk,
) -> None:
    lines = [
        consultation("K1", "full"),
        consultation("K2", "none"),
        consultation("K3", "pseudonymous"),
    ]
    registered.put("b.csv", "\n".join([BIZMILL, *lines, ""]))
    found = published(
        registered,
        """SELECT anonymity, firm_id IS NOT NULL, is_linked, sales_yen, adviser_id IS NOT NULL
           FROM consultation ORDER BY anonymity""",
    )
    assert found == [
        ("anonymous", False, False, 12_000_000, True),
        ("named", True, True, 12_000_000, True),
        # The same firm's record under a pseudonym rests on the consent that its name gave.
        ("pseudonym", True, True, 12_000_000, True),
    ]


def test_a_record_sent_again_is_one_record(registered: Desk) -> None:
    content = "\n".join([BIZMILL, consultation("K1", "full"), ""])
    registered.put("a.csv", content)
    registered.put("b.csv", content + consultation("K2", "full") + "\n")
    assert published(registered, "SELECT count(*) FROM consultation") == [(2,)]
