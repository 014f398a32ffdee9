"""The list of users behind the map, against the rows themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from gate.actor import Role
from gate.consent import Consents
from gate.errors import Refused
from gate.scope import ScopedCursor
from queries.credit_list import CreditListParameters, credit_list, credit_list_size
from queries.credit_map_measures import EXITS
from queries.parameters import QUADRANTS
from store.cursor import StoreCursor
from store.members import Members
from tests.gate.little_store import actor
from tests.queries.little_credit import REFUSING, YEARS, credit_store, scores, uses

Row = Mapping[str, Any]
SCORES, USES = scores(seed=7), uses(seed=7)
FIRST = {u["firm_id"]: u["first_year"] for u in USES if u["measure_code"] == "sapoin"}


@pytest.fixture(scope="module")
def store() -> Iterator[StoreCursor]:
    connection, cursor = credit_store(SCORES, USES)
    yield cursor
    connection.close()


def _quadrant(cell: int) -> str:
    return QUADRANTS[(cell % 64 >= 32) + 2 * (cell // 64 >= 32)]


def _users(quadrant: str = "") -> dict[str, Row]:
    """Who used the measure, where it stood in the year before."""
    return {
        str(row["firm_id"]): row
        for row in SCORES
        if FIRST.get(row["firm_id"]) == row["fiscal_year"] + 1
        and row["map_bin_3"] is not None
        and quadrant in ("", _quadrant(row["map_bin_3"]))
    }


@pytest.mark.parametrize("quadrant", ["", *QUADRANTS])
def test_every_user_of_a_quadrant_is_listed_once(store: StoreCursor, quadrant: str) -> None:
    asked = CreditListParameters(year="0", measure="sapoin", quadrant=quadrant)
    expected = _users(quadrant)
    found = credit_list(store, asked).to_dict("records")
    assert len(found) == len(expected) > 10
    assert credit_list_size(store, asked)["n_firm"].iloc[0] == len(expected)
    assert [row["first_year"] for row in found] == sorted(
        (FIRST[row["firm_id"]] for row in expected.values()), reverse=True
    )
    for row in found:
        own = expected[row["firm_id"]]
        assert row["quadrant"] == _quadrant(own["map_bin_3"])
        end = own["bin_3_after_3"]
        known = "unknown" if end is None else EXITS.get(end) or _quadrant(end)
        assert row["end"] == known


def test_windows_of_rows_make_up_the_list(store: StoreCursor) -> None:
    asked = CreditListParameters(year="0", measure="sapoin", order="strength_asc")
    whole = list(credit_list(store, asked)["firm_id"])
    parts = [
        credit_list(
            store,
            CreditListParameters(
                year="0", measure="sapoin", order="strength_asc", start=start, rows=20
            ),
        )["firm_id"]
        for start in range(0, len(whole), 20)
    ]
    assert [firm for part in parts for firm in part] == whole


def _everyone(year: int, quadrant: str = "") -> dict[str, Row]:
    return {
        str(row["firm_id"]): row
        for row in SCORES
        if row["fiscal_year"] == year
        and row["map_bin_3"] is not None
        and quadrant in ("", _quadrant(row["map_bin_3"]))
    }


@pytest.mark.parametrize("quadrant", ["", *QUADRANTS])
@pytest.mark.parametrize(("year", "shown"), [("2017", 2017), ("0", max(YEARS))])
def test_every_firm_of_a_quadrant_is_listed_once_whatever_it_used(
    store: StoreCursor, quadrant: str, year: str, shown: int
) -> None:
    asked = CreditListParameters(
        year=year, measure="sapoin", quadrant=quadrant, listed="everyone", order="strength_desc"
    )
    expected = _everyone(shown, quadrant)
    found = credit_list(store, asked).to_dict("records")
    assert {row["firm_id"] for row in found} == set(expected)
    assert len(found) == len(expected) == credit_list_size(store, asked)["n_firm"].iloc[0] > 20
    assert set(expected) - set(_users())
    for row in found:
        own = expected[row["firm_id"]]
        end = own["bin_3_after_3"]
        assert row["end"] == ("unknown" if end is None else EXITS.get(end) or _quadrant(end))
        assert row["fiscal_year"] == shown
        assert pd.isna(row["first_year"])
    parts = [
        credit_list(store, replace(asked, start=start, rows=25))
        for start in range(0, len(found), 25)
    ]
    assert [f for part in parts for f in part["firm_id"]] == [row["firm_id"] for row in found]


@pytest.mark.parametrize("window", ["3", "1"])
@pytest.mark.parametrize(
    ("growth_of", "column", "cell"),
    [("sales", "sales_growth", "map_bin"), ("employees", "employees_growth", "map_bin_employees")],
)
def test_the_list_shows_and_sorts_by_the_growth_asked_of(
    store: StoreCursor, growth_of: str, column: str, cell: str, window: str
) -> None:
    asked = CreditListParameters(
        year="2017", listed="everyone", growth_of=growth_of, window=window, order="growth_asc"
    )
    expected = {
        str(row["firm_id"]): row[f"{column}_{window}"]
        for row in SCORES
        if row["fiscal_year"] == 2017 and row[f"{cell}_{window}"] is not None
    }
    found = credit_list(store, asked).to_dict("records")
    assert {row["firm_id"]: pytest.approx(row["growth"], abs=1e-4) for row in found} == expected
    growths = [row["growth"] for row in found]
    assert growths == sorted(growths)


@pytest.mark.parametrize("listed", ["users", "everyone"])
def test_a_firm_that_refuses_and_a_reader_without_firms_see_nothing(
    store: StoreCursor, listed: str
) -> None:
    asked = CreditListParameters(year="0", measure="sapoin", listed=listed)
    expected = set(_users() if listed == "users" else _everyone(max(YEARS)))

    def read_by(role: Role) -> ScopedCursor:
        day = Consents(date(2024, 1, 1))
        return ScopedCursor(store, actor(role), Members({}, {}), consents=day)

    assert str(REFUSING) in expected
    found = set(credit_list(read_by(Role.MINISTRY), asked)["firm_id"])
    assert found == expected - {str(REFUSING)}
    for role in (Role.AGENCY, Role.OPERATOR, Role.ADMIN):
        with pytest.raises(Refused):
            credit_list(read_by(role), asked)
