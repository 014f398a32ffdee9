"""The list of applications, against the rows themselves, and against what the aggregates count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queries.application_list import (
    DECISIONS,
    SORTS,
    ApplicationListParameters,
    DecidedParameters,
    application_list,
    application_list_size,
)
from queries.parameters import ComparedParameters
from stats.application_totals import application_totals
from store.cursor import StoreCursor
from tests.queries.little_applications import MEMBERS, Row, applications, store_of, subject
from tests.stats.application_twin import fits

ROWS = applications(seed=5)
CHOSEN = st.fixed_dictionaries(
    {
        "region": st.sampled_from(["", *(m[1] for m in MEMBERS if m[0] == "region")]),
        "industry": st.sampled_from(["", *(m[1] for m in MEMBERS if m[0] == "industry")]),
        "year": st.sampled_from(["0", "2019", "2020", "2023"]),
        "programme": st.sampled_from(["", "sapoin"]),
        "technology": st.sampled_from(["", "01", "?"]),
        "size": st.sampled_from(["", "s1", "s2", "s3", "?"]),
        "decision": st.sampled_from(["all", *DECISIONS]),
    }
)
often = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def little() -> Iterator[StoreCursor]:
    connection, store = store_of(ROWS)
    yield store
    connection.close()


def _left(parameters: DecidedParameters) -> list[Row]:
    is_left = fits(parameters)
    return [
        row
        for row in ROWS
        if is_left(subject(row)) and parameters.decision in ("all", row["decision"])
    ]


def _names(store: StoreCursor, parameters: ApplicationListParameters) -> list[str]:
    return application_list(store, parameters)["project_name"].tolist()


@often
@given(chosen=CHOSEN, order=st.sampled_from(SORTS))
def test_the_rows_are_those_of_the_filter_in_the_order_asked(
    little: StoreCursor, chosen: dict[str, Any], order: str
) -> None:
    asked = ApplicationListParameters(**chosen, order=order)
    key, direction = order.split("_")
    sign = 1 if direction == "asc" else -1

    def place(row: Row) -> tuple[Any, ...]:
        values = {
            "date": (row["fiscal_year"], _day(row["applied_date"])),
            "requested": (row["requested_yen"],),
            "granted": (row["granted_yen"],),
        }[key]
        known = [(v is None, 0 if v is None else sign * v) for v in values]
        return (*known, row["application_id"])

    expected = sorted(_left(asked), key=place)
    assert _names(little, asked) == [row["project_name"] for row in expected]


def _day(day: date | None) -> int | None:
    return day.toordinal() if day else None


@often
@given(chosen=CHOSEN)
def test_the_size_is_that_of_the_list_and_of_the_aggregate(
    little: StoreCursor, chosen: dict[str, str]
) -> None:
    size = application_list_size(little, DecidedParameters(**chosen)).to_dict("records")[0]
    left = _left(DecidedParameters(**chosen))
    assert size == {
        "n_application": len(left),
        "n_applicant": len({row["firm_id"] for row in left}),
    }
    decision = chosen.pop("decision")
    counted = application_totals(little, ComparedParameters(**chosen)).iloc[0]
    if decision != "withdrawn":
        name = {"all": "n_application"}.get(decision, f"n_{decision}")
        assert counted[name] == size["n_application"]


def test_a_row_says_what_the_application_says(little: StoreCursor) -> None:
    asked = ApplicationListParameters(year="0", order="requested_desc")
    names = {(m[0], m[1]): m[2] for m in MEMBERS}
    by_name = {row["project_name"]: row for row in ROWS}
    frame = application_list(little, asked)
    frame = frame.astype(object).where(frame.notna(), None)
    for found in frame.to_dict("records"):
        row = by_name[found["project_name"]]
        assert found["firm_id"] == str(row["firm_id"])
        same = ("fiscal_year", "decision", "n_employee", "requested_yen", "granted_yen")
        assert [found[name] for name in same] == [row[name] for name in same]
        for name, domain, column in (
            ("programme_name", "programme", "programme_code"),
            ("prefecture_name", "region", "prefecture_code"),
            ("municipality_name", "region", "municipality_code"),
            ("division_name", "industry", "division_code"),
            ("technology_name", "technology", "technology_code"),
        ):
            assert found[name] == names.get((domain, row[column]))


def test_windows_join_without_gap_or_overlap(little: StoreCursor) -> None:
    whole = _names(little, ApplicationListParameters(year="0", order="granted_asc"))
    parts = [
        name
        for start in range(0, len(whole), 100)
        for name in _names(
            little,
            ApplicationListParameters(year="0", order="granted_asc", start=start, rows=100),
        )
    ]
    assert parts == whole


def test_the_demo_store_lists_no_more_than_everyone(lens: StoreCursor) -> None:
    for year in ("0", "2021"):
        size = application_list_size(lens, DecidedParameters(year=year))["n_application"].iloc[0]
        everyone = application_totals(lens, ComparedParameters(year=year)).iloc[0]
        assert 0 < size <= everyone["n_application"]
        listed = application_list(lens, ApplicationListParameters(year=year, rows=50))
        assert len(listed) == min(50, size)
