"""What filters offer is what occurs: of awards and applications inside, of awards alone outside."""

from __future__ import annotations

import pandas as pd
import pytest
from sqlalchemy import select

from etl.reference import read_reference
from store.cursor import StoreCursor
from store.members import read_members
from store.tables import application_cell, award, dimension_member
from tests.etl.deliveries import Desk, payment, registration, subsidies
from tests.etl.sheets import published
from tests.etl.test_applications_published import APPLICATIONS, PROJECTS


@pytest.fixture(scope="module")
def cells(lens: StoreCursor) -> pd.DataFrame:
    return lens.fetch(select(application_cell))


@pytest.mark.parametrize(
    ("domain", "column"),
    [
        ("region", "bureau_code"),
        ("region", "prefecture_code"),
        ("region", "municipality_code"),
        ("industry", "division_code"),
        ("industry", "major_code"),
        ("technology", "technology_code"),
        ("programme", "programme_code"),
        ("size", "size_code"),
    ],
)
def test_every_code_of_a_cell_may_be_chosen(
    lens: StoreCursor, cells: pd.DataFrame, domain: str, column: str
) -> None:
    known = read_members(lens, dimension_member).of(domain)
    assert set(cells[column].dropna()) <= set(known)


def test_years_are_those_of_awards_and_applications(lens: StoreCursor, cells: pd.DataFrame) -> None:
    awarded = lens.fetch(select(award.c.fiscal_year).distinct())["fiscal_year"]
    years = {str(year) for year in {0, *awarded, *cells["fiscal_year"]}}
    assert set(read_members(lens, dimension_member).of("year")) == years


def test_a_major_group_is_below_its_division_and_follows_it(lens: StoreCursor) -> None:
    members = read_members(lens, dimension_member)
    parent = ""
    for member in members.of("industry").values():
        if member.level == "division":
            parent = member.code
            assert member.parent_code == ""
        else:
            assert (member.level, member.parent_code) == ("major", parent)
            assert member.name
            assert member.name_en
    names = read_reference("industry").query("revision == '14' and level == 'major'")
    short = names["short_name"].where(names["short_name"] != "", names["name"])
    known = dict(zip(names["code"], short, strict=True))
    majors = members.children("industry", "E")
    assert len(majors) > 10
    assert all(known[m.code] == m.name for m in majors)
    assert len({m.name for m in members.of("industry").values()}) == len(members.of("industry"))


def test_fields_and_sizes_end_with_what_is_not_known(lens: StoreCursor) -> None:
    members = read_members(lens, dimension_member)
    technology, size = members.of("technology"), members.of("size")
    assert [*technology] == [*(f"{n:02}" for n in range(1, 13)), "?"]
    assert [*size] == [*(f"s{n}" for n in range(1, 7)), "?"]
    assert (technology["?"].name, size["?"].name) == ("対応不能・記載なし", "規模不明")


DEFAULT = "SELECT code FROM dimension_member WHERE domain = 'year' AND is_default"


def test_the_default_is_the_last_year_that_has_ended_and_was_decided(desk: Desk) -> None:
    desk.put("register.csv", f"{registration(1)}\n")
    desk.put("paid.csv", subsidies(payment(day="2021-05-01"), payment(day="2023-04-01")))
    assert published(desk, DEFAULT) == [("2021",)]
    running: dict[str, object] = {"application_number": "A2", "applied_date": "2025-01-05"}
    running["decided_date"] = "2025-03-01"
    desk.put("a.csv", APPLICATIONS.of({"applied_date": "2023-05-01"}, running))
    # 2024 is the last year applied in, but runs until the end of March.
    assert published(desk, DEFAULT) == [("2023",)]


def test_an_application_that_nobody_has_decided_makes_no_default(desk: Desk) -> None:
    undecided: dict[str, object] = {
        "decision": "",
        "decided_date": "",
        "granted_yen": "",
        "application_number": "A2",
        "applied_date": "2027-05-01",
    }
    desk.put("a.csv", APPLICATIONS.of({"applied_date": "2023-05-01"}, undecided))
    assert published(desk, DEFAULT) == [("2023",)]


def test_where_somebody_applied_is_not_released(desk: Desk) -> None:
    desk.put("register.csv", f"{registration(1)}\n")
    desk.put("p.csv", PROJECTS.of({}))
    places = """SELECT code FROM dimension_member
                WHERE domain = 'region' AND level = 'municipality'"""
    assert published(desk, places) == [("18207",)]
    assert published(desk, places, file="released.duckdb") == []
