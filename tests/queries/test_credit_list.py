"""The list of users behind the map, against the rows themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

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
from tests.queries.little_credit import REFUSING, credit_store, scores, uses

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


def test_a_firm_that_refuses_and_a_reader_without_firms_see_nothing(store: StoreCursor) -> None:
    asked = CreditListParameters(year="0", measure="sapoin")

    def read_by(role: Role) -> ScopedCursor:
        day = Consents(date(2024, 1, 1))
        return ScopedCursor(store, actor(role), Members({}, {}), consents=day)

    assert str(REFUSING) in _users()
    listed = set(credit_list(read_by(Role.MINISTRY), asked)["firm_id"])
    assert listed == set(_users()) - {str(REFUSING)}
    for role in (Role.AGENCY, Role.OPERATOR, Role.ADMIN):
        with pytest.raises(Refused):
            credit_list(read_by(role), asked)
